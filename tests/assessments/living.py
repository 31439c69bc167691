"""Cases that count today on the starter registry, and changes of the claims they stand on."""

from datetime import timedelta
from typing import Any

from assessments import operations, reappraising
from assessments.models import Assessment, Firm, Reappraisal
from claims import operations as registry_operations
from claims.models import Claim, Revision
from tests import factories
from tests.claims import factories as registry

FINAL_AT = factories.NOON + timedelta(hours=1)
CHANGED_AT = factories.NOON + timedelta(hours=2)

RAG_COST = "rag-build-cost-production"
EXAMPLES_START = "fine-tuning-examples-start"
EXAMPLES_GATE = "fine-tuning-examples-gate"
NOT_CITED = "rag-accuracy-naive"
# Enough examples to start from today (50), and not enough once the start is raised.
FEW_EXAMPLES = {"n_examples": 60}


def final(case_id: str = "W01", *, of: Firm | None = None, title: str = "SEO copy", **answers: Any) -> Assessment:
    """A worked client's case, made final, with some answers changed."""
    of = of or factories.firm()
    draft = factories.assessment(of=of, title=title, answers=factories.worked_answers(case_id) | answers)
    return operations.finalise(by=factories.consultant(of), at=FINAL_AT, assessment=draft)


def claim(slug: str) -> Claim:
    return Claim.objects.get(slug=slug)


def revise(slug: str, **fields: Any) -> Revision:
    """Publish another revision of a claim."""
    return registry.change(claim(slug).current_revision, at=CHANGED_AT, **fields)


def dearer_rag(factor: int = 2) -> Revision:
    one = claim(RAG_COST)
    return revise(RAG_COST, low=one.low * factor, likely=one.likely * factor, high=one.high * factor)


def retract(slug: str) -> Revision:
    return registry_operations.retract(
        by=registry.manager(), at=CHANGED_AT, claim=claim(slug), reason="The page was withdrawn."
    )


def look_again() -> int:
    """What the worker does; how many cases it judged."""
    return reappraising.work("the worker")


def finding(case: Assessment) -> Reappraisal:
    """The last finding on a case."""
    return Reappraisal.objects.standing().get(assessment=case)
