"""The result of an assessment: what the contract calls it, and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DIGEST_PREFIX = "sha256:"


def canonical(document: Any) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(document: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return DIGEST_PREFIX + hashlib.sha256(canonical(document)).hexdigest()


@dataclass(frozen=True, slots=True)
class Result:
    """What an assessment found. Every part is JSON already; figures are named by id."""

    reference: str
    as_of: str
    method: str
    currency: str
    answers: Mapping[str, Any]
    choices: Mapping[str, Any]
    frameworks: tuple[Mapping[str, Any], ...]
    recommendation: Mapping[str, Any]
    options: tuple[Mapping[str, Any], ...]
    break_even: Mapping[str, Any]
    warnings: tuple[Mapping[str, Any], ...]
    questions: tuple[Mapping[str, Any], ...]
    evidence: Mapping[str, Any]
    assumptions: tuple[str, ...]
    figures: tuple[Mapping[str, Any], ...]
    citations: tuple[Mapping[str, Any], ...]
    conflicts: tuple[Mapping[str, Any], ...] = ()
    uncertainty: Mapping[str, Any] | None = None
    thresholds: tuple[Mapping[str, Any], ...] = ()
    pools: tuple[Mapping[str, Any], ...] = ()
    scope_questions: tuple[Mapping[str, Any], ...] = ()
    gaps: tuple[Mapping[str, Any], ...] = ()
    unknown: tuple[Mapping[str, Any], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON of the contract with its digest, which covers everything else in it."""
        document = {
            "reference": self.reference,
            "as_of": self.as_of,
            "method": self.method,
            "currency": self.currency,
            "answers": dict(self.answers),
            "choices": dict(self.choices),
            "frameworks": [dict(framework) for framework in self.frameworks],
            "recommendation": dict(self.recommendation),
            "options": [dict(option) for option in self.options],
            "break_even": dict(self.break_even),
            "warnings": [dict(warning) for warning in self.warnings],
            "questions": [dict(question) for question in self.questions],
            "evidence": dict(self.evidence),
            "assumptions": list(self.assumptions),
            "figures": [dict(figure) for figure in self.figures],
            "citations": [dict(citation) for citation in self.citations],
            "conflicts": [dict(conflict) for conflict in self.conflicts],
            "uncertainty": None if self.uncertainty is None else dict(self.uncertainty),
            "thresholds": [dict(threshold) for threshold in self.thresholds],
            "pools": [dict(pool) for pool in self.pools],
            "scope_questions": [dict(question) for question in self.scope_questions],
            "gaps": [dict(gap) for gap in self.gaps],
            "unknown": [dict(answer) for answer in self.unknown],
        }
        return document | {"digest": digest(document)}
