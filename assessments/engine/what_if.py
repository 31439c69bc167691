"""A what-if: a few numbers at other values, to see what would change. None of them is the client's answer or a claim.

Each is an assumption in the ledger and says so: an answer that is moved is no longer the client's, and a factor on prices
is a figure of its own beside the price claims, which stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessments.engine.numbers import to_json

ANSWERS = ("requests_per_month", "horizon_months", "cacheable_share", "baseline_model")
"""Questions whose answer can be moved; the last is a model and not a number."""

ASSUMPTIONS = ("hourly_rate",)
"""Keys of the house file that can be moved."""

PRICE_FACTOR = "price_factor"
LOWEST_FACTOR, HIGHEST_FACTOR = Decimal("0.01"), Decimal(100)

CONTROLS = ("requests_per_month", "horizon_months", "hourly_rate", PRICE_FACTOR, "baseline_model", "cacheable_share")
"""What can be moved, in the order in which it is shown."""

BY = "What-if"
MOVED = "Taken in place of the saved value, to see what would change. Nobody claims it."


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`answers`: question → JSON value; `assumptions`: key of the house file → value; `price_factor` None: prices as
    they are claimed."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    assumptions: Mapping[str, Decimal] = field(default_factory=dict)
    price_factor: Decimal | None = None

    def __bool__(self) -> bool:
        """Whether anything is moved."""
        return bool(self.answers or self.assumptions or self.price_factor is not None)

    def as_dict(self) -> dict[str, Any]:
        """As JSON: control → value, of those that are moved, in the order of `CONTROLS`."""
        moved = {**self.answers, **{key: to_json(value) for key, value in self.assumptions.items()}}
        if self.price_factor is not None:
            moved[PRICE_FACTOR] = to_json(self.price_factor)
        return {name: moved[name] for name in CONTROLS if name in moved}


UNMOVED = WhatIf()
