"""Totals that sources state, in the annex: what is printed, that it traces, and that a forged one is found."""

import copy
from dataclasses import replace

import pytest

from reports import document, tracing
from reports import manifest as manifests
from reports.sections.evidence import Evidence
from reports.verification import verify

pytestmark = pytest.mark.django_db

HIDDEN = "fine-tuning-hidden-cost-yearly@1"


def section(case) -> Evidence:
    return Evidence.build(case)


def stated(manifest, reference: str):
    return next(entry for entry in manifest["claims"] if entry["claim"] == reference)


def test_the_annex_lists_the_totals_of_cited_claims(worked_case) -> None:
    found = {
        row.reference: (row.finding, row.relation, row.has_middle, row.has_gap) for row in section(worked_case).totals
    }
    assert found == {
        "few-shot-build-cost@1": ("partly", "contains", False, False),
        "fine-tuning-budget-gate@1": ("partly", "contains", False, False),
        "fine-tuning-hidden-cost-yearly@1": ("does_not_follow", "above", False, True),
        "fine-tuning-project-cost-average-aiformaking@1": ("within", "inside", True, False),
        "fine-tuning-project-cost-range@1": ("does_not_follow", "above", True, True),
        "prompt-chaining-build-cost@1": ("partly", "contains", False, False),
        "rag-build-cost-basic@1": ("does_not_follow", "above", False, True),
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What its parts give", "US$176,000 per year", "12 × US$5,000 per month + 12 × US$3,000 per month", "Does not follow from its parts.", "The total lies above.", "US$24,000 per year", "middle: US$202,000", "4.5 × US$5,000–25,000 per month")),
        ("es", ("Lo que dan sus partes", "176.000\xa0US$ al año", "12 × 5.000\xa0US$ al mes", "No se deduce de sus partes.", "El total queda por encima.", "24.000\xa0US$ al año", "punto medio: 202.000\xa0US$", "4,5 × 5.000–25.000\xa0US$ al mes")),
    ],
)  # fmt: skip
def test_it_is_printed_in_both_languages(worked_cases, language, words) -> None:
    case = worked_cases("W01", language)
    html = document.build(case, at=document.draft_date(case)).print().html
    for text in words:
        assert text in html, text


def test_the_parts_of_every_total_are_attached(printed) -> None:
    attached = {entry["claim"] for entry in printed.manifest["claims"]}
    totals = tracing.stated_totals(printed.manifest)
    assert len(totals) >= 7
    for entry in totals:
        for part in entry["standing"]["arithmetic"]["parts"]:
            assert f"{part['claim']}@{part['revision']}" in attached
    assert tracing.arithmetic_faults(printed.manifest) == []


def test_a_report_without_totals_has_no_such_table(worked_case) -> None:
    bare = [replace(claim, standing={**claim.standing, "arithmetic": None}) for claim in worked_case.claims]
    case = replace(worked_case, claims=tuple(bare))
    assert section(case).totals == ()
    assert "What its parts give" not in document.build(case, at=document.draft_date(case)).print().html


def test_a_file_from_before_there_were_totals_is_still_read(printed) -> None:
    old = copy.deepcopy(dict(printed.manifest))
    for entry in old["claims"]:
        del entry["standing"]["arithmetic"]
    assert tracing.arithmetic_faults(old) == []


def test_a_finding_that_its_parts_do_not_give_is_found(printed) -> None:
    forged = copy.deepcopy(dict(printed.manifest))
    stated(forged, HIDDEN)["standing"]["arithmetic"]["finding"] = "follows"
    assert tracing.arithmetic_faults(forged) == [f"the total of {HIDDEN} comes out otherwise"]


def test_a_part_that_is_not_attached_is_found(printed) -> None:
    forged = copy.deepcopy(dict(printed.manifest))
    forged["claims"] = [entry for entry in forged["claims"] if entry["claim"] != "fine-tuning-maintenance-monthly@1"]
    assert f"{HIDDEN} is added up from fine-tuning-maintenance-monthly, which is not attached" in tracing.arithmetic_faults(forged)  # fmt: skip


@pytest.mark.slow
def test_a_forged_total_does_not_pass(known, bound, printed) -> None:
    """The forger changes what the parts give in text and manifest alike, and seals both."""
    forged = copy.deepcopy(dict(printed.manifest))
    computed = stated(forged, HIDDEN)["standing"]["arithmetic"]["computed"]
    computed |= {"low": 216000, "likely": 216000, "high": 216000, "text": "US$216,000 per year"}
    html = printed.html.replace("176,000", "216,000")
    for entry in forged["printed"]:
        entry["text"] = entry["text"].replace("176,000", "216,000")
    forged["manifest_digest"] = manifests.digest(forged)
    checks = verify(known(bound(html, manifests.encode(forged), files=printed.files))).checks
    assert {one.name: one.detail for one in checks if not one.holds} == {
        "arithmetic": f"the total of {HIDDEN} comes out otherwise"
    }
