"""When the evidence of a case changes it is found, judged again and marked: what for, how, and once."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction

from assessments import facts, operations, reappraising
from assessments.models import EvidenceEvent, Reappraisal, ReappraisalRound
from claims import operations as registry_operations
from claims.events import Kind
from tests import factories
from tests.assessments import living
from tests.claims import factories as registry
from tests.starter import starter_registry

OUTCOME = Reappraisal.Outcome


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


@pytest.fixture
def case(starter, db):
    return living.final()


def kinds():
    """The events that wait: kind and claim."""
    return sorted(EvidenceEvent.objects.filter(round=None).values_list("kind", "claim__slug"))


# --- What is found -------------------------------------------------------------------------------------------------


def test_a_new_revision_of_a_cited_claim_moves_the_figures_that_rest_on_it(case):
    before = case.result_document
    revision = living.dearer_rag()
    assert kinds() == [("revised", living.RAG_COST)]
    assert living.look_again() == 1
    found = living.finding(case)
    assert (found.state, found.outcome, found.reason) == ("done", OUTCOME.FIGURES_MOVED, "")
    assert {one["option"] for one in found.differences["figures"]} == {"rag", "hybrid_rag_lora"}
    upfront = next(one for one in found.differences["figures"] if (one["option"], one["key"]) == ("rag", "upfront"))
    assert (upfront["before"]["likely"], upfront["after"]["likely"], upfront["relative"]) == (28000, 56000, 1.0)
    # What is told is what the case really comes to on this evidence.
    after = operations.evaluate(case, as_of=found.as_of).as_dict()
    assert found.digest == after["digest"] != before["digest"]
    assert f"{living.RAG_COST}@{revision.number}" in {one["claim"] for one in after["citations"]}


def test_a_raised_threshold_flips_the_recommendation(starter, db):
    case = living.final(**living.FEW_EXAMPLES)
    assert case.result_document["recommendation"]["option"] == "fine_tune_lora"
    living.revise(living.EXAMPLES_START, low=100, likely=100, high=100)
    living.look_again()
    found = living.finding(case)
    assert found.outcome == OUTCOME.RECOMMENDATION_FLIPS
    assert (found.advice["before"]["option"], found.advice["after"]["option"]) == ("fine_tune_lora", "few_shot")


def test_a_revision_in_which_nothing_moves_leaves_the_case_unaffected(case):
    living.revise(living.RAG_COST, assumptions="Prices without tax.")
    living.look_again()
    found = living.finding(case)
    assert (found.outcome, found.differences["figures"]) == (OUTCOME.UNAFFECTED, [])
    assert not Reappraisal.objects.to_look_at().exists()


def test_without_a_claim_that_the_rule_needs_the_case_cannot_be_judged(case):
    living.retract(living.EXAMPLES_START)
    assert kinds() == [("retracted", living.EXAMPLES_START)]
    living.look_again()
    found = living.finding(case)
    assert (found.outcome, found.reason) == (OUTCOME.NOT_JUDGED, "evidence_missing")


def test_a_claim_that_expires_is_found_by_date_once(case):
    day = factories.NOON + timedelta(days=30)
    living.revise(living.EXAMPLES_START, expires_on=day.date())
    living.look_again()
    assert reappraising.note_due(at=day - timedelta(days=1)) == 0
    assert reappraising.note_due(at=day) == 1
    assert kinds() == [("expired", living.EXAMPLES_START)]
    assert reappraising.note_due(at=day) == 0
    living.look_again()
    assert living.finding(case).round.events.get().kind == Kind.EXPIRED


def test_what_expired_is_not_judged_for_that_reason(case):
    evidence = facts.registry(living.CHANGED_AT.date())
    document = next(one for one in evidence.claims if one["slug"] == living.EXAMPLES_START)
    gone = {**document, "expires_on": living.CHANGED_AT.date().isoformat(), "freshness": "expired"}
    found = reappraising.judged(case, evidence.with_claim(gone))
    assert (found.outcome, found.reason) == (OUTCOME.NOT_JUDGED, "evidence_expired")


def test_a_superseded_claim_is_an_event(case):
    registry_operations.supersede(
        by=registry.manager(),
        at=living.CHANGED_AT,
        claim=living.claim(living.RAG_COST),
        by_claim=living.claim(living.NOT_CITED),
        reason="Measured anew.",
    )
    assert ("superseded", living.RAG_COST) in kinds()


def test_a_conflict_is_an_event_when_it_opens_and_when_it_is_decided(case):
    one = living.claim(living.RAG_COST)
    rival = registry.publish("rag-cost-alike", at=living.CHANGED_AT, subject=one.subject, metric=one.metric,
                             low=one.low, likely=None, high=one.high, scope=one.scope, per=one.per)  # fmt: skip
    assert kinds() == []  # the two agree, as far as a machine can see
    conflict = registry_operations.record_conflict(
        by=registry.editor(), at=living.CHANGED_AT, claims=(one, rival.claim), relation="disjoint"
    )
    assert ("contested", living.RAG_COST) in kinds()
    for state, kind in (("contested", "contested"), ("scope_differs", "settled")):
        EvidenceEvent.objects.all().delete()
        registry_operations.settle_conflict(
            by=registry.reviewer(), at=living.CHANGED_AT, conflict=conflict, state=state, reason="Two tiers."
        )
        assert (kind, living.RAG_COST) in kinds()


def test_a_rival_that_is_retracted_contests_nobody_any_more(case):
    rival = registry.publish("rag-cost-elsewhere", at=living.CHANGED_AT, subject=living.claim(living.RAG_COST).subject,
                             metric=living.claim(living.RAG_COST).metric, low=900000, likely=None, high=950000,
                             scope=living.claim(living.RAG_COST).scope, per=living.claim(living.RAG_COST).per)  # fmt: skip
    assert ("contested", living.RAG_COST) in kinds()
    EvidenceEvent.objects.all().delete()
    living.retract(rival.claim.slug)
    assert kinds() == [("settled", living.RAG_COST)]


def test_what_no_case_cites_is_no_event(case):
    living.revise(living.NOT_CITED, assumptions="In English.")
    assert kinds() == []


def test_the_event_falls_with_the_change_it_tells(case):
    with transaction.atomic():
        living.dearer_rag()
        transaction.set_rollback(True)
    assert kinds() == []


def test_a_change_that_was_missed_is_found_on_the_next_day(case):
    living.dearer_rag()
    EvidenceEvent.objects.all().delete()
    assert reappraising.note_due(at=living.CHANGED_AT) == 1
    assert kinds() == [("revised", living.RAG_COST)]
    assert reappraising.note_due(at=living.CHANGED_AT) == 0


# --- Whom it touches -----------------------------------------------------------------------------------------------


def test_a_draft_and_a_case_with_a_final_successor_are_left_alone(case):
    living.final("W02", title="Other")
    factories.assessment(answers=factories.worked_answers())
    successor = operations.rerun(by=factories.consultant(), at=living.FINAL_AT, assessment=case)
    claims = [living.claim(living.RAG_COST).pk]
    assert case in reappraising.affected(claims)
    operations.finalise(by=factories.consultant(), at=living.FINAL_AT, assessment=successor)
    titles = reappraising.affected(claims).order_by("pk").values_list("reference", "title")
    assert list(titles) == [("A-2026-0002", "Other"), (successor.reference, "SEO copy")]


def test_who_is_affected_is_one_query(case, django_assert_num_queries):
    living.final("W02")
    pk = living.claim(living.RAG_COST).pk
    with django_assert_num_queries(1):
        assert reappraising.affected([pk]).count() == 2


# --- How it is worked off ------------------------------------------------------------------------------------------


def test_events_that_wait_together_are_one_round_and_a_case_is_judged_once(case):
    living.dearer_rag()
    living.retract(living.EXAMPLES_GATE)
    assert living.look_again() == 1
    events = ReappraisalRound.objects.get().events.values_list("kind", "claim__slug")
    assert {("revised", living.RAG_COST), ("retracted", living.EXAMPLES_GATE)} <= set(events)
    assert Reappraisal.objects.count() == 1


def test_work_that_is_done_is_not_done_again(case):
    living.dearer_rag()
    living.look_again()
    before = list(Reappraisal.objects.values())
    assert living.look_again() == 0
    assert list(Reappraisal.objects.values()) == before


def test_two_rounds_that_wait_for_one_case_are_answered_by_one_judgement(case):
    living.dearer_rag()
    reappraising.open_round(at=living.CHANGED_AT)
    living.retract(living.EXAMPLES_START)
    assert living.look_again() == 1
    assert list(Reappraisal.objects.values_list("outcome", flat=True)) == ["not_judged", "not_judged"]


def test_a_task_that_was_killed_takes_up_its_own_cases_and_no_others_do(case):
    living.dearer_rag()
    newest = reappraising.open_round(at=living.CHANGED_AT).pk
    assert reappraising.take("first", at=living.CHANGED_AT, newest=newest) == [case]  # and then it was killed
    assert reappraising.take("second", at=living.CHANGED_AT, newest=newest) == []
    assert reappraising.take("first", at=living.CHANGED_AT, newest=newest) == [case]
    later = living.CHANGED_AT + reappraising.LEASE + timedelta(seconds=1)
    assert reappraising.take("second", at=later, newest=newest) == [case]


def test_one_case_that_breaks_keeps_none_waiting(case, monkeypatch):
    other = living.final("W02")
    living.dearer_rag()
    evaluate = operations.evaluate

    def breaks(assessment, **options):
        if assessment == case:
            raise ZeroDivisionError
        return evaluate(assessment, **options)

    monkeypatch.setattr(operations, "evaluate", breaks)
    assert living.look_again() == 2
    assert living.finding(other).outcome == OUTCOME.FIGURES_MOVED
    broken = Reappraisal.objects.get(assessment=case)
    assert (broken.state, broken.outcome, broken.reason) == ("failed", "", "ZeroDivisionError")
    monkeypatch.undo()
    assert reappraising.try_again() == 1
    living.look_again()
    assert living.finding(case).outcome == OUTCOME.FIGURES_MOVED


def test_answers_that_no_longer_fit_are_said_to_be_so(case):
    case.answers = {key: value for key, value in case.answers.items() if key != "task_type"}
    found = reappraising.judged(case, facts.registry(living.CHANGED_AT.date()))
    assert (found.outcome, found.reason) == (OUTCOME.NOT_JUDGED, "answers_do_not_fit")
    case.answers, case.currency = case.result_document["answers"], "SEK"
    found = reappraising.judged(case, facts.registry(living.CHANGED_AT.date()))
    assert (found.outcome, found.reason) == (OUTCOME.NOT_JUDGED, "no_exchange_rate")


def test_progress_is_counted_by_round(case):
    living.final("W02")
    living.dearer_rag()
    newest = reappraising.open_round(at=living.CHANGED_AT).pk
    counted = ReappraisalRound.objects.with_progress().get
    assert (counted().cases, counted().looked_at) == (2, 0)
    evidence = facts.registry(living.CHANGED_AT.date())
    reappraising.store([reappraising.judged(case, evidence)], newest=newest, at=living.CHANGED_AT)
    assert (counted().cases, counted().looked_at, counted().moved, counted().flips) == (2, 1, 1, 0)


def test_the_evidence_is_read_once_for_all_cases(case, monkeypatch):
    for number in range(3):
        living.final("W02", title=f"Case {number}")
    living.dearer_rag()
    monkeypatch.setattr(reappraising, "AT_ONCE", 2)
    read = []
    registry_of = facts.registry
    monkeypatch.setattr(facts, "registry", lambda day: read.append(day) or registry_of(day))
    assert living.look_again() == 4
    assert len(read) == 1


def test_the_command_says_how_far_it_is_and_works_without_a_worker(case, capsys):
    def said(*options):
        call_command("reappraise", *options)
        return capsys.readouterr().out

    assert said() == "No round yet\n"
    living.dearer_rag()
    EvidenceEvent.objects.all().delete()
    with time_machine.travel(living.CHANGED_AT, tick=False):
        assert said("--due").startswith("1 events put down\n")
        assert "1 of 1 cases looked at, 0 unaffected, 1 with figures moved" in said("--here")
        assert said("--due", "--failed").startswith("0 events put down\n0 cases to judge again\n")
