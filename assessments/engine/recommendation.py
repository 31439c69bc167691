"""The house recommendation: the house table's finding, and the values at which it would turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.engine.client_case import ClientCase
from assessments.engine.condition_syntax import ORDERINGS
from assessments.engine.conditions import Lack, Source
from assessments.engine.house import House
from assessments.engine.numbers import ONE, to_json
from assessments.engine.tables import Finding

_NUDGE = Decimal("1e-6")  # how far past a threshold a number is moved, relative to it


@dataclass(frozen=True, slots=True)
class Flip:
    """An answer, the value at which the recommended option changes, where that value comes from, and the new option."""

    question: str
    figure: str
    at: Decimal
    at_figure: str
    to: str

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {
            "question": self.question,
            "figure": self.figure,
            "at": to_json(self.at),
            "at_figure": self.at_figure,
            "to": self.to,
        }


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What the house recommends. `option` is `evidence_missing` or `evidence_expired` where it cannot say."""

    option: str
    fired: str
    conditional: bool
    conditions: tuple[str, ...]
    steps: tuple[str, ...]
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    flips: tuple[Flip, ...]
    claims: tuple[str, ...]
    sources: tuple[Source, ...]
    lacks: tuple[Lack, ...]


def recommend(case: ClientCase, house: House) -> Recommendation:
    """Run the house table. `case.figures` must hold the figures that its thresholds name."""
    finding = house.table.find(case)
    codes = tuple(code for code, _ in finding.conditions)
    return Recommendation(
        finding.verdict,
        finding.fired,
        any(code in house.conditional_on for code in codes),
        codes,
        finding.lists.get("steps", ()),
        tuple(_reasons(case, finding)),
        tuple(_flips(case, house, finding)),
        tuple(case.cited(finding.claims)),
        tuple(dict.fromkeys([*finding.sources, *(source for _, sources in finding.conditions for source in sources)])),
        finding.lacks,
    )


def _reasons(case: ClientCase, finding: Finding) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield finding.fired, tuple(case.entered(finding.sources))
    for code, sources in finding.conditions:
        yield code, tuple(case.entered(sources))
    if finding.lacks:
        yield "evidence_lacking", ()


def _flips(case: ClientCase, house: House, finding: Finding) -> Iterator[Flip]:
    """Every threshold of the table across which the recommended option really changes, with all else as answered."""
    if finding.lacks:
        return
    seen: set[tuple[str, Decimal]] = set()
    for comparison in house.table.comparisons():
        at = comparison.operand.read(case) if comparison.op in ORDERINGS else None
        value = case.fact(comparison.fact)
        if not isinstance(at, Decimal) or not at.is_finite() or value is None or (comparison.fact, at) in seen:
            continue
        seen.add((comparison.fact, at))
        to = _other_side(case, house, comparison.fact, at, finding.verdict)
        if to is not None:
            [figure, at_figure] = case.entered([Source("fact", comparison.fact), *comparison.operand.sources()])
            yield Flip(comparison.fact, figure, at, at_figure, to)


def _other_side(case: ClientCase, house: House, fact: str, at: Decimal, option: str) -> str | None:
    """The option just across the threshold, where it differs and the answer could be moved there."""
    value = case.fact(fact)
    question = case.questionnaire.by_id[fact]
    step = ONE if question.type == "integer" else abs(at) * _NUDGE
    beyond = [at, at + step] if value < at else [at - step]
    if value == at:
        beyond.append(at + step)
    for moved in beyond:
        if not question.allows(moved):
            continue
        found = house.table.find(case.moved(fact, moved))
        if found.verdict != option and not found.lacks:
            return found.verdict
    return None
