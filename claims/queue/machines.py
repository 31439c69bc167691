"""Lists of what machines noticed: open tasks, and sources that no longer answer."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from claims.models import Claim, Person, Source, TakenItem, Task, Visit
from claims.queue.lists import QueueList, Row, day_words


class Tasks(QueueList):
    """Open tasks, the oldest first."""

    code, name, kind = "task", "Machine findings", TakenItem.Kind.TASK
    says = "What a machine noticed and a person has to look at, the oldest first. A machine decides nothing."
    empty = "No machine has noticed anything that nobody looked at."
    screen = "queue:task"
    states = tuple(Task.Kind.choices)

    def objects(self, person: Person, on: date) -> QuerySet[Task]:
        return Task.objects.filter(closed_at__isnull=True).order_by("opened_at", "pk")

    def about(self, queryset: QuerySet[Task], claims: QuerySet[Claim]) -> QuerySet[Task]:
        sources = Source.objects.filter(citations__claim__in=claims).order_by()
        return queryset.filter(Q(claim__in=claims) | Q(source__in=sources))

    def in_state(self, queryset: QuerySet[Task], state: str, on: date) -> QuerySet[Task]:
        return queryset.filter(kind=state)

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        order = [task.pk for task in objects]
        found = Task.objects.select_related("claim__current_revision", "source").in_bulk(order)
        rows = []
        for task in (found[pk] for pk in order):
            row = Row(item=task.pk, title="", ref="", address=self.address(task.pk))
            if task.claim:
                row.title, row.ref = task.claim.statement, task.claim.slug
                if task.claim.current_revision:
                    row.value = task.claim.current_revision.body["value"]["text"]
            elif task.source:
                row.title, row.ref = str(task.source), task.source.slug
            row.why = [task.get_kind_display(), day_words(task.opened_at.date()), *filter(None, [task.note])]
            rows.append(row)
        return rows


class Links(QueueList):
    """Sources that did not answer when they were last visited, those that carry most claims first."""

    code, name, kind = "link", "Dead links", TakenItem.Kind.LINK
    says = "Sources that did not answer when they were last visited. Those that most claims are read from stand first."
    empty = "Every source that was visited answers."
    screen = "admin:claims_source_change"
    states = tuple((finding.value, finding.label) for finding in Visit.DEAD)

    def objects(self, person: Person, on: date) -> QuerySet[Source]:
        last = Visit.objects.filter(source=OuterRef("pk")).order_by("-pk")
        return (
            Source.objects.annotate(
                last_finding=Subquery(last.values("finding")[:1]), last_visit=Subquery(last.values("pk")[:1])
            )
            .filter(last_finding__in=Visit.DEAD)
            .annotate(carries=Count("citations__claim", filter=Q(citations__claim__state="published"), distinct=True))
            .order_by(F("carries").desc(), "slug")
        )

    def about(self, queryset: QuerySet[Source], claims: QuerySet[Claim]) -> QuerySet[Source]:
        return queryset.filter(pk__in=Source.objects.filter(citations__claim__in=claims).order_by().values("pk"))

    def in_state(self, queryset: QuerySet[Source], state: str, on: date) -> QuerySet[Source]:
        return queryset.filter(last_finding=state)

    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        sources = list(objects)
        visits = Visit.objects.defer("text").in_bulk([source.last_visit for source in sources])
        rows = []
        for source in sources:
            visit = visits[source.last_visit]
            carried = f"{source.carries} published claim{'' if source.carries == 1 else 's'}"
            rows.append(
                Row(
                    item=source.pk,
                    title=f"{source.publisher}: {source.title}",
                    ref=source.slug,
                    address=self.address(source.pk),
                    value=source.url,
                    why=[visit.get_finding_display(), day_words(visit.at.date()), carried, *filter(None, [visit.note])],
                )
            )
        return rows
