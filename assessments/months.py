"""What each option costs month by month, as a table: likely values, each month at its own price.

Each cell comes from figures of the ledger: month 0 is the figure of the start, every later month that of the running
cost that holds in it. With a discount the added-up column counts each month at its worth today, as the total does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from assessments import wording
from assessments.engine.offer import variant_of

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Column:
    """One option with the figures that its months come from: start, running cost by months, and total."""

    variant: str
    name: str
    start: str
    phases: tuple[Mapping[str, Any], ...]
    total: str


def columns(result: Mapping[str, Any]) -> list[Column]:
    """The options of a result whose total has a likely value; one from before there were phases has none."""
    return [
        Column(
            variant_of(one),
            wording.word("option", variant_of(one)),
            one["figures"]["upfront"],
            tuple(one["phases"]),
            one["figures"]["tco"],
        )
        for one in result["options"]
        if one["eligible"] and one.get("phases") and one["tco"]["likely"] is not None
    ]


def left_out(result: Mapping[str, Any]) -> list[str]:
    """The options that may be chosen and have no column, because their total has no likely value."""
    shown = {column.variant for column in columns(result)}
    return [
        wording.word("inside", variant_of(one))
        for one in result["options"]
        if one["eligible"] and variant_of(one) not in shown
    ]


def table(result: Mapping[str, Any]) -> pd.DataFrame:
    """Months down, from 0; for each option the cost of the month and the cost so far, exact decimals.

    The last row of the cost so far is the option's total to the cent.
    """
    figures = {figure["id"]: figure for figure in result["figures"]}
    discount = next((_likely(one) for one in result["figures"] if one["key"] == "discount"), Decimal(0))
    costs, so_far = {}, {}
    for column in columns(result):
        months = list(_months(column, figures))
        worth = pd.Series([cost / (1 + discount) ** month for month, cost in enumerate(months)], dtype=object)
        costs[column.name, "month"] = pd.Series(months, dtype=object)
        so_far[column.name, "so far"] = worth.cumsum()
    order = [(column.name, part) for column in columns(result) for part in ("month", "so far")]
    frame = pd.DataFrame({key: (costs | so_far)[key] for key in order})
    frame.index.name = "Month"
    return frame.map(lambda amount: amount.quantize(CENT))


def _months(column: Column, figures: Mapping[str, Any]) -> Iterator[Decimal]:
    yield _likely(figures[column.start])
    for phase in column.phases:
        for _ in range(phase["first"], phase["last"] + 1):
            yield _likely(figures[phase["monthly"]])


def _likely(figure: Mapping[str, Any]) -> Decimal:
    return Decimal(str(figure["likely"]))


def as_csv(result: Mapping[str, Any]) -> str:
    """The table as a file: one column an option and kind of cost, the currency in each head."""
    frame = table(result)
    frame.columns = [f"{name}, {part}, {result['currency']}" for name, part in frame.columns]
    return str(frame.to_csv())
