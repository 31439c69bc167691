"""The result page on the starter evidence: every worked client has words for all that was found, and marks that lead
somewhere."""

import io
import json
import re
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from assessments import facts, result_page, wording
from assessments.figure_text import figure_text
from tests import factories
from tests.starter import load

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    """The starter registry with token prices, loaded once for the module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        call_command("import_prices", stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(params=[case["id"] for case in factories.worked_cases()])
def case_id(request):
    return request.param


def built(case_id):
    result = facts.evaluate(factories.worked_answers(case_id), as_of=AS_OF, reference="D-1").as_dict()
    return result_page.build(result, facts.documents_named_in(result))


def test_every_worked_client_gets_its_recommendation_on_the_page(starter, case_id, client):
    expected = next(case for case in factories.worked_cases() if case["id"] == case_id)["expected"]
    draft = factories.assessment(answers=factories.worked_answers(case_id))
    client.force_login(factories.consultant())
    response = client.get(reverse("assessments:result", args=[draft.reference]))
    page = response.content.decode()
    assert response.status_code == 200
    assert wording.headline(expected["recommendation"]) in page.replace("&#x27;", "'")
    anchors = set(re.findall(r'\bid="([^"]+)"', page))
    dangling = {target for target in re.findall(r'href="#([^"]+)"', page) if target not in anchors}
    assert dangling == set()


def test_all_that_was_found_has_words_in_both_languages(starter, case_id):
    result = built(case_id).result
    for lang in wording.LANGUAGES:
        assert wording.headline(result["recommendation"], lang)
        for framework in result["frameworks"]:
            assert wording.verdict(framework, lang)
            for reason in framework["reasons"]:
                assert wording.word("reason", reason["code"], lang)
        for figure in result["figures"]:
            assert figure_text(figure, lang)
        for option in result["options"]:
            for kind, codes in (("missing", option["missing"]), ("note", option["notes"])):
                assert all(wording.word(kind, code, lang) for code in codes)
        for ruling in (*result["evidence"]["applied"], *result["evidence"]["set_aside"]):
            assert wording.word("role", ruling["role"], lang)
            assert all(wording.word("because", one["code"], lang) for one in ruling["because"])


def test_an_option_that_is_unknown_says_unknown_and_why(starter):
    chaining = next(row for row in built("W01").options if row.name == "Prompt chaining")
    assert chaining.figures["tco"] is None
    assert chaining.bar is None
    assert chaining.missing == ("The steps of the chain and their tokens are not known.",)


def test_the_frameworks_that_speak_for_the_advice_are_told_from_the_others(starter):
    page = built("W06")
    assert [(row.title, row.agrees, row.undecided) for row in page.frameworks] == [
        ("Simplest first", False, False),
        ("Change and citation", False, False),
        ("Five gates", True, False),
        ("Payback", True, False),
    ]
    assert not page.frameworks_agree


def test_every_set_aside_claim_says_why(starter):
    page = built("W01")
    assert page.set_aside
    for row in page.set_aside:
        assert len(row.why) >= 2, row.reference


def test_what_to_do_comes_in_order(starter):
    assert [step.text for step in built("W05").to_do] == [
        *(wording.word("step_action", step) for step in ("prompting", "few_shot", "rag")),
        wording.word("condition", "reassess_after_tests"),
    ]


def test_answers_are_numbered_in_the_order_of_the_questions_however_a_result_is_stored(starter):
    result = facts.evaluate(factories.worked_answers(), as_of=AS_OF, reference="D-1").as_dict()
    stored = json.loads(json.dumps(result, sort_keys=True))
    pages = [result_page.build(one, facts.documents_named_in(one)) for one in (result, stored)]
    asked = [question.text["en"] for question in facts.questionnaire().questions]
    assert [[question for _, question, _ in page.answers] for page in pages] == [asked, asked]


def test_a_recommended_option_that_falls_short_is_told_from_one_that_would_do(starter):
    falls_short = {case_id: built(case_id).uncertainty.chosen_falls_short for case_id in ("W01", "W06")}
    assert falls_short == {"W01": False, "W06": True}
