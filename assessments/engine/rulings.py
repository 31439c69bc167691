"""What was decided about a claim for one input, and why: codes, to be put into words elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.engine.claim import Claim


@dataclass(frozen=True, slots=True)
class Because:
    """A reason, as a code with what it needs to be put into words."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {"code": self.code, "params": dict(self.params)}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One claim for one role: applied or set aside, and why."""

    claim: Claim
    role: str
    because: tuple[Because, ...]

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {
            "claim": self.claim.reference,
            "role": self.role,
            "because": [reason.as_dict() for reason in self.because],
        }


def contest(claim: Claim) -> tuple[Because, ...]:
    """That other claims contest it, where some do."""
    return (Because("contested", {"by": list(claim.contested_by)}),) if claim.contested_by else ()
