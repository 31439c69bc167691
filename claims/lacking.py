"""What somebody who stands on the registry needs and does not find there: plain data, without who needs it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Lacking:
    """A number that no published claim gives. Slugs of subjects and metrics: any of them would do.

    `unit`, `currency` and `per` as in a claim's value, empty for none; `scope` is what a claim may not contradict;
    `claims` (`slug@n`) came near and were set aside. `code` says why there is none: `no_claim`, `expired`, `no_rate`,
    `scope_unanswered`.
    """

    code: str
    subjects: tuple[str, ...]
    metrics: tuple[str, ...]
    unit: str
    currency: str = ""
    per: str = ""
    scope: Mapping[str, Any] = field(default_factory=dict)
    claims: tuple[str, ...] = ()

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Lacking":
        """From plain data. Takes the keys that are fields here and nothing else; order and repetition do not matter."""
        return cls(
            code=entry["code"],
            subjects=tuple(sorted(set(entry["subjects"]))),
            metrics=tuple(sorted(set(entry["metrics"]))),
            unit=entry["unit"],
            currency=entry.get("currency") or "",
            per=entry.get("per") or "",
            scope=dict(entry.get("scope") or {}),
            claims=tuple(sorted(set(entry.get("claims") or ()))),
        )

    @property
    def key(self) -> str:
        """Alike for two that lack the same for the same reason, whatever came near."""
        asked = [self.code, self.subjects, self.metrics, self.unit, self.currency, self.per, dict(self.scope)]
        text = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def is_filled_by(self, document: Mapping[str, Any], *, on: date) -> bool:
        """Whether a published document gives this number on a day: it may say less of the scope, not something else."""
        value, scope = document["value"], document["scope"]
        return (
            document["subject"]["slug"] in self.subjects
            and document["metric"]["slug"] in self.metrics
            and any(value[end] is not None for end in ("low", "likely", "high"))
            and (value["unit"], value["per"] or "") == (self.unit, self.per)
            and self.currency in ("", value["currency"] or "")
            and all(scope.get(name, wanted) == wanted for name, wanted in self.scope.items())
            and (document["expires_on"] is None or document["expires_on"] > on.isoformat())
        )
