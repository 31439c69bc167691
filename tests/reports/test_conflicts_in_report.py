"""Who disagrees with the claims of a report, and what was decided: frozen with the result, printed, and traced."""

from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from assessments import facts
from claims import operations
from claims.models import Conflict
from reports import document
from reports import manifest as manifests
from reports.sections.evidence import Evidence
from reports.verification import verify
from tests import factories, starter
from tests.claims import factories as registry
from tests.reports.worked import AS_OF

pytestmark = pytest.mark.django_db

PAIR = ["fine-tuning-project-cost-range@1", "fine-tuning-project-cost-average-aiformaking@1"]


def of_pair(result) -> dict:
    return next(one for one in result["conflicts"] if set(one["revisions"]) == set(PAIR))


def html_of(case) -> str:
    return document.build(case, at=document.draft_date(case)).print().html


def test_a_result_keeps_the_conflicts_of_the_claims_it_names(worked_case) -> None:
    found = of_pair(worked_case.result)
    assert {key: found[key] for key in ("subject", "metric", "relation", "state", "decided_on")} == {
        "subject": "fine-tuning",
        "metric": "project-cost",
        "relation": "disjoint",
        "state": "contested",
        "decided_on": "2026-11-22",
    }
    assert found["reason"].startswith("A whole project at 5,000 to 30,000 dollars against an average of 127,000.")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Where these claims are disagreed with", "contested", "The ranges do not meet.", "an average of 127,000")),
        ("es", ("Dónde no hay acuerdo", "discutida", "Los intervalos no se tocan.", '<span lang="en">A whole project')),
    ],
)  # fmt: skip
def test_the_annex_prints_what_was_decided_and_why(worked_cases, language, words) -> None:
    html = html_of(worked_cases("W01", language))
    for text in words:
        assert text in html, text


def test_each_contested_claim_of_the_annex_leads_to_its_conflict(worked_case) -> None:
    section = Evidence.build(worked_case)
    shown = {one.index for one in section.disagreements}
    contested = [row for row in section.entries if row.contested]
    assert contested
    assert all(row.conflicts and set(row.conflicts) <= shown for row in section.entries if row.conflicts)
    assert all(row.conflicts for row in contested)


@pytest.mark.slow
def test_a_number_slipped_into_a_reason_does_not_pass(known, bound, printed, worked_case) -> None:
    """The forger changes the reason on the page alone: it is no longer what the result says."""
    reason = of_pair(worked_case.result)["reason"]
    assert reason in unescape(printed.html)
    html = printed.html.replace("against an average of 127,000", "against an average of 129,000")
    assert html != printed.html
    checks = verify(known(bound(html, manifests.encode(printed.manifest)))).checks
    assert not all(one.holds for one in checks)
    assert "129,000" in " ".join(one.detail for one in checks if not one.holds)


def test_a_result_from_before_conflicts_were_kept_is_still_printed(worked_case) -> None:
    old = replace(worked_case, result={key: part for key, part in worked_case.result.items() if key != "conflicts"})
    section = Evidence.build(old)
    assert section.disagreements == ()
    assert "Where these claims are disagreed with" not in html_of(old)


def test_a_later_decision_changes_nothing_that_was_judged_before() -> None:
    starter.load()
    answers = factories.worked_answers()
    before = facts.evaluate(answers, as_of=AS_OF, reference="D-1").as_dict()
    pair = Conflict.objects.get(
        first__slug__in=[one.partition("@")[0] for one in PAIR],
        second__slug__in=[one.partition("@")[0] for one in PAIR],
    )
    operations.settle_conflict(
        by=registry.manager(),
        at=factories.NOON + timedelta(days=1),
        conflict=pair,
        state="scope_differs",
        reason="The higher figure is for programmes of 12 months.",
        on=date(2026, 11, 22),
    )
    after = facts.evaluate(answers, as_of=AS_OF, reference="D-1").as_dict()
    assert of_pair(before)["state"] == "contested"
    assert of_pair(after)["state"] == "scope_differs"
    assert of_pair(after)["reason"] == "The higher figure is for programmes of 12 months."
