"""Every figure of a result once more, from what it is said to come from and by the formula that is printed.

What stands at the bottom is read in the claims, the answers and the declared assumptions themselves, not in the result.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation, localcontext
from itertools import groupby, product
from typing import Any

from tests.assessments.engine.formula_text import ONE, PENCIL, tree, value, worth

Ends = tuple[Decimal | None, Decimal | None, Decimal | None]
Function = Callable[..., Decimal]
ZERO, NEVER, MILLION = Decimal(0), Decimal("Infinity"), Decimal(10) ** 6
BREAK_EVEN = {"break_even_requests", "break_even_uncached"}
GPUS = ", with the GPUs that this volume needs"
MEAN = "the mean of {before} and {after}, each month at its own price"
DRAWN = (" over the draws", "share of the draws", "standard error of", "lowest mean of", " at the P50", " at its P")
SOUGHT = "all else as likely"


def exact(number: Any) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def drawn(figure: Mapping[str, Any]) -> bool:
    """Whether draws or a search found it: no formula gives it again."""
    pattern = figure["origin"].get("pattern", "")
    return SOUGHT in pattern or any(words in pattern for words in DRAWN)


class Recomputed:
    """`given` has the ends of a figure that is no formula, by its document; `held` the months of each tariff."""

    def __init__(
        self,
        figures: Mapping[str, Mapping[str, Any]],
        given: Callable[[Mapping[str, Any]], Ends],
        held: list[int],
        peak: Callable[[Mapping[str, Any]], Decimal],
        moved: Mapping[str, Decimal] | None = None,
    ) -> None:
        self.figures, self.given, self.held, self.peak, self.moved = figures, given, held, peak, moved or {}
        self._found: dict[str, Ends] = {}

    def ends(self, one: str) -> Ends:
        """Low, likely and high of a figure by its id."""
        if one not in self._found:
            self._found[one] = self._ends(self.figures[one])
        return self._found[one]

    def _ends(self, figure: Mapping[str, Any]) -> Ends:
        if figure["id"] in self.moved:
            return (self.moved[figure["id"]],) * 3
        origin = figure["origin"]
        if origin["kind"] != "formula" or drawn(figure):
            return self.given(figure)
        inputs = dict(zip(origin["names"], origin["inputs"], strict=True))
        if "range" in inputs:
            low, _, high = self.ends(inputs["range"])
            return low, low + (high - low) * self._share(figure, inputs["range"]), high
        known = {name: self._scaled(self.figures[one]) for name, one in inputs.items()}
        low, likely, high = spread(self.function(figure), known)
        return _times(MILLION, low, likely, high) if self._per_million(figure) else (low, likely, high)

    def _share(self, figure: Mapping[str, Any], whole: str) -> Decimal:
        if figure["origin"]["pattern"] == "the middle of the range: {range}":
            return Decimal("0.5")
        assert figure["origin"]["pattern"] == "{range}, requests spread evenly over the day"
        return self.peak(self.figures[whole]) / 24

    def _per_million(self, figure: Mapping[str, Any]) -> bool:
        return figure["per"] == "million_tokens"

    def _scaled(self, figure: Mapping[str, Any]) -> Ends:
        """A price for a million tokens as that of one."""
        ends = self.ends(figure["id"])
        return _times(ONE / MILLION, *ends) if self._per_million(figure) else ends

    def function(self, figure: Mapping[str, Any]) -> Function:
        """The formula of a figure: as printed, or where it is words what the words mean."""
        pattern, key = figure["origin"]["pattern"], figure["key"]
        if pattern.startswith(MEAN):
            return self._mean(figure)
        if key in BREAK_EVEN and GPUS in pattern:
            return _requests_in_gpus
        if key in BREAK_EVEN:
            return lambda **values: value(tree(pattern), values) if values["saved"] > 0 else NEVER
        if key == "break_even_month" and "rate" not in figure["origin"]["names"]:
            return _month
        if key == "break_even_band_today":
            return _band
        printed = tree(pattern)
        return lambda **values: value(printed, values)

    def _mean(self, figure: Mapping[str, Any]) -> Function:
        """The tariffs so far hold for the months of as many segments; the one that is added, for those of the next."""
        depth, before = 1, self.figures[figure["origin"]["inputs"][0]]
        while before["origin"]["pattern"].startswith(MEAN):
            depth, before = depth + 1, self.figures[before["origin"]["inputs"][0]]
        first, whole = sum(self.held[:depth]), sum(self.held[: depth + 1])

        def mean(before: Decimal, after: Decimal, discount: Decimal | None = None) -> Decimal:
            if discount is None:
                return (before * first + after * (whole - first)) / whole
            early, all_of_it = worth(Decimal(first), discount), worth(Decimal(whole), discount)
            return (before * early + after * (all_of_it - early)) / all_of_it

        return mean


def _requests_in_gpus(
    upfront: Decimal,
    months: Decimal,
    monthly: Decimal,
    saved: Decimal,
    gpu: Decimal,
    capacity: Decimal,
    discount: Decimal | None = None,
) -> Decimal:
    """The volume at which what is saved pays for the rest, with the first number of GPUs that can serve it.

    Never where nothing is saved, or where a further GPU costs more than it saves when it is full.
    """
    if saved <= 0:
        return NEVER
    fixed = upfront / (months if discount is None else worth(months, discount)) + monthly
    if fixed / saved <= capacity:
        return max(ZERO, fixed / saved)
    if saved * capacity <= gpu:
        return NEVER
    further = ((fixed - saved * capacity) / (saved * capacity - gpu)).to_integral_value("ROUND_CEILING")
    return (fixed + further * gpu) / saved


def _month(upfront: Decimal, monthly: Decimal, saved: Decimal, requests: Decimal, discount: Decimal = ZERO) -> Decimal:
    gain = requests * saved - monthly
    if gain <= 0:
        return NEVER
    if upfront <= 0:
        return ZERO
    if discount == 0:
        return upfront / gain
    left = ONE - discount * upfront / gain
    return NEVER if left <= 0 else -left.ln() / (ONE + discount).ln()


def _band(
    upfront: Decimal, months: Decimal, request: Decimal, tokens_in: Decimal, tokens_out: Decimal, ratio: Decimal
) -> Decimal:
    saved = request / (tokens_in + tokens_out) * (ONE - ONE / ratio)
    return NEVER if saved <= 0 else upfront / months / saved


def spread(function: Function, inputs: Mapping[str, Ends]) -> Ends:
    """From the corners of the inputs' ranges; an end that is not known is infinitely far, and comes out as not known."""
    corners = []
    for low, _, high in inputs.values():
        ends = (-NEVER if low is None else low, NEVER if high is None else high)
        corners.append(ends[:1] if ends[0] == ends[1] else ends)
    likely = _at(function, {name: likely for name, (_, likely, _) in inputs.items()})
    found = [_at(function, dict(zip(inputs, corner, strict=True))) for corner in product(*corners)]
    if None in found:
        return None, _finite(likely), None
    known = [one for one in (*found, likely) if one is not None]
    return _finite(min(known)), _finite(likely), _finite(max(known))


def _at(function: Function, values: Mapping[str, Decimal | None]) -> Decimal | None:
    if None in values.values():
        return None
    with localcontext(PENCIL):
        try:
            return function(**values)
        except (InvalidOperation, DivisionByZero):
            return None


def _finite(number: Decimal | None) -> Decimal | None:
    return number if number is not None and number.is_finite() else None


def _times(factor: Decimal, *ends: Decimal | None) -> Any:
    with localcontext(PENCIL):
        return tuple(None if one is None else one * factor for one in ends)


def segments(prices: list[Any]) -> list[int]:
    """How many months on end have the same prices."""
    return [sum(1 for _ in same) for _, same in groupby(prices)]
