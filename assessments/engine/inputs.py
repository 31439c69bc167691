"""The inputs of the cost model as ledger figures: answers, claims in their roles, and declared assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessments.engine import closed_forms
from assessments.engine.claim import Claim, Standing
from assessments.engine.conditions import Lack
from assessments.engine.evidence import Evidence
from assessments.engine.facts import Facts
from assessments.engine.house import House
from assessments.engine.ledger import Figure, Ledger, Measure
from assessments.engine.numbers import ZERO
from assessments.engine.prices import METRIC, Tariff, peak_share, tariffs
from assessments.engine.questionnaire import Questionnaire


@dataclass
class Inputs:
    """Everything the cost model reads. A figure enters the ledger when it is first asked for."""

    facts: Facts
    questionnaire: Questionnaire
    house: House
    evidence: Evidence
    ledger: Ledger
    currency: str
    _tariffs: list[Tariff] | Lack | None = field(default=None, init=False)

    def answer(self, question: str) -> Figure:
        """A numeric answer. Not for one that may be empty and is."""
        asked = self.questionnaire.by_id[question]
        return self.ledger.answer(question, asked.label["en"], self.facts.number(question), asked.measure)

    def claim(self, role: str) -> Figure | Lack:
        """The claim that fills the role, with a likely value where its range is closed."""
        claim = self.evidence.claim_for(self.house.roles[role])
        return (
            claim
            if isinstance(claim, Lack)
            else self.ledger.middle(self.ledger.claim(claim, self.house.roles[role].label))
        )

    def assumed(self, key: str) -> Figure:
        """A house assumption, or the published claim that replaces it."""
        assumption = self.house.assumptions[key]
        if assumption.replaced_by is not None:
            claim = self.evidence.claim_for(assumption.replaced_by)
            if not isinstance(claim, Lack):
                return self.ledger.middle(self.ledger.claim(claim, assumption.label))
        measure = assumption.measure(self.currency)
        return self.ledger.assumption(key, assumption.label, assumption.value, measure, assumption.note)

    def request_cost(
        self, key: str, label: str, context: Figure | None = None, *, cached: bool = True
    ) -> Figure | Lack:
        """The cost of one request to the client's model, the cacheable share cached, over the horizon.

        `context` are retrieved tokens on top, never cached. Where prices change within the horizon, each month
        counts at its own price. A prompt longer than the prices are for has no known cost.
        """
        found = self._priced()
        if isinstance(found, Lack):
            return found
        prompt = self.facts.number("tokens_in") + (ZERO if context is None or context.high is None else context.high)
        if any(tariff.longest_prompt is not None and prompt > tariff.longest_prompt for tariff in found):
            return Lack(f"{METRIC}-{self.facts['baseline_model']}", Standing.MISSING)
        costs = [self._tariff_cost(key, label, tariff, context, cached=cached) for tariff in found]
        return self._mean(key, label, costs, [Decimal(tariff.months) for tariff in found])

    def _priced(self) -> list[Tariff] | Lack:
        if self._tariffs is None:
            months = int(self.facts.number("horizon_months"))
            model = str(self.facts["baseline_model"])
            self._tariffs = tariffs(self.evidence, model, months, self.house.providers)
        return self._tariffs

    def _mean(self, key: str, label: str, costs: Sequence[Figure], months: Sequence[Decimal]) -> Figure:
        """The mean cost over the horizon, tariff by tariff; with one tariff simply its cost."""
        so_far, counted = costs[0], months[0]
        for cost, more in zip(costs[1:], months[1:], strict=True):

            def mean(before: Decimal, after: Decimal, held: Decimal = counted, holds: Decimal = more) -> Decimal:
                return (before * held + after * holds) / (held + holds)

            pattern = "the mean of {before} and {after}, each month at its own price"
            inputs = {"before": so_far, "after": cost}
            so_far = _made(self.ledger.formula(key, label, pattern, inputs, mean, cost.measure))
            counted += more
        return so_far

    def _price(self, claim: Claim, term: str) -> Figure:
        """A price; one that depends on the hour has as its likely value the mean of a day."""
        figure = self.ledger.claim(claim, term)
        if claim.low == claim.high:
            return self.ledger.middle(figure)
        return self.ledger.within(figure, peak_share(claim), "{range}, requests spread evenly over the day")

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
            share: Decimal = ZERO,
            cached_price: Decimal = ZERO,
            context: Decimal = ZERO,
        ) -> Decimal:
            prefix = tokens_in * share
            fresh = tokens_in - prefix + context
            return closed_forms.request_cost(prefix, fresh, tokens_out, cached_price, input_price, output_price)

        measure = Measure("currency", self.currency, "request")
        pattern += " + {tokens_out} × {output_price}"
        return _made(self.ledger.formula(key, label, pattern, inputs, cost, measure))


def _made(figure: Figure | None) -> Figure:
    assert figure is not None, "prices are closed ranges, so what is computed from them has a value"
    return figure
