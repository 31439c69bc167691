"""How much hangs on a claim: the formula, its mirror in SQL, and who counts."""

from datetime import date, timedelta

import pytest

from assessments import operations as assessing
from claims import exposure, published
from claims.exposure import half_lives_late
from claims.queue.readings import WAITING
from reports import operations as reporting
from tests import factories as cases
from tests.claims import factories as make
from tests.claims.factories import NOON

TODAY = NOON.date()
POLICY = {"interval_days": 14, "half_life_days": 45}


def late(days_since: int | None, *, expired_for: int | None = None, **policy: int) -> float:
    return half_lives_late(
        anchored_on=None if days_since is None else TODAY - timedelta(days=days_since),
        expires_on=None if expired_for is None else TODAY - timedelta(days=expired_for),
        on=TODAY,
        **(policy or POLICY),
    )


def test_lateness_begins_with_the_lead_and_is_measured_in_half_lives():
    # 14 days with a lead of 3: due from the eleventh day on.
    assert late(11) == 1 / 45
    assert late(15) == 5 / 45
    assert late(55) == 1


def test_what_ages_faster_is_later_after_the_same_days():
    assert late(400, interval_days=14, half_life_days=45) > late(400, interval_days=365, half_life_days=1825)


def test_nothing_that_dates_it_counts_as_one_half_life():
    assert late(None) == 1


@pytest.mark.parametrize(
    ("days_since", "expired_for", "expected"),
    [(0, 0, 1), (None, 0, 1), (0, 89, 2), (145, 0, 3), (145, 10, 3)],
    ids=["read today", "undated", "long past its stop", "long due", "long due, just stopped"],
)
def test_a_hard_stop_counts_as_a_half_life_at_the_least(days_since, expired_for, expected):
    assert late(days_since, expired_for=expired_for) == expected


def test_a_claim_that_nothing_cites_keeps_its_place_by_age():
    assert exposure.exposure(half_lives=0.5, citations=0) == 0.5
    assert exposure.exposure(half_lives=0.5, citations=3) == 2


@pytest.fixture
def varied(db):
    """Claims of two families that are late in every way there is, and one that is fresh."""
    prices = make.metric("token-price", family=make.family("token-price", half_life_days=45, review_days=14))
    on_events = make.metric("break-even", family=make.family("break-even", half_life_days=91, review_days=None))
    dated = {
        "fresh": date(2026, 11, 20), "due": date(2026, 11, 10), "overdue": date(2026, 8, 1), "undated": None,
    }  # fmt: skip
    for name, day in dated.items():
        cited = [make.citation(source=make.source(f"source-{name}", published_on=day))]
        make.publish(f"price-{name}", metric=prices, citations=cited)
        make.publish(f"event-{name}", metric=on_events, citations=cited)
        make.publish(f"stopped-{name}", metric=prices, citations=cited, expires_on=date(2026, 11, 1))


def test_the_database_ranks_by_the_same_arithmetic(varied):
    rows = exposure.ranked(published.in_state(published.revisions(), WAITING, TODAY), TODAY)
    expected = {}
    for row in rows.select_related("metric__family"):
        half_lives = half_lives_late(
            anchored_on=row.evidence_dated_on,
            expires_on=row.expires_on,
            interval_days=row.metric.family.interval_days,
            half_life_days=row.metric.family.half_life_days,
            on=TODAY,
        )
        assert row.exposure == pytest.approx(exposure.exposure(half_lives=half_lives, citations=0))
        expected[row.claim.slug] = half_lives
    assert set(expected) == {
        "price-due", "price-overdue", "price-undated", "event-overdue", "event-undated",
        "stopped-fresh", "stopped-due", "stopped-overdue", "stopped-undated",
    }  # fmt: skip
    assert [row.claim.slug for row in rows] == sorted(expected, key=lambda slug: (-expected[slug], slug))


def test_what_is_not_fresh_is_what_is_due_overdue_or_expired(varied):
    stretch = [TODAY + timedelta(days=n) for n in range(-40, 120, 5)]
    for day in stretch:
        expected = set(published.in_state(published.revisions(), WAITING, day).values_list("pk", flat=True))
        assert set(published.not_fresh(published.revisions(), day).values_list("pk", flat=True)) == expected
    assert {published.not_fresh(published.revisions(), day).count() for day in stretch} > {9, 12}


@pytest.fixture
def cited(db):
    """A final case on the gate of 10,000 examples."""
    gate = cases.examples_gate()
    return gate, cases.assessment(answers=cases.worked_answers())


def test_a_draft_counts_for_nothing(cited):
    gate, draft = cited
    assert exposure.citing([gate.claim_id]) == {}
    assert exposure.citing_in_words({}) == ["cited by nothing"]
    assert draft.state == "draft"


def test_a_case_counts_until_a_final_successor_takes_its_place(cited):
    gate, draft = cited
    by = cases.consultant()
    final = assessing.finalise(by=by, at=NOON, assessment=draft)
    successor = assessing.rerun(by=by, at=NOON, assessment=final)
    assert exposure.citing([gate.claim_id]) == {gate.claim_id: {"live assessments": 1}}
    assessing.finalise(by=by, at=NOON, assessment=successor)
    assert exposure.citing([gate.claim_id]) == {gate.claim_id: {"live assessments": 1}}
    again = cases.assessment(answers=cases.worked_answers(), title="Another")
    assessing.finalise(by=by, at=NOON, assessment=again)
    counts = exposure.citing([gate.claim_id])[gate.claim_id]
    assert exposure.citing_in_words(counts) == ["2 live assessments"]


def test_reports_count_while_they_are_issued_and_not_superseded(cited):
    gate, draft = cited
    by = cases.consultant()
    final = assessing.finalise(by=by, at=NOON, assessment=draft)
    reporting.issue(assessment=final, by=by, at=NOON, language="en", because=cases.REASON)
    reporting.issue(assessment=final, by=by, at=NOON, language="es", because=cases.REASON)
    counts = exposure.citing([gate.claim_id])[gate.claim_id]
    assert exposure.citing_in_words(counts) == ["1 live assessment", "2 issued reports"]
    ranked = exposure.with_citations(published.revisions(), "claim_id").get(claim=gate.claim_id)
    assert ranked.citations == 3
    successor = assessing.finalise(by=by, at=NOON, assessment=assessing.rerun(by=by, at=NOON, assessment=final))
    reporting.issue(assessment=successor, by=by, at=NOON, language="en", because=cases.REASON)
    assert exposure.citing([gate.claim_id]) == {gate.claim_id: {"live assessments": 1, "issued reports": 1}}


def test_what_is_cited_stands_before_what_is_as_late(cited):
    gate, draft = cited
    make.publish("aaa-as-late", metric=gate.metric, low=5, likely=None, high=None, bound="at_least", unit="examples",
                 currency="", per="")  # fmt: skip
    assessing.finalise(by=cases.consultant(), at=NOON, assessment=draft)
    in_a_year = TODAY + timedelta(days=365)
    rows = exposure.ranked(published.in_state(published.revisions(), WAITING, in_a_year), in_a_year)
    assert [row.claim.slug for row in rows] == [gate.claim.slug, "aaa-as-late"]
    assert rows[0].exposure == pytest.approx(2 * rows[1].exposure)
