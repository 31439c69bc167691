"""What changes, ends and people do to conflicts, and the comparison of everything at once."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from claims import operations
from claims.models import Act, Comparable, Conflict
from claims.operations import OperationRefused
from tests.claims import factories as make
from tests.claims.disagreeing import LATER, TIER, acts, amount, pairs, rate, settle, the_conflict
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


# --- What a revision does ----------------------------------------------------------------------------------------


def test_a_decision_stands_while_what_was_compared_stays(two) -> None:
    settle(the_conflict())
    make.change(two[0], at=LATER, statement="Said better.", assumptions="And more of it.")
    conflict = the_conflict()
    assert (conflict.state, conflict.reason) == ("contested", "Nobody shows a project.")
    assert conflict.first_revision == two[0]  # it was compared then, and nothing of that has changed
    assert acts() == [("open_conflict", ""), ("settle_conflict", "rev")]


def test_a_changed_figure_opens_a_decided_pair_again_and_keeps_the_decision_in_the_log(two) -> None:
    settle(the_conflict())
    make.change(two[0], at=LATER, low=6_000)
    conflict = the_conflict()
    assert (conflict.state, conflict.decided_on, conflict.decided_by) == ("open", None, None)
    assert (conflict.opened_at, conflict.reason) == (NOON, "Opened again: low@2 changed its value.")  # shown all along
    act = Act.objects.get(verb="reopen_conflict")
    assert act.detail["earlier"] == {
        "state": "contested", "reason": "Nobody shows a project.", "decided_on": "2026-11-22", "decided_by": "rev",
    }  # fmt: skip
    assert act.note == "low@2 changed its value"


def test_what_was_no_contest_counts_as_opened_when_it_was_opened_again(two) -> None:
    settle(the_conflict(), "scope_differs", "One is for a prototype.")
    make.change(two[1], at=LATER, high=40_000)
    assert (the_conflict().state, the_conflict().opened_at) == ("open", LATER)


def test_an_open_pair_that_still_disagrees_stays_open_and_is_compared(two) -> None:
    make.change(two[0], at=LATER, scope={})
    assert (the_conflict().state, the_conflict().opened_at, the_conflict().reason) == ("open", NOON, "")
    assert acts() == [("open_conflict", ""), ("compare_conflict", "")]


@pytest.mark.parametrize(
    ("change", "relation", "why"),
    [
        ({"high": 21_000}, "overlapping", "low@2 changed its value: their ranges are overlapping now."),
        ({"high": 50_000}, "nested", "low@2 changed its value: their ranges are nested now."),
        ({"scope": {"tier": "basic"}}, "disjoint", "low@2 changed its scope: their scopes no longer meet."),
        ({"expires_on": date(2026, 11, 23)}, "disjoint", "low@2 changed its hard stop: one of them has expired."),
    ],
)
@pytest.mark.parametrize("decided", [False, True])
def test_a_pair_that_no_longer_disagrees_lapses(two, change, relation, why, decided) -> None:
    if decided:
        settle(the_conflict())
    before = the_conflict()
    make.change(two[0], at=LATER, **change)
    conflict = the_conflict()
    assert (conflict.lapsed_at, conflict.relation) == (LATER, relation)
    assert (conflict.state, conflict.reason) == (before.state, before.reason)
    assert Act.objects.get(verb="lapse_conflict").note == why
    assert pairs() == []
    assert list(Conflict.objects.contesting([conflict.first_id])) == []


def test_a_pair_that_was_decided_to_be_no_contest_lapses_too(two) -> None:
    settle(the_conflict(), "scope_differs", "One is for a prototype.")
    make.change(two[0], at=LATER, high=21_000)
    conflict = the_conflict()
    assert (conflict.state, conflict.relation, conflict.lapsed_at) == ("scope_differs", "overlapping", LATER)
    assert acts()[-1] == ("lapse_conflict", "")


def test_claims_of_two_times_lapse(two) -> None:
    make.change(two[0], at=LATER, expires_on=date(2027, 1, 1))
    make.change(two[1], at=LATER, scope=TIER | {"from": "2027-01-01"})
    assert Act.objects.get(verb="lapse_conflict").note.endswith(
        "changed its scope: they no longer hold at the same time."
    )


def test_shares_of_different_things_lapse() -> None:
    share = {
        "metric": make.metric("failure-rate", units=["percent"], max_percent=100),
        "unit": "percent",
        "currency": "",
        "per": "",
    }
    one = amount("one", 5, 6, **share)
    amount("two", 50, 60, **share)
    make.change(one, at=LATER, scope=TIER | {"population": "pilots"})
    assert (
        Act.objects.get(verb="lapse_conflict").note
        == "one@2 changed its scope: they are shares of different things now."
    )


def test_a_claim_that_moves_to_another_question_leaves_its_conflicts(two) -> None:
    amount("lora", 100_000, 200_000, subject=make.subject("lora"))
    make.change(two[0], at=LATER, subject=make.subject("lora"))
    assert pairs() == [("low", "lora")]
    assert (
        Act.objects.get(verb="lapse_conflict").note == "low@2 changed its subject: they are about different things now."
    )


def test_a_lapsed_pair_that_disagrees_again_is_opened_again(two) -> None:
    revision = make.change(two[0], at=LATER, high=21_000)
    revision = make.change(revision, at=LATER, high=22_000)
    assert the_conflict().lapsed_at == LATER
    at = LATER + timedelta(days=1)
    make.change(revision, at=at, high=9_000)
    conflict = the_conflict()
    assert (conflict.state, conflict.lapsed_at, conflict.opened_at, conflict.relation) == ("open", None, at, "disjoint")
    assert [verb for verb, _ in acts()] == ["open_conflict", "lapse_conflict", "reopen_conflict"]


def test_a_decision_on_a_lapsed_pair_brings_it_back(two) -> None:
    make.change(two[0], at=LATER, high=21_000)
    assert settle(the_conflict()).lapsed_at is None
    assert pairs() == [("low", "high")]


def test_a_scope_put_down_as_decided_completes_the_decision(two) -> None:
    settle(the_conflict(), "scope_differs", "One is for a prototype.")
    make.change(two[0], at=LATER, scope={"tier": "basic"})
    assert (the_conflict().state, the_conflict().lapsed_at) == ("scope_differs", None)
    assert acts()[-1] == ("settle_conflict", "rev")


def test_what_can_no_longer_be_compared_goes_to_a_person(two) -> None:
    settle(the_conflict())
    make.change(two[0], at=LATER, currency="EUR")
    conflict = the_conflict()
    assert (conflict.state, conflict.relation, conflict.lapsed_at) == ("open", "disjoint", None)


def test_a_pair_that_no_machine_saw_disagree_goes_to_a_person() -> None:
    one, other = amount("one", 5_000, 9_000), amount("other", 8_000, 20_000)
    conflict = operations.record_conflict(
        by=make.editor(), at=NOON, claims=(one.claim, other.claim), relation="overlapping"
    )
    settle(conflict)
    make.change(one, at=LATER, high=10_000)
    assert (the_conflict().state, the_conflict().relation) == ("open", "overlapping")


# --- Ends --------------------------------------------------------------------------------------------------------


def test_a_retracted_claim_is_compared_with_nothing(two) -> None:
    operations.retract(by=make.manager(), at=LATER, claim=two[0].claim, reason="Withdrawn by its source.")
    assert (pairs(), list(Comparable.objects.values_list("claim__slug", flat=True))) == ([], ["high"])
    amount("third", 21_000, 22_000)
    make.change(two[1], at=LATER, high=31_000)
    assert (the_conflict().state, the_conflict().second_revision) == ("open", two[1])  # what was compared
    assert pairs() == []


def test_superseding_by_the_claim_it_conflicts_with_decides_the_pair(two) -> None:
    amount("third", 100_000, 200_000)
    operations.supersede(
        by=make.manager(), at=LATER, claim=two[0].claim, by_claim=two[1].claim, reason="The newer edition."
    )
    conflict = Conflict.objects.get(first__slug="low", second__slug="high")
    assert (conflict.state, conflict.reason, conflict.decided_on, conflict.decided_by) == (
        "superseded", "The newer edition.", LATER.date(), make.manager(),
    )  # fmt: skip
    assert Conflict.objects.get(first__slug="low", second__slug="third").state == "open"
    assert pairs() == [("high", "third")]


def test_superseding_leaves_a_decision_alone(two) -> None:
    settle(the_conflict())
    operations.supersede(by=make.manager(), at=LATER, claim=two[0].claim, by_claim=two[1].claim, reason="Newer.")
    assert the_conflict().state == "contested"


# --- By hand -----------------------------------------------------------------------------------------------------


def test_people_put_down_what_no_machine_sees_once_and_about_one_question() -> None:
    one, other = make.publish("one").claim, make.publish("other").claim
    far = make.publish("far", subject=make.subject("lora")).claim
    put = {"by": make.editor(), "at": NOON, "relation": "nested"}
    with pytest.raises(OperationRefused, match="does not disagree with itself"):
        operations.record_conflict(claims=(one, one), **put)
    with pytest.raises(OperationRefused, match="different subjects or metrics"):
        operations.record_conflict(claims=(one, far), **put)
    conflict = operations.record_conflict(claims=(other, one), reason=" They mean two things. ", **put)
    assert (conflict.first, conflict.second, conflict.reason) == (one, other, "They mean two things.")
    with pytest.raises(ValidationError, match="recorded already"):
        operations.record_conflict(claims=(one, other), **put)


def test_a_decision_names_a_state_and_a_reason(two) -> None:
    with pytest.raises(OperationRefused, match="choose what it is"):
        settle(the_conflict(), "open")
    with pytest.raises(OperationRefused, match="A decision has a reason"):
        settle(the_conflict(), "contested", " ")
    assert the_conflict().state == "open"


def test_a_draft_that_was_put_down_is_first_compared_when_it_is_published() -> None:
    one, draft = amount("one", 5_000, 9_000), make.draft("draft")
    operations.record_conflict(by=make.editor(), at=NOON, claims=(one.claim, draft), relation="disjoint")
    make.change(one, at=NOON, high=9_500)
    assert the_conflict().first_revision == one
    operations.submit(by=make.editor(), at=NOON, claim=draft)
    revision = operations.publish(by=make.reviewer(), at=NOON, claim=draft)
    assert (the_conflict().second_revision, the_conflict().state) == (revision, "open")
    assert acts() == [("record_conflict", "ed")]


def test_who_decides_second_is_told_who_was_first_and_nothing_is_stored(two) -> None:
    conflict = the_conflict()
    seen = operations.last_act(conflict)
    decide = {"by": make.editor(), "at": NOON, "conflict": conflict, "state": "doubtful", "reason": "Unsigned."}
    settle(conflict)
    with pytest.raises(
        operations.DecidedMeanwhile, match="rev decided this while you were reading: genuinely contested"
    ):
        operations.settle_conflict(seen=seen, **decide)
    assert the_conflict().state == "contested"
    seen = operations.last_act(conflict)
    make.change(two[0], at=LATER, high=9_500)
    with pytest.raises(operations.DecidedMeanwhile, match="One of the two claims was changed"):
        operations.settle_conflict(seen=seen, **decide)
    operations.settle_conflict(seen=operations.last_act(conflict), **decide)
    assert the_conflict().state == "doubtful"


def test_a_pair_that_nothing_was_done_to_has_no_last_act() -> None:
    one, other = make.publish("one").claim, make.publish("other").claim
    conflict = Conflict.objects.create(first=one, second=other, relation="nested", opened_at=NOON)
    assert operations.last_act(conflict) == 0
    with pytest.raises(operations.DecidedMeanwhile, match="One of the two claims was changed"):
        operations.settle_conflict(by=make.editor(), at=NOON, conflict=conflict, state="contested", reason="x", seen=1)


# --- Everything at once ------------------------------------------------------------------------------------------


def find(*options: str) -> list[str]:
    out = StringIO()
    call_command("find_conflicts", *options, stdout=out)
    return out.getvalue().splitlines()


def test_find_conflicts_puts_in_order_what_got_in_past_the_verbs(time_machine) -> None:
    time_machine.move_to(LATER, tick=False)
    two = []
    for slug, low, high in (("low", 5_000, 9_000), ("high", 20_000, 30_000)):
        two.append(amount(slug, low, high))
        Comparable.objects.all().delete()  # as a registry is that was filled before there was an index
    said = ["opened low and high", "2 claims compared: 1 opened, 0 reopened, 0 lapsed"]
    assert find("--dry-run") == [said[0], f"{said[1]} (dry run: nothing was written)"]
    assert (Conflict.objects.count(), Comparable.objects.count()) == (0, 0)
    assert find() == said
    assert (the_conflict().first_revision, the_conflict().second_revision) == tuple(two)
    assert find() == ["2 claims compared: 0 opened, 0 reopened, 0 lapsed"]


def test_find_conflicts_compares_again_what_was_compared_otherwise(two, time_machine) -> None:
    time_machine.move_to(LATER, tick=False)
    amount("third", 100_000, 200_000)
    settle(Conflict.objects.get(first__slug="low", second__slug="third"))
    revision = make.change(two[0], at=NOON, low=6_000, high=21_000)
    # As if the pairs had last been compared before that change.
    Conflict.objects.filter(first__slug="low").update(first_revision=two[0], lapsed_at=None)
    settle(Conflict.objects.get(first__slug="low", second__slug="third"))
    assert find() == [
        "reopened low and third", "lapsed low and high", "3 claims compared: 0 opened, 1 reopened, 1 lapsed",
    ]  # fmt: skip
    assert set(Conflict.objects.filter(first__slug="low").values_list("first_revision", flat=True)) == {revision.pk}


def test_a_new_rate_alone_opens_nothing_until_conflicts_are_looked_for(time_machine) -> None:
    time_machine.move_to(LATER, tick=False)
    amount("dollars", 12_000, 20_000)
    amount("pounds", 1_000, 2_000, currency="GBP")
    rate("GBP", "0.75")
    assert not Conflict.objects.exists()
    assert find()[0] == "opened dollars and pounds"
