"""The list of pairs that nobody has decided."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from claims import exposure
from claims.models import Claim, Conflict, Person, TakenItem
from claims.queue.lists import QueueList, Row


class Conflicts(QueueList):
    """Open conflicts between published claims, the oldest first."""

    code, name, kind = "conflict", "Conflicts", TakenItem.Kind.CONFLICT
    says = "Pairs of published claims that disagree and that nobody has decided, the oldest first."
    empty = "Every conflict is decided."
    screen = "admin:claims_conflict_change"
    states = tuple(Conflict.Relation.choices)

    def objects(self, person: Person, on: date) -> QuerySet[Conflict]:
        return Conflict.objects.to_decide().order_by("opened_at", "pk")

    def about(self, queryset: QuerySet[Conflict], claims: QuerySet[Claim]) -> QuerySet[Conflict]:
        return queryset.filter(Q(first__in=claims) | Q(second__in=claims))

    def in_state(self, queryset: QuerySet[Conflict], state: str, on: date) -> QuerySet[Conflict]:
        return queryset.filter(relation=state)

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        order = [conflict.pk for conflict in objects]
        found = Conflict.objects.select_related("first__current_revision", "second__current_revision").in_bulk(order)
        pairs = [found[pk] for pk in order]
        counts = exposure.citing(claim for pair in pairs for claim in (pair.first_id, pair.second_id))
        rows = []
        for pair in pairs:
            one, other = pair.first.current_revision.body, pair.second.current_revision.body
            sides = [
                ", ".join(exposure.citing_in_words(counts.get(claim, {}))) for claim in (pair.first_id, pair.second_id)
            ]
            rows.append(
                Row(
                    item=pair.pk,
                    title=one["statement"],
                    ref=f"{one['slug']} and {other['slug']}",
                    address=self.address(pair.pk),
                    value=f"{one['value']['text']} against {other['value']['text']}",
                    chip=("contested", pair.get_relation_display()),
                    why=[f"against: {other['statement'].rstrip('.')}", f"first: {sides[0]}", f"second: {sides[1]}"],
                )
            )
        return rows
