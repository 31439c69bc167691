"""Exchange rates with their dates, and how an amount gets from one currency into another. No Django here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

METRIC = "exchange-rate"
"""The metric of a claim that gives a rate; its scope is `{from, to, on}`."""

_ROUNDING = Context(prec=15)


@dataclass(frozen=True, slots=True)
class Rate:
    """One published rate: a unit of `base` buys `factor` of `currency` on the day `on`; `claim` is its `slug@n`."""

    base: str
    currency: str
    factor: Decimal
    on: date
    claim: str

    @property
    def slug(self) -> str:
        """The claim without the number of its revision."""
        return self.claim.rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class Conversion:
    """From `base` into `currency` by the published rates in `through`, one or two."""

    base: str
    currency: str
    factor: Decimal
    through: tuple[Rate, ...]

    @property
    def on(self) -> date:
        """The day of the rates; the older one where two were needed."""
        return min(rate.on for rate in self.through)


class Rates:
    """The latest rate of each pair. A rate serves both ways, and two that share a currency lead through it."""

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        self._latest: dict[tuple[str, str], Rate] = {}
        for rate in sorted(rates, key=lambda rate: (rate.on, rate.claim)):
            self._latest[rate.base, rate.currency] = rate

    def __bool__(self) -> bool:
        return bool(self._latest)

    def between(self, base: str, currency: str) -> Conversion | None:
        """How an amount in `base` becomes one in `currency`; None where no published rate leads there."""
        steps = self._step(base, currency)
        if steps is not None:
            factor, rate = steps
            return Conversion(base, currency, _ROUNDING.plus(factor), (rate,))
        for middle in sorted({code for pair in self._latest for code in pair}):
            first, second = self._step(base, middle), self._step(middle, currency)
            if first is not None and second is not None:
                factor = _ROUNDING.plus(first[0] * second[0])
                return Conversion(base, currency, factor, (first[1], second[1]))
        return None

    def from_(self, base: str) -> Iterator[Conversion]:
        """Every currency that an amount in `base` can be turned into, in alphabetical order."""
        for currency in sorted({code for pair in self._latest for code in pair} - {base}):
            conversion = self.between(base, currency)
            if conversion is not None:
                yield conversion

    def _step(self, base: str, currency: str) -> tuple[Decimal, Rate] | None:
        there = self._latest.get((base, currency))
        if there is not None:
            return there.factor, there
        back = self._latest.get((currency, base))
        return None if back is None else (1 / back.factor, back)
