from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assessments.engine.claim import Claims, Standing, parse

DAY = date(2026, 11, 22)


@pytest.fixture
def rag(claim):
    return parse(claim("rag-build-cost-production"))


def test_a_document_is_read_with_its_numbers_as_decimals(rag):
    assert (rag.low, rag.likely, rag.high) == (Decimal(18000), Decimal(28000), Decimal(45000))
    assert rag.reference == "rag-build-cost-production@1"
    assert rag.number("likely") == 28000
    assert rag.scope == {"tier": "production"}


def test_names_of_subject_and_metric_are_its_name_in_a_formula(claim):
    document = claim("rag-build-cost-production")
    document["subject"]["name"], document["metric"]["name"] = "RAG", "Build cost"
    assert parse(document).name == "RAG, build cost"


def test_a_rule_without_a_number_is_not_numeric(claim):
    assert not parse(claim("cheapest-first-rule")).numeric


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, Standing.USABLE),
        ({"freshness": "overdue"}, Standing.USABLE),
        ({"freshness": "expired"}, Standing.EXPIRED),
        ({"expires_on": date(2026, 11, 23)}, Standing.USABLE),
        ({"expires_on": date(2026, 11, 22)}, Standing.EXPIRED),
        ({"state": "retracted"}, Standing.MISSING),
        ({"state": "superseded", "freshness": "expired"}, Standing.MISSING),
    ],
)
def test_standing_on_a_day(rag, change, expected):
    assert replace(rag, **change).standing(DAY) is expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, False),
        ({"freshness": "overdue"}, True),
        ({"check_due_on": DAY}, False),
        ({"check_due_on": date(2026, 11, 21)}, True),
        ({"check_due_on": None}, False),
    ],
)
def test_overdue_after_the_review_date(rag, change, expected):
    assert replace(rag, **change).overdue(DAY) is expected


def test_the_later_of_two_revisions_counts(claim):
    document = claim("rag-build-cost-production")
    later = {**document, "revision": 2, "value": {**document["value"], "high": 50000}}
    for order in ([document, later], [later, document]):
        assert Claims(order).get("rag-build-cost-production").high == 50000


def test_claims_are_found_by_slug_subject_and_metric(claims):
    known = Claims(claims)
    assert known.get("nothing") is None
    assert known.standing("nothing", DAY) is Standing.MISSING
    assert known.usable("nothing", DAY) is None
    assert [claim.slug for claim in known.about(["rag"], ["build-cost"])] == [
        "rag-build-cost-basic",
        "rag-build-cost-production",
    ]


def test_attributions_are_kept_once(claim):
    document = claim("rag-build-cost-basic")
    document["citations"] = [cited("x", "b"), cited("y", "a"), cited("z", "b"), cited("w")]
    assert parse(document).attributed_to == ("a", "b")


def test_a_claim_leads_to_what_its_supporting_citations_are_attributed_to(claim):
    document = claim("rag-build-cost-basic")
    document["citations"] = [cited("x", "b"), cited("w"), cited("v", stance="contradicts")]
    assert parse(document).upstreams == {"b", "w"}


def test_a_claim_that_nothing_supports_leads_to_all_it_cites(claim):
    document = claim("rag-build-cost-basic")
    document["citations"] = [cited("v", stance="mentions")]
    assert parse(document).upstreams == {"v"}


def cited(source, attributed_to=None, stance="supports"):
    return {"source": {"slug": source}, "attributed_to": attributed_to, "stance": stance}
