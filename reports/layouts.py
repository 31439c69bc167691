"""Which sections a report has, and in which order. Sections are named by their slugs; `sections.SECTIONS` has them all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

COVER = "cover"
RESERVATIONS = "reservations"
BASIS = "basis"
ROWS = {
    "claim": "evidence",
    "source": "evidence",
    "assumption": "assumptions",
    "answer": "answers",
    "figure": "calculations",
}
"""The section in which the rows stand that marks lead to, by the first word of their anchors."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`sections`: slugs in order; none: every section, in the order of `sections.SECTIONS`."""

    name: str
    sections: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The layout that `as_dict` gave; the full one where nothing was kept."""
        return cls(stored.get("name", "full"), tuple(stored.get("sections", ())))

    def as_dict(self) -> dict[str, Any]:
        """As it is stored with an issued report and in the manifest."""
        return {"name": self.name, "sections": list(self.sections)}

    @property
    def brief(self) -> bool:
        """Whether it has to do with two pages."""
        return self.name == "executive"

    def has(self, slug: str) -> bool:
        """Whether a section is part of it, if it has something to say."""
        return not self.sections or slug in self.sections

    @property
    def without_rows(self) -> bool:
        """Whether some marks lead to rows that it leaves out."""
        return not all(self.has(slug) for slug in ROWS.values())


FULL = Layout("full")
EXECUTIVE = Layout("executive", (COVER, "summary", RESERVATIONS, BASIS))
ANNEX = Layout(
    "annex", (COVER, RESERVATIONS, "evidence", "gaps", "set_aside", "assumptions", "answers", "calculations")
)
NAMED = {layout.name: layout for layout in (FULL, EXECUTIVE, ANNEX)}
CUSTOM = "custom"
NAMES = (*NAMED, CUSTOM)


class LayoutError(ValueError):
    """No report can be laid out so; the message says why and what would be right. `field`: layout or sections."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def chosen(name: str, sections: Iterable[str], *, known: Iterable[str]) -> Layout:
    """The layout that somebody asks for; `sections` only with `custom`. `known`: slugs of all sections, in their order.

    No name is `custom` where sections are given, else `full`. Raises LayoutError.
    """
    wanted, known = [one.strip() for one in sections], tuple(known)
    wanted = [one for one in wanted if one]
    name = name or (CUSTOM if wanted else FULL.name)
    if name not in NAMES:
        raise LayoutError("layout", f"There is no layout {name!r}. Choose one of {', '.join(NAMES)}.")
    if name != CUSTOM:
        if wanted:
            raise LayoutError(
                "sections", f"The layout {name} has its own sections. Leave the list empty, or choose {CUSTOM}."
            )
        return NAMED[name]
    if not wanted:
        raise LayoutError("sections", f"Name the sections in their order, such as {COVER}, summary, costs, {BASIS}.")
    for one in wanted:
        if one not in known:
            raise LayoutError("sections", f"There is no section {one!r}. There are {', '.join(known)}.")
    twice = next((one for one in wanted if wanted.count(one) > 1), None)
    if twice:
        raise LayoutError("sections", f"{twice} is named more than once. Name each section once.")
    layout = Layout(CUSTOM, tuple(wanted))
    _complete(layout)
    return layout


def _complete(layout: Layout) -> None:
    """Refuse a list without what no report can do without."""
    rest = [one for one in layout.sections if one != COVER]
    if not rest:
        raise LayoutError("sections", f"A report is more than its cover: name at least one section after {COVER}.")
    if layout.sections[0] != COVER:
        right = ", ".join([COVER, *rest])
        raise LayoutError("sections", f"{COVER} cannot be left out and stands first: {right}.")
    if layout.without_rows and BASIS not in rest:
        left = [slug for slug in dict.fromkeys(ROWS.values()) if slug not in rest]
        right = ", ".join([*layout.sections, BASIS])
        raise LayoutError(
            "sections",
            f"{BASIS} cannot be left out where {_listed(left)} {'is' if len(left) == 1 else 'are'}: it says what the marks "
            f"stand for whose rows are not printed. So: {right}.",
        )


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def check_reservations(layout: Layout, reservations: Iterable[Any]) -> None:
    """Raises LayoutError for a layout that would hide what a report is issued in spite of."""
    if any(True for _ in reservations) and not layout.has(RESERVATIONS):
        right = ", ".join([COVER, RESERVATIONS, *layout.sections[1:]])
        raise LayoutError(
            "sections",
            f"{RESERVATIONS} cannot be left out: this report is issued with reservations, and its readers must see them. "
            f"So: {right}.",
        )
