"""Answers that nobody knows, wherever a case is shown, moved, copied or compared."""

import re

import pytest
import time_machine
from django.urls import reverse

from assessments import change_words, copying, facts, operations, supposing
from assessments.progress import answer_text
from assessments.traced import Traced
from tests import factories
from tests.assessments import volume_case as cases
from tests.starter import starter_registry

pytestmark = pytest.mark.django_db

UNKNOWN = {"requests_per_month": "unknown", "gaps": "unknown", "regulated": "unknown"}


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


def page(browser, name, case, **query):
    return text_of(browser.get(reverse(f"assessments:{name}", args=[case.reference]), query))


def text_of(response):
    assert response.status_code == 200
    found = re.sub(r"<(script|style|datalist).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).replace("&#x27;", "'").split())


def test_in_words_in_both_languages():
    questions = facts.questionnaire().by_id
    said = {
        (name, lang): answer_text(questions[name], "unknown", lang)
        for name in ("requests_per_month", "gaps", "regulated", "example_quality")
        for lang in ("en", "es")
    }
    assert said == {
        ("requests_per_month", "en"): "not known; taken as 1,000–1,000,000 requests per month, likely 30,000",
        (
            "requests_per_month",
            "es",
        ): "no se sabe; se toma como 1.000–1.000.000 solicitudes al mes, lo más probable 30.000",
        ("gaps", "en"): "not known; taken as “none”",
        ("gaps", "es"): "no se sabe; se toma como «ninguna»",
        ("regulated", "en"): "not known; taken as “Yes”",
        ("regulated", "es"): "no se sabe; se toma como «Sí»",
        ("example_quality", "en"): "not known; taken as “Mixed”",
        ("example_quality", "es"): "no se sabe; se toma como «Desigual»",
    }


def test_what_a_result_took_is_said_and_not_what_would_be_taken_today():
    volume = facts.questionnaire().by_id["requests_per_month"]
    then = {"low": 10, "likely": 20, "high": 30}
    assert answer_text(volume, "unknown", stands_for=then) == "not known; taken as 10–30 requests per month, likely 20"


@pytest.mark.parametrize("kind", ["draft", "final"])
def test_the_result_says_what_was_taken_and_what_to_find_out(signed_in, kind):
    text = page(signed_in, "result", getattr(cases, kind)(**UNKNOWN))
    assert "not known; taken as 1,000–1,000,000 requests per month, likely 30,000" in text
    assert "Answers it rests on are not known; cautious stand-ins take their place." in text
    assert "If the client finds out" in text
    assert "Which gaps remain after the best simple approach? taken as “none”" in text
    assert "Is the context regulated, legal or audited? taken as “Yes”" in text


def test_a_result_without_such_answers_says_nothing_of_it(signed_in):
    assert "If the client finds out" not in page(signed_in, "result", cases.draft())


def test_the_answers_are_checked_with_what_they_count_as(signed_in):
    text = page(signed_in, "answers", cases.draft(**UNKNOWN))
    assert "not known; taken as “none”" in text


def test_a_what_if_moves_from_the_likely_value_that_nobody_knows(signed_in):
    case = cases.draft(**UNKNOWN)
    trial = supposing.tried(case, {"requests_per_month": cases.TURNS}, today=cases.TODAY)
    assert [one["question"] for one in trial.saved["unknown"]] == ["regulated", "gaps", "requests_per_month"]
    assert [one["question"] for one in trial.tried["unknown"]] == ["regulated", "gaps"]
    assert "Saved: not known" in page(signed_in, "what-if", case, requests_per_month="240,000")


def test_a_scenario_of_such_a_case_is_kept_and_shown(signed_in):
    case = cases.draft(**UNKNOWN)
    supposing.keep_scenario(
        by=factories.consultant(),
        at=cases.NOW,
        assessment=case,
        name="Known at last",
        parameters={"requests_per_month": 240000},
    )
    assert "Known at last" in page(signed_in, "scenario-compare", case)


def test_two_results_are_compared_in_words(signed_in):
    before, after = cases.draft(**UNKNOWN), cases.draft(title="Known", gaps=["facts"])
    results = [operations.evaluate(case, as_of=cases.TODAY).as_dict() for case in (before, after)]
    told = change_words.Difference(*(Traced(result) for result in results))
    said = {one.label: (one.before, one.after) for one in told.answers}
    assert said["Which gaps remain after the best simple approach?"] == ("not known; taken as “none”", "Facts")


def test_a_copy_keeps_that_it_is_not_known():
    case = cases.draft(**UNKNOWN)
    copy = copying.copy_as_template(
        by=factories.consultant(),
        at=cases.NOW,
        assessment=case,
        title="Delivery notes",
        assumptions=[],
        new_client="Harbour",
    )
    assert {name: copy.answers[name] for name in UNKNOWN} == UNKNOWN
