"""One way to build with its figures, and which of two ways to build the recommended option counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessments.engine.conditions import Lack
from assessments.engine.ledger import Figure
from assessments.engine.numbers import to_json

OPTIONS = ("prompting", "few_shot", "prompt_chaining", "rag", "fine_tune_lora", "fine_tune_full", "hybrid_rag_lora")
PROVIDER = "fine_tune_lora_provider"
VARIANTS = (*OPTIONS[:5], PROVIDER, *OPTIONS[5:])
"""What is priced side by side: each option, and LoRA fine-tuning a second time, paid by the token at a provider."""
PERCENT = 100
OPTION_OF = {PROVIDER: "fine_tune_lora"}
"""The option of a variant that has another name than it."""


@dataclass(frozen=True, slots=True)
class Phase:
    """Months on end, `first` to `last` counted from 1, in which an option costs the same each month."""

    first: int
    last: int
    monthly: Figure


@dataclass
class Offer:
    """One variant with its figures, what is missing for a total, and why it is not offered where it is not.

    `tested` is what the client's own test of it said; None for an option the questionnaire does not ask about.
    `objections` say why it would not do for this client, whatever it costs. `phases` are its running costs month by
    month, `covered` the claims (`slug@n`) on parts that its start includes, `lacks` the evidence that was not to be had.
    """

    variant: str
    reasons: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    tested: str | None = None
    objections: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    covered: tuple[str, ...] = ()
    lacks: list[Lack] = field(default_factory=list)

    @property
    def option(self) -> str:
        """The option it is a way to build."""
        return OPTION_OF.get(self.variant, self.variant)

    @property
    def name(self) -> str:
        """The variant in plain words, for the labels of its figures."""
        return self.variant.replace("_", " ")

    @property
    def eligible(self) -> bool:
        """Whether the client's constraints allow it."""
        return not self.reasons

    @property
    def adequate(self) -> bool:
        """Whether it may be chosen and would do, as far as is known."""
        return self.eligible and not self.objections

    def put(self, name: str, figure: Figure | Lack | None, missing: str) -> None:
        """Keep a figure, or note what is missing."""
        if isinstance(figure, Figure):
            self.figures[name] = figure
        else:
            self.missing.append(missing)
            self._lack(figure)

    def tell(self, name: str, figure: Figure | Lack | None) -> None:
        """Keep a figure that no total needs, or note that it is unknown."""
        if isinstance(figure, Figure):
            self.figures[name] = figure
        else:
            self.notes.append(f"{name}_unknown")

    def known(self, parts: Mapping[str, Figure | Lack | None]) -> dict[str, Figure]:
        """The parts that have a figure; the others are noted as missing, each once."""
        for name, part in parts.items():
            if not isinstance(part, Figure) and name not in self.missing:
                self.missing.append(name)
                self._lack(part)
        return {name: part for name, part in parts.items() if isinstance(part, Figure)}

    def _lack(self, part: Figure | Lack | None) -> None:
        if isinstance(part, Lack):
            self.lacks.append(part)

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        tco = self.figures.get("tco")
        share = self._likely("p_cheapest")
        return {
            "option": self.option,
            "variant": self.variant,
            "eligible": self.eligible,
            "reasons": list(self.reasons),
            "adequate": self.adequate,
            "inadequate_because": list(self.objections),
            "tco": {code: to_json(self._likely(code)) for code in ("p10", "p50", "p90")}
            | {end: to_json(tco.number(end)) if tco else None for end in ("low", "likely", "high")},
            "p_cheapest": None if share is None else to_json(share / PERCENT),
            "missing": list(self.missing),
            "notes": list(self.notes),
            "tested": self.tested,
            "covered": list(self.covered),
            "phases": [
                {"first": phase.first, "last": phase.last, "monthly": phase.monthly.id} for phase in self.phases
            ],
            "figures": {name: figure.id for name, figure in self.figures.items()},
        }

    def _likely(self, name: str) -> Decimal | None:
        figure = self.figures.get(name)
        return None if figure is None else figure.likely


def variant_of(found: Mapping[str, Any]) -> str:
    """The variant of an option in a result document. One from before there were variants has the option itself."""
    return str(found.get("variant") or found["option"])


def chosen_variant(options: Iterable[Mapping[str, Any]], option: str) -> str | None:
    """Which variant of the recommended option is meant: the cheapest by its likely total among those that may be chosen.

    `options` are those of a result document. Where none has a total it is the one that has the option's own name; None
    where the recommendation is no option that stands among them.
    """
    ways = [one for one in options if one["option"] == option]
    totals = {
        variant_of(one): one["tco"]["likely"] for one in ways if one["eligible"] and one["tco"]["likely"] is not None
    }
    if totals:
        return min(totals, key=totals.__getitem__)
    return option if ways else None
