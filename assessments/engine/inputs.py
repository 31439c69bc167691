"""The inputs of the cost model as ledger figures: answers, claims in their roles, and declared assumptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessments.engine import closed_forms
from assessments.engine.answer_figures import answer_figure
from assessments.engine.choices import NONE_MADE, Choices
from assessments.engine.claim import Claim, Standing
from assessments.engine.conditions import Lack
from assessments.engine.evidence import Evidence
from assessments.engine.facts import Facts
from assessments.engine.house import House
from assessments.engine.ledger import Figure, Ledger, Measure
from assessments.engine.numbers import ZERO
from assessments.engine.pooling import Pools
from assessments.engine.prices import METRIC, Tariff, peak_share, tariffs
from assessments.engine.questionnaire import Questionnaire
from assessments.engine.roles import Role
from assessments.engine.what_if import BY, MOVED, PRICE_FACTOR

ANSWERS = frozenset(
    [
        "n_examples",
        "retrain_cadence_months",
        "requests_per_month",
        "tokens_in",
        "cacheable_share",
        "tokens_out",
        "baseline_model",
        "horizon_months",
    ]
)
"""The questions whose answers the cost model computes with."""

_NOTHING: Any = 0
"""A part that is not there; an int, so that a formula takes arrays of draws as well as decimals."""


@dataclass
class Inputs:
    """Everything the cost model reads. A figure enters the ledger when it is first asked for."""

    facts: Facts
    questionnaire: Questionnaire
    house: House
    evidence: Evidence
    ledger: Ledger
    currency: str
    choices: Choices = NONE_MADE
    _tariffs: list[Tariff] | Lack | None = field(default=None, init=False)

    def answer(self, question: str) -> Figure:
        """A numeric answer. Not for one that may be empty and is."""
        return answer_figure(self.ledger, self.questionnaire, self.facts, question)

    def claim(self, role: str) -> Figure | Lack:
        """The claims that fill the role, as one figure with a likely value where the range is closed."""
        return self._read(self.house.roles[role])

    def _read(self, role: Role) -> Figure | Lack:
        reading = self.evidence.reading_for(role)
        if isinstance(reading, Lack):
            return reading
        return self.ledger.middle(Pools(self.ledger, self.house.grades, self.currency).figure(reading, role))

    def assumed(self, key: str) -> Figure:
        """An assumption that the model cannot do without, as `optional` finds it."""
        figure = self.optional(key)
        assert figure is not None, "the house file was checked: it has a value"
        return figure

    def optional(self, key: str) -> Figure | None:
        """What the consultant declared; else the published claim that replaces the house assumption; else that one.

        None where there is none of the three.
        """
        assumption = self.house.assumptions[key]
        measure = assumption.measure(self.currency)
        declared = self.choices.declared(key)
        if declared is not None:
            return self.ledger.assumption(key, assumption.label, declared.value, measure, declared.note, declared.by)
        if assumption.replaced_by is not None:
            found = self._read(assumption.replaced_by)
            if isinstance(found, Figure):
                return found
        if assumption.value is None:
            return None
        return self.ledger.assumption(key, assumption.label, assumption.value, measure, assumption.note)

    def discount(self) -> Figure | None:
        """The discount rate per month; None where money of every month counts the same."""
        figure = self.optional("discount")
        return figure if figure is not None and figure.high != ZERO else None

    def request_cost(
        self, key: str, label: str, context: Figure | None = None, *, cached: bool = True
    ) -> Figure | Lack:
        """The cost of one request to the client's model, the cacheable share cached, over the horizon.

        `context` are retrieved tokens on top, never cached. Where prices change within the horizon, each month
        counts at its own price. A prompt longer than the prices are for has no known cost.
        """
        costs = self.request_costs(key, label, context, cached=cached)
        return costs if isinstance(costs, Lack) else self.mean(key, label, costs)

    def request_costs(
        self, key: str, label: str, context: Figure | None = None, *, cached: bool = True
    ) -> list[tuple[int, Figure]] | Lack:
        """The same tariff by tariff: for how many months it holds, and the cost of one request in them."""
        found = self._priced()
        if isinstance(found, Lack):
            return found
        prompt = self.facts.number("tokens_in") + (ZERO if context is None or context.high is None else context.high)
        if any(tariff.longest_prompt is not None and prompt > tariff.longest_prompt for tariff in found):
            return Lack(f"{METRIC}-{self.facts['baseline_model']}", Standing.MISSING)
        return [(tariff.months, self._tariff_cost(key, label, tariff, context, cached=cached)) for tariff in found]

    def longest_input(self) -> Decimal | None:
        """Up to how many input tokens the prices hold, retrieved ones beside them; None where there is no limit."""
        found = self._priced()
        limits = (
            [] if isinstance(found, Lack) else [one.longest_prompt for one in found if one.longest_prompt is not None]
        )
        context = self.assumed("context_tokens").high or ZERO
        return min(limits) - context if limits else None

    def _priced(self) -> list[Tariff] | Lack:
        if self._tariffs is None:
            months = int(self.facts.number("horizon_months"))
            model = str(self.facts["baseline_model"])
            self._tariffs = tariffs(self.evidence, model, months, self.house.providers)
        return self._tariffs

    def mean(self, key: str, label: str, costs: Sequence[tuple[int, Figure]]) -> Figure:
        """The mean cost over the horizon, tariff by tariff; with one tariff simply its cost.

        Each month counts the same, or with a discount what its money is worth today.
        """
        counted, so_far = costs[0]
        discount = self.discount()
        for months, cost in costs[1:]:
            inputs = {"before": so_far, "after": cost}
            pattern = "the mean of {before} and {after}, each month at its own price"
            if discount is not None:
                inputs["discount"] = discount
                pattern += " and worth today at {discount}"
            mean = _weighted(counted, months)
            so_far = _made(self.ledger.formula(key, label, pattern, inputs, mean, cost.measure))
            counted += months
        return so_far

    def _price(self, claim: Claim, term: str) -> Figure:
        """A price; one that depends on the hour has as its likely value the mean of a day."""
        figure = self.ledger.claim(claim, term)
        if claim.low == claim.high:
            return self._supposed(self.ledger.middle(figure), term)
        spread = self.ledger.within(figure, peak_share(claim), "{range}, requests spread evenly over the day")
        return self._supposed(spread, term)

    def _supposed(self, price: Figure, term: str) -> Figure:
        """The price times the factor of a what-if; without one the price as it is claimed."""
        factor = self.choices.what_if.price_factor
        if factor is None:
            return price
        label = "factor on the model's token prices"
        inputs = {
            "price": price,
            "factor": self.ledger.assumption(PRICE_FACTOR, label, factor, Measure("count"), MOVED, BY),
        }
        return _made(
            self.ledger.formula(
                "supposed_price", f"{term}, what-if", "{price} × {factor}", inputs, _times, price.measure
            )
        )

    def _tariff_cost(self, key: str, label: str, tariff: Tariff, context: Figure | None, *, cached: bool) -> Figure:
        inputs = {
            "tokens_in": self.answer("tokens_in"),
            "tokens_out": self.answer("tokens_out"),
            "input_price": self._price(tariff.input, "price of input tokens"),
            "output_price": self._price(tariff.output, "price of output tokens"),
        }
        pattern = "{tokens_in} × {input_price}"
        if cached and tariff.cached is not None:
            inputs["share"] = self.answer("cacheable_share")
            inputs["cached_price"] = self._price(tariff.cached, "price of cached input tokens")
            pattern = "{tokens_in} × ({share} × {cached_price} + the rest × {input_price})"
        if context is not None:
            inputs["context"] = context
            pattern += " + {context} × {input_price}"

        def cost(
            tokens_in: Decimal,
            tokens_out: Decimal,
            input_price: Decimal,
            output_price: Decimal,
            share: Decimal = _NOTHING,
            cached_price: Decimal = _NOTHING,
            context: Decimal = _NOTHING,
        ) -> Decimal:
            prefix = tokens_in * share
            fresh = tokens_in - prefix + context
            return closed_forms.request_cost(prefix, fresh, tokens_out, cached_price, input_price, output_price)

        measure = Measure("currency", self.currency, "request")
        pattern += " + {tokens_out} × {output_price}"
        return _made(self.ledger.formula(key, label, pattern, inputs, cost, measure))


def _weighted(held: int, holds: int) -> Callable[..., Decimal]:
    """The mean of what held for some months and of what holds for the months after them."""

    def mean(before: Decimal, after: Decimal, discount: Decimal | None = None) -> Decimal:
        first: Decimal = closed_forms.annuity(held, discount)
        whole: Decimal = closed_forms.annuity(held + holds, discount)
        return (before * first + after * (whole - first)) / whole

    return mean


def _times(price: Decimal, factor: Decimal) -> Decimal:
    return price * factor


def _made(figure: Figure | None) -> Figure:
    assert figure is not None, "prices are closed ranges, so what is computed from them has a value"
    return figure
