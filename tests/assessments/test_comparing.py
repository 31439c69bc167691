"""Two results beside each other: two cases of a client, one case on two days, a re-run and what it re-runs."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from assessments import choosing, comparing, operations
from assessments.change_words import Difference
from assessments.engine import method
from assessments.models import Assessment
from assessments.traced import Traced
from tests import factories
from tests.assessments import volume_case as cases
from tests.starter import starter_registry

pytestmark = pytest.mark.django_db

LATER = cases.NOW + timedelta(days=2)


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


@pytest.fixture(autouse=True)
def now(starter):
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def signed_in(client):
    client.force_login(factories.consultant())
    return client


def compared(browser, case, **query):
    return browser.get(reverse("assessments:compare", args=[case.reference]), query)


def result_of(browser, case):
    return browser.get(reverse("assessments:result", args=[case.reference]))


def text_of(response):
    page = re.sub(r"<(script|style|datalist).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("&#x27;", "'").split())


def rerun(case, **answers):
    successor = operations.rerun(by=factories.consultant(), at=LATER, assessment=case)
    if answers:
        successor = operations.save_answers(
            by=factories.consultant(), at=LATER, assessment=successor, version=successor.version, answers=answers
        )
    return successor


def declare(case, **assumptions):
    return choosing.save_assumptions(
        by=factories.consultant(), at=LATER, assessment=case, version=case.version, assumptions=assumptions
    )


def difference(one, other):
    sides = comparing.in_order(*(comparing.of_case(case, today=LATER.date()) for case in (one, other)))
    return Difference(*(Traced(side.result) for side in sides))


def test_a_rerun_on_the_same_evidence_says_that_nothing_differs(signed_in):
    page = text_of(result_of(signed_in, rerun(cases.final())))
    assert "Since A-2026-0001 which this one re-runs" in page
    assert "The advice is the same, and no figure differs by as much as one per cent." in page
    assert "Answers and assumptions are the same." in page


def test_a_case_that_reruns_none_has_nothing_to_say_of_it(signed_in):
    assert "which this one re-runs" not in text_of(result_of(signed_in, cases.final()))


def test_a_rerun_shows_what_new_evidence_moved_by_figure_and_verdict(signed_in):
    final = cases.final(requests_per_month=cases.TURNS)
    cases.revise("fine-tuning-project-cost-range", 2, hours=30)
    answer = result_of(signed_in, rerun(final))
    page = text_of(answer)
    assert "The same option is recommended; what is below differs." in page
    assert re.search(r"Fine-tuning \(LoRA\): at the start US\$5,000–30,000, likely US\$17,500 F?\d+ US\$10,000–60,000, likely US\$35,000 F?\d+ \+100.0%", page)  # fmt: skip
    anchors = set(re.findall(r'\bid="([^"]+)"', answer.content.decode()))
    since = answer.content.decode().split('id="since"')[1].split("</section>")[0]
    own = re.findall(r'class="cite" href="#([^"]+)"', since)
    assert own
    assert set(own) <= anchors
    before = result_of(signed_in, final).content.decode()
    theirs = re.findall(rf'class="cite" href="/assessments/{final.reference}/result/#([^"]+)"', since)
    assert theirs
    assert set(theirs) <= set(re.findall(r'\bid="([^"]+)"', before))


def test_a_rerun_with_another_answer_lists_it_and_says_that_the_advice_is_another(signed_in):
    successor = declare(rerun(cases.final(), requests_per_month=cases.TURNS), hourly_rate=(140, "Agreed."))
    page = text_of(result_of(signed_in, successor))
    assert "Another option is recommended. A-2026-0001 Stay with few-shot prompting" in page
    assert "Requests per month, on average over 12 months 100,000 requests per month 50,000,000 requests" in page
    assert "Hourly rate of an engineer as the house has it US$140 per hour" in page


def test_what_was_settled_otherwise_is_said(signed_in):
    successor = choosing.settle_questions(
        by=factories.consultant(),
        at=LATER,
        assessment=rerun(cases.final()),
        version=1,
        settled={
            "scope": {"tier": ("basic", "A pilot.")},
            "reading": {"fine_tuning_project_cost": ("fine-tuning-project-cost-range", "Their size.")},
        },
    )
    page = text_of(result_of(signed_in, successor))
    assert "Is a first version to be built, or a system for production? not settled a first version" in page
    assert "Cost of a fine-tuning project: which is meant? not settled fine-tuning-project-cost-range" in page


def test_conditions_confidence_and_frameworks_that_differ_are_said():
    one, other = cases.draft(), cases.draft(eval_infra="none", requests_per_month=cases.TURNS, n_examples=100)
    said = difference(one, other).sentences
    assert any(sentence.startswith("Said now: Build an automated evaluation first") for sentence in said)
    assert any(sentence.startswith("No longer said: Lower the cost first") for sentence in said)
    assert "Change and citation: No verdict: it compares retrieval with fine-tuning only → Fine-tune." in said


def test_one_case_on_two_days(signed_in):
    case = cases.draft()
    cases.revise("few-shot-build-cost", 4, hours=20)
    page = text_of(compared(signed_in, case, as_of=cases.TODAY.isoformat()))
    assert "Before Claims triage A-2026-0001 , evidence as of 22 November 2026" in page
    assert "After Claims triage A-2026-0001 , evidence as of 24 November 2026" in page
    assert re.search(r"Few-shot prompting: at the start .*\+300.0%", page)
    assert "Answers and assumptions are the same." in page


def test_a_final_case_beside_todays_evidence_stands_first(signed_in):
    case = cases.final()
    cases.revise("few-shot-build-cost", 4, hours=30)
    page = text_of(compared(signed_in, case, as_of=LATER.date().isoformat()))
    assert page.index("evidence as of 22 November 2026") < page.index("evidence as of 24 November 2026")
    assert "+300.0%" in page


def test_a_day_before_there_was_evidence_has_no_recommendation(signed_in):
    page = text_of(compared(signed_in, cases.draft(), as_of="2001-01-01"))
    assert "No recommendation: evidence that the decision needs is not in the registry." in page
    assert "unknown" in page


def test_every_number_of_the_comparison_leads_to_where_it_comes_from(signed_in):
    case = cases.draft(title="One")
    other = cases.draft(title="Other", requests_per_month=cases.TURNS, horizon_months=24)
    html = compared(signed_in, case, **{"with": other.reference}).content.decode()
    assert re.findall(r'<span class="fig">([^<]*\d[^<]*)</span>(?!<a class="cite")', html) == []
    anchors = set(re.findall(r'\bid="([^"]+)"', html))
    led = re.findall(r'class="cite" href="#([^"]+)"', html)
    assert len(led) > 40
    assert set(led) <= anchors
    assert {one.split("-")[0] for one in led} == {"before", "after"}


def test_two_cases_of_one_day_stand_in_the_order_in_which_they_were_begun():
    first, second = cases.draft(title="First"), cases.draft(title="Second")
    for one, other in ((first, second), (second, first)):
        sides = comparing.in_order(*(comparing.of_case(case, today=LATER.date()) for case in (one, other)))
        assert [side.case for side in sides] == [first, second]


def test_the_form_offers_the_other_cases_of_the_client_alone(signed_in):
    case, other = cases.draft(title="One"), cases.draft(title="Other")
    stranger = operations.create_assessment(by=factories.consultant(), at=cases.NOW, client=factories.client("Harbour"), title="Not theirs", answers=cases.answers())  # fmt: skip
    theirs = cases.draft(of=factories.firm("eastgate"), title="Of another firm")
    page = compared(signed_in, case).content.decode()
    assert re.findall(r'<option value="(A-[^"]+)"', page) == [other.reference]
    for wrong in (stranger, theirs, case):
        answer = text_of(compared(signed_in, case, **{"with": wrong.reference}))
        assert "Choose another assessment of this client." in answer
        assert "Of another firm" not in answer


WRONG = [
    ({"as_of": "tomorrow"}, "Enter a day as year-month-day, such as 2026-05-31."),
    ({"as_of": "2026-11-25"}, "The evidence of a day in the future is not known yet."),
    ({"as_of": "99999-01-01"}, "Enter a day as year-month-day"),
    ({"with": "A-1"}, "Choose another assessment of this client."),
    ({"with": "\x00"}, "Null characters are not allowed."),
]


@pytest.mark.parametrize(("query", "said"), WRONG, ids=[str(query) for query, _ in WRONG])
def test_what_is_not_right_is_named(signed_in, query, said):
    assert said in text_of(compared(signed_in, cases.draft(), **query))


def test_only_one_thing_is_compared_at_a_time(signed_in):
    case, other = cases.draft(title="One"), cases.draft(title="Other")
    page = text_of(compared(signed_in, case, **{"with": other.reference, "as_of": "2026-11-22"}))
    assert "Choose another assessment or another day: one of the two." in page


def test_a_case_that_cannot_be_judged_says_why(signed_in):
    case, other = cases.draft(title="One"), factories.assessment(title="Just begun")
    page = text_of(compared(signed_in, case, **{"with": other.reference}))
    assert "The two cannot be compared: task_type: is not answered yet" in page
    Assessment.objects.filter(pk=case.pk).update(currency="XAU")
    assert "XAU" in text_of(compared(signed_in, case, as_of="2026-11-22"))


def test_another_method_is_said(signed_in, monkeypatch):
    final = cases.final()
    successor = rerun(final)
    said = "computed by different versions of the method"
    assert said not in text_of(result_of(signed_in, successor))
    monkeypatch.setattr(method, "VERSION", "999")
    assert said in text_of(result_of(signed_in, successor))


def test_somebody_elses_case_is_not_there(client):
    case = cases.draft()
    client.force_login(factories.consultant(factories.firm("eastgate")))
    assert compared(client, case, as_of=date(2026, 11, 1).isoformat()).status_code == 404
