"""What each option costs this client: up front, a month, a request and over the horizon, as ledger figures.

An option that lacks an input names it in `missing` and has no total: unknown is never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessments.engine.conditions import Lack
from assessments.engine.inputs import Inputs
from assessments.engine.ledger import Figure, Measure
from assessments.engine.numbers import ZERO, to_json

OPTIONS = ("prompting", "few_shot", "prompt_chaining", "rag", "fine_tune_lora", "fine_tune_full", "hybrid_rag_lora")
TESTED = {"prompting": "prompt_result", "few_shot": "few_shot_result", "rag": "rag_result"}
CLOSED_DEPLOYMENTS = frozenset({"own_weights_required", "air_gapped"})


@dataclass
class Offer:
    """One option with its figures, what is missing for a total, and why it is not offered where it is not.

    `tested` is what the client's own test of it said; None for an option the questionnaire does not ask about.
    """

    option: str
    reasons: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    tested: str | None = None

    @property
    def name(self) -> str:
        """The option in plain words, for the labels of its figures."""
        return self.option.replace("_", " ")

    @property
    def eligible(self) -> bool:
        """Whether the client's constraints allow it."""
        return not self.reasons

    def put(self, name: str, figure: Figure | Lack | None, missing: str) -> None:
        """Keep a figure, or note what is missing."""
        if isinstance(figure, Figure):
            self.figures[name] = figure
        else:
            self.missing.append(missing)

    def tell(self, name: str, figure: Figure | Lack | None) -> None:
        """Keep a figure that no total needs, or note that it is unknown."""
        if isinstance(figure, Figure):
            self.figures[name] = figure
        else:
            self.notes.append(f"{name}_unknown")

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        tco = self.figures.get("tco")
        return {
            "option": self.option,
            "eligible": self.eligible,
            "reasons": list(self.reasons),
            "tco": {"p10": None, "p50": None, "p90": None}
            | {end: to_json(tco.number(end)) if tco else None for end in ("low", "likely", "high")},
            "p_cheapest": None,
            "missing": list(self.missing),
            "notes": list(self.notes),
            "tested": self.tested,
            "figures": {name: figure.id for name, figure in self.figures.items()},
        }


class Costing:
    """Prices the options one after the other. `offers` has them in the order of `OPTIONS`."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self._money = Measure("currency", inputs.currency)
        self._monthly = Measure("currency", inputs.currency, "month")
        self.closed = inputs.facts["deployment"] in CLOSED_DEPLOYMENTS
        self.offers: Mapping[str, Offer] = {option: self._offer(option) for option in OPTIONS}

    def total(self, key: str, label: str, measure: Measure, parts: Mapping[str, Figure], option: str) -> Figure | None:
        """The sum of some figures."""
        formula = " + ".join(f"{{{name}}}" for name in parts)

        def add(**values: Decimal) -> Decimal:
            return sum(values.values(), ZERO)

        return self.inputs.ledger.formula(key, label, formula, parts, add, measure, {"option": option})

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
        return self.times("upkeep_cost", label, hours, rate, self._monthly, {"what": what.replace(" ", "_")})

    def gpu(self) -> Figure | None:
        """One dedicated GPU for a month."""
        hours, price = self.inputs.assumed("gpu_hours"), self.inputs.assumed("gpu_hour")
        return self.times("gpu_cost", "dedicated GPU per month", hours, price, self._monthly)

    def retraining(self, cost: Figure) -> Figure | None:
        """Re-training at the client's own pace, per month."""
        cadence = self.inputs.answer("retrain_cadence_months")
        return self.inputs.ledger.formula(
            "retraining_cost_monthly",
            "re-training per month",
            "{cost} ÷ {cadence}",
            {"cost": cost, "cadence": cadence},
            lambda cost, cadence: cost / cadence,
            self._monthly,
        )

    def _offer(self, option: str) -> Offer:
        tested = self.inputs.facts[TESTED[option]] if option in TESTED else None
        offer = Offer(option, tested=None if tested is None else str(tested))
        getattr(self, f"_{option}")(offer)
        return offer

    def _prompting(self, offer: Offer) -> None:
        self._prompted(offer, "prompting_build_cost")

    def _few_shot(self, offer: Offer) -> None:
        self._prompted(offer, "few_shot_build_cost")

    def _prompted(self, offer: Offer, build: str) -> None:
        offer.put("upfront", self.inputs.claim(build), build)
        offer.tell("time_to_production", self.inputs.claim("prompting_time"))
        if self._hosted(offer):
            cost = self.inputs.request_cost("request_cost_prompted", "cost of one request as prompted today")
            offer.notes.append("tokens_as_answered")
            self._run(offer, cost, {"upkeep": self.upkeep(self.inputs.assumed("prompt_hours"), "prompt")})

    def _prompt_chaining(self, offer: Offer) -> None:
        offer.put("upfront", self.inputs.claim("chaining_build_cost"), "chaining_build_cost")
        offer.tell("time_to_production", self.inputs.claim("prompting_time"))
        if self._hosted(offer):
            # The cost of a chain is the sum of its steps, and the questionnaire does not ask for them.
            offer.put("cost_per_request", None, "chain_steps")

    def _rag(self, offer: Offer) -> None:
        offer.put("upfront", self.inputs.claim("rag_build_cost"), "rag_build_cost")
        offer.tell("time_to_production", self.inputs.claim("rag_time"))
        if self._hosted(offer):
            context = self.inputs.assumed("context_tokens")
            cost = self.inputs.request_cost("request_cost_rag", "cost of one request with retrieval", context)
            offer.notes.append("query_embedding_in_infrastructure")
            self._run(offer, cost, self._retrieval(offer))

    def _fine_tune_lora(self, offer: Offer) -> None:
        offer.put("upfront", self.inputs.claim("fine_tuning_project_cost"), "fine_tuning_project_cost")
        offer.tell("time_to_production", self.inputs.claim("fine_tuning_time"))
        offer.tell("examples", self.inputs.claim("fine_tuning_examples"))
        offer.notes += self._tuned_notes()
        self._run(offer, None, self._tuned())

    def _fine_tune_full(self, offer: Offer) -> None:
        run = self.inputs.claim("full_run_cost")
        parts = {
            "data_preparation": self.inputs.claim("data_preparation_cost"),
            "engineering": self.inputs.claim("engineering_cost"),
            "evaluation": self.inputs.claim("evaluation_cost"),
            "training": self._training(run, self.inputs.claim("fine_tuning_iterations")),
        }
        known = self._known(offer, parts)
        if len(known) == len(parts):
            upfront = self.total("upfront", "start of full fine-tuning", self._money, known, offer.option)
            offer.put("upfront", upfront, "upfront")
        offer.tell("time_to_production", self.inputs.claim("fine_tuning_time"))
        offer.tell("examples", self.inputs.claim("fine_tuning_examples"))
        monthly = {
            "hosting": self.inputs.claim("tuned_hosting_cost"),
            "maintenance": self.inputs.claim("tuned_maintenance_cost"),
            "retraining": run if isinstance(run, Lack) else self.retraining(run),
        }
        offer.notes += ["parts_of_several_sources"]
        self._run(offer, None, monthly)

    def _hybrid_rag_lora(self, offer: Offer) -> None:
        parts = self._known(
            offer,
            {
                "rag_build_cost": self.inputs.claim("rag_build_cost"),
                "fine_tuning_project_cost": self.inputs.claim("fine_tuning_project_cost"),
            },
        )
        if len(parts) == 2:
            upfront = self.total("upfront", "start of retrieval with a tuned model", self._money, parts, offer.option)
            offer.put("upfront", upfront, "upfront")
        offer.tell("time_to_production", self.inputs.claim("fine_tuning_time"))
        offer.tell("examples", self.inputs.claim("fine_tuning_examples"))
        offer.notes += self._tuned_notes()
        self._run(offer, None, self._retrieval(offer) | self._tuned())

    def _hosted(self, offer: Offer) -> bool:
        """Whether the option may run on a hosted API; where not, it is not priced and says so."""
        if self.closed:
            offer.reasons.append("hosted_api_not_allowed")
            offer.missing.append("own_serving_cost")
        return not self.closed

    def _retrieval(self, offer: Offer) -> dict[str, Figure | Lack | None]:
        hours = self.inputs.claim("rag_hours")
        upkeep = hours if isinstance(hours, Lack) else self.upkeep(hours, "retrieval")
        if isinstance(hours, Figure):
            offer.figures["hours_per_month"] = hours
        return {"rag_hours": upkeep, "rag_infrastructure": self.inputs.assumed("rag_infrastructure")}

    def _tuned(self) -> dict[str, Figure | Lack | None]:
        return {
            "tuned_upkeep": self.upkeep(self.inputs.assumed("fine_tuning_hours"), "fine-tuned model"),
            "gpu": self.gpu(),
            "retraining": self.retraining(self.inputs.assumed("retraining_cost")),
        }

    def _tuned_notes(self) -> list[str]:
        provider = "provider_fine_tune_not_allowed" if self.closed else "provider_price_per_token_unknown"
        return ["own_gpu", "gpu_capacity_not_measured", provider]

    def _training(self, run: Figure | Lack, iterations: Figure | Lack) -> Figure | Lack | None:
        if isinstance(run, Lack) or isinstance(iterations, Lack):
            return run if isinstance(run, Lack) else iterations
        return self.times("training_cost", "training runs", iterations, run, self._money)

    def _known(self, offer: Offer, parts: Mapping[str, Figure | Lack | None]) -> dict[str, Figure]:
        """The parts that have a figure; the others are noted as missing."""
        for name, part in parts.items():
            if not isinstance(part, Figure) and name not in offer.missing:
                offer.missing.append(name)
        return {name: part for name, part in parts.items() if isinstance(part, Figure)}

    def _run(self, offer: Offer, request: Figure | Lack | None, parts: Mapping[str, Figure | Lack | None]) -> None:
        """Add the monthly cost and the total over the horizon. `request` None: no price per request."""
        known = self._known(offer, parts)
        if isinstance(request, Figure):
            offer.figures["cost_per_request"] = request
            requests = self.inputs.answer("requests_per_month")
            usage = self.times("usage_cost", "cost of tokens per month", requests, request, self._monthly)
            known |= self._known(offer, {"usage": usage})
        elif request is not None:
            offer.missing.append("token_price")
        if len(known) == len(parts) + (request is not None):
            label = f"running cost of {offer.name} per month"
            offer.put("monthly", self.total("monthly", label, self._monthly, known, offer.option), "monthly")
        if "upfront" in offer.figures and "monthly" in offer.figures:
            self._total_cost(offer)

    def _total_cost(self, offer: Offer) -> None:
        tco = self.inputs.ledger.formula(
            "tco",
            f"total cost of {offer.name} over the horizon",
            "{upfront} + {months} × {monthly}",
            {
                "upfront": offer.figures["upfront"],
                "months": self.inputs.answer("horizon_months"),
                "monthly": offer.figures["monthly"],
            },
            lambda upfront, months, monthly: upfront + months * monthly,
            self._money,
            {"option": offer.option},
        )
        offer.put("tco", tco, "total")


def _times(left: Decimal, right: Decimal) -> Decimal:
    return left * right
