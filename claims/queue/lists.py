"""A list of the queue: what is on it, in which order, for whom, and how an item of it reads."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from babel.dates import format_date
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from claims.models import Claim, Person, TakenItem
from claims.queue.filters import EVERYTHING, Filters

_ANYBODY = Q()


def day_words(day: date) -> str:
    """A day as editors read it: "22 November 2026"."""
    return format_date(day, format="d MMMM y", locale="en_GB")


@dataclass(slots=True)
class Row:
    """One item as a list shows it. `chip` is a state and its words; `why` says in words why it is here.

    `weight` is what it is ordered by, where that is a number worth showing. `draft` is the address of the form of a new
    claim, filled for it, where that is the way to work it off.
    """

    item: int
    title: str
    ref: str
    address: str
    value: str = ""
    chip: tuple[str, str] | None = None
    why: list[str] = field(default_factory=list)
    weight: str = ""
    taken: TakenItem | None = None
    draft: str = ""


class QueueList(ABC):
    """One list. Subclasses say what is open (`objects`), how topics narrow it, and how a page of it reads."""

    code: ClassVar[str]
    name: ClassVar[str]
    says: ClassVar[str]
    """What is on the list, in a sentence, for the head of the page."""
    empty: ClassVar[str] = "Nothing waits here."
    kind: ClassVar[str] = ""
    """The kind under which items are taken; empty where nobody takes them."""
    item: ClassVar[str] = "pk"
    """The column that names the item."""
    states: ClassVar[Sequence[tuple[str, str]]] = ()
    screen: ClassVar[str]
    """The address of the screen on which an item is worked on."""
    extra: ClassVar[Mapping[str, str]] = {}
    """What that screen is told besides, in its query string."""

    # What subclasses write.

    @abstractmethod
    def objects(self, person: Person, on: date) -> QuerySet[Any]:
        """Everything open on a day, for a person, in the order of the list."""

    @abstractmethod
    def about(self, queryset: QuerySet[Any], claims: QuerySet[Claim]) -> QuerySet[Any]:
        """Those that are about one of these claims."""

    @abstractmethod
    def in_state(self, queryset: QuerySet[Any], state: str, on: date) -> QuerySet[Any]:
        """Those in one of the list's `states`."""

    @abstractmethod
    def rows(self, objects: Iterable[Any], on: date) -> list[Row]:
        """The items as they are shown, in the same order, from a number of queries that does not grow with them."""

    # What holds for all of them.

    def open(self, person: Person, at: datetime, filters: Filters = EVERYTHING) -> QuerySet[Any]:
        """What waits, narrowed, in the order of the list."""
        queryset = self.objects(person, at.date())
        queryset = self.narrowed(queryset, filters)
        if filters.state:
            known = filters.state in dict(self.states)
            queryset = self.in_state(queryset, filters.state, at.date()) if known else queryset.none()
        if filters.who == "mine":
            queryset = queryset.filter(self._taken(at, Q(person=person)))
        elif filters.who == "nobody":
            queryset = queryset.filter(~self._taken(at))
        elif filters.who:
            queryset = queryset.none()
        return queryset

    def narrowed(self, queryset: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
        """Those that topic, subject and metric family leave."""
        claims = filters.claims
        return queryset if claims is None else self.about(queryset, claims)

    def next(self, person: Person, at: datetime, filters: Filters = EVERYTHING, skip: Sequence[int] = ()) -> int | None:
        """The first item that nobody else works on and that was not skipped; None at the end of the list."""
        queryset = self.open(person, at, filters).filter(~self._taken(at, ~Q(person=person)))
        item: int | None = queryset.exclude(**{f"{self.item}__in": skip}).values_list(self.item, flat=True).first()
        return item

    def page(self, objects: Iterable[Any], at: datetime) -> list[Row]:
        """A page of the list as rows, with who works on what."""
        rows = self.rows(list(objects), at.date())
        held = TakenItem.objects.held(at).filter(kind=self.kind, object_id__in=[row.item for row in rows])
        takes = {taken.object_id: taken for taken in held.select_related("person")} if self.kind else {}
        for row in rows:
            row.taken = takes.get(row.item)
        return rows

    def some(self, person: Person, at: datetime, items: Iterable[int]) -> list[Row]:
        """Those of some items that still wait here."""
        return self.page(self.open(person, at).filter(**{f"{self.item}__in": list(items)}), at)

    def address(self, item: int) -> str:
        """Where an item is worked on."""
        return reverse(self.screen, args=[item])

    def _taken(self, at: datetime, whose: Q = _ANYBODY) -> Exists:
        return Exists(TakenItem.objects.held(at).filter(whose, kind=self.kind, object_id=OuterRef(self.item)))
