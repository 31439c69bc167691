"""One client's case as the decision tables see it: facts, claims and computed figures, and how they become citable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from assessments.engine.answer_figures import answer_figure
from assessments.engine.claim import Claims, Standing
from assessments.engine.conditions import Lack, Source
from assessments.engine.facts import Facts
from assessments.engine.ledger import Figure, Ledger, Measure
from assessments.engine.questionnaire import Questionnaire

Reached = Figure | Decimal | Lack
"""A computed figure, infinity for what is never reached, or what is lacking for it."""


@dataclass(frozen=True)
class ClientCase:
    """Facts, claims of the day and computed figures by name. `extra` holds facts that an earlier step established."""

    facts: Facts
    questionnaire: Questionnaire
    claims: Claims
    as_of: date
    ledger: Ledger
    figures: Mapping[str, Reached] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def fact(self, name: str) -> Any:
        """The value of a fact."""
        return self.extra[name] if name in self.extra else self.facts[name]

    def claim_field(self, slug: str, field: str) -> Decimal | str | Lack:
        """A field of a claim, or why it cannot be used; a field the claim does not state is missing."""
        standing = self.claims.standing(slug, self.as_of)
        if standing is not Standing.USABLE:
            return Lack(slug, standing)
        claim = self.claims.get(slug)
        value = getattr(claim, field)
        return Lack(slug, Standing.MISSING) if value is None else value

    def figure_field(self, name: str, field: str) -> Decimal | Lack:
        """A field of a computed figure; an end that is not known is missing."""
        figure = self.figures.get(name, Lack(name, Standing.MISSING))
        if not isinstance(figure, Figure):
            return figure
        value = figure.number(field)
        return Lack(name, Standing.MISSING) if value is None else value

    def moved(self, fact: str, value: Decimal) -> ClientCase:
        """The same case with one numeric answer at another value."""
        return replace(self, facts=self.facts.moved(fact, value))

    def entered(self, sources: Iterable[Source]) -> list[str]:
        """The ids of the figures behind some sources, entered into the ledger where they were not yet."""
        found = [self.figure_of(source) for source in sources]
        return list(dict.fromkeys(figure.id for figure in found if figure is not None))

    def cited(self, slugs: Iterable[str]) -> list[str]:
        """`slug@n` of those claims that may be cited."""
        usable = (self.claims.usable(slug, self.as_of) for slug in slugs)
        return list(dict.fromkeys(claim.reference for claim in usable if claim is not None))

    def figure_of(self, source: Source) -> Figure | None:
        """The figure behind a source; None for a fact or claim without a number."""
        if source.kind == "figure":
            figure = self.figures.get(source.name)
            return figure if isinstance(figure, Figure) else None
        if source.kind == "claim":
            claim = self.claims.usable(source.name, self.as_of)
            return self.ledger.claim(claim) if claim is not None and claim.numeric else None
        return self._fact_figure(source.name)

    def _fact_figure(self, name: str) -> Figure | None:
        if name == "monthly_tokens":
            inputs = {key: self._answer(key) for key in ("requests_per_month", "tokens_in", "tokens_out")}
            return self.ledger.formula(
                name,
                "tokens per month",
                "{requests_per_month} × ({tokens_in} + {tokens_out})",
                inputs,
                lambda requests_per_month, tokens_in, tokens_out: requests_per_month * (tokens_in + tokens_out),
                Measure("tokens", per="month"),
            )
        if name == "requests_per_day":
            days = self.ledger.assumption(
                "days_per_month",
                "days of a month",
                self.questionnaire.conventions["days_per_month"],
                Measure("days", per="month"),
                "A convention of the questionnaire.",
            )
            return self.ledger.formula(
                name,
                "requests per day",
                "{requests} ÷ {days}",
                {"requests": self._answer("requests_per_month"), "days": days},
                lambda requests, days: requests / days,
                Measure("requests", per="day"),
            )
        question = self.questionnaire.by_id.get(name)
        if question is None or not question.numeric or self.facts[name] is None:
            return None
        return self._answer(name)

    def _answer(self, name: str) -> Figure:
        return answer_figure(self.ledger, self.questionnaire, self.facts, name)
