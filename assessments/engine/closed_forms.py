"""Closed forms of total cost and break-even. Δ is fine-tuning minus the alternative; money in one currency.

Amounts are Decimal. `INFINITY` is the answer "never". `annuity`, `request_cost` and `gpus` take arrays of draws as well.
"""

from __future__ import annotations

from decimal import Decimal

from assessments.engine.numbers import INFINITY, MILLION, ONE, ZERO, at_least, ceiling


def annuity(months: Decimal | int, discount_per_month: Decimal | None = None) -> Decimal:
    """What one unit a month over these months is worth today, paid at the end of each month.

    A discount that varies from draw to draw must be above zero in each.
    """
    if discount_per_month is None or (isinstance(discount_per_month, Decimal | float) and discount_per_month == ZERO):  # type: ignore[redundant-expr]  # or an array of draws
        return months  # type: ignore[return-value]  # an int does as well
    worth: Decimal = (1 - (1 + discount_per_month) ** -months) / discount_per_month
    return worth


def gpus(requests: Decimal, capacity: Decimal) -> Decimal:
    """Whole GPUs for this many requests a month: at least the one that runs all the time."""
    return at_least(1, ceiling(requests / capacity))


def request_cost(
    prefix: Decimal, fresh: Decimal, output: Decimal, prefix_price: Decimal, input_price: Decimal, output_price: Decimal
) -> Decimal:
    """The cost of one request: tokens of the prefix, of the rest of the input and of the output; prices per million."""
    return (prefix * prefix_price + fresh * input_price + output * output_price) / MILLION


def break_even_requests(upfront_delta: Decimal, monthly_delta: Decimal, saved: Decimal, annuity_: Decimal) -> Decimal:
    """R* = (ΔU/A + ΔF) / saved per request; infinity where nothing is saved, zero where any volume pays."""
    if saved <= ZERO:
        return INFINITY
    return max(ZERO, (upfront_delta / annuity_ + monthly_delta) / saved)


def break_even_requests_in_gpus(
    upfront_delta: Decimal,
    monthly_delta: Decimal,
    saved: Decimal,
    annuity_: Decimal,
    *,
    gpu: Decimal,
    capacity: Decimal,
    count: Decimal = ONE,
) -> Decimal:
    """R* with as many GPUs as R* itself needs; `monthly_delta` has the first `count` in it, each costs `gpu` a month.

    The smallest volume at which what is saved pays for the GPUs that serve it; infinity where a further GPU costs more
    than it saves when it is full.
    """
    if saved <= ZERO:
        return INFINITY
    short = upfront_delta / annuity_ + monthly_delta - saved * capacity * count
    if short <= ZERO:
        return break_even_requests(upfront_delta, monthly_delta, saved, annuity_)
    gained = saved * capacity - gpu
    if gained <= ZERO:
        return INFINITY
    further = ceiling(short / gained)
    return break_even_requests(upfront_delta, monthly_delta + further * gpu, saved, annuity_)


def break_even_month(
    upfront_delta: Decimal, monthly_delta: Decimal, saved_a_month: Decimal, discount_per_month: Decimal = ZERO
) -> Decimal:
    """m* = ΔU / (saved a month − ΔF); infinity where it never comes, zero where it pays from the start.

    With a discount the month solves ΔU = gain × annuity(m).
    """
    gain = saved_a_month - monthly_delta
    if gain <= ZERO:
        return INFINITY
    if upfront_delta <= ZERO:
        return ZERO
    if discount_per_month == ZERO:
        return upfront_delta / gain
    left = ONE - discount_per_month * upfront_delta / gain
    return INFINITY if left <= ZERO else -left.ln() / (ONE + discount_per_month).ln()


def break_even_tokens(
    upfront: Decimal, monthly: Decimal, base_price: Decimal, ratio: Decimal, annuity_: Decimal
) -> Decimal:
    """V* = (U/A + F) / (p_base (1 − 1/r)) in tokens a month; `base_price` per million tokens, `ratio` base to tuned."""
    saved = base_price / MILLION * (ONE - ONE / ratio)
    return INFINITY if saved <= ZERO else (upfront / annuity_ + monthly) / saved


def largest_upfront(
    tokens: Decimal, monthly: Decimal, base_price: Decimal, ratio: Decimal, annuity_: Decimal
) -> Decimal:
    """U_max = A (V p_base (1 − 1/r) − F): what may be spent at the start so that V tokens a month pay it back."""
    return annuity_ * (tokens * base_price / MILLION * (ONE - ONE / ratio) - monthly)
