"""What the frameworks say about one case, and which options each of them speaks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assessments.engine.client_case import ClientCase
from assessments.engine.conditions import Source
from assessments.engine.numbers import to_json
from assessments.engine.tables import Finding, Framework


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one framework found, and the options it speaks for; none where it abstains."""

    framework: Framework
    finding: Finding
    options: tuple[str, ...]

    def speaks_for(self, option: str) -> bool:
        """Whether the verdict supports this option."""
        return option in self.options

    def as_dict(self, case: ClientCase) -> dict[str, Any]:
        """As in the result document; enters the figures it rests on into the ledger."""
        finding = self.finding
        numbers = self.framework.data.get("numbers") or ()
        reasons = [(finding.fired, finding.sources), *finding.parts]
        told = [{"code": code, "figures": case.entered(sources)} for code, sources in reasons]
        counted = case.entered(Source("fact", name) for name in numbers)
        figures = dict.fromkeys([figure for reason in told for figure in reason["figures"]] + counted)
        return {
            "id": self.framework.id,
            "source": self.framework.source,
            "version": self.framework.version,
            "verdict": finding.verdict,
            "fired": finding.fired,
            "expired": finding.verdict == "evidence_expired",
            "options": list(self.options),
            "figures": list(figures),
            "reasons": told,
            "claims": case.cited([*self.framework.claims, *finding.claims]),
            "lacking": sorted({lack.name for lack in finding.lacks}),
            **({"use": finding.use} if finding.use else {}),
            **{name: list(codes) for name, codes in finding.lists.items()},
            **finding.choices,
            **{name: to_json(case.fact(name)) for name in numbers},
            **self._own(),
        }

    def _own(self) -> dict[str, Any]:
        """Of a firm's own framework all that decided and its words: the result can be read and judged again by itself."""
        own = self.framework
        if not own.firm:
            return {}
        return {"own": {"firm": own.firm, "digest": own.digest, "definition": dict(own.data)}}


def judge(framework: Framework, case: ClientCase) -> Verdict:
    """Run one framework."""
    finding = framework.table.find(case)
    named = {"use": finding.use, **finding.choices}
    options = [named.get(option, option) for option in framework.points_at.get(finding.verdict, ())]
    return Verdict(framework, finding, tuple(option for option in options if option is not None))


def on_the_table(verdicts: Iterable[Verdict], recommended: str) -> frozenset[str]:
    """Every option that a framework speaks for or the house recommends."""
    return frozenset(option for verdict in verdicts for option in verdict.options) | {recommended}
