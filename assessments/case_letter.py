"""The letter that tells the people of a firm which advice to look at again: plain text, references and links.

It names no client and no title: a letter may be read by others on its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from assessments.again_page import Told, to_look_at, told
from assessments.models import Membership
from claims.models import Person

AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person's firms should look at again: how many in all, and the first of them."""

    to: Person
    items: int
    cases: Sequence[Told]

    @property
    def subject(self) -> str:
        """A line without anything that somebody typed."""
        return f"Footing: advice to look at again, {self.items} assessment{'' if self.items == 1 else 's'}"

    @property
    def body(self) -> str:
        """The letter as plain text."""
        parts = [
            f"Dear {self.to.get_short_name() or self.to.get_username()},",
            "",
            "evidence that your firm's assessments cite has changed. Judged again with the same answers:",
            "",
        ]
        for case in self.cases:
            flip = f": {case.flip[0]} -> {case.flip[1]}" if case.flip else ""
            moved = f", {len(case.figures)} figures moved" if case.figures else ""
            parts += [
                f"{case.case.reference}: {case.outcome_words}{flip}{moved}",
                *([f"  {case.why_not}"] if case.why_not else []),
                f"  {settings.SITE_URL}{reverse('assessments:result', args=[case.case.reference])}",
                "",
            ]
        if self.items > len(self.cases):
            parts += [f"... and {self.items - len(self.cases)} more", ""]
        return "\n".join([*parts, "--", f"All of them: {settings.SITE_URL}{reverse('assessments:again')}", ""])


def readers(username: str = "") -> QuerySet[Person]:
    """Who may get a letter: active, with an address, advising for a firm; or the one of them with this name."""
    advisers = Membership.objects.filter(role__in=Membership.ADVISORY_ROLES).values("person")
    people = Person.objects.filter(is_active=True, email__gt="", pk__in=advisers).order_by("pk")
    return people.filter(username=username) if username else people


def letter(person: Person) -> Letter | None:
    """The letter to somebody; None where there is nothing to look at."""
    waiting = to_look_at(person)
    total = waiting.count()
    return Letter(person, total, [told(row) for row in waiting[:AT_MOST]]) if total else None
