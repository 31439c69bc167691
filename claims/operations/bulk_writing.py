"""Writes many working copies at once, with their citations, topics, drafters and acts. For verbs only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from claims import bulk_rows
from claims.models import Act, Citation, Claim, Person
from claims.operations.bulk_rules import Vocabulary
from claims.operations.working_copies import COLUMNS, NUMBERS, Copy

_TOPICS = Claim.topics.through
_DRAFTERS = Claim.drafters.through
_KEYS = {"subject": "subject_id", "metric": "metric_id"}
_COLUMNS = tuple(_KEYS.get(column, column) for column in COLUMNS)
_LIFE = ("state", "edit_number", "changed_by_id", "changed_at", "submitted_by_id", "submitted_at", "change_note")

Life = tuple[Any, ...]
"""State, edit number, changed by (id), changed at, submitted by (id), submitted at, note."""


class Writer:
    """Writes copies that were judged already; names are looked up in the vocabulary they were judged by."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def add(self, slugs: Sequence[str], copies: Sequence[Copy], life: Life) -> Sequence[int]:
        """New claims; their ids, in order."""
        ids = bulk_rows.new_ids(Claim, len(slugs))
        bulk_rows.insert(
            Claim,
            ("id", "slug", *_COLUMNS, *_LIFE),
            (
                (pk, slug, *self._values(copy), *life)
                for pk, slug, copy in zip(ids, slugs, copies, strict=True)
            ),
        )  # fmt: skip
        self._link(ids, copies)
        return ids

    def change(self, ids: Sequence[int], copies: Sequence[Copy], lives: Sequence[Life]) -> None:
        """Claims that stand already, with their citations and topics."""
        bulk_rows.update(
            Claim,
            ("id", *_COLUMNS, *_LIFE),
            (
                (pk, *self._values(copy), *life)
                for pk, copy, life in zip(ids, copies, lives, strict=True)
            ),
        )  # fmt: skip
        bulk_rows.delete(Citation, "claim", ids)
        bulk_rows.delete(_TOPICS, "claim", ids)
        self._link(ids, copies)

    def _values(self, copy: Copy) -> Iterator[Any]:
        for column in COLUMNS:
            value = copy[column]
            if column == "subject":
                yield self.vocabulary.subjects[value]
            elif column == "metric":
                yield self.vocabulary.metrics[value].pk
            elif column in NUMBERS:
                yield None if value is None else Decimal(value)
            else:
                yield value

    def _link(self, ids: Sequence[int], copies: Sequence[Copy]) -> None:
        sources, topics = self.vocabulary.sources, self.vocabulary.topics
        bulk_rows.insert(
            _TOPICS,
            ("claim_id", "topic_id"),
            (
                (pk, topics[slug])
                for pk, copy in zip(ids, copies, strict=True)
                for slug in copy["topics"]
            ),
        )  # fmt: skip
        bulk_rows.insert(
            Citation,
            ("claim_id", "position", "source_id", "stance", "printed", "locator", "attributed_to_id", "note"),
            (
                (
                    pk,
                    place,
                    sources[cited["source"]],
                    cited["stance"],
                    cited["printed"],
                    cited["locator"],
                    sources[cited["attributed_to"]] if cited["attributed_to"] else None,
                    cited["note"],
                )
                for pk, copy in zip(ids, copies, strict=True)
                for place, cited in enumerate(copy["citations"])
            ),
        )


def set_drafters(drafters: Mapping[int, Sequence[int]]) -> None:
    """Who worked on each claim (id) since its last publication: these people (ids) and nobody else."""
    bulk_rows.delete(_DRAFTERS, "claim", list(drafters))
    pairs = ((pk, person) for pk, people in drafters.items() for person in people)
    bulk_rows.insert(_DRAFTERS, ("claim_id", "person_id"), pairs)


def drafters_of(claims: Sequence[int]) -> dict[int, list[int]]:
    """Claim id → ids of those who worked on it."""
    found: dict[int, list[int]] = {pk: [] for pk in claims}
    for chunk in bulk_rows.in_chunks(claims):
        for pk, person in _DRAFTERS.objects.filter(claim__in=chunk).order_by("pk").values_list("claim_id", "person_id"):
            found[pk].append(person)
    return found


def record_all(
    verb: str, claims: Sequence[int | None], *, by: Person, at: datetime, note: str, detail: Callable[[int], Any]
) -> None:
    """An act a claim (id; None where the claim may be taken away again), as `acts.record` writes it."""
    bulk_rows.insert(
        Act,
        ("at", "by_id", "verb", "claim_id", "note", "detail"),
        ((at, by.pk, verb, pk, note, detail(place)) for place, pk in enumerate(claims)),
    )


def remove(claims: Sequence[int]) -> None:
    """Take away claims that nobody touched since they were added."""
    for model in (Citation, _TOPICS, _DRAFTERS):
        bulk_rows.delete(model, "claim", claims)
    bulk_rows.delete(Claim, "pk", claims)
