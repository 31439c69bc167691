"""A report with a framework of the firm: its words, whose it is, and that the file can be judged again by itself."""

import json
from copy import deepcopy

import pytest

from assessments import operations, own_frameworks
from assessments.models import FrameworkVersion
from reports import document, manifest
from reports import operations as reporting
from reports.numbers import numbers
from reports.verification import CHECKS, open_pdf, verify
from tests import factories, firm_frameworks
from tests.reports.worked import AS_OF
from tests.starter import starter_registry

OURS = "upkeep-first"


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


@pytest.fixture
def final(starter, db):
    """A worked client, judged by one founding framework and the example of a firm's own."""
    at = factories.NOON
    case = factories.assessment(answers=factories.worked_answers(), title="Whether to train")
    own_frameworks.upload(
        by=firm_frameworks.admin(), at=at, firm=case.firm, content=firm_frameworks.EXAMPLE.read_bytes()
    )
    by = factories.consultant()
    case = own_frameworks.choose_for_assessment(by=by, at=at, assessment=case, frameworks=["simplest-first", OURS])
    return operations.finalise(by=by, at=at, assessment=case, as_of=AS_OF)


def printed(case, language):
    found = document.stored(case, as_of=AS_OF, language=language)
    return document.build(found, at=document.draft_date(found)).print()


def words_of(content):
    return " ".join(" ".join(page) for page in open_pdf(content).pages)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            (
                "Upkeep first",
                "Framework of Northwind, version 1",
                "How the frameworks decide",
                "a framework of the firm that advises you is marked as its own",
            ),
        ),
        (
            "es",
            (
                "Primero, el mantenimiento",
                "Marco de Northwind, versión 1",
                "Cómo deciden los marcos",
                "un marco de la firma que le asesora se señala como suyo",
            ),
        ),
    ],
)
def test_an_issued_report_shows_it_in_the_readers_language_and_holds(final, language, texts, renderer):
    report = reporting.issue(
        assessment=final,
        by=factories.consultant(),
        at=final.finalised_at,
        language=language,
        because=factories.REASON,
        renderer=renderer,
    )
    found = verify(bytes(report.content))
    assert [f"{check.name}: {check.detail}" for check in found.checks if not check.holds] == []
    details = {check.name: check.detail for check in found.checks}
    assert details["frameworks"] == "1 of 1 of the firm's own are in this installation, unchanged"
    assert "come out the same" in details["recomputed"]
    text = "".join(words_of(bytes(report.content)).split())
    for part in texts:
        assert "".join(part.split()) in text, part


def test_verdict_and_reasons_are_printed_in_the_words_of_the_file(final):
    for language in ("en", "es"):
        own = final.result_document["frameworks"][1]
        words = own["own"]["definition"]["words"]
        html = printed(final, language).html
        assert words["reasons"][own["fired"]][language] in html
        for code in own["in_the_way"]:
            assert words["reasons"][code][language] in html


def test_the_number_of_the_version_leads_to_the_result(final):
    found = [one for one in printed(final, "en").manifest["printed"] if one["origin"]["kind"] == "framework"]
    assert [one["text"] for one in found if numbers(one["text"])] == ["Framework of Northwind, version 1"]
    assert found[0]["origin"] == {"kind": "framework", "framework": OURS, "part": "mark", "code": ""}


def test_every_claim_that_its_table_names_is_attached(final):
    attached = {entry["claim"].partition("@")[0] for entry in printed(final, "en").manifest["claims"]}
    assert {"fine-tuning-examples-gate", "evaluation-before-fine-tuning"} <= attached


def looked_at(found, check):
    return CHECKS[check](json.loads(manifest.encode(found)), None)


def test_a_definition_that_was_bent_is_found(final):
    bent = deepcopy(dict(printed(final, "en").manifest))
    assert looked_at(bent, "frameworks").holds
    assert looked_at(bent, "recomputed").holds
    definition = bent["frameworks"][1]["own"]["definition"]
    definition["rules"][0]["use"] = "rag"
    found = looked_at(bent, "frameworks")
    assert not found.holds
    assert found.detail == "the definition of upkeep-first, version 1 does not give its digest"


def test_a_version_that_is_another_here_is_found(final):
    forged = deepcopy(dict(printed(final, "en").manifest))
    kept = FrameworkVersion.objects.get()
    own = forged["frameworks"][1]["own"]
    own["definition"]["source"] = "Somebody else"
    own["digest"] = own_frameworks.digest(own["definition"])
    found = looked_at(forged, "frameworks")
    assert (found.holds, found.detail) == (False, "upkeep-first, version 1 is another here")
    assert kept.digest != own["digest"]


def test_a_report_of_the_founding_four_says_so(starter, db):
    case = factories.assessment(answers=factories.worked_answers(), title="Whether to train")
    case = operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=case, as_of=AS_OF)
    found = printed(case, "en")
    assert "four published decision frameworks" in found.html
    assert "Four ways to decide" in found.html
    assert looked_at(found.manifest, "frameworks").detail == "the founding ones"
