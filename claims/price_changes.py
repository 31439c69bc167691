"""What a release of the price package changes in the registry: price by price, old beside new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims import published
from claims.models import Claim
from claims.price_data import SOURCE
from claims.prices import METRIC
from claims.quantity import Quantity, text


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One price that is new, changed or gone. `before` and `after` are texts; None where there is no price."""

    slug: str
    scope: Mapping[str, Any]
    before: str | None
    after: str | None

    def __str__(self) -> str:
        name = f"{self.scope['provider']} {self.scope['model']} {str(self.scope['direction']).replace('_', ' ')}"
        start = f" from {self.scope['from']}" if "from" in self.scope else ""
        if self.before is None:
            return f"new price {name}{start}: {self.after}"
        if self.after is None:
            return f"gone price {name}{start}: {self.before}; retract it or give it a hard stop"
        return f"changed price {name}{start}: {self.before} → {self.after}"


def published_prices(on: date) -> dict[str, dict[str, Any]]:
    """The documents of the price claims that were read from the package, by slug."""
    found = published.revisions().filter(metric__slug=METRIC, sources__slug=SOURCE).order_by("sequence")
    return {body["slug"]: body for body in published.documents(found, on=on)}


def since(
    before: Mapping[str, Mapping[str, Any]], wanted: Iterable[Mapping[str, Any]], *, on: date
) -> list[PriceChange]:
    """What `wanted` (claims as `price_data.registry` gives them) changes in `before`, changed, new and gone in turn.

    A price that ended by `on` has not gone: its time is over, and its claim says so.
    """
    asked = {claim["slug"]: claim for claim in wanted}
    changed = [
        PriceChange(slug, claim["scope"], _in_words(before[slug]), _in_words(claim))
        for slug, claim in asked.items()
        if slug in before and _terms(before[slug]) != _terms(claim)
    ]
    new = [
        PriceChange(slug, claim["scope"], None, _in_words(claim)) for slug, claim in asked.items() if slug not in before
    ]
    gone = [
        PriceChange(slug, claim["scope"], _in_words(claim), None)
        for slug, claim in before.items()
        if slug not in asked and not (claim["expires_on"] and date.fromisoformat(claim["expires_on"]) <= on)
    ]
    return [*changed, *new, *gone]


def held(slugs: Sequence[str]) -> dict[str, str]:
    """Of these claims those with an unpublished change, and who made it: nothing is proposed over it, or twice."""
    unpublished = Claim.objects.filter(slug__in=slugs, state__in=(Claim.State.DRAFT, Claim.State.REVIEW))
    return dict(unpublished.values_list("slug", "changed_by__username"))


def _terms(claim: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a price another one. Which release it was read from is none of it."""
    ends = claim["expires_on"]
    return _quantity(claim), dict(claim["scope"]), ends and str(ends)


def _quantity(claim: Mapping[str, Any]) -> Quantity:
    return Quantity.from_json(claim["value"])


def _in_words(claim: Mapping[str, Any]) -> str:
    ends = claim["expires_on"]
    return text(_quantity(claim)) + (f" until {ends}" if ends else "")
