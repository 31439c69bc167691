"""The letter that tells somebody what is due to them: plain text, at most twenty items, a link to each screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from claims.models import Person
from claims.queue import EVERYTHING, LISTS, Filters, Row

AT_MOST = 20
ROLES = ("editor", "reviewer", "registry-manager")
_MONDAY, _FRIDAY = 0, 4

# Which list is due to whom: the permission, the list, and what narrows it.
_DUE = (
    ("claims.change_claim", "drafts", Filters(state="back"), "sent back to you"),
    ("claims.approve_claim", "review", EVERYTHING, "waiting for your approval"),
    ("claims.change_claim", "recheck", EVERYTHING, "to be read again"),
    ("claims.change_claim", "task", EVERYTHING, "noticed by a machine"),
    ("claims.change_claim", "gap", EVERYTHING, "lacking in the evidence"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One list in a letter: how many wait in all, and those that are named."""

    words: str
    total: int
    rows: Sequence[Row]
    address: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What is due to one person."""

    to: Person
    sections: Sequence[Section]

    @property
    def items(self) -> int:
        """How many items wait, named or not."""
        return sum(section.total for section in self.sections)

    @property
    def subject(self) -> str:
        """A line without anything that somebody typed."""
        return f"Footing: {self.items} due to you"

    @property
    def body(self) -> str:
        """The letter as plain text."""
        parts = [f"Dear {self.to.get_short_name() or self.to.get_username()},", ""]
        for section in self.sections:
            parts += [f"{section.total} {section.words}".upper(), ""]
            for row in section.rows:
                parts += [
                    _one_line(row.title),
                    f"  {_one_line(_about(row))}",
                    f"  {settings.SITE_URL}{row.address}",
                    "",
                ]
            if section.total > len(section.rows):
                parts += [f"… and {section.total - len(section.rows)} more: {section.address}", ""]
        choice = settings.SITE_URL + reverse("queue:digest")
        parts += [
            "--",
            f"The whole queue: {settings.SITE_URL}{reverse('admin:index')}",
            f"How often this comes: {choice}",
        ]
        return "\n".join(parts) + "\n"


def _about(row: Row) -> str:
    state = [row.chip[1]] if row.chip else []
    weight = [f"exposure {row.weight}"] if row.weight else []
    return ", ".join(part for part in (row.value, *state, *row.why, *weight) if part)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def readers(username: str = "") -> QuerySet[Person]:
    """Who may get a letter: active, with an address, in a role of the registry; or the one of them with this name."""
    people = Person.objects.filter(is_active=True, email__gt="", groups__name__in=ROLES).distinct().order_by("pk")
    return people.filter(username=username) if username else people


def is_day_of(person: Person, at: datetime) -> bool:
    """Whether this is a day on which they want a letter."""
    weekday = at.weekday()
    if person.digest == Person.Digest.DAILY:
        return weekday <= _FRIDAY
    return person.digest == Person.Digest.WEEKLY and weekday == _MONDAY


def letter(person: Person, at: datetime) -> Letter | None:
    """The letter to somebody; None where nothing is due to them."""
    due = []
    for permission, code, filters, words in _DUE:
        if person.has_perm(permission):
            waiting = LISTS[code].open(person, at, filters)
            if total := waiting.count():
                due.append((code, filters, words, total, waiting))
    sections = []
    named = shares([total for *_, total, _ in due], AT_MOST)
    for (code, filters, words, total, waiting), share in zip(due, named, strict=True):
        query = "&".join(filter(None, [f"list={code}", filters.query]))
        address = f"{settings.SITE_URL}{reverse('admin:index')}?{query}"
        sections.append(Section(words, total, LISTS[code].page(waiting[:share], at), address))
    return Letter(person, sections) if sections else None


def shares(totals: Iterable[int], limit: int) -> list[int]:
    """How many of each list are named: alike as long as all have some, and what one does not need goes to the others."""
    waiting = list(totals)
    given = [0] * len(waiting)
    while sum(given) < limit and given != waiting:
        for place, total in enumerate(waiting):
            if given[place] < total and sum(given) < limit:
                given[place] += 1
    return given
