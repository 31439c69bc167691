"""The published pay-back band beside the same sum at today's prices, as figures of a ledger of its own.

V* = (U ÷ N + F) ÷ (p × (1 − 1 ÷ r)): tokens a month at which a tuned model has paid back its start within N months.
U start, F running cost a month, p the blended price of the large model, r its price as a multiple of the tuned one's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessments.engine import closed_forms
from assessments.engine.claim import Claims
from assessments.engine.conditions import Lack
from assessments.engine.evidence import Evidence, Selection
from assessments.engine.house import House
from assessments.engine.ledger import Figure, Ledger, Measure
from assessments.engine.numbers import ZERO
from assessments.engine.pooling import Pools
from assessments.engine.prices import models, tariffs
from assessments.engine.roles import Role

CURRENCY = "USD"
BY_READER = "Set on this page"
BY_DEFAULT = "The default of this page"
BY_PAGE = "The reconstruction of the band"
PRICE = Measure("currency", CURRENCY, "million_tokens")
MONEY = Measure("currency", CURRENCY)
A_MONTH = Measure("currency", CURRENCY, "month")
TOKENS = Measure("tokens", per="month")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a reader may set. `upfront` and `ratio` are (low, high); None: as the claims have it."""

    months: Decimal = Decimal(12)
    blend: Decimal = Decimal("0.8")
    running: Decimal = ZERO
    upfront: tuple[Decimal, Decimal] | None = None
    ratio: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class Payback:
    """One model. `tokens` is None where fine-tuning never pays back; open at the top where it may never."""

    model: str
    provider: str
    input: Figure
    output: Figure
    price: Figure
    tokens: Figure | None


@dataclass(frozen=True)
class Band:
    """Everything the page shows. `published` is the band's claim, `historical` the sum that gives it again.

    `upfront` and `ratio` are None where no claim gives them and the reader set none: then there is no `models`.
    """

    ledger: Ledger
    published: Figure | None
    historical: Payback
    upfront: Figure | None
    ratio: Figure | None
    models: tuple[Payback, ...]


def band(claims: Claims, house: House, terms: Terms, *, as_of: date) -> Band:
    """The band, its reconstruction, and each model with a published input and output price on a day, cheapest last."""
    ledger, evidence = Ledger(), Evidence(claims, as_of, CURRENCY, Selection(house.grades))
    pools = Pools(ledger, house.grades, CURRENCY)
    published = _claim(pools, evidence, house.roles["break_even_band"])
    historical = _historical(ledger)
    upfront = _chosen(ledger, "payback_upfront", "cost at the start", terms.upfront, MONEY) or _claim(
        pools, evidence, house.roles["fine_tuning_project_cost"]
    )
    ratio = _chosen(ledger, "payback_ratio", "price ratio", terms.ratio, Measure("ratio")) or _claim(
        pools, evidence, house.roles["cost_ratio"]
    )
    found: list[Payback] = []
    usual = Terms()
    if upfront is not None and ratio is not None:
        sum_ = _Sum(
            ledger,
            _set(ledger, "payback_months", "months", (terms.months, usual.months), Measure("months")),
            _set(ledger, "payback_running", "running cost a month", (terms.running, usual.running), A_MONTH),
            _set(ledger, "payback_blend", "share of input tokens", (terms.blend, usual.blend), Measure("ratio")),
            upfront,
            ratio,
        )
        found = _models(evidence, house.providers, sum_)
    found.sort(key=lambda one: (-(one.price.likely or ZERO), one.model))
    return Band(ledger, published, historical, upfront, ratio, tuple(found))


def _historical(ledger: Ledger) -> Payback:
    """The assumptions that make the published band come out: none of them has a source, and each says so."""

    def assumed(key: str, label: str, low: int | str, high: int | str, measure: Measure, note: str) -> Figure:
        ends = Decimal(low), Decimal(high)
        return ledger.assumption(key, label, ends[0], measure, note, BY_PAGE, ends=ends)

    note = "GPT-4's list price when the band was first quoted."
    asked = assumed("band_input_price", "GPT-4, a million input tokens", 30, 30, PRICE, note)
    answered = assumed("band_output_price", "GPT-4, a million output tokens", 60, 60, PRICE, note)
    end = "The band comes out with the low start at the high ratio, and the high start at the low ratio."
    sum_ = _Sum(
        ledger,
        assumed("band_months", "months", 12, 12, Measure("months"), "A year, as most budgets count."),
        assumed("band_running", "running cost a month", 0, 0, A_MONTH, "The band leaves out all running cost."),
        assumed(
            "band_blend", "share of input tokens", "0.8", "0.8", Measure("ratio"), "Four input tokens to one output."
        ),
        assumed("band_upfront", "cost at the start", 5000, 30000, MONEY, end),
        assumed("band_ratio", "price ratio", 10, 50, Measure("ratio"), end),
    )
    return sum_.of("GPT-4", "openai", asked, answered, "band")


def _models(evidence: Evidence, providers: Sequence[str], sum_: _Sum) -> list[Payback]:
    """Each model once, by its plain id, at the price of the day."""
    found = []
    for model in sorted(name for name in models(evidence.claims) if ":" not in name):
        tariff = tariffs(evidence, model, 1, providers)
        if isinstance(tariff, Lack):
            continue
        asked, answered = (sum_.ledger.claim(claim) for claim in (tariff[0].input, tariff[0].output))
        asked, answered = sum_.ledger.middle(asked), sum_.ledger.middle(answered)
        found.append(sum_.of(model, str(tariff[0].input.scope["provider"]), asked, answered, "payback"))
    return found


@dataclass(frozen=True, slots=True)
class _Sum:
    """The sum with all its terms but the prices."""

    ledger: Ledger
    months: Figure
    running: Figure
    blend: Figure
    upfront: Figure
    ratio: Figure

    def of(self, model: str, provider: str, asked: Figure, answered: Figure, key: str) -> Payback:
        """The sum for one model."""
        price = self.ledger.formula(
            f"{key}_price",
            f"blended price of {model}",
            "{blend} × {asked} + the rest × {answered}",
            {"blend": self.blend, "asked": asked, "answered": answered},
            lambda blend, asked, answered: blend * asked + (1 - blend) * answered,
            PRICE,
            {"model": model},
        )
        assert price is not None, "prices are closed ranges"
        tokens = self.ledger.formula(
            f"{key}_tokens",
            f"tokens a month that pay back, {model}",
            "({upfront} ÷ {months} + {running}) ÷ ({price} × the share saved at {ratio})",
            {
                "upfront": self.upfront,
                "months": self.months,
                "running": self.running,
                "price": price,
                "ratio": self.ratio,
            },
            lambda upfront, months, running, price, ratio: closed_forms.break_even_tokens(
                upfront, running, price, ratio, closed_forms.annuity(months)
            ),
            TOKENS,
            {"model": model},
        )
        return Payback(model, provider, asked, answered, price, tokens)


def _claim(pools: Pools, evidence: Evidence, role: Role) -> Figure | None:
    reading = evidence.reading_for(role)
    return None if isinstance(reading, Lack) else pools.figure(reading, role)


def _chosen(
    ledger: Ledger, key: str, label: str, ends: tuple[Decimal, Decimal] | None, measure: Measure
) -> Figure | None:
    if ends is None:
        return None
    middle = (ends[0] + ends[1]) / 2
    return ledger.assumption(key, label, middle, measure, "Typed into this page.", BY_READER, ends=ends)


def _set(ledger: Ledger, key: str, label: str, values: tuple[Decimal, Decimal], measure: Measure) -> Figure:
    """A term with `values` (what counts, what counts unless the reader sets another)."""
    value, usual = values
    by = BY_DEFAULT if value == usual else BY_READER
    return ledger.assumption(key, label, value, measure, "As it stands in the form of this page.", by)
