"""The ways to build side by side, those that cannot be chosen included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from assessments.engine.offer import chosen_variant, variant_of
from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Row:
    """One variant of an option. `ranged`: its total has two ends. `figures` by name: upfront, monthly, tco, cost_per_request, time_to_production, examples."""

    option: str
    chosen: bool
    eligible: bool
    reasons: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    ranged: bool
    figures: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said of some options alike: kind and code of each sentence."""

    options: tuple[str, ...]
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Options(Section):
    """All options of the result in its order."""

    rows: tuple[Row, ...]
    remarks: tuple[Remark, ...]

    slug = "options"
    name = _("Options compared")

    @classmethod
    def build(cls, case: Case) -> Self:
        """Chosen is what the result recommends."""
        chosen = chosen_variant(case.result["options"], case.result["recommendation"]["option"])
        rows = tuple(_row(case, option, chosen) for option in case.result["options"])
        return cls(rows=rows, remarks=tuple(_remarks(rows)))


def _row(case: Case, option: Mapping[str, Any], chosen: str | None) -> Row:
    total = case.figures.get(option["figures"].get("tco", ""), {})
    return Row(
        option=variant_of(option),
        chosen=variant_of(option) == chosen,
        eligible=option["eligible"],
        reasons=tuple(option["reasons"]),
        missing=tuple(option["missing"]),
        notes=tuple(option["notes"]),
        ranged=total.get("low") is not None and total.get("high") is not None and total["low"] != total["high"],
        figures={"upfront": None, "monthly": None, "tco": None, "cost_per_request": None}
        | {"time_to_production": None, "examples": None}
        | option["figures"],
    )


def _remarks(rows: tuple[Row, ...]) -> Iterator[Remark]:
    """What several options share is said once."""
    about: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for kind, codes in (("missing", row.missing), ("note", row.notes)):
            for code in codes:
                about.setdefault((kind, code), []).append(row.option)
    shared: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for said, options in about.items():
        shared.setdefault(tuple(options), []).append(said)
    for options_alike, words in shared.items():
        yield Remark(options_alike, tuple(words))
