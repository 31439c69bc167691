"""A report with a number that nobody can follow back must not pass. Each fault is planted, and must be found alone."""

import copy
import re

import pytest

from reports import manifest as manifests
from reports.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]


def failed(content):
    return {check.name: check.detail for check in verify(content).checks if not check.holds}


def resealed(manifest):
    """What a forger would do: make all digests right again after a change."""
    changed = copy.deepcopy(manifest)
    changed["digest"] = manifests.result_digest(changed)
    changed["document"]["seal"] = manifests.seal_of(changed)
    changed["manifest_digest"] = manifests.digest(changed)
    return changed


def figure(manifest, **wanted):
    return next(one for one in manifest["figures"] if wanted.items() <= one.items())


def test_the_sample_is_green(known, sample):
    assert failed(known(sample)) == {}


def test_a_planted_number(known, bound, printed):
    html = printed.html.replace("</h1>", "</h1><p>Clients like you save 4,711 dollars.</p>", 1)
    faults = failed(known(bound(html, manifests.encode(printed.manifest), files=printed.files)))
    assert faults == {"numbers": "4,711 on page 1 is not in the manifest"}


def test_a_planted_number_that_the_report_holds_elsewhere(known, bound, printed):
    """The budget is on other pages by right; once more is once too often."""
    assert any(entry["text"] == "US$25,000" for entry in printed.manifest["printed"])
    html = printed.html.replace("</h1>", "</h1><p>You will save US$25,000.</p>", 1)
    faults = failed(known(bound(html, manifests.encode(printed.manifest), files=printed.files)))
    assert list(faults) == ["numbers"]
    assert re.fullmatch(r"25,000 on page 1, [\d, ]+ is not in the manifest", faults["numbers"])


def test_a_number_changed_in_the_text(known, bound, printed):
    html = printed.html.replace("92,592", "29,592", 1)
    faults = failed(known(bound(html, manifests.encode(printed.manifest), files=printed.files)))
    assert list(faults) == ["numbers"]
    assert "29,592 on page 2 is not in the manifest" in faults["numbers"]
    assert "92,592 of the manifest is not in the text" in faults["numbers"]


def test_a_half_derived_number_whose_input_is_gone(known, bound, printed):
    forged = copy.deepcopy(dict(printed.manifest))
    total = figure(forged, key="tco", params={"option": "fine_tune_lora"})
    gone = total["origin"]["inputs"][-1]
    forged["figures"] = [one for one in forged["figures"] if one["id"] != gone]
    faults = failed(known(bound(printed.html, manifests.encode(resealed(forged)), files=printed.files)))
    assert f"{total['id']} is computed from {gone}, which does not exist" in faults["figures"]
    assert "numbers" not in faults


def test_a_half_derived_number_that_its_inputs_do_not_give(known, bound, printed):
    """The forger changes a total in the text and in the manifest alike, and seals both: the sum gives it away."""
    forged = copy.deepcopy(dict(printed.manifest))
    total = figure(forged, key="tco", params={"option": "fine_tune_lora"})
    total["likely"] = 82592.4
    html = printed.html.replace("92,592", "82,592")
    for entry in forged["printed"]:
        entry["text"] = entry["text"].replace("92,592", "82,592")
    faults = failed(known(bound(html, manifests.encode(resealed(forged)), files=printed.files)))
    assert faults["recomputed"] == f"{total['id']} comes out otherwise"
    # What the report prints of its seal and of the digest of its result is the one thing that the forger forgot.
    assert list(faults) == ["recomputed", "printed"]
    assert "groups 8, kind seal" in faults["printed"]
    assert "groups 16, kind digest" in faults["printed"]


def test_a_number_that_is_not_its_claims(known, bound, printed):
    forged = copy.deepcopy(dict(printed.manifest))
    gate = next(
        one for one in forged["figures"] if one["origin"].get("claim", "").startswith("fine-tuning-examples-gate")
    )
    gate["low"] = 100000
    faults = failed(known(bound(printed.html, manifests.encode(resealed(forged)), files=printed.files)))
    assert f"{gate['id']} is not the value of {gate['origin']['claim']}" in faults["figures"]


def test_a_manifest_that_vouches_for_a_planted_number(known, bound, printed):
    """A text beside the list is caught by counting, a text in the list by printing its origin again."""
    forged = copy.deepcopy(dict(printed.manifest))
    some = forged["figures"][0]["id"]
    origin = {"kind": "figure", "figure": some, "form": "full", "per": True, "bare": False}
    forged["printed"].append({"text": "4,711", "origin": origin})
    html = printed.html.replace("</h1>", "</h1><p>Clients like you save 4,711 dollars.</p>", 1)
    faults = failed(known(bound(html, manifests.encode(resealed(forged)), files=printed.files)))
    assert list(faults) == ["printed"]
    assert faults["printed"].startswith("“4,711” is not what its origin prints")


REASON = "against an average of 127,000"
"""Part of the reason for a decision, which the annex quotes."""


def test_a_number_changed_in_the_reason_for_a_decision(known, bound, printed):
    html = printed.html.replace(REASON, REASON.replace("127", "129"))
    faults = failed(known(bound(html, manifests.encode(printed.manifest), files=printed.files)))
    assert list(faults) == ["numbers"]
    assert re.fullmatch(
        r"129,000 on page \d+ is not in the manifest; 127,000 of the manifest is not in the text", faults["numbers"]
    )


def test_a_manifest_that_vouches_for_a_reason_nobody_gave(known, bound, printed):
    """The forger changes page and list alike; the reason in the result gives it away."""
    forged = copy.deepcopy(dict(printed.manifest))
    for entry in forged["printed"]:
        entry["text"] = entry["text"].replace(REASON, REASON.replace("127", "129"))
    html = printed.html.replace(REASON, REASON.replace("127", "129"))
    faults = failed(known(bound(html, manifests.encode(resealed(forged)), files=printed.files)))
    assert list(faults) == ["printed"]
    assert re.search(r"is not what its origin prints \(index \d+, kind conflict, path reason\)", faults["printed"])


def test_a_reason_that_is_changed_in_the_result_too(known, bound, printed):
    """Then the seal and the digest of the result, which the report prints, are other ones."""
    forged = copy.deepcopy(dict(printed.manifest))
    for entry in (*forged["printed"], *forged["conflicts"]):
        key = "text" if "text" in entry else "reason"
        entry[key] = entry[key].replace(REASON, REASON.replace("127", "129"))
    html = printed.html.replace(REASON, REASON.replace("127", "129"))
    faults = failed(known(bound(html, manifests.encode(resealed(forged)), files=printed.files)))
    assert list(faults) == ["printed"]
    assert "kind digest" in faults["printed"]


def test_a_report_without_numbers(known, bound, printed):
    bare = {**printed.manifest, "printed": [], "page_references": [], "running": []}
    html = '<html lang="en"><title>x</title><body data-state="DRAFT"><h1>Fine-tune.</h1><p>It pays.</p></body></html>'
    faults = failed(known(bound(html, manifests.encode(resealed(bare)), files=printed.files)))
    assert faults == {"numbers": "no number was found in the text"}


def test_a_report_whose_only_numbers_count_its_pages(known, bound, printed):
    bare = {**printed.manifest, "printed": [], "page_references": [], "running": []}
    html = '<html lang="en"><title>x</title><body data-state="DRAFT"><h1>Fine-tune.</h1><p style="break-before: page">It pays.</p></body></html>'
    faults = failed(known(bound(html, manifests.encode(resealed(bare)), files=printed.files)))
    assert faults == {"numbers": "no number was found in the text"}
