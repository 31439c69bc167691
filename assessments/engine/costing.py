"""What each option costs this client: up front, a month, a request and over the horizon, as ledger figures.

An option that lacks an input names it in `missing` and has no total: unknown is never zero.
"""

from __future__ import annotations

from collections.abc import Mapping

from assessments.engine import closed_forms
from assessments.engine.conditions import Lack
from assessments.engine.cost_parts import CostParts, Part, Requests
from assessments.engine.inputs import Inputs
from assessments.engine.ledger import Figure
from assessments.engine.offer import OPTIONS, VARIANTS, Offer, Phase

__all__ = ["CLOSED_DEPLOYMENTS", "OPTIONS", "TESTED", "VARIANTS", "Costing", "Offer"]

TESTED = {"prompting": "prompt_result", "few_shot": "few_shot_result", "rag": "rag_result"}
CONSTRAINT = "deployment"
"""The question that rules ways to build out, whatever they cost."""

CLOSED_DEPLOYMENTS = frozenset({"own_weights_required", "air_gapped"})


class Costing:
    """Prices the options one after the other. `offers` has them by variant, in the order of `VARIANTS`."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.parts = CostParts(inputs)
        self.closed = inputs.facts[CONSTRAINT] in CLOSED_DEPLOYMENTS
        self.offers: Mapping[str, Offer] = {variant: self._offer(variant) for variant in VARIANTS}

    def _offer(self, variant: str) -> Offer:
        tested = self.inputs.facts[TESTED[variant]] if variant in TESTED else None
        offer = Offer(variant, tested=None if tested is None else str(tested))
        getattr(self, f"_{variant}")(offer)
        return offer

    def _prompting(self, offer: Offer) -> None:
        self._prompted(offer, "prompting_build_cost")

    def _few_shot(self, offer: Offer) -> None:
        self._prompted(offer, "few_shot_build_cost")

    def _prompted(self, offer: Offer, build: str) -> None:
        offer.put("upfront", self.inputs.claim(build), build)
        offer.tell("time_to_production", self.inputs.claim("prompting_time"))
        if self._hosted(offer):
            offer.notes.append("tokens_as_answered")
            self._run(offer, self._as_prompted(), {"upkeep": self._prompt_upkeep()})

    def _prompt_chaining(self, offer: Offer) -> None:
        offer.put("upfront", self.inputs.claim("chaining_build_cost"), "chaining_build_cost")
        offer.tell("time_to_production", self.inputs.claim("prompting_time"))
        if not self._hosted(offer):
            return
        steps = self.inputs.optional("chain_steps")
        if steps is None:
            # The cost of a chain is the sum of its steps, and the questionnaire does not ask for them.
            offer.put("cost_per_request", None, "chain_steps")
            return
        offer.notes.append("chain_calls_alike")
        self._run(offer, self._chained(self._as_prompted(), steps), {"upkeep": self._prompt_upkeep()})

    def _rag(self, offer: Offer) -> None:
        offer.put("upfront", self.inputs.claim("rag_build_cost"), "rag_build_cost")
        offer.tell("time_to_production", self.inputs.claim("rag_time"))
        if self._hosted(offer):
            offer.notes.append("query_embedding_in_infrastructure")
            self._run(offer, self._with_retrieval(), self._retrieval(offer))

    def _fine_tune_lora(self, offer: Offer) -> None:
        self._project(offer)
        offer.notes += self._gpu_notes()
        self._run(offer, None, self._tuned())

    def _fine_tune_lora_provider(self, offer: Offer) -> None:
        self._project(offer)
        if self.closed:
            offer.reasons.append("provider_fine_tune_not_allowed")
            offer.missing.append("provider_serving_cost")
            return
        offer.notes.append("provider_tokens_as_answered")
        request = self.parts.tuned_request()
        if request is None:
            offer.missing.append("tuned_token_price")
        parts: dict[str, Part] = {
            "tuned_upkeep": self._tuned_upkeep(),
            "provider_retraining": self.parts.provider_retraining(),
        }
        months = int(self.inputs.facts.number("horizon_months"))
        self._run(offer, [] if request is None else [(months, request)], parts)

    def _fine_tune_full(self, offer: Offer) -> None:
        run = self.inputs.claim("full_run_cost")
        parts = {
            "data_preparation": self.inputs.claim("data_preparation_cost"),
            "engineering": self.inputs.claim("engineering_cost"),
            "evaluation": self.inputs.claim("evaluation_cost"),
            "training": self.parts.training(run, self.inputs.claim("fine_tuning_iterations")),
        }
        known = offer.known(parts)
        if len(known) == len(parts):
            upfront = self.parts.total("upfront", "start of full fine-tuning", self.parts.money, known, offer.variant)
            offer.put("upfront", upfront, "upfront")
        offer.tell("time_to_production", self.inputs.claim("fine_tuning_time"))
        offer.tell("examples", self.inputs.claim("fine_tuning_examples"))
        monthly = {
            "hosting": self.inputs.claim("tuned_hosting_cost"),
            "maintenance": self.inputs.claim("tuned_maintenance_cost"),
            "retraining": run if isinstance(run, Lack) else self.parts.retraining(run),
        }
        offer.notes += ["parts_of_several_sources"]
        self._run(offer, None, monthly)

    def _hybrid_rag_lora(self, offer: Offer) -> None:
        parts = offer.known(
            {
                "rag_build_cost": self.inputs.claim("rag_build_cost"),
                "fine_tuning_project_cost": self.inputs.claim("fine_tuning_project_cost"),
            },
        )
        if len(parts) == 2:
            label = "start of retrieval with a tuned model"
            offer.put("upfront", self.parts.total("upfront", label, self.parts.money, parts, offer.variant), "upfront")
        offer.covered = self.inputs.evidence.covered("fine_tuning_project_cost")
        offer.tell("time_to_production", self.inputs.claim("fine_tuning_time"))
        offer.tell("examples", self.inputs.claim("fine_tuning_examples"))
        offer.notes += self._gpu_notes()
        self._run(offer, None, self._retrieval(offer) | self._tuned())

    def combination(self) -> Offer:
        """A chain over retrieved facts, which is recommended and otherwise not among the options."""
        offer = Offer("chaining_plus_rag")
        steps = self.inputs.optional("chain_steps")
        if steps is None:
            offer.missing.append("chain_steps")
        elif self._hosted(offer):
            roles = ("rag_build_cost", "chaining_build_cost")
            parts = offer.known({role: self.inputs.claim(role) for role in roles})
            if len(parts) == len(roles):
                label = "start of a chain with retrieval"
                total = self.parts.total("upfront", label, self.parts.money, parts, offer.variant)
                offer.put("upfront", total, "upfront")
            offer.tell("time_to_production", self.inputs.claim("rag_time"))
            offer.notes += ["chain_calls_alike", "query_embedding_in_infrastructure"]
            upkeep = {"upkeep": self._prompt_upkeep()}
            self._run(offer, self._chained(self._with_retrieval(), steps), self._retrieval(offer) | upkeep)
        return offer

    def _project(self, offer: Offer) -> None:
        """The start of a fine-tuning project; what its sourced range includes is named and not added."""
        offer.put("upfront", self.inputs.claim("fine_tuning_project_cost"), "fine_tuning_project_cost")
        offer.covered = self.inputs.evidence.covered("fine_tuning_project_cost")
        offer.tell("time_to_production", self.inputs.claim("fine_tuning_time"))
        offer.tell("examples", self.inputs.claim("fine_tuning_examples"))

    def _hosted(self, offer: Offer) -> bool:
        """Whether the option may run on a hosted API; where not, it is not priced and says so."""
        if self.closed:
            offer.reasons.append("hosted_api_not_allowed")
            offer.missing.append("own_serving_cost")
        return not self.closed

    def _as_prompted(self) -> Requests | Lack:
        return self.inputs.request_costs("request_cost_prompted", "cost of one request as prompted today")

    def _with_retrieval(self) -> Requests | Lack:
        context = self.inputs.assumed("context_tokens")
        return self.inputs.request_costs("request_cost_rag", "cost of one request with retrieval", context)

    def _chained(self, costs: Requests | Lack, steps: Figure) -> Requests | Lack:
        """A request through a chain, price by price."""
        if isinstance(costs, Lack):
            return costs
        return [(months, self.parts.chained(cost, steps)) for months, cost in costs]

    def _prompt_upkeep(self) -> Part:
        return self.parts.upkeep(self.inputs.assumed("prompt_hours"), "prompt")

    def _tuned_upkeep(self) -> Part:
        return self.parts.upkeep(self.inputs.assumed("fine_tuning_hours"), "fine-tuned model")

    def _retrieval(self, offer: Offer) -> dict[str, Part]:
        hours = self.inputs.claim("rag_hours")
        upkeep = hours if isinstance(hours, Lack) else self.parts.upkeep(hours, "retrieval")
        if isinstance(hours, Figure):
            offer.figures["hours_per_month"] = hours
        return {"rag_hours": upkeep, "rag_infrastructure": self.inputs.assumed("rag_infrastructure")}

    def _tuned(self) -> dict[str, Part]:
        return {
            "tuned_upkeep": self._tuned_upkeep(),
            "gpu": self.parts.gpus(),
            "retraining": self.parts.retraining(self.inputs.assumed("retraining_cost")),
        }

    def _gpu_notes(self) -> list[str]:
        known = self.inputs.optional("gpu_capacity") is not None
        return ["own_gpu", "gpus_for_the_volume" if known else "gpu_capacity_not_measured"]

    def _run(self, offer: Offer, costs: Requests | Lack | None, parts: Mapping[str, Part]) -> None:
        """Add the monthly cost and the total over the horizon. `costs` None: no price per request; empty: not known."""
        known = offer.known(parts)
        fixed = dict(known)
        if isinstance(costs, Lack):
            offer.missing.append("token_price")
        elif costs:
            key, label = costs[0][1].key, costs[0][1].label
            offer.figures["cost_per_request"] = request = self.inputs.mean(key, label, costs)
            known |= offer.known({"usage": self._usage(request)})
        if len(known) == len(parts) + (costs is not None):
            label = f"running cost of {offer.name} per month"
            offer.put("monthly", self._monthly("monthly", label, known, offer), "monthly")
        if "upfront" in offer.figures and "monthly" in offer.figures:
            self._total_cost(offer)
            offer.phases = tuple(self._phases(offer, costs if isinstance(costs, list) else [], fixed))

    def _usage(self, request: Figure) -> Figure | None:
        requests = self.inputs.answer("requests_per_month")
        return self.parts.times("usage_cost", "cost of tokens per month", requests, request, self.parts.monthly)

    def _monthly(self, key: str, label: str, parts: Mapping[str, Figure], offer: Offer) -> Figure | None:
        return self.parts.total(key, label, self.parts.monthly, parts, offer.variant)

    def _phases(self, offer: Offer, costs: Requests, fixed: Mapping[str, Figure]) -> list[Phase]:
        """The running cost month by month: the same in all, or where prices change each month at its own price."""
        months = int(self.inputs.facts.number("horizon_months"))
        if len(costs) < 2:
            return [Phase(1, months, offer.figures["monthly"])]
        found, first = [], 1
        for held, request in costs:
            last = first + held - 1
            label = f"running cost of {offer.name} per month, months {first} to {last}"
            usage = self._usage(request)
            assert usage is not None, "a price is a closed range, so what its tokens cost has a value"
            monthly = self._monthly("monthly_at_price", label, {**fixed, "usage": usage}, offer)
            assert monthly is not None, "the mean of the months has a value, so each has one"
            found.append(Phase(first, last, monthly))
            first = last + 1
        return found

    def _total_cost(self, offer: Offer) -> None:
        inputs = {
            "upfront": offer.figures["upfront"],
            "months": self.inputs.answer("horizon_months"),
            "monthly": offer.figures["monthly"],
        }
        pattern = "{upfront} + {months} × {monthly}"
        if (discount := self.inputs.discount()) is not None:
            inputs["discount"] = discount
            pattern = "{upfront} + {monthly} × the worth today of {months} at {discount}"
        tco = self.inputs.ledger.formula(
            "tco",
            f"total cost of {offer.name} over the horizon",
            pattern,
            inputs,
            lambda upfront, months, monthly, discount=None: upfront + closed_forms.annuity(months, discount) * monthly,
            self.parts.money,
            {"option": offer.variant},
        )
        offer.put("tco", tco, "total")
