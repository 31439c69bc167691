"""What the evidence lacks: said in the report in its language, traced, and left out where nothing is lacking."""

from dataclasses import replace

import pytest
from lxml import html

from assessments.engine.result import digest
from reports import document
from reports import manifest as manifests
from reports.verification import verify

pytestmark = pytest.mark.django_db

GAPS = [
    {
        "role": "rag_hours", "code": "expired", "subjects": ["rag"], "metrics": ["maintenance-hours"], "unit": "hours",
        "currency": None, "per": "month", "scope": {"tier": "production"}, "claims": ["rag-maintenance-hours@1"],
        "options": ["rag", "hybrid_rag_lora"],
    },
    {
        "role": "tuned_hosting_cost", "code": "no_claim", "subjects": ["fine-tuning"], "metrics": ["hosting-cost"],
        "unit": "currency", "currency": "USD", "per": "month", "scope": {}, "claims": [], "options": [],
        "assumption": None,
    },
    {
        "role": "prompt_hours", "code": "no_claim", "subjects": ["few-shot", "prompting"],
        "metrics": ["maintenance-hours"], "unit": "hours", "currency": None, "per": "month", "scope": {}, "claims": [],
        "assumption": "prompt_hours", "options": [],
    },
]  # fmt: skip


def with_gaps(case, gaps):
    result = {key: value for key, value in case.result.items() if key != "digest"} | {"gaps": gaps}
    return replace(case, result=result | {"digest": digest(result)})


def without_gaps(case):
    return replace(case, result={key: value for key, value in case.result.items() if key != "gaps"})


def printed(case):
    return document.build(case, at=document.draft_date(case)).print()


def words(page) -> str:
    """The text of the section, white space made even."""
    [section] = html.fromstring(page).xpath("//section[@id='gaps']")
    return " ".join(section.text_content().split())


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        (
            "en",
            (
                "What the evidence lacks",
                "hours of upkeep of retrieval",
                "What gave it is past its hard stop and may not be cited.",
                "Retrieval (RAG), Retrieval and fine-tuning (LoRA)",
                "No published claim gives it for this scope. An assumption of the house stands in its place",
            ),
        ),
        (
            "es",
            (
                "Lo que falta en la evidencia",
                "horas de mantenimiento de la recuperación",
                "Lo que lo daba ha pasado su fecha límite y no puede citarse.",
                "Recuperación (RAG), Recuperación y ajuste fino (LoRA)",
                "Ninguna afirmación publicada lo da para este alcance. Un supuesto de la casa ocupa su lugar",
            ),
        ),
    ],
)
def test_each_gap_is_said_with_why_and_which_options_have_no_total(worked_cases, language, rows):
    section = words(printed(with_gaps(worked_cases("W01", language), GAPS)).html)
    for text in rows:
        assert text in section, text


@pytest.mark.parametrize("change", [lambda case: with_gaps(case, []), without_gaps], ids=["empty", "older result"])
def test_where_nothing_is_lacking_there_is_no_section(worked_case, change):
    page = printed(change(worked_case)).html
    assert 'id="gaps"' not in page
    assert 'href="#gaps"' not in page


def test_the_section_stands_in_the_contents(worked_case):
    assert 'href="#gaps"' in printed(with_gaps(worked_case, GAPS)).html


@pytest.mark.slow
def test_a_report_with_gaps_is_verified(known, bound, worked_case):
    made = printed(with_gaps(worked_case, GAPS))
    checks = verify(known(bound(made.html, manifests.encode(made.manifest), files=made.files))).checks
    assert [one.detail for one in checks if not one.holds] == []
