"""Claims on one metric side by side: counted alike, with the pools of those that agree and why the others stand alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.http import QueryDict

from claims import comparison, pooling, published
from claims.alike import alike, converted, currencies, rounded
from claims.filters import ANY_SCOPE, SCOPE
from claims.forms import WrongParameter
from claims.listing import Listing
from claims.pooling import Kept, Member, Pool
from claims.quantity import Quantity, text
from claims.rates import Conversion
from claims.scale import in_words, measure

MOST = 500
"""So many claims are laid side by side at most; who asks for more is told to narrow it down, and nothing is left out."""
TAKES = ("metric", "subject", "topic", "as_of")

WHY = {
    "word": "Its value is a word.",
    "expired": "It is past its hard stop.",
    "not_in_force_yet": "It holds only from a later day on.",
    "role": "It speaks of one case, one study or a gate, and not of projects in general.",
    "open": "One end of its range is open.",
    "undated": "Nothing dates its evidence, so it weighs nothing.",
    "scope": "Its scope differs from that of {other} under the key {key}.",
    "measure": "{other} is counted in something else.",
    "disjoint": "Its range does not meet that of {other}; figures that disagree are never averaged.",
    "others_not_pooled": "No other claim about this subject can be pooled.",
    "alone": "There is no other claim about this subject.",
}


class Question:
    """One reading of a query string. Ask `wrong` first; the rest answers only where nothing is."""

    def __init__(self, query: QueryDict, *, today: date) -> None:
        self.listing = Listing(query, today=today, paged=False)
        refused = [
            WrongParameter(
                name,
                f"There is no parameter “{name}” here. It takes: {', '.join(TAKES)} and {ANY_SCOPE}, as scope.tier.",
            )
            for name in query
            if not _taken(name)
        ]
        self.wrong: list[WrongParameter] = refused + [one for one in self.listing.wrong if _taken(one.parameter)]
        metrics = query.getlist("metric")
        if not metrics:
            self.wrong.append(WrongParameter("metric", "Name one: its slug, as /api/v1/metrics/ lists them."))
        elif len(metrics) > 1:
            self.wrong.append(WrongParameter("metric", "It can be given once only."))

    @property
    def on(self) -> date:
        """The day that is asked about."""
        return self.listing.on

    def documents(self, *, lang: str) -> list[dict[str, Any]]:
        """The claims that are asked for, weighed; `wrong` says so where they are too many."""
        found = self.listing.revisions().order_by("sequence")[: MOST + 1]
        rows = list(found.only("pk"))
        if len(rows) > MOST:
            self.wrong.append(
                WrongParameter(
                    "metric", f"More than {MOST} claims are on it: narrow it down by subject, topic or scope."
                )
            )
            return []
        return published.documents(rows, on=self.on, lang=lang, weighed=True)


def _taken(name: str) -> bool:
    return name in TAKES or SCOPE.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim as it is served, its value as it is compared, and by which rate it got there."""

    document: dict[str, Any]
    value: Quantity
    weight: float
    conversion: Conversion | None

    @property
    def slug(self) -> str:
        """The slug of the claim."""
        slug: str = self.document["slug"]
        return slug

    @property
    def member(self) -> Member:
        """What pooling needs to know of it."""
        document = self.document
        supporting = [one for one in document["citations"] if one["stance"] == "supports"] or document["citations"]
        ends_on = document["expires_on"]
        return Member(
            slug=self.slug,
            value=self.value,
            certainty=document["certainty"],
            freshness=Decimal(str(self.weight)),
            scope=document["scope"],
            upstreams=frozenset(one["attributed_to"] or one["source"]["slug"] for one in supporting),
            expires_on=date.fromisoformat(ends_on) if ends_on else None,
        )


def entries(documents: Sequence[dict[str, Any]], *, on: date) -> list[Entry]:
    """Weighed documents with their values in one unit and, as far as published rates lead, in one currency a period."""
    alikes = [alike(Quantity.from_json(one["value"]), one["metric"]["slug"]) for one in documents]
    wanted = currencies(alikes)
    rates = comparison.rates(on) if wanted else None
    made = [converted(value, wanted, rates) if rates else (value, None) for value in alikes]
    return [
        Entry(document, value, document.pop("freshness_weight"), conversion)
        for document, (value, conversion) in zip(documents, made, strict=True)
    ]


def groups(found: Sequence[Entry], *, on: date, lang: str) -> list[dict[str, Any]]:
    """Entries by what they are counted in, the largest group first, as JSON. Shape: `ComparedGroupSerializer`."""

    def counted(entry: Entry) -> tuple[str, ...]:
        return tuple(part or "" for part in measure(entry.value))

    pools, kept = _pooled(found, on)
    made = []
    for _, same in groupby(sorted(found, key=counted), key=counted):
        members = sorted(same, key=_place)
        unit, currency, per = measure(members[0].value)
        slugs = {entry.slug for entry in members}
        inside = [pool for pool in pools if pool.weights[0].slug in slugs]
        by_slug = {entry.slug: entry for entry in members}
        made.append(
            {
                "counted_in": in_words([entry.value for entry in members]),
                "unit": unit,
                "currency": currency,
                "per": per,
                "pools": [_pool_json(pool, by_slug, lang) for pool in inside],
                "claims": [_entry_json(entry, kept.get(entry.slug), lang) for entry in members],
            }
        )
    return sorted(made, key=lambda group: (-len(group["claims"]), group["counted_in"]))


def _pooled(found: Sequence[Entry], on: date) -> tuple[list[Pool], dict[str, Kept]]:
    """The pools subject by subject: figures about two things are never put together."""
    by_subject: dict[str, list[Member]] = {}
    for entry in found:
        by_subject.setdefault(entry.document["subject"]["slug"], []).append(entry.member)
    pools: list[Pool] = []
    kept: dict[str, Kept] = {}
    for members in by_subject.values():
        of_one, others = pooling.pools(members, on=on)
        pools += of_one
        kept |= others
    return pools, kept


def _place(entry: Entry) -> tuple[Any, ...]:
    value = entry.value
    low = value.low if value.low is not None else value.high
    return entry.document["subject"]["slug"], low is None, low or 0, entry.slug


def _entry_json(entry: Entry, kept: Kept | None, lang: str) -> dict[str, Any]:
    return {
        "claim": entry.document,
        "compared": _value_json(entry, lang),
        "conversion": _conversion_json(entry.conversion),
        "pooled": kept is None,
        "not_pooled": None if kept is None else _reason(kept),
    }


def _value_json(entry: Entry, lang: str) -> dict[str, Any]:
    """The value as it is compared; the printed one where nothing was done to it."""
    printed: dict[str, Any] = entry.document["value"]
    if entry.value == Quantity.from_json(printed):
        return printed
    return {**entry.value.as_json(), "text": text(rounded(entry.value), lang=lang)}


def _conversion_json(conversion: Conversion | None) -> dict[str, Any] | None:
    if conversion is None:
        return None
    return {
        "from": conversion.base,
        "to": conversion.currency,
        "factor": float(conversion.factor),
        "on": conversion.on.isoformat(),
        "rates": [rate.claim for rate in conversion.through],
    }


def _reason(kept: Kept) -> dict[str, Any]:
    message = WHY[kept.code].format(other=kept.other, key=kept.key)
    return {"code": kept.code, "other": kept.other or None, "key": kept.key or None, "message": message}


def _pool_json(pool: Pool, members: Mapping[str, Entry], lang: str) -> dict[str, Any]:
    first = members[pool.weights[0].slug]
    value = Quantity(
        low=pool.low,
        likely=min(max(_round(pool.likely), pool.low), pool.high),
        high=pool.high,
        unit=first.value.unit,
        currency=first.value.currency,
        per=first.value.per,
    )
    # The likely value of a pool is a mean, which the words of a value would call a median: they give the ends alone.
    ends = value if value.is_point else replace(value, likely=None)
    return {
        "subject": first.document["subject"]["slug"],
        "value": {**value.as_json(), "text": text(rounded(ends), lang=lang)},
        "claims": [
            {
                "claim": f"{one.slug}@{members[one.slug].document['revision']}",
                "grade": float(one.grade),
                "freshness": float(one.freshness),
                "copies": one.copies,
                "share": float(_round(one.share)),
            }
            for one in pool.weights
        ],
    }


def _round(number: Decimal) -> Decimal:
    """To six decimals: what lies beyond says nothing."""
    return round(number, 6)
