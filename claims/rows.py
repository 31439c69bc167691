"""Claim documents as rows that can be scanned: grouped by what is measured, values on one scale a group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import reverse

from claims.quantity import Quantity
from claims.scale import Scale, common_scale, in_words, measure

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One claim in a list; the names are those of `components/claim_row.html`."""

    claim: Document
    url: str
    value_text: str
    bar: dict[str, Any] | None
    freshness: str
    contested: bool

    @property
    def source(self) -> dict[str, Any]:
        """The source that is named first."""
        first: dict[str, Any] = self.claim["citations"][0]["source"]
        return first


@dataclass(frozen=True, slots=True)
class Group:
    """Rows whose values are of one measure, with their scale; None where there is nothing to compare."""

    rows: list[Row]
    scale: Scale | None
    counted_in: str


@dataclass(frozen=True, slots=True)
class Section:
    """The claims on one metric, in groups of one measure."""

    metric: dict[str, str]
    groups: list[Group]

    @property
    def size(self) -> int:
        """How many claims it holds."""
        return sum(len(group.rows) for group in self.groups)

    @property
    def subjects(self) -> list[dict[str, str]]:
        """What its claims are about, each once: with the metric, the questions they answer."""
        found = {row.claim["subject"]["slug"]: row.claim["subject"] for group in self.groups for row in group.rows}
        return list(found.values())

    @property
    def is_words(self) -> bool:
        """Whether every value of it is a word."""
        return all(row.claim["value"]["unit"] == "rating" for group in self.groups for row in group.rows)


def group(documents: Sequence[Document]) -> Group:
    """Rows in the order given, with a scale where all their numbers are of one measure."""
    values = [Quantity.from_json(document["value"]) for document in documents]
    scale = common_scale(values)
    rows = [
        Row(
            claim=document,
            url=reverse("claims:claim-detail", args=[document["slug"]]),
            value_text=document["value"]["text"],
            bar=scale.bar(value) if scale else None,
            freshness=document["freshness"],
            contested=bool(document["contested_by"]),
        )
        for document, value in zip(documents, values, strict=True)
    ]
    return Group(rows=rows, scale=scale, counted_in=in_words(values) if values else "")


def sections(documents: Iterable[Document]) -> list[Section]:
    """Documents by metric, numbers before words and the largest first; inside by measure, subject and lower end."""

    def order(document: Document) -> tuple[Any, ...]:
        value = document["value"]
        place = value["low"] if value["low"] is not None else value["high"]
        return (
            tuple(part or "" for part in measure(Quantity.from_json(value))),
            document["subject"]["name"],
            place is None,
            place or 0,
            document["slug"],
        )

    by_metric: dict[str, list[Document]] = {}
    for document in documents:
        by_metric.setdefault(document["metric"]["slug"], []).append(document)
    made = []
    for members in by_metric.values():
        members.sort(key=order)
        groups = [
            group(list(same))
            for _, same in groupby(members, key=lambda document: measure(Quantity.from_json(document["value"])))
        ]
        made.append(Section(metric=members[0]["metric"], groups=groups))
    return sorted(made, key=lambda section: (section.is_words, -section.size, section.metric["name"]))
