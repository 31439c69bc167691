"""How sure the recommendation is, in a word with its reasons.

The frameworks that are run and speak for the recommended option set the level: three or more give high, two medium, one
low, none very low. Each of six weaknesses takes it down by one: a deciding claim graded low or very low, a deciding
claim past its review date, a framework or rule that had no usable evidence, a total that is the lowest of the adequate
options in less than half of the draws, claims that are apart and lead to another recommendation if they are read the
other way, and an answer nobody knows that bears on the advice. The deciding claims are those behind the rule that fired
and behind the frameworks that speak for the option.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments.engine.claim import Claim
from assessments.engine.ledger import Figure

HALF = 50  # percent of the draws
LEVELS = ("very_low", "low", "medium", "high")
_MOST = 3
WEAK_GRADES = frozenset({"low", "very_low"})


@dataclass(frozen=True, slots=True)
class Confidence:
    """A word and the reasons for it, as in the result document."""

    word: str
    reasons: tuple[dict[str, Any], ...]


def confidence(
    agreeing: Sequence[str],
    disagreeing: Sequence[str],
    deciding: Sequence[Claim],
    lacking: Sequence[str],
    as_of: date,
    share: Figure | None = None,
    unknown: Sequence[str] = (),
    *,
    divided: bool = False,
) -> Confidence:
    """`agreeing` and `disagreeing` are ids of frameworks, `lacking` names evidence that could not be used.

    `share` says in how many draws the option is the cheapest adequate one, in percent; None where it was not drawn.
    `unknown` are the questions that nobody could answer and that bear on the advice (`unknown_answers.weighing`);
    `divided`: an open scope question decides.
    """
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
    seldom = share is not None and share.likely is not None and share.likely < HALF
    if share is not None:
        code = "seldom_cheapest" if seldom else "mostly_cheapest"
        reasons.append(_reason(code, figures=[share.id]))
    if divided:
        reasons.append(_reason("readings_disagree"))
    if unknown:
        reasons.append(_reason("answers_unknown", questions=list(unknown)))
    level -= bool(weak) + bool(overdue) + bool(lacking) + seldom + divided + bool(unknown)
    return Confidence(LEVELS[max(level, 0)], tuple(reasons))


def _agreement(agreeing: Sequence[str], disagreeing: Sequence[str]) -> str:
    if not agreeing:
        return "no_framework_agrees"
    if not disagreeing:
        return "no_framework_disagrees"
    most = len(agreeing) >= _MOST and len(agreeing) > len(disagreeing)
    return "most_frameworks_agree" if most else "frameworks_divided"


def _reason(code: str, **more: list[str]) -> dict[str, Any]:
    return {"code": code, "figures": [], "claims": [], "frameworks": [], "evidence": []} | more
