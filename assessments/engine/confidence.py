"""How sure the recommendation is, in a word with its reasons.

The frameworks that speak for the recommended option set the level: three or more give high, two medium, one low, none
very low. Each of three weaknesses of the evidence takes it down by one: a deciding claim graded low or very low, a
deciding claim past its review date, and a framework or rule that had no usable evidence. The deciding claims are
those behind the rule that fired and behind the frameworks that speak for the option.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments.engine.claim import Claim

LEVELS = ("very_low", "low", "medium", "high")
_MOST = 3  # of four
WEAK_GRADES = frozenset({"low", "very_low"})


@dataclass(frozen=True, slots=True)
class Confidence:
    """A word and the reasons for it, as in the result document."""

    word: str
    reasons: tuple[dict[str, Any], ...]


def confidence(
    agreeing: Sequence[str], disagreeing: Sequence[str], deciding: Sequence[Claim], lacking: Sequence[str], as_of: date
) -> Confidence:
    """`agreeing` and `disagreeing` are ids of frameworks, `lacking` names evidence that could not be used."""
    level = min(len(agreeing), len(LEVELS) - 1)
    reasons = [_reason(_agreement(agreeing, disagreeing), frameworks=list(agreeing))]
    weak = [claim.reference for claim in deciding if claim.certainty in WEAK_GRADES]
    overdue = [claim.reference for claim in deciding if claim.overdue(as_of)]
    contested = [claim.reference for claim in deciding if claim.contested_by]
    if weak:
        reasons.append(_reason("evidence_graded_low", claims=weak))
    if overdue:
        reasons.append(_reason("evidence_overdue", claims=overdue))
    if contested:
        reasons.append(_reason("evidence_contested", claims=contested))
    if lacking:
        reasons.append(_reason("evidence_lacking", evidence=list(lacking)))
    level -= bool(weak) + bool(overdue) + bool(lacking)
    return Confidence(LEVELS[max(level, 0)], tuple(reasons))


def _agreement(agreeing: Sequence[str], disagreeing: Sequence[str]) -> str:
    if not agreeing:
        return "no_framework_agrees"
    if not disagreeing:
        return "no_framework_disagrees"
    return "most_frameworks_agree" if len(agreeing) >= _MOST else "frameworks_divided"


def _reason(code: str, **more: list[str]) -> dict[str, Any]:
    return {"code": code, "figures": [], "claims": [], "frameworks": [], "evidence": []} | more
