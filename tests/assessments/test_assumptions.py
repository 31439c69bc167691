"""The consultant's own assumptions: the operation, the page, and what an unchanged one keeps."""

import re

import pytest
from django.urls import reverse

from assessments import assumptions, choosing, operations
from assessments.models import Assessment
from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db

HOURLY = {"hourly_rate": (140, "The client's own rate.")}


@pytest.fixture
def signed_in(client):
    client.force_login(factories.consultant())
    return client


@pytest.fixture
def draft(examples_gate):
    return factories.assessment(answers=factories.worked_answers())


def save(case, given, *, version=None, by=None):
    return choosing.save_assumptions(
        by=by or factories.consultant(),
        at=factories.NOON,
        assessment=case,
        version=case.version if version is None else version,
        assumptions=given,
    )


def page_of(case):
    return reverse("assessments:assumptions", args=[case.reference])


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def figure(case, key):
    result = operations.evaluate(case, as_of=factories.NOON.date()).as_dict()
    return next(one for one in result["figures"] if one["key"] == key)


def test_a_declared_assumption_counts_under_the_name_of_who_set_it(draft):
    case = save(draft, HOURLY)
    found = figure(case, "hourly_rate")
    assert found["likely"] == 140
    assert found["origin"] == {"kind": "assumption", "note": "The client's own rate.", "by": "consultant-northwind"}
    assert operations.evaluate(case, as_of=factories.NOON.date()).choices["assumptions"] == {
        "hourly_rate": {"value": 140, "note": "The client's own rate.", "by": "consultant-northwind"}
    }


def test_going_back_to_the_default_leaves_nothing_behind(draft):
    case = save(save(draft, HOURLY), {"hourly_rate": None})
    assert case.choices["assumptions"] == {}
    assert figure(case, "hourly_rate")["likely"] == 100


def test_what_is_stored_alike_keeps_its_author_and_moves_no_version(draft):
    case = save(draft, HOURLY)
    again = save(case, HOURLY | {"prompt_hours": None}, by=factories.member("second"))
    assert again.version == case.version
    assert again.choices["assumptions"]["hourly_rate"]["by"] == "consultant-northwind"


def test_two_tabs_that_set_different_assumptions_both_keep_theirs(draft):
    opened = draft.version
    save(draft, HOURLY, version=opened)
    case = save(draft, {"gpu_capacity": (2_000_000, "A load test.")}, version=opened)
    assert set(case.choices["assumptions"]) == {"hourly_rate", "gpu_capacity"}


def test_two_tabs_that_set_the_same_one_lose_nothing(draft):
    opened = draft.version
    save(draft, HOURLY, version=opened)
    with pytest.raises(operations.AnswersChanged) as refused:
        save(draft, {"hourly_rate": (90, "A junior."), "gpu_capacity": (5, "A test.")}, version=opened)
    assert refused.value.stored["hourly_rate"]["value"] == 140
    draft.refresh_from_db()
    assert set(draft.choices["assumptions"]) == {"hourly_rate"}


@pytest.mark.parametrize(
    ("given", "field", "expected"),
    [
        ({"magic": (1, "A reason.")}, "assumptions.magic", "is not an assumption"),
        ({"chain_steps": (2.5, "A reason.")}, "assumptions.chain_steps", "a whole number from 2 to 50"),
        ({"hourly_rate": (1, " ")}, "assumptions.hourly_rate", "note must be a text"),
    ],
    ids=["unknown", "out of bounds", "without a reason"],
)
def test_one_that_is_not_right_names_the_field_and_stores_nothing(draft, given, field, expected):
    with pytest.raises(operations.AnswersError) as refused:
        save(draft, given)
    [(name, message)] = refused.value.errors
    assert name == field
    assert expected in message
    draft.refresh_from_db()
    assert draft.choices == {}


def test_a_final_case_keeps_its_assumptions(final_assessment, signed_in):
    with pytest.raises(operations.OperationRefused, match="is final"):
        save(final_assessment, HOURLY)
    page = signed_in.get(page_of(final_assessment))
    assert "<input" not in page.content.decode().partition("<main")[2]
    assert "do not change" in text_of(page)
    signed_in.post(page_of(final_assessment), {"version": "1"})
    final_assessment.refresh_from_db()
    assert final_assessment.choices == {}


def test_a_successor_takes_the_assumptions_over(draft):
    case = save(draft, HOURLY)
    final = operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=case)
    after = operations.rerun(by=factories.consultant(), at=factories.NOON, assessment=final)
    assert after.choices == final.choices


def test_the_page_lists_every_assumption_with_what_it_moves(draft, signed_in):
    page = text_of(signed_in.get(page_of(draft)))
    for row in assumptions.rows(draft, as_of=factories.NOON.date()):
        assert row.title.replace("'", "&#x27;") in page
        assert row.moves.replace("'", "&#x27;") in page
    assert "It moves the break-even." in page
    assert "nothing is assumed" in page
    assert "no claim can replace it" in page


def test_each_field_says_what_its_number_counts(draft, signed_in):
    page = text_of(signed_in.get(page_of(draft)))
    for unit in ("US$ per hour", "hours per month", "requests per month", "US$ per million tokens"):
        assert unit in page.replace("US$100 per hour", "").replace("2 hours per month", "")


def test_the_page_names_the_claim_that_replaces_an_assumption(draft, signed_in):
    registry.publish(
        "gpu-hour",
        at=factories.NOON,
        statement="One GPU costs this an hour.",
        subject=registry.subject("hosting"),
        metric=registry.metric("hosting-cost", units=["currency"]),
        low=2, likely=2, high=2, unit="currency", currency="USD", per="hour",
    )  # fmt: skip
    page = signed_in.get(page_of(draft))
    assert "gpu-hour@1" in text_of(page)
    assert "from a claim" in text_of(page)


def typed(case, **fields):
    return {"version": str(case.version)} | fields


def test_a_value_is_saved_from_the_page_and_shown_with_its_author(draft, signed_in):
    response = signed_in.post(
        page_of(draft),
        typed(draft, **{"value-hourly_rate": "1,140.50", "note-hourly_rate": "Own rate", "value-discount": "1%",
                        "note-discount": "Their cost of capital"}),
        follow=True,
    )  # fmt: skip
    draft.refresh_from_db()
    assert {key: one["value"] for key, one in draft.choices["assumptions"].items()} == {
        "hourly_rate": 1140.5, "discount": 0.01,
    }  # fmt: skip
    page = text_of(response)
    assert "The assumptions are saved." in page
    assert "set by consultant-northwind: Own rate" in page
    assert "2 of your own" in page


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"value-hourly_rate": "140"}, "Say why this value is right for the client."),
        ({"note-hourly_rate": "Because"}, "Enter a number from 0, or clear the reason to go back to the default."),
        ({"value-hourly_rate": "dear", "note-hourly_rate": "x"}, "is not a number. Enter a number from 0."),
        ({"value-chain_steps": "1", "note-chain_steps": "x"}, "Enter a whole number from 2 to 50."),
    ],
    ids=["no reason", "no value", "no number", "out of bounds"],
)
def test_what_is_typed_wrongly_is_shown_again_with_what_would_be_right(draft, signed_in, fields, message):
    page = text_of(signed_in.post(page_of(draft), typed(draft, **fields)))
    assert "There is a problem" in page
    assert message in page
    draft.refresh_from_db()
    assert draft.choices == {}


def test_after_a_conflict_both_values_are_shown_and_saving_again_replaces(draft, signed_in):
    opened = draft.version
    save(draft, HOURLY, version=opened)
    mine = {"value-hourly_rate": "90", "note-hourly_rate": "A junior"}
    page = signed_in.post(page_of(draft), {"version": str(opened)} | mine)
    assert "Stored meanwhile: US$140 per hour: The client&#x27;s own rate." in text_of(page)
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
    signed_in.post(page_of(draft), {"version": version} | mine)
    draft.refresh_from_db()
    assert draft.choices["assumptions"]["hourly_rate"]["value"] == 90


def test_after_a_conflict_with_a_return_to_the_default_that_is_said(draft, signed_in):
    case = save(draft, HOURLY)
    opened = case.version
    save(case, {"hourly_rate": None})
    page = signed_in.post(
        page_of(draft), {"version": str(opened), "value-hourly_rate": "90", "note-hourly_rate": "A junior"}
    )
    assert "the default, US$100 per hour" in text_of(page)


def test_answers_result_and_progress_lead_to_the_page(draft, signed_in):
    for name in ("answers", "result"):
        assert page_of(draft) in signed_in.get(reverse(f"assessments:{name}", args=[draft.reference])).content.decode()
    assert Assessment.objects.count() == 1
