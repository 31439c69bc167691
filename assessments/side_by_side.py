"""Results of one case side by side: the saved one first, then what-ifs. Every number is a figure of its own result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from assessments import wording
from assessments.engine.offer import chosen_variant
from assessments.engine.what_if import CONTROLS
from assessments.supposing import Trial
from assessments.traced import NOT_KNOWN, Origins, Shown, Traced
from assessments.what_if_form import value_text

SAVED = "As saved"
COSTS = ("tco", "monthly", "p_cheapest")
NOT_COUNTED = Shown("not counted")
BREAK_EVEN = ("requests_per_month", "month")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one way to build comes to in one result."""

    chosen: bool
    adequate: bool
    total: Shown
    monthly: Shown
    share: Shown


@dataclass(frozen=True)
class Column:
    """One result. `moved` is empty for the saved one; `scenario` the id of a kept what-if, `key` that of its anchors."""

    title: str
    moved: Mapping[str, Any]
    traced: Traced
    scenario: int | None = None

    @property
    def key(self) -> str:
        """Stands before the anchors of its origins."""
        return self.traced.prefix

    @property
    def headline(self) -> str:
        """The recommendation in one sentence."""
        return self.traced.page.headline

    @property
    def advice(self) -> str:
        """The recommended option as a noun."""
        return wording.word("option", self.option)

    @property
    def option(self) -> str:
        """Code of the recommended option."""
        return str(self.traced.result["recommendation"]["option"])

    @property
    def confidence(self) -> str:
        """One word."""
        return self.traced.page.confidence

    @cached_property
    def chosen(self) -> str | None:
        """The variant that is recommended."""
        return chosen_variant(self.traced.result["options"], self.option)

    @property
    def horizon(self) -> Shown:
        """The months that totals are over."""
        return self.traced.shown(self.traced.asked("horizon_months"))

    def cell(self, variant: str) -> Cell:
        """A way to build; one that this result does not have is unknown."""
        found = self.traced.options.get(variant)
        return Cell(
            chosen=variant == self.chosen,
            adequate=found is not None and found["eligible"] and found.get("adequate", True),
            total=self.traced.cost(variant, "tco"),
            monthly=self.traced.cost(variant, "monthly", "likely", per=False),
            share=self.traced.cost(variant, "p_cheapest")
            if found and "p_cheapest" in found["figures"]
            else NOT_COUNTED,
        )

    def break_even(self, name: str) -> Shown:
        """A part of the break-even: a figure, or a word in its place."""
        reached = self.traced.result["break_even"][name]
        if reached is None:
            return NOT_KNOWN
        if reached in self.traced.page.figures:
            return self.traced.shown(reached)
        return Shown(wording.word("break_even", reached))

    def moved_to(self, control: str) -> Shown | None:
        """The tried value of a control, as a figure where the result has one; None where it is as saved."""
        if control not in self.moved:
            return None
        figure, text = (
            self.traced.asked(control) or self.traced.keyed(control),
            value_text(control, self.moved[control]),
        )
        return replace(self.traced.shown(figure), text=text) if figure else Shown(text)

    @property
    def origins(self) -> Origins:
        """Where its numbers come from."""
        options = self.traced.result["options"]
        roots = [one["figures"][name] for one in options for name in COSTS if name in one["figures"]]
        reached = [self.traced.result["break_even"][name] for name in BREAK_EVEN]
        roots += [one for one in reached if one in self.traced.page.figures]
        asked = [self.traced.asked(one) or self.traced.keyed(one) for one in (*CONTROLS, "horizon_months")]
        return self.traced.origins([*roots, *(one for one in asked if one)])


@dataclass(frozen=True, slots=True)
class Row:
    """One line across the columns."""

    label: str
    cells: tuple[Any, ...]


@dataclass(frozen=True)
class SideBySide:
    """Columns of one case. The first is the saved result."""

    columns: tuple[Column, ...]

    @property
    def options(self) -> tuple[Row, ...]:
        """The ways to build that any of the results has, with a cell for each."""
        variants = dict.fromkeys(name for column in self.columns for name in column.traced.options)
        return tuple(
            Row(wording.word("option", variant), tuple(column.cell(variant) for column in self.columns))
            for variant in variants
        )

    @property
    def break_even(self) -> tuple[Row, ...]:
        """Where fine-tuning and few-shot prompting cost the same."""
        return tuple(
            Row(wording.word("compared", name), tuple(column.break_even(name) for column in self.columns))
            for name in BREAK_EVEN
        )

    @property
    def moved(self) -> tuple[Row, ...]:
        """The controls that any of them moves."""
        touched = [one for one in CONTROLS if any(one in column.moved for column in self.columns)]
        return tuple(
            Row(wording.word("control", one), tuple(column.moved_to(one) for column in self.columns)) for one in touched
        )


@dataclass(frozen=True)
class Panel(SideBySide):
    """One what-if beside the saved result."""

    @property
    def before(self) -> Column:
        """The saved one."""
        return self.columns[0]

    @property
    def after(self) -> Column:
        """The tried one."""
        return self.columns[1]

    @property
    def method_changed(self) -> bool:
        """Whether the two were computed by other rules."""
        return bool(self.before.traced.result["method"] != self.after.traced.result["method"])

    @property
    def turns(self) -> bool:
        """Whether another option is recommended."""
        return self.before.option != self.after.option

    @property
    def same_words(self) -> bool:
        """Whether the recommendation reads the same."""
        return self.before.headline == self.after.headline

    @property
    def summary(self) -> str:
        """What a listener is told after each move: the advice, and what it costs in all."""
        total = self.after.traced.cost(self.after.chosen or "", "tco", "likely").text
        cost = f"Total: {total}. " if self.after.chosen else ""
        return f"What if: {self.after.headline} {cost}{'The advice changes.' if self.turns else 'The advice stays.'}"


def panel(trial: Trial, *, result_url: str) -> Panel:
    """A what-if beside the saved result, whose figures lead to its page. Where nothing is moved all of them do."""
    saved = Column(SAVED, {}, Traced(trial.saved, url=result_url))
    if not trial.moved:
        return Panel((saved, saved))
    return Panel((saved, Column("What if", trial.moved, Traced(trial.tried, prefix="what-if-"))))


def scenarios(trials: Sequence[Trial], kept: Sequence[tuple[int, str]], *, result_url: str) -> SideBySide:
    """Kept what-ifs (id and name, in the order of `trials`) beside the saved result."""
    first = Column(SAVED, {}, Traced(trials[0].saved, url=result_url))
    others = (
        Column(name, trial.moved, Traced(trial.tried, prefix=f"s{number}-"), scenario)
        for number, (trial, (scenario, name)) in enumerate(zip(trials, kept, strict=True), start=1)
    )
    return SideBySide((first, *others))


def moved_text(moved: Mapping[str, Any]) -> str:
    """What a scenario moves, in words: `Requests a month 240,000, Token prices of the model × 0.5`."""
    return ", ".join(
        f"{wording.word('control', name)} {value_text(name, moved[name])}" for name in CONTROLS if name in moved
    )
