"""The break-even the house recommendation uses: LoRA on one dedicated GPU against few-shot prompting of the client's
model with the cacheable share cached, over the client's horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.engine import closed_forms
from assessments.engine.claim import Standing
from assessments.engine.conditions import Lack
from assessments.engine.costing import Costing
from assessments.engine.intervals import at
from assessments.engine.ledger import Figure, Measure
from assessments.engine.numbers import INFINITY, MILLION, MONTHS_PER_YEAR, ZERO

Reach = Figure | Lack | str
"""A figure, what is lacking for it, or the word never or immediate."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where fine-tuning and few-shot prompting cost the same. `uncached` is R* with nothing cached.

    `band` is the often quoted pay-back band in tokens a month, `band_today` the same sum at the client's prices.
    """

    requests: Reach
    tokens: Reach
    month: Reach
    uncached: Reach
    upfront_delta: Figure | None = None
    monthly_delta: Figure | None = None
    caching_flips: bool = False
    cadence_differs: bool = False
    missing: tuple[str, ...] = ()
    band: Figure | None = None
    band_today: Figure | None = None

    @property
    def threshold(self) -> Figure | Decimal | Lack:
        """R* for the decision table: a figure, infinity for never, or what is lacking."""
        return INFINITY if isinstance(self.requests, str) else self.requests

    def as_dict(self) -> dict[str, Any]:
        """As in the result document; what is unknown is null and named in `missing`."""
        notes = ["prompt_caching_flips"] if self.caching_flips else []
        notes += ["retraining_as_assumed"] if self.cadence_differs else []
        return {
            "against": "few_shot",
            "requests_per_month": _shown(self.requests),
            "tokens_per_month": _shown(self.tokens),
            "month": _shown(self.month),
            "uncached_requests_per_month": _shown(self.uncached),
            "upfront_delta": self.upfront_delta.id if self.upfront_delta else None,
            "monthly_delta": self.monthly_delta.id if self.monthly_delta else None,
            "band": {
                "published": self.band.id if self.band else None,
                "today": self.band_today.id if self.band_today else None,
            },
            "notes": notes,
            "missing": list(self.missing),
        }


def break_even(costing: Costing) -> BreakEven:
    """Compute the house break-even; what cannot be known is a Lack in its place."""
    inputs = costing.inputs
    tuned, prompted = inputs.claim("fine_tuning_project_cost"), inputs.claim("few_shot_build_cost")
    saved = inputs.request_cost("request_cost_prompted", "cost of one request as prompted today")
    fresh = inputs.request_cost("request_cost_uncached", "cost of one request with nothing cached", cached=False)
    named = {"fine_tuning_project_cost": tuned, "few_shot_build_cost": prompted, "token_price": saved}
    missing = {name: lack for name, lack in named.items() if isinstance(lack, Lack)}
    if isinstance(tuned, Lack) or isinstance(prompted, Lack) or isinstance(saved, Lack) or isinstance(fresh, Lack):
        return _unknown(next(iter(missing.values())), tuple(missing))
    upfront_delta = inputs.ledger.formula(
        "upfront_delta",
        "what fine-tuning costs more at the start than few-shot prompting",
        "{tuned} − {prompted}",
        {"tuned": tuned, "prompted": prompted},
        lambda tuned, prompted: tuned - prompted,
        Measure("currency", inputs.currency),
    )
    monthly_delta = _monthly_delta(costing)
    if upfront_delta is None or monthly_delta is None:
        return _unknown(Lack("break_even", Standing.MISSING), ("upfront_or_monthly_difference",))
    label = "requests per month at break-even"
    requests = _requests(costing, upfront_delta, monthly_delta, saved, ("break_even_requests", label))
    label = "requests per month at break-even, nothing cached"
    uncached = _requests(costing, upfront_delta, monthly_delta, fresh, ("break_even_uncached", label))
    volume = inputs.facts.number("requests_per_month")
    return BreakEven(
        requests,
        _tokens(costing, requests),
        _month(costing, upfront_delta, monthly_delta, saved),
        uncached,
        upfront_delta,
        monthly_delta,
        caching_flips=_under(volume, requests) is not _under(volume, uncached),
        cadence_differs=_pace(costing),
        band=_published_band(costing),
        band_today=_band_today(costing, tuned, saved),
    )


def _unknown(lack: Lack, missing: tuple[str, ...]) -> BreakEven:
    return BreakEven(lack, lack, lack, lack, missing=missing)


def _monthly_delta(costing: Costing) -> Figure | None:
    inputs, measure = costing.inputs, Measure("currency", costing.inputs.currency, "month")
    retraining = inputs.ledger.formula(
        "retraining_cost_house",
        "re-training per month at the house pace",
        "{pace} × {cost} ÷ the months of a year",
        {"pace": inputs.assumed("retrainings_per_year"), "cost": inputs.assumed("retraining_cost")},
        lambda pace, cost: pace * cost / MONTHS_PER_YEAR,
        measure,
    )
    tuned = costing.parts.upkeep(inputs.assumed("fine_tuning_hours"), "fine-tuned model")
    prompt = costing.parts.upkeep(inputs.assumed("prompt_hours"), "prompt")
    gpu = costing.parts.gpus()
    if tuned is None or prompt is None or gpu is None or retraining is None:
        return None
    return inputs.ledger.formula(
        "monthly_delta",
        "what fine-tuning costs more each month before tokens",
        "{tuned} + {gpu} + {retraining} − {prompt}",
        {"tuned": tuned, "gpu": gpu, "retraining": retraining, "prompt": prompt},
        lambda tuned, gpu, retraining, prompt: tuned + gpu + retraining - prompt,
        measure,
    )


def _requests(costing: Costing, upfront: Figure, monthly: Figure, saved: Figure, name: tuple[str, str]) -> Reach:
    if saved.likely is not None and saved.likely <= ZERO:
        return "never"

    inputs = costing.inputs
    figures = {"upfront": upfront, "months": inputs.answer("horizon_months"), "monthly": monthly, "saved": saved}
    pattern = "({upfront} ÷ {months} + {monthly}) ÷ {saved}"
    if (discount := inputs.discount()) is not None:
        figures["discount"] = discount
        pattern = "({upfront} ÷ the worth today of {months} at {discount} + {monthly}) ÷ {saved}"
    capacity, gpu, held = inputs.optional("gpu_capacity"), costing.parts.gpu(), costing.parts.gpus()
    if capacity is None or gpu is None or held is None:
        pattern += _floor(figures)
        figure = inputs.ledger.formula(*name, pattern, figures, _reach, Measure("requests", per="month"))
        return figure or Lack(name[0], Standing.MISSING)
    # ΔF has the GPUs of the client's volume in it; R* is reached with those that R* itself needs.
    first = inputs.ledger.formula(
        "monthly_delta_one_gpu",
        "what fine-tuning on one GPU costs more each month before tokens",
        "{monthly} − {gpus} + {gpu}",
        {"monthly": monthly, "gpus": held, "gpu": gpu},
        lambda monthly, gpus, gpu: monthly - gpus + gpu,
        monthly.measure,
    )
    assert first is not None, "all three have a value"
    figures["monthly"] = first
    pattern += _floor(figures)
    figures |= {"gpu": gpu, "capacity": capacity}
    likely = at(_reach, {key: figure.likely for key, figure in figures.items()})
    if likely == INFINITY:
        return "never"
    pattern += ", with the GPUs that this volume needs at {capacity} and {gpu} each"
    figure = inputs.ledger.formula(*name, pattern, figures, _reach, Measure("requests", per="month"))
    return figure or Lack(name[0], Standing.MISSING)


def _floor(figures: Mapping[str, Figure]) -> str:
    """Words for a formula whose quotient alone may be a volume below zero: then any volume pays."""

    def to_pay_back(upfront: Decimal, months: Decimal, monthly: Decimal, discount: Decimal | None = None) -> Decimal:
        return upfront / closed_forms.annuity(months, discount) + monthly

    least = at(to_pay_back, {name: figure.low for name, figure in figures.items() if name != "saved"})
    return ", not below zero" if least is None or least < ZERO else ""


def _reach(
    upfront: Decimal,
    months: Decimal,
    monthly: Decimal,
    saved: Decimal,
    discount: Decimal | None = None,
    gpu: Decimal | None = None,
    capacity: Decimal | None = None,
) -> Decimal:
    annuity = closed_forms.annuity(months, discount)
    if gpu is None or capacity is None:
        return closed_forms.break_even_requests(upfront, monthly, saved, annuity)
    return closed_forms.break_even_requests_in_gpus(upfront, monthly, saved, annuity, gpu=gpu, capacity=capacity)


def _tokens(costing: Costing, requests: Reach) -> Reach:
    if not isinstance(requests, Figure):
        return requests
    inputs = costing.inputs
    figure = inputs.ledger.formula(
        "break_even_tokens",
        "tokens per month at break-even",
        "{requests} × ({tokens_in} + {tokens_out})",
        {"requests": requests, "tokens_in": inputs.answer("tokens_in"), "tokens_out": inputs.answer("tokens_out")},
        lambda requests, tokens_in, tokens_out: requests * (tokens_in + tokens_out),
        Measure("tokens", per="month"),
    )
    assert figure is not None, "a known end times a positive number of tokens is known"
    return figure


def _month(costing: Costing, upfront: Figure, monthly: Figure, saved: Figure) -> Reach:
    def reach(
        upfront: Decimal, monthly: Decimal, saved: Decimal, requests: Decimal, discount: Decimal = ZERO
    ) -> Decimal:
        return closed_forms.break_even_month(upfront, monthly, saved * requests, discount)

    volume = costing.inputs.answer("requests_per_month")
    figures = {"upfront": upfront, "monthly": monthly, "saved": saved, "requests": volume}
    formula = "{upfront} ÷ ({requests} × {saved} − {monthly})"
    if (discount := costing.inputs.discount()) is not None:
        figures["discount"] = discount
        formula = "the months whose worth today at {discount} is {upfront} ÷ ({requests} × {saved} − {monthly})"
    likely = at(reach, {name: figure.likely for name, figure in figures.items()})
    if likely is not None and not likely.is_finite():
        return "never"
    if likely == ZERO:
        return "immediate"
    label = "months until fine-tuning has paid back"
    figure = costing.inputs.ledger.formula("break_even_month", label, formula, figures, reach, Measure("months"))
    return figure or Lack("break_even_month", Standing.MISSING)


def _published_band(costing: Costing) -> Figure | None:
    claim = costing.inputs.evidence.claim_for(costing.inputs.house.roles["break_even_band"])
    return None if isinstance(claim, Lack) else costing.inputs.ledger.claim(claim)


def _band_today(costing: Costing, tuned: Figure, request: Figure) -> Figure | None:
    """V* with no running cost, as the band is usually quoted, at the price the client pays a token on average."""
    inputs, ratio = costing.inputs, costing.inputs.claim("cost_ratio")
    if isinstance(ratio, Lack):
        return None

    def reach(
        upfront: Decimal, months: Decimal, request: Decimal, tokens_in: Decimal, tokens_out: Decimal, ratio: Decimal
    ) -> Decimal:
        per_million = request / (tokens_in + tokens_out) * MILLION
        return closed_forms.break_even_tokens(upfront, ZERO, per_million, ratio, closed_forms.annuity(months))

    figures = {
        "upfront": tuned,
        "months": inputs.answer("horizon_months"),
        "request": request,
        "tokens_in": inputs.answer("tokens_in"),
        "tokens_out": inputs.answer("tokens_out"),
        "ratio": ratio,
    }
    pattern = "{upfront} ÷ {months} ÷ ({request} ÷ ({tokens_in} + {tokens_out}) × the share saved at {ratio})"
    label = "tokens per month at break-even by the band's own sum, at the client's prices"
    return inputs.ledger.formula(
        "break_even_band_today", label, pattern, figures, reach, Measure("tokens", per="month")
    )


def _pace(costing: Costing) -> bool:
    """Whether the client re-trains at another pace than the house break-even takes for granted."""
    pace = costing.inputs.assumed("retrainings_per_year").likely
    return pace is None or costing.inputs.facts.number("retrain_cadence_months") * pace != MONTHS_PER_YEAR


def _under(volume: Decimal, requests: Reach) -> bool | None:
    if isinstance(requests, str):
        return True
    if isinstance(requests, Lack) or requests.likely is None:
        return None
    return volume < requests.likely


def _shown(reach: Reach) -> str | None:
    if isinstance(reach, Figure):
        return reach.id
    return None if isinstance(reach, Lack) else reach
