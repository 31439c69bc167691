"""A report on answers that nobody knows: it prints what each was taken as, and all of that traces."""

import io
import json
import re

import pytest
from django.core.management import call_command

from assessments import facts
from reports import document
from reports.sections.recommendation import Recommendation
from reports.tracing import figure_faults, printed_faults
from tests import factories
from tests.reports import worked
from tests.starter import starter_registry

pytestmark = pytest.mark.django_db

UNKNOWN = [question.id for question in facts.questionnaire().questions if question.unknown is not None]

TRIED = dict.fromkeys(("prompt_result", "few_shot_result", "rag_result"), "falls_short")
ANSWERS = factories.worked_answers("W05") | TRIED | dict.fromkeys(UNKNOWN, "unknown")


@pytest.fixture(scope="module", autouse=True)
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


@pytest.fixture(scope="module")
def unknowing(starter):
    """By language, a client who knows nothing that can be left open, and the case printed."""
    result = facts.evaluate(ANSWERS, as_of=worked.AS_OF, reference="D-unknown").as_dict()
    cases = {
        language: document.unsaved(
            result=result, title="Triage", client="Harbour", firm="Northwind", author="Clara", language=language
        )
        for language in ("en", "es")
    }
    return {
        language: (case, document.build(case, at=document.draft_date(case)).print()) for language, case in cases.items()
    }


SAID = [
    ("en", "requests_per_month", "not known; taken as 1,000–1,000,000 requests, likely 30,000"),
    ("es", "requests_per_month", "no se sabe; se toma como 1.000–1.000.000 solicitudes, lo más probable 30.000"),
    ("en", "cacheable_share", "not known; taken as 0–90%"),
    ("es", "regulated", "no se sabe; se toma como «sí»"),
    ("en", "gaps", "not known; taken as “none”"),
    ("en", "knowledge_change", "not known; taken as “Continuously”"),
]


@pytest.mark.parametrize(("language", "question", "said"), SAID)
def test_the_list_of_answers_says_what_was_taken(unknowing, language, question, said):
    case, printed = unknowing[language]
    row = re.search(rf'id="answer-Q{case.answer_numbers[question]}".*?</tr>', printed.html, re.DOTALL)
    assert row
    assert f"<td>{said}</td>" in row[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_printed_text_and_every_figure_traces(unknowing, language):
    _, printed = unknowing[language]
    assert printed_faults(printed.manifest) == []
    assert figure_faults(printed.manifest) == []


def test_it_traces_to_what_the_result_took_even_where_the_questionnaire_has_changed_its_mind(unknowing):
    _case, printed = unknowing["en"]
    forged = json.loads(json.dumps(printed.manifest))
    [volume] = [one for one in forged["unknown"] if one["question"] == "requests_per_month"]
    volume["taken_as"]["high"] = 500
    assert [fault for fault in printed_faults(forged) if "1,000,000 requests" in fault]


@pytest.mark.parametrize(
    ("language", "cells"),
    [
        ("en", ["Requests per month", "The client does not know; a wide range stands for it."]),
        ("es", ["Peticiones al mes", "El cliente no lo sabe; en su lugar se toma un rango amplio."]),
    ],
)
def test_a_number_is_listed_among_the_assumptions(unknowing, language, cells):
    case, printed = unknowing[language]
    [figure] = [one["id"] for one in case.result["figures"] if one["key"] == "unknown_requests_per_month"]
    row = re.search(rf'id="assumption-A{case.assumption_numbers[figure]}".*?</tr>', printed.html, re.DOTALL)
    assert row
    assert [cell for cell in cells if f"<td>{cell}</td>" in row[0]] == cells


def test_it_says_what_to_find_out(unknowing):
    case, printed = unknowing["en"]
    section = Recommendation.build(case)
    by_question = {one.question: one for one in section.unknown}
    assert "requests_per_month" not in by_question
    assert {turn.option for turn in by_question["gaps"].turns} == {"chaining_plus_rag"}
    assert [turn.option for turn in by_question["needs_private_facts"].turns] == ["few_shot"]
    assert by_question["task_narrow"].turns == ()
    assert "If it is “Several steps”" in printed.html
    assert "No other answer changes the advice." in printed.html
    assert "Si es «Varios pasos»" in unknowing["es"][1].html


def test_the_reason_for_less_confidence_leads_to_the_answers(unknowing):
    case, printed = unknowing["en"]
    [reason] = [one for one in case.result["recommendation"]["confidence_reasons"] if "questions" in one]
    number = case.answer_numbers[reason["questions"][0]]
    assert "cautious stand-ins take their place." in printed.html
    assert f'href="#answer-Q{number}"' in printed.html


def test_the_client_is_not_said_to_expect_what_nobody_knows(unknowing):
    case, printed = unknowing["en"]
    assert case.answer_value("requests_per_month") == 30000
    assert case.answer_figure("requests_per_month") is None
    assert "you expect" not in printed.html


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_file_is_verified(tmp_path, language):
    (tmp_path / "answers.json").write_text(json.dumps(ANSWERS))
    report = str(tmp_path / "report.pdf")
    call_command("assess", str(tmp_path / "answers.json"), "--pdf", report, "--lang", language, stdout=io.StringIO())
    call_command("verify_pdf", report, stdout=io.StringIO())  # fails where anything does not hold
