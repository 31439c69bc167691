"""What the draws say, as rows of the result page: percentiles, what moves the choice, what to measure, where it turns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments import wording
from assessments.engine.offer import variant_of

MOST_TURNS = 8


@dataclass(frozen=True, slots=True)
class DrawnOption:
    """One option's total in the draws: ids of figures; `share` is None for one that would not do."""

    name: str
    chosen: bool
    p10: str
    p50: str
    p90: str
    share: str | None
    objections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swing:
    """An input, and the difference at its P10 and at its P90."""

    input: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Past `at`, on this side, the cheapest adequate option is `to`."""

    input: str
    at: str
    side: str
    before: str
    to: str


@dataclass(frozen=True)
class Uncertainty:
    """`against` is the rival of the difference, empty where the total of the option itself is moved."""

    options: tuple[DrawnOption, ...]
    difference: str | None
    option: str
    against: str
    swings: tuple[Swing, ...]
    evpi: str | None
    leading: str | None
    leading_worth: str | None
    error: str | None
    inputs: tuple[tuple[str, str], ...]
    turns: tuple[Turn, ...]

    @property
    def chosen_falls_short(self) -> bool:
        """Whether the recommended option would not do, as far as is known."""
        return any(option.chosen and option.objections for option in self.options)


def build(result: Mapping[str, Any], chosen: str | None, lang: str = "en") -> Uncertainty | None:
    """From the result document; None where nothing was drawn. `chosen` is the variant that is recommended."""
    drawn = result.get("uncertainty")
    if drawn is None:
        return None
    tornado = drawn["tornado"] or {"option": "", "against": "", "of": None, "rows": []}
    worth = drawn["evpi"]["inputs"]
    return Uncertainty(
        options=tuple(
            DrawnOption(
                name=wording.word("option", variant_of(one), lang),
                chosen=variant_of(one) == chosen,
                p10=one["figures"]["p10"],
                p50=one["figures"]["p50"],
                p90=one["figures"]["p90"],
                share=one["figures"].get("p_cheapest"),
                objections=tuple(wording.word("inadequate", code, lang) for code in one["inadequate_because"]),
            )
            for one in result["options"]
            if "p50" in one["figures"]
        ),
        difference=tornado["of"],
        option=wording.word("inside", tornado["option"], lang) if tornado["option"] else "",
        against=wording.word("inside", tornado["against"], lang) if tornado["against"] else "",
        swings=tuple(Swing(row["figure"], row["low"], row["high"]) for row in tornado["rows"]),
        evpi=drawn["evpi"]["figure"],
        leading=drawn["evpi"]["leading"],
        leading_worth=worth[0]["value"] if worth else None,
        error=drawn["sampling_error"],
        inputs=tuple(
            (one["figure"], wording.word("distribution", one["distribution"], lang)) for one in drawn["inputs"]
        ),
        turns=tuple(_turns(result, lang)),
    )


def _turns(result: Mapping[str, Any], lang: str) -> list[Turn]:
    return [
        Turn(
            one["figure"],
            one["at_figure"],
            one["side"],
            wording.word("inside", one["from"], lang),
            wording.word("inside", one["to"], lang),
        )
        for one in result["thresholds"][:MOST_TURNS]
    ]
