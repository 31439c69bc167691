"""A stated total as the page of its claim lists it, and the totals that a claim is part of."""

from datetime import date
from typing import Any

from claims import published
from claims.arithmetic import Operation
from claims.models import Claim


def of_claim(document: dict[str, Any], claim: Claim, *, on: date) -> dict[str, Any]:
    """What `claims/arithmetic.html` takes; parts stand beside their documents as they are today, None where withdrawn."""
    found = document.get("arithmetic")  # the document of a revision has none: a total is judged on the day it is read
    slugs = [part["claim"] for part in found["parts"]] if found else []
    rows = published.revisions().filter(claim__slug__in=slugs).select_related("claim")
    standing = {row.claim.slug: row.body for row in rows}
    totals = published.revisions().filter(claim__stated_total__parts__claim=claim).order_by("claim__slug")
    return {
        "arithmetic": found,
        "is_sum": bool(found) and found["operation"] == Operation.SUM,
        "parts": [(part, standing.get(part["claim"])) for part in found["parts"]] if found else [],
        "part_of": published.documents(totals, on=on),
    }
