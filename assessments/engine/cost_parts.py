"""The parts that running costs are made of, as figures of the ledger: hours, GPUs, re-training, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from assessments.engine import closed_forms
from assessments.engine.conditions import Lack
from assessments.engine.inputs import Inputs
from assessments.engine.ledger import Figure, Measure
from assessments.engine.numbers import MILLION

Part = Figure | Lack | None
"""A part of a cost; a Lack or None is not known."""

Requests = list[tuple[int, Figure]]
"""The cost of one request, for some months on end each."""


class CostParts:
    """Makes each part once, of the inputs of one case."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.money = Measure("currency", inputs.currency)
        self.monthly = Measure("currency", inputs.currency, "month")
        self.a_request = Measure("currency", inputs.currency, "request")

    def total(self, key: str, label: str, measure: Measure, parts: Mapping[str, Figure], variant: str) -> Figure | None:
        """The sum of some figures."""
        formula = " + ".join(f"{{{name}}}" for name in parts)

        def add(**values: Decimal) -> Decimal:
            return sum(values.values())  # type: ignore[return-value]  # of at least one

        return self.inputs.ledger.formula(key, label, formula, parts, add, measure, {"option": variant})

    def times(
        self,
        key: str,
        label: str,
        left: Figure,
        right: Figure,
        measure: Measure,
        params: Mapping[str, str] | None = None,
    ) -> Figure | None:
        """The product of two figures."""
        inputs = {"left": left, "right": right}
        return self.inputs.ledger.formula(key, label, "{left} × {right}", inputs, _times, measure, params)

    def upkeep(self, hours: Figure, what: str) -> Figure | None:
        """Hours a month at the hourly rate."""
        rate, label = self.inputs.assumed("hourly_rate"), f"upkeep of {what} per month"
        return self.times("upkeep_cost", label, hours, rate, self.monthly, {"what": what.replace(" ", "_")})

    def gpu(self) -> Figure | None:
        """One dedicated GPU for a month."""
        hours, price = self.inputs.assumed("gpu_hours"), self.inputs.assumed("gpu_hour")
        return self.times("gpu_cost", "dedicated GPU per month", hours, price, self.monthly)

    def gpus(self) -> Figure | None:
        """The dedicated GPUs for a month: one, or as many as the volume needs where somebody says what one serves."""
        one, capacity = self.gpu(), self.inputs.optional("gpu_capacity")
        if one is None or capacity is None:
            return one
        count = self.inputs.ledger.formula(
            "gpu_count",
            "GPUs that the volume needs",
            "{requests} ÷ {capacity}, whole GPUs",
            {"requests": self.inputs.answer("requests_per_month"), "capacity": capacity},
            closed_forms.gpus,
            Measure("count"),
        )
        assert count is not None, "the volume and a declared capacity have values"
        return self.times("gpus_cost", "dedicated GPUs per month", count, one, self.monthly)

    def retraining(self, cost: Figure) -> Figure | None:
        """Re-training at the client's own pace, per month."""
        cadence = self.inputs.answer("retrain_cadence_months")
        return self.inputs.ledger.formula(
            "retraining_cost_monthly",
            "re-training per month",
            "{cost} ÷ {cadence}",
            {"cost": cost, "cadence": cadence},
            lambda cost, cadence: cost / cadence,
            self.monthly,
        )

    def training(self, run: Figure | Lack, iterations: Figure | Lack) -> Part:
        """The training runs of a project."""
        if isinstance(run, Lack) or isinstance(iterations, Lack):
            return run if isinstance(run, Lack) else iterations
        return self.times("training_cost", "training runs", iterations, run, self.money)

    def provider_retraining(self) -> Figure | None:
        """Re-training at a provider that bills training tokens, per month; None where nobody says its price."""
        price = self.inputs.optional("tuned_training_price")
        if price is None:
            return None
        run = self.inputs.ledger.formula(
            "provider_training_run",
            "one training run at a provider",
            "{examples} × ({tokens_in} + {tokens_out}) × {passes} × {price}",
            {
                "examples": self.inputs.answer("n_examples"),
                "tokens_in": self.inputs.answer("tokens_in"),
                "tokens_out": self.inputs.answer("tokens_out"),
                "passes": self.inputs.assumed("training_passes"),
                "price": price,
            },
            lambda examples, tokens_in, tokens_out, passes, price: (
                examples * (tokens_in + tokens_out) * passes * price / MILLION
            ),
            Measure("currency", self.inputs.currency, "run"),
        )
        return None if run is None else self.retraining(run)

    def tuned_request(self) -> Figure | None:
        """One request to a provider's tuned model, with the tokens as answered; None where a price is not known."""
        asked, answered = self.inputs.optional("tuned_input_price"), self.inputs.optional("tuned_output_price")
        if asked is None or answered is None:
            return None
        return self.inputs.ledger.formula(
            "request_cost_tuned",
            "cost of one request to a provider's tuned model",
            "{tokens_in} × {input_price} + {tokens_out} × {output_price}",
            {
                "tokens_in": self.inputs.answer("tokens_in"),
                "tokens_out": self.inputs.answer("tokens_out"),
                "input_price": asked,
                "output_price": answered,
            },
            lambda tokens_in, tokens_out, input_price, output_price: (
                (tokens_in * input_price + tokens_out * output_price) / MILLION
            ),
            self.a_request,
        )

    def chained(self, request: Figure, steps: Figure) -> Figure:
        """A request that is answered by a chain of n calls: n × the cost of one request as it was answered.

        Every call is taken to read the whole answered input, prefix cached as answered, and to write the whole
        answered output, since the questionnaire knows the tokens of one request and not of its steps.
        """
        label = "cost of one request through the chain"
        made = self.times("request_cost_chain", label, steps, request, self.a_request)
        assert made is not None, "a price is a closed range, so some times it has a value"
        return made


def _times(left: Decimal, right: Decimal) -> Decimal:
    return left * right
