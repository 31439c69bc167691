"""Amounts that disagree or do not, exchange rates, and what was made of them."""

from datetime import timedelta
from typing import Any

from claims import operations
from claims.models import Act, Conflict, Revision
from tests.claims import factories as make
from tests.claims.factories import NOON

LATER = NOON + timedelta(days=1)
TIER = {"tier": "production"}


def amount(slug: str, low: int | None, high: int | None, **fields: Any) -> Revision:
    """Publish a claim about what building a system for production costs."""
    bound = "at_least" if high is None else "at_most" if low is None else ""
    likely = fields.pop("likely", low if low == high else None)
    return make.publish(slug, low=low, likely=likely, high=high, bound=bound, **fields)


def rate(currency: str, factor: str, *, on: str = "2026-11-20", **fields: Any) -> Revision:
    """Publish what one US dollar is worth in a currency on a day."""
    columns = {"scope": {"from": "USD", "to": currency, "on": on}, "low": factor, "likely": factor, "high": factor}
    metric = make.metric("exchange-rate", units=["ratio"])
    return make.publish(
        f"usd-{currency.lower()}-{on}", subject=make.subject("currencies"), metric=metric, unit="ratio", currency="",
        per="", **columns | fields,
    )  # fmt: skip


def pairs() -> list[tuple[str, str]]:
    """What stands between published claims, whatever was decided; pairs in the order in which they were entered."""
    return list(
        Conflict.objects.standing().order_by("first_id", "second_id").values_list("first__slug", "second__slug")
    )


def the_conflict() -> Conflict:
    return Conflict.objects.get()


def acts() -> list[tuple[str, str]]:
    """What was done to conflicts, in order: the verb, and who did it."""
    found = Act.objects.filter(conflict__isnull=False).order_by("pk").select_related("by")
    return [(act.verb, act.by.get_username() if act.by else "") for act in found]


def settle(conflict: Conflict, state: str = "contested", reason: str = "Nobody shows a project.") -> Conflict:
    return operations.settle_conflict(by=make.reviewer(), at=NOON, conflict=conflict, state=state, reason=reason)
