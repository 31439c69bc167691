"""The list in which somebody chooses the sections of a report: which are ticked, which cannot be left out, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from reports.layouts import BASIS, COVER, RESERVATIONS, ROWS, Layout
from reports.sections import BY_SLUG

UP, DOWN = "up", "down"


@dataclass(frozen=True, slots=True)
class Row:
    """One section. `name` is in the language of the report; `why`: why it cannot be left out, empty where it can.

    `place` counts the ticked ones from 1, 0 for one that is left out; `rises` and `falls`: whether it can go up or down.
    """

    slug: str
    name: str
    ticked: bool
    why: str
    place: int
    rises: bool
    falls: bool


def rows(layout: Layout, *, language: str, reserved: bool) -> list[Row]:
    """The sections of a layout in their order, then those that it leaves out. `reserved`: it has to say in spite of what."""
    chosen = [slug for slug in layout.sections if slug in BY_SLUG] or list(BY_SLUG)
    why = _needed(chosen, language=language, reserved=reserved)
    ticked = list(dict.fromkeys([*(slug for slug in [COVER] if slug in why), *chosen, *why]))
    last = len(ticked) - 1
    with translation.override(language):
        return [
            Row(
                slug=slug,
                name=str(BY_SLUG[slug].name),
                ticked=slug in ticked,
                why=why.get(slug, ""),
                place=ticked.index(slug) + 1 if slug in ticked else 0,
                rises=slug in ticked and ticked.index(slug) > 1,
                falls=slug in ticked and 0 < ticked.index(slug) < last,
            )
            for slug in [*ticked, *(slug for slug in BY_SLUG if slug not in ticked)]
        ]


def _needed(chosen: Sequence[str], *, language: str, reserved: bool) -> dict[str, str]:
    """Why a section cannot be left out, by slug."""
    needed = {COVER: "It stands first in every report."}
    if reserved:
        needed[RESERVATIONS] = "The report is issued with reservations, and its readers must see them."
    with translation.override(language):
        left = [str(BY_SLUG[slug].name) for slug in dict.fromkeys(ROWS.values()) if slug not in chosen]
    if left:
        needed[BASIS] = f"It says what the marks stand for whose lists are left out: {', '.join(left)}."
    return needed


def moved(sections: Sequence[str], slug: str, way: str) -> list[str]:
    """The sections with one of them a place further up or down; as they were where it cannot go there.

    The cover keeps the first place.
    """
    made = list(sections)
    if slug in made:
        place = made.index(slug)
        other = place + (-1 if way == UP else 1)
        if slug != COVER and 0 <= other < len(made) and made[other] != COVER:
            made[place], made[other] = made[other], made[place]
    return made
