"""What-ifs of a case: the same as saved where nothing is moved, nothing written, wrong values named, evidence pinned."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import evidence_cache, facts, operations, supposing
from assessments.engine import method
from assessments.engine.what_if import CONTROLS
from assessments.models import Assessment
from assessments.what_if_form import WhatIfForm, as_typed
from claims.models import Claim
from tests import factories
from tests.assessments import volume_case as cases
from tests.claims import factories as registry
from tests.starter import starter_registry

pytestmark = pytest.mark.django_db

WRITES = re.compile(r"^\s*(insert|update|delete)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


@pytest.fixture(autouse=True)
def now(starter):
    with time_machine.travel(cases.NOW, tick=False):
        yield


@pytest.fixture
def signed_in(client):
    client.force_login(factories.consultant())
    return client


def address(case):
    return reverse("assessments:what-if", args=[case.reference])


def fragment(browser, case, **moved):
    return browser.get(address(case), moved, headers={"X-Fragment": "what-if"})


def text_of(response):
    page = re.sub(r"<(script|style|datalist).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("&#x27;", "'").split())


def form_of(case, data=None):
    return WhatIfForm(data, case=case, models=supposing.priced_models(case, today=cases.TODAY))


# --- What it comes to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case_id", [case["id"] for case in factories.worked_cases()])
def test_the_saved_values_typed_in_move_nothing(case_id):
    case = factories.assessment(answers=factories.worked_answers(case_id))
    shown = {name: str(form_of(case)[name].value()) for name in CONTROLS}
    form = form_of(case, shown)
    assert form.is_valid(), form.errors
    assert form.moved == {}
    trial = supposing.tried(case, form.moved, today=cases.TODAY)
    assert trial.tried == trial.saved == operations.evaluate(case, as_of=cases.TODAY).as_dict()


def test_a_final_case_is_tried_on_what_it_stands_on():
    case = cases.final()
    on = evidence_cache.of_case(case, today=cases.TODAY)
    assert operations.evaluate(case, as_of=case.as_of, on=on).as_dict() == case.result_document


@pytest.mark.parametrize("hours", [2, 48], ids=["later that day", "two days later"])
def test_what_is_published_afterwards_does_not_move_a_final_case(hours):
    case = cases.final()
    moved = {"requests_per_month": cases.TURNS}
    before = supposing.tried(case, moved, today=cases.TODAY)
    cases.revise("fine-tuning-project-cost-range", 3, hours=hours)
    registry.publish("another-start", at=cases.NOW.replace(hour=20), subject=registry.subject("fine-tuning"), metric=Claim.objects.get(slug="fine-tuning-project-cost-range").metric, low=1, likely=2, high=3, per="project", scope={})  # fmt: skip
    assert supposing.tried(case, moved, today=cases.TODAY) == before
    on = evidence_cache.of_case(case, today=cases.TODAY)
    assert operations.evaluate(case, as_of=case.as_of, on=on).as_dict() == case.result_document


def test_a_draft_is_tried_on_todays_evidence():
    case = cases.draft()
    before = supposing.tried(case, {"horizon_months": 24}, today=cases.TODAY)
    cases.revise("fine-tuning-project-cost-range", 3, hours=1)
    after = supposing.tried(case, {"horizon_months": 24}, today=cases.TODAY)
    assert after.saved != before.saved
    assert after.tried != before.tried


def test_a_moved_number_costs_what_the_case_would_cost_with_it():
    moved = {"requests_per_month": 3_000_000, "horizon_months": 24, "cacheable_share": 0.9}
    tried = supposing.tried(cases.draft(), moved, today=cases.TODAY).tried
    saved = operations.evaluate(cases.draft(**moved), as_of=cases.TODAY).as_dict()
    assert [one["tco"] for one in tried["options"]] == [one["tco"] for one in saved["options"]]
    assert tried["recommendation"]["option"] == saved["recommendation"]["option"]


# --- The page ------------------------------------------------------------------------------------------------------


def test_more_volume_changes_the_advice_on_the_page(signed_in):
    case = cases.draft()
    page = text_of(fragment(signed_in, case, requests_per_month="50,000,000"))
    assert "What if Not saved. The assessment stays as it is." in page
    assert "Fine-tune a small open-weights model with LoRA" in page
    assert "The advice changes. As saved: Stay with few-shot prompting" in page
    assert re.search(r"Requests a month 50,000,000 requests per month A\d+ what-if", page)
    assert "100,000 requests per month" in text_of(signed_in.get(address(case)))  # saved, beside the control


@pytest.mark.parametrize("kind", ["draft", "final"])
def test_the_result_page_has_the_controls_and_leads_to_the_same_panel(signed_in, kind):
    case = getattr(cases, kind)()
    page = signed_in.get(reverse("assessments:result", args=[case.reference])).content.decode()
    for name in CONTROLS:
        assert f'name="{name}"' in page
    assert f'action="{address(case)}"' in page


def test_every_number_in_the_panel_has_a_mark_that_leads_somewhere(signed_in):
    case = cases.draft()
    result = signed_in.get(reverse("assessments:result", args=[case.reference])).content.decode()
    moved = {"requests_per_month": "7000000", "horizon_months": "24", "hourly_rate": "130", "price_factor": "0.5", "cacheable_share": "20%"}  # fmt: skip
    page = fragment(signed_in, case, **moved).content.decode()
    unmarked = re.findall(r'<span class="fig">([^<]*\d[^<]*)</span>(?!<a class="cite")', page)
    assert unmarked == []
    here, there = (set(re.findall(r'\bid="([^"]+)"', one)) for one in (page, result))
    led = re.findall(r'class="cite" href="([^"]+)"', page)
    assert len(led) > 40
    home = reverse("assessments:result", args=[case.reference])
    dangling = [one for one in led if one.removeprefix(f"{home}#") not in there and one.removeprefix("#") not in here]
    assert dangling == []
    assert all(one.startswith((f"{home}#", "#what-if-")) for one in led)


def test_moved_numbers_stand_among_the_assumptions_and_name_the_what_if(signed_in):
    page = text_of(fragment(signed_in, cases.draft(), hourly_rate="130", price_factor="0.5"))
    assert page.count("Taken in place of the saved value, to see what would change. Nobody claims it. What-if") == 2
    assert re.search(r"Token prices of the model × 0.5 A\d+ what-if", page)


def test_without_anything_moved_the_panel_shows_what_is_saved(signed_in):
    answer = fragment(signed_in, cases.draft())
    assert "As saved. Move a number to see what would change." in text_of(answer)
    assert "Keep it as a scenario" not in text_of(answer)
    led = re.findall(r'class="cite" href="([^"]+)"', answer.content.decode())
    assert led
    assert all("/result/#" in one for one in led)


def test_the_fragment_is_part_of_the_page(signed_in):
    case = cases.draft()
    part, whole = fragment(signed_in, case, horizon_months="24"), signed_in.get(address(case), {"horizon_months": "24"})
    assert "<html" not in part.content.decode()
    assert text_of(part) in text_of(whole)
    assert part["Vary"] == "X-Fragment, Cookie"


EXPECTED = "or leave it empty for the saved value."
WRONG = [
    ("requests_per_month", "a lot", f"“a lot” is not a number. Enter a number from 0 to 100,000,000,000, {EXPECTED}"),
    ("requests_per_month", "-1", f"Enter a number from 0 to 100,000,000,000, {EXPECTED}"),
    ("requests_per_month", "1e999999", f"Enter a number from 0 to 100,000,000,000, {EXPECTED}"),
    ("requests_per_month", "9" * 50_000, f"That is too long for a number. Enter a number from 0 to 100,000,000,000, {EXPECTED}"),
    ("requests_per_month", "30.000", f"“30.000” can be read in two ways: write 30000 or 30. Enter a number from 0 to 100,000,000,000, {EXPECTED}"),
    ("requests_per_month", "\x00", "Null characters are not allowed."),
    ("horizon_months", "12.5", f"Enter a whole number from 1 to 60, {EXPECTED}"),
    ("horizon_months", "0", f"Enter a whole number from 1 to 60, {EXPECTED}"),
    ("hourly_rate", "-5", f"Enter a number from 0, {EXPECTED}"),
    ("price_factor", "0", f"Enter a number from 0.01 to 100, {EXPECTED}"),
    ("price_factor", "NaN", f"“NaN” is not a number. Enter a number from 0.01 to 100, {EXPECTED}"),
    ("cacheable_share", "120%", f"Enter a number from 0 to 1, {EXPECTED}"),
    ("baseline_model", "gpt-6.1-sool", f"No price is published for “gpt-6.1-sool”. Enter gpt-6.1-sol, {EXPECTED}"),
    ("baseline_model", "x" * 5000, f"Choose one from the list, {EXPECTED}"),
]  # fmt: skip


@pytest.mark.parametrize(("control", "typed", "said"), WRONG, ids=[f"{name} {typed[:8]!r}" for name, typed, _ in WRONG])
def test_what_is_not_right_is_named_with_what_would_be(signed_in, control, typed, said):
    case = cases.draft()
    page = fragment(signed_in, case, **{control: typed, "horizon_months" if control != "horizon_months" else "price_factor": "1"})  # fmt: skip
    assert page.status_code == 200
    assert "Not tried. Correct what is named below." in text_of(page)
    assert said in text_of(page)
    assert f'href="#id_{control}"' in page.content.decode()
    assert said in text_of(signed_in.get(address(case), {control: typed}))


def test_an_incomplete_draft_says_so(signed_in):
    page = text_of(signed_in.get(address(factories.assessment(answers={"requests_per_month": 5}))))
    assert "Not tried. The answers are not complete, or do not fit today's questions" in page


def test_a_currency_without_a_rate_says_so(signed_in):
    case = cases.draft()
    Assessment.objects.filter(pk=case.pk).update(currency="XAU")
    assert "Not tried." in text_of(fragment(signed_in, case, horizon_months="24"))
    assert "XAU" in text_of(fragment(signed_in, case, horizon_months="24"))


def test_a_volume_nobody_knows_can_be_tried(signed_in):
    case = cases.draft()
    spread = {"low": 1000, "likely": 20000, "high": 90000}
    Assessment.objects.filter(pk=case.pk).update(answers=case.answers | {"requests_per_month": spread})
    page = signed_in.get(address(case))
    assert "Saved: 1,000–90,000 requests per month, likely 20,000" in text_of(page)
    assert "The advice changes." in text_of(fragment(signed_in, case, requests_per_month=str(cases.TURNS)))


def test_a_case_of_an_earlier_method_says_that_not_all_comes_from_the_move(signed_in, monkeypatch):
    case = cases.final()
    said = "Footing computes otherwise than when this was made final"
    assert said not in text_of(fragment(signed_in, case, horizon_months="24"))
    monkeypatch.setattr(method, "VERSION", "999")
    assert said in text_of(fragment(signed_in, case, horizon_months="24"))


def test_somebody_elses_case_is_not_there(client):
    case = cases.draft()
    client.force_login(factories.consultant(factories.firm("eastgate")))
    assert client.get(address(case)).status_code == 404
    assert fragment(client, case, horizon_months="24").status_code == 404


# --- What it costs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["draft", "final"])
def test_nothing_is_written_and_the_queries_are_few(signed_in, kind):
    case = getattr(cases, kind)()
    before = Assessment.objects.values().get(pk=case.pk)
    fragment(signed_in, case, horizon_months="24")  # the evidence is read once
    with CaptureQueriesContext(connection) as asked:
        fragment(signed_in, case, horizon_months="36", price_factor="2", requests_per_month="12345")
    assert [one["sql"] for one in asked if WRITES.match(one["sql"])] == []
    assert len(asked) <= 6, [one["sql"][:120] for one in asked]
    assert Assessment.objects.values().get(pk=case.pk) == before


def test_evidence_is_read_once_until_something_changes(monkeypatch):
    read = []
    registry_of = facts.registry
    monkeypatch.setattr(facts, "registry", lambda day: read.append(day) or registry_of(day))
    first = evidence_cache.of_day(cases.TODAY)
    assert evidence_cache.of_day(cases.TODAY) is first
    assert read == [cases.TODAY]
    cases.revise("rag-build-cost-production", 2, hours=1)
    second = evidence_cache.of_day(cases.TODAY)
    assert read == [cases.TODAY, cases.TODAY]
    high = {claim["slug"]: claim["value"]["high"] for claim in second.claims}["rag-build-cost-production"]
    assert high == 2 * {claim["slug"]: claim["value"]["high"] for claim in first.claims}["rag-build-cost-production"]


def test_a_check_of_a_claim_is_a_change_too():
    before = evidence_cache.of_day(cases.TODAY)
    claim = Claim.objects.get(slug="rag-build-cost-production")
    registry.operations.check(by=registry.editor(), at=cases.NOW, claim=claim, kind="read_in_context")
    assert evidence_cache.of_day(cases.TODAY) is not before


def test_no_more_evidence_is_kept_than_fits(monkeypatch):
    monkeypatch.setattr(facts, "registry", lambda day: facts.Registry(day, [], []))
    days = [cases.TODAY.replace(day=number) for number in range(1, evidence_cache.MOST_KEPT + 2)]
    kept = [evidence_cache.of_day(day) for day in days]
    assert evidence_cache.of_day(days[-1]) is kept[-1]
    assert evidence_cache.of_day(days[1]) is kept[1]
    assert evidence_cache.of_day(days[0]) is not kept[0]


def test_parameters_go_through_an_address_and_back():
    case = cases.draft()
    moved = {"requests_per_month": 1234567.5, "horizon_months": 7, "hourly_rate": 99, "price_factor": 0.125, "cacheable_share": 0.333333}  # fmt: skip
    form = form_of(case, as_typed(moved))
    assert form.is_valid(), form.errors
    assert form.moved == moved
    supposing.tried(case, form.moved, today=cases.TODAY)
