"""What-ifs that are kept: their names, their number, deleting one, and all of them beside the saved result."""

import re

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments import supposing
from assessments.engine import AnswersError
from assessments.models import Assessment, Scenario
from claims.operations import OperationRefused
from tests import factories
from tests.assessments import volume_case as cases
from tests.starter import starter_registry

pytestmark = pytest.mark.django_db

DOUBLE = {"requests_per_month": 2 * cases.VOLUME}
LARGE = {"requests_per_month": cases.TURNS, "price_factor": 0.5}


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


def keep(case, name="Double", parameters=DOUBLE, by=None):
    return supposing.keep_scenario(
        by=by or factories.consultant(), at=cases.NOW, assessment=case, name=name, parameters=parameters
    )


def page(browser, name, case, **query):
    return browser.get(reverse(f"assessments:{name}", args=[case.reference]), query)


def text_of(response):
    found = re.sub(r"<(script|style|datalist).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).replace("&#x27;", "'").split())


@pytest.mark.parametrize("kind", ["draft", "final"])
def test_a_what_if_is_kept_beside_the_case_which_stays_as_it_is(kind):
    case = getattr(cases, kind)()
    before = Assessment.objects.values().get(pk=case.pk)
    scenario = keep(case, " Double ")
    assert (scenario.name, scenario.parameters, scenario.by) == ("Double", DOUBLE, factories.consultant())
    assert Assessment.objects.values().get(pk=case.pk) == before
    assert list(Scenario.objects.visible_to(factories.consultant())) == [scenario]
    assert not Scenario.objects.visible_to(factories.consultant(factories.firm("eastgate"))).exists()


@pytest.mark.parametrize("again", ["Double", "DOUBLE", " double "])
def test_a_name_stands_once_in_a_case(again):
    case = cases.draft()
    keep(case)
    with pytest.raises(ValidationError, match="This assessment has a scenario of this name already"):
        keep(case, again)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.create(assessment=case, name=again.strip(), parameters=DOUBLE, by=factories.consultant(), at=cases.NOW)  # fmt: skip
    keep(cases.draft(title="Another"), again)


def test_a_scenario_without_a_name_is_refused_by_the_database_too():
    case = cases.draft()
    with pytest.raises(ValidationError, match="cannot be blank"):
        keep(case, "  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.create(assessment=case, name="", parameters=DOUBLE, by=factories.consultant(), at=cases.NOW)


@pytest.mark.parametrize("parameters", [{}, {"price_factor": 1}])
def test_a_scenario_moves_something(parameters):
    with pytest.raises(OperationRefused, match="Nothing is moved"):
        keep(cases.draft(), parameters=parameters)


def test_what_cannot_be_tried_is_not_kept():
    with pytest.raises(AnswersError, match="requests_per_month: must be from 0"):
        keep(cases.draft(), parameters={"requests_per_month": -1})
    assert not Scenario.objects.exists()


def test_there_are_as_many_as_fit_side_by_side():
    case = cases.draft()
    for number in range(supposing.MOST_SCENARIOS):
        keep(case, f"Scenario {number}")
    with pytest.raises(OperationRefused, match="has 8 scenarios, as many as fit side by side: delete one first"):
        keep(case, "One more")


def test_only_the_firms_people_keep_and_delete():
    case, rival = cases.draft(), factories.consultant(factories.firm("eastgate"))
    kept = keep(case)
    with pytest.raises(OperationRefused, match="does not work for this firm"):
        keep(case, "Theirs", by=rival)
    with pytest.raises(OperationRefused, match="does not work for this firm"):
        supposing.delete_scenario(by=rival, assessment=case, scenario=kept.pk)
    assert Scenario.objects.count() == 1


def test_it_is_kept_listed_opened_and_deleted_on_the_page(signed_in):
    case = cases.draft()
    keeping = reverse("assessments:scenarios", args=[case.reference])
    answer = signed_in.post(keeping, {"name": "Large", "requests_per_month": "50,000,000", "price_factor": "0.5"}, follow=True)  # fmt: skip
    assert "“Large” is kept as a scenario." in text_of(answer)
    scenario = Scenario.objects.get()
    assert scenario.parameters == LARGE
    for name in ("what-if", "result"):
        listed = page(signed_in, name, case)
        assert "Large Requests a month 50,000,000 requests per month, Token prices of the model × 0.5" in text_of(
            listed
        )
    [opens] = re.findall(r'<li><a href="([^"]+)">Large</a>', listed.content.decode())
    assert "The advice changes." in text_of(signed_in.get(opens.replace("&amp;", "&")))
    deleting = reverse("assessments:scenario-delete", args=[case.reference])
    assert "“Large” is deleted." in text_of(signed_in.post(deleting, {"scenario": scenario.pk}, follow=True))
    assert not Scenario.objects.exists()
    for gone in (scenario.pk, "", "x", "9" * 40, "²"):
        assert "This scenario is not there any more." in text_of(
            signed_in.post(deleting, {"scenario": gone}, follow=True)
        )


REFUSED = [
    ({"name": "", "horizon_months": "24"}, "Name: Give the scenario a name."),
    ({"name": "a" * 61, "horizon_months": "24"}, "Name: Ensure this value has at most 60 characters"),
    ({"name": "\x00", "horizon_months": "24"}, "Name: Null characters are not allowed."),
    ({"name": "Taken", "horizon_months": "24"}, "This assessment has a scenario of this name already."),
    ({"name": "Same", "horizon_months": "12"}, "Nothing is moved: this would be the assessment itself."),
    ({"name": "Wrong", "horizon_months": "0"}, "Planning horizon: Enter a whole number from 1 to 60"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[said[:40] for _, said in REFUSED])
def test_what_cannot_be_kept_is_said_and_what_was_moved_stays_moved(signed_in, given, said):
    case = cases.draft()
    keep(case, "Taken")
    answer = signed_in.post(reverse("assessments:scenarios", args=[case.reference]), given, follow=True)
    assert "Nothing was kept." in text_of(answer)
    assert said in text_of(answer)
    assert Scenario.objects.count() == 1


def test_a_scenario_of_another_case_is_not_deleted_through_this_one(signed_in):
    case, theirs = cases.draft(), cases.draft(of=factories.firm("eastgate"))
    kept = keep(theirs, by=factories.consultant(factories.firm("eastgate")))
    signed_in.post(reverse("assessments:scenario-delete", args=[case.reference]), {"scenario": kept.pk})
    assert Scenario.objects.get() == kept


def test_scenarios_stand_side_by_side_after_the_saved_result(signed_in):
    case = cases.draft()
    keep(case, "Double")
    keep(case, "Large and cheap", LARGE)
    answer = page(signed_in, "scenario-compare", case)
    html, text = answer.content.decode(), text_of(answer)
    assert re.findall(r'<th scope="col">([^<]+)</th>', html)[:3] == ["As saved", "Double", "Large and cheap"]
    assert "Requests a month as saved 200,000 requests per month A" in text
    [advice] = re.findall(r'<tr><th scope="row">Recommendation</th>(.*?)</tr>', html)
    assert [word in cell for word, cell in zip(("few-shot", "few-shot", "Fine-tune"), advice.split("</td>"), strict=False)] == [True] * 3  # fmt: skip
    [few_shot] = re.findall(r'<tr><th scope="row">Few-shot prompting</th>(.*?)</tr>', html)
    totals = re.findall(r'<span class="fig">([^<]+)</span>', few_shot)
    assert len(set(totals)) == 3
    anchors = set(re.findall(r'\bid="([^"]+)"', html))
    local = {one for one in re.findall(r'href="#([^"]+)"', html) if one.startswith(("s1-", "s2-"))}
    assert local
    assert local <= anchors
    assert re.findall(r'<span class="fig">([^<]*\d[^<]*)</span>(?!<a class="cite")', html) == []


def test_without_scenarios_the_page_says_how_to_get_one(signed_in):
    assert "There is no scenario yet." in text_of(page(signed_in, "scenario-compare", cases.draft()))


def test_a_scenario_that_cannot_be_tried_any_more_is_named_and_the_others_stand(signed_in):
    case = cases.draft()
    keep(case, "Double")
    Scenario.objects.create(assessment=case, name="Of another time", parameters={"baseline_model": "abacus"}, by=factories.consultant(), at=cases.NOW)  # fmt: skip
    text = text_of(page(signed_in, "scenario-compare", case))
    assert "Of another time cannot be tried any more: baseline_model: no price is published for 'abacus'" in text
    assert "200,000 requests per month" in text


def test_scenarios_of_a_draft_that_is_not_complete_any_more_say_so(signed_in):
    case = cases.draft()
    keep(case)
    Assessment.objects.filter(pk=case.pk).update(answers={})
    assert "The answers are not complete" in text_of(page(signed_in, "scenario-compare", case))
    answer = signed_in.post(reverse("assessments:scenarios", args=[case.reference]), {"name": "More", "horizon_months": "24"}, follow=True)  # fmt: skip
    assert "Nothing was kept. The answers are not complete" in text_of(answer)
    Assessment.objects.filter(pk=case.pk).update(answers=case.answers, currency="XAU")
    assert "XAU" in text_of(page(signed_in, "scenario-compare", case))


def test_the_scenarios_of_a_case_go_with_it():
    case = cases.draft()
    keep(case)
    Assessment.objects.filter(pk=case.pk).delete()
    assert not Scenario.objects.exists()
