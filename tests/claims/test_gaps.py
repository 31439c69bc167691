"""What the evidence lacks: noted and counted by those who stand on it, filled by publishing, closed by people."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from claims import operations
from claims.models import Act, Gap
from claims.operations import OperationRefused
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=3)


@pytest.fixture
def hours(db):
    """The metric of the gap that the factory makes, and a claim that fills it."""
    metric = make.metric("maintenance-hours", units=["hours"])
    return {
        "metric": metric, "low": 10, "likely": 20, "high": 30, "unit": "hours", "currency": "", "per": "month",
    }  # fmt: skip


def again(*gaps, at=LATER, on=None, **options):
    return operations.note_gaps(at=at, on=on or at.date(), gaps=list(gaps), **options)


def state(gap):
    gap.refresh_from_db()
    return (gap.closed_at is not None, str(gap.filled_by) if gap.filled_by else None, gap.reason)


OPEN = (False, None, "")


def verbs(gap):
    return list(Act.objects.filter(detail__gap=gap.pk).order_by("pk").values_list("verb", "by__username"))


# --- Noting --------------------------------------------------------------------------------------------------------


def test_what_is_lacking_is_one_row_however_often_and_in_whatever_order_it_is_told():
    gap = make.gap(subjects=["rag", "hybrid"], claims=["old@1"])
    [told] = again(make.lacking(subjects=["hybrid", "rag", "rag"], claims=["new@2", "old@1"]))
    assert told.pk == gap.pk
    assert Gap.objects.get().subjects == ["hybrid", "rag"]
    assert (told.first_seen_at, told.last_seen_at, told.claims) == (NOON, LATER, ["new@2", "old@1"])
    assert verbs(gap) == [("note_gap", None)]


def test_a_gap_that_is_only_locked_stays_as_it_was_noted():
    beside = make.gap(code="expired")
    [noted] = again(make.lacking(), also=[beside.pk])
    assert (noted.code, noted.last_seen_at) == (make.lacking().code, LATER)
    assert noted.pk != beside.pk
    assert Gap.objects.get(pk=beside.pk).last_seen_at == NOON


@pytest.mark.parametrize(
    "other",
    [
        {"subjects": ["lora"]}, {"metrics": ["build-cost"]}, {"unit": "weeks"}, {"per": "week"},
        {"currency": "EUR"}, {"scope": {"tier": "basic"}}, {"scope": {}}, {"code": "expired"},
    ],
    ids=str,
)  # fmt: skip
def test_what_differs_in_one_part_is_another_gap(other):
    gap = make.gap()
    assert again(make.lacking(**other))[0].pk != gap.pk
    assert Gap.objects.count() == 2


def test_only_what_a_gap_is_made_of_is_read():
    told = make.lacking(role="rag_hours", options=["rag"], client="Auto insurer", reference="A-2026-0001")
    assert told == make.lacking()


def test_counts_are_those_of_the_caller_and_others_stay():
    one, other = make.gap(3), make.gap(2, per="week")
    operations.count_gaps(at=NOON, counts={one.pk: 0})
    assert list(Gap.objects.order_by("pk").values_list("lacked_by", flat=True)) == [0, 2]
    assert list(Gap.objects.waiting(NOON.date())) == [other]


def test_noting_many_costs_no_more_queries_than_noting_few():
    gaps = [make.lacking(per=f"p{number}") for number in range(30)]
    again(*gaps, at=NOON)
    costs = []
    for number in (2, 30):
        with CaptureQueriesContext(connection) as counted:
            again(*gaps[:number])
        costs.append(len(counted))
    assert costs[0] == costs[1]


# --- Filling -------------------------------------------------------------------------------------------------------


def test_publishing_a_claim_that_fits_closes_the_gap_and_names_the_claim(hours):
    gap = make.gap()
    make.publish("rag-hours", **hours)
    assert state(gap) == (True, "rag-hours@1", "")
    assert (gap.closed_by, gap.closed_at) == (make.reviewer(), NOON)
    assert verbs(gap) == [("note_gap", None), ("fill_gap", "rev")]
    assert not Gap.objects.waiting(NOON.date()).exists()


def test_a_claim_that_says_nothing_of_the_scope_fits(hours):
    gap = make.gap()
    make.publish("rag-hours", **hours, scope={"region": "EU"})
    assert state(gap) == (True, "rag-hours@1", "")


@pytest.mark.parametrize(
    "asked",
    [
        {"subjects": ["lora"]}, {"metrics": ["build-cost"]}, {"unit": "weeks"}, {"per": "week"},
        {"currency": "EUR"}, {"scope": {"tier": "basic"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_claim_on_something_else_closes_nothing(hours, asked):
    gap = make.gap(**asked)
    make.publish("rag-hours", **hours)
    assert state(gap) == OPEN


def test_a_claim_that_is_past_its_hard_stop_closes_nothing(hours):
    gap = make.gap()
    make.publish("rag-hours", **hours, expires_on=NOON.date())
    assert state(gap) == OPEN


def test_a_publication_that_is_taken_back_takes_the_closing_back(hours):
    gap = make.gap()
    claim = operations.submit(by=make.editor(), at=NOON, claim=make.draft("rag-hours", **hours))
    with transaction.atomic():
        operations.publish(by=make.reviewer(), at=NOON, claim=claim)
        assert state(gap) == (True, "rag-hours@1", "")
        transaction.set_rollback(True)
    assert state(gap) == OPEN


# --- Opening again -------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(hours):
    gap = make.gap(2)
    return gap, make.publish("rag-hours", **hours)


def retract(revision):
    operations.retract(by=make.manager(), at=LATER, claim=revision.claim, reason="Never true.")


def test_a_retraction_opens_the_gap_again_while_somebody_lacks_it(filled):
    gap, revision = filled
    retract(revision)
    assert state(gap) == OPEN
    assert verbs(gap)[-1] == ("reopen_gap", "mana")


def test_a_retraction_opens_nothing_that_nobody_lacks_until_somebody_does(filled):
    gap, revision = filled
    operations.count_gaps(at=NOON, counts={gap.pk: 0})
    retract(revision)
    assert state(gap) == (True, "rag-hours@1", "")
    again(make.lacking(), at=LATER + timedelta(hours=1))
    assert state(gap) == OPEN


def test_a_successor_that_fits_is_named_instead(filled, hours):
    gap, revision = filled
    better = make.publish("rag-hours-measured", **hours)
    operations.supersede(
        by=make.manager(), at=LATER, claim=revision.claim, by_claim=better.claim, reason="Measured anew."
    )
    assert state(gap) == (True, "rag-hours-measured@1", "")


def test_a_successor_on_something_else_leaves_the_gap_open(filled):
    gap, revision = filled
    operations.supersede(
        by=make.manager(), at=LATER, claim=revision.claim, by_claim=make.publish("other").claim, reason="Merged."
    )
    assert state(gap) == OPEN


def test_a_revision_that_says_something_else_opens_it_and_one_that_fits_is_named(filled):
    gap, revision = filled
    second = make.change(revision, at=LATER, low=12)
    assert state(gap) == (True, "rag-hours@2", "")
    make.change(second, at=LATER + timedelta(hours=1), per="week")
    assert state(gap) == OPEN


def test_a_gap_waits_again_from_the_day_on_which_its_claim_expires(hours):
    gap = make.gap()
    make.publish("rag-hours", **hours, expires_on=date(2027, 1, 1))
    assert not Gap.objects.waiting(date(2026, 12, 31)).exists()
    assert Gap.objects.waiting(date(2027, 1, 1)).get() == gap
    new_year = NOON + timedelta(days=60)
    make.publish("rag-hours-anew", at=new_year, **hours)
    assert state(gap) == (True, "rag-hours-anew@1", "")


def test_evidence_from_before_the_claim_opens_nothing_and_evidence_from_after_it_does(filled):
    gap, _ = filled
    again(make.lacking(), at=LATER, on=NOON.date() - timedelta(days=1))
    assert state(gap) == (True, "rag-hours@1", "")
    again(make.lacking(), at=LATER)
    assert state(gap) == OPEN
    assert verbs(gap)[-1] == ("reopen_gap", None)


# --- People --------------------------------------------------------------------------------------------------------


def test_a_person_closes_what_is_not_to_be_had_and_it_stays_closed():
    gap = make.gap()
    operations.close_gap(by=make.editor(), at=NOON, gap=gap, reason=" Nobody publishes it. ")
    assert state(gap) == (True, None, "Nobody publishes it.")
    again(make.lacking())
    assert state(gap) == (True, None, "Nobody publishes it.")
    assert gap.last_seen_at == LATER
    operations.reopen_gap(by=make.reviewer(), at=LATER, gap=gap)
    assert state(gap) == OPEN
    assert verbs(gap) == [("note_gap", None), ("close_gap", "ed"), ("reopen_gap", "rev")]
    assert Act.objects.latest("pk").note == "Was closed: Nobody publishes it."


def test_closing_needs_a_reason_a_role_and_an_open_gap(filled):
    gap = make.gap(per="week")
    for by, words in ((make.editor(), "Say where you looked"), (make.person("nobody"), "may not close gaps")):
        with pytest.raises(OperationRefused, match=words):
            operations.close_gap(by=by, at=NOON, gap=gap, reason=" ")
    with pytest.raises(OperationRefused, match="This is closed already: rag-hours@1 gives it"):
        operations.close_gap(by=make.editor(), at=NOON, gap=filled[0], reason="Nowhere.")
    with pytest.raises(OperationRefused, match="may not open gaps again"):
        operations.reopen_gap(by=make.person("nobody"), at=NOON, gap=filled[0])
    with pytest.raises(OperationRefused, match="This is open already"):
        operations.reopen_gap(by=make.editor(), at=NOON, gap=gap)
    assert (state(gap), state(filled[0])) == (OPEN, (True, "rag-hours@1", ""))


def test_the_database_refuses_a_gap_that_is_closed_without_a_claim_and_without_a_reason():
    gap = make.gap()
    with pytest.raises(IntegrityError), transaction.atomic():
        Gap.objects.filter(pk=gap.pk).update(closed_at=NOON, closed_by=make.editor())


def test_a_gap_that_somebody_else_puts_down_at_the_same_moment_is_put_down_once(db):
    """It comes in between looking for it and putting it down."""
    came = []

    def meanwhile(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if not came and "claims_gap" in sql:
            came.append(sql)
            make.gap()
        return result

    with connection.execute_wrapper(meanwhile):
        noted = operations.note_gaps(at=NOON, on=NOON.date(), gaps=[make.lacking()])
    assert [gap.pk for gap in noted] == [Gap.objects.get().pk]
    assert Act.objects.filter(verb="note_gap").count() == 1
