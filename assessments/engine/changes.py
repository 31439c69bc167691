"""What differs between two result documents: the advice, the verdicts and the figures people decide by.

The two may be of one case at two dates or with other evidence, or of two cases. Compared are the recommendation, what
each framework says, what each way to build costs (at the start, each month, in all, and the middle of the draws), and
the break-even.

A figure has moved where one of its numbers (low, likely, high) changed by at least `MATERIAL`, 1 % of what it was, or
became known or unknown, or where it is counted in another unit or currency. That is below what anybody decides by and
above the sampling error of the draws (at most 0.6 %), so that no simulation alone moves a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assessments.engine.offer import variant_of

MATERIAL = 0.01
"""Relative change from which on a figure has moved."""

TOTALS = ("upfront", "monthly", "tco", "p50")
"""The figures of each way to build that are compared."""

BREAK_EVEN = ("requests_per_month", "tokens_per_month", "month", "uncached_requests_per_month")
"""The parts of the break-even that are compared; each is a figure, a word (never, immediate) or unknown."""

VERDICTS = ("unaffected", "figures_moved", "recommendation_flips")

Document = Mapping[str, Any]
Standing = Literal["unaffected", "figures_moved", "recommendation_flips"]

_ENDS = ("likely", "low", "high")
_MEASURE = ("unit", "currency", "per")


@dataclass(frozen=True, slots=True)
class Advice:
    """The recommendation of one document: option, whether it hangs on conditions and which, confidence."""

    option: str
    conditional: bool
    conditions: tuple[str, ...]
    confidence: str

    @classmethod
    def of(cls, document: Document) -> Advice:
        """The one of a result document."""
        found = document["recommendation"]
        return cls(
            found["option"], bool(found["conditional"]), tuple(sorted(found["conditions"])), str(found["confidence"])
        )

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "option": self.option,
            "conditional": self.conditional,
            "conditions": list(self.conditions),
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class AdviceChange:
    """What is recommended before and after."""

    before: Advice
    after: Advice

    @property
    def flips(self) -> bool:
        """Whether another option is recommended."""
        return self.before.option != self.after.option

    @property
    def differs(self) -> bool:
        """Whether anything of the advice is another: option, conditions or confidence."""
        return self.before != self.after

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"before": self.before.as_dict(), "after": self.after.as_dict(), "flips": self.flips}


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A framework that says something else; None where it was not run.

    `named` holds, for before and after, the options that the words of a verdict name (`use`, `fallback`), and of a
    firm's own framework its title and these words, in the place in which the result has them.
    """

    framework: str
    before: str | None
    after: str | None
    named: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "framework": self.framework,
            "before": self.before,
            "after": self.after,
            "named": [dict(side) for side in self.named],
        }


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A firm's own framework of which the two documents used different versions."""

    framework: str
    title: Mapping[str, str]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that differs. `option` is the way to build; None for the break-even.

    `before` and `after` are figures of the two documents, None where a document has none; then `word_before` or
    `word_after` may say what stands in its place (never, immediate). `relative` is the change of whichever number moved
    most, as a share of what it was; None where that cannot be said: a side is missing, was zero, or counts another thing.
    """

    key: str
    option: str | None
    label: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    relative: float | None
    word_before: str | None = None
    word_after: str | None = None

    @property
    def material(self) -> bool:
        """Whether it moved so far that somebody should look."""
        if self.relative is not None and abs(self.relative) >= MATERIAL:
            return True
        if self.before is None or self.after is None:
            return True
        return any(_change(self.before[end], self.after[end]) is None for end in _ENDS) or _counted(
            self.before
        ) != _counted(self.after)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "key": self.key,
            "option": self.option,
            "label": self.label,
            "before": None if self.before is None else dict(self.before),
            "after": None if self.after is None else dict(self.after),
            "relative": self.relative,
            "word_before": self.word_before,
            "word_after": self.word_after,
            "material": self.material,
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two documents. `figures` holds every compared figure that differs at all.

    `versions` differ where somebody ran a case again after a framework of the firm was changed; never on new evidence.
    """

    recommendation: AdviceChange
    frameworks: tuple[VerdictChange, ...]
    figures: tuple[FigureChange, ...]
    versions: tuple[VersionChange, ...] = ()

    @property
    def verdict(self) -> Standing:
        """`recommendation_flips` where another option is recommended; `figures_moved` where a figure moved materially
        or a framework, the conditions or the confidence say something else; else `unaffected`."""
        if self.recommendation.flips:
            return "recommendation_flips"
        if self.recommendation.differs or self.frameworks or any(figure.material for figure in self.figures):
            return "figures_moved"
        return "unaffected"

    @property
    def largest(self) -> float | None:
        """The relative change of the figure that moved most; None where none can be put as a share."""
        moves = [figure.relative for figure in self.figures if figure.relative is not None]
        return max(moves, key=abs, default=None)

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "verdict": self.verdict,
            "largest": self.largest,
            "recommendation": self.recommendation.as_dict(),
            "frameworks": [one.as_dict() for one in self.frameworks],
            "figures": [one.as_dict() for one in self.figures],
        }


def changes(before: Document, after: Document) -> Changes:
    """Compare two result documents, as `Result.as_dict` gives them or as they are stored.

    One from before there were variants or percentiles has none of those: what only one side knows is told as such.
    """
    return Changes(
        AdviceChange(Advice.of(before), Advice.of(after)),
        _verdicts(before, after),
        (*_totals(before, after), *_break_even(before, after)),
        _versions(before, after),
    )


def _verdicts(before: Document, after: Document) -> tuple[VerdictChange, ...]:
    old, new = ({one["id"]: one for one in document["frameworks"]} for document in (before, after))
    found = []
    for name in dict.fromkeys([*new, *old]):
        sides = old.get(name), new.get(name)
        codes = [None if side is None else str(side["verdict"]) for side in sides]
        if codes[0] != codes[1]:
            found.append(VerdictChange(name, codes[0], codes[1], (_named(sides[0]), _named(sides[1]))))
    return tuple(found)


def _versions(before: Document, after: Document) -> tuple[VersionChange, ...]:
    old = {one["id"]: one["version"] for one in before["frameworks"] if "own" in one}
    return tuple(
        VersionChange(one["id"], one["own"]["definition"]["title"], old[one["id"]], one["version"])
        for one in after["frameworks"]
        if "own" in one and old.get(one["id"], one["version"]) != one["version"]
    )


def _named(framework: Mapping[str, Any] | None) -> dict[str, Any]:
    """The options that the words of a verdict name, and a firm's own words."""
    if framework is None or "own" not in framework:
        return {key: framework[key] for key in ("use", "fallback") if framework and framework.get(key)}
    definition, verdict = framework["own"]["definition"], framework["verdict"]
    choices = definition.get("choices") or {}
    words = {code: words for code, words in definition["words"]["verdicts"].items() if code == verdict}
    told = {"title": definition["title"], "choices": dict.fromkeys(choices), "words": {"verdicts": words}}
    options = {name: framework[name] for name in ("use", *choices) if framework.get(name)}
    return {**options, "own": {"definition": told}}


def _totals(before: Document, after: Document) -> list[FigureChange]:
    old, new = (_costs(document) for document in (before, after))
    found = []
    for option in dict.fromkeys([*new, *old]):
        for key in TOTALS:
            change = _figure_change(key, option, old.get(option, {}).get(key), new.get(option, {}).get(key))
            if change is not None:
                found.append(change)
    return found


def _costs(document: Document) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Variant → name → figure."""
    figures = _by_id(document)
    return {
        variant_of(option): {name: figures[identity] for name, identity in option["figures"].items()}
        for option in document["options"]
    }


def _break_even(before: Document, after: Document) -> list[FigureChange]:
    sides = []
    for document in (before, after):
        figures = _by_id(document)
        reached = {name: document["break_even"].get(name) for name in BREAK_EVEN}
        sides.append({name: figures.get(found, found) if found else None for name, found in reached.items()})
    old, new = sides
    compared = (_figure_change(key, None, old[key], new[key]) for key in BREAK_EVEN)
    return [change for change in compared if change is not None]


def _figure_change(
    key: str, option: str | None, before: Mapping[str, Any] | str | None, after: Mapping[str, Any] | str | None
) -> FigureChange | None:
    """The change of one figure; None where it reads the same. A word stands where no figure is."""
    old, new = (side if isinstance(side, Mapping) else None for side in (before, after))
    words = [side if isinstance(side, str) else None for side in (before, after)]
    same_words = words[0] == words[1] and (old is None) is (new is None)
    if same_words and (old is None or new is None or _read(old) == _read(new)):
        return None
    shown = new or old
    label = str(shown["label"]) if shown else key
    return FigureChange(key, option, label, old, new, _relative(old, new), words[0], words[1])


def _by_id(document: Document) -> dict[str, Mapping[str, Any]]:
    return {figure["id"]: figure for figure in document["figures"]}


def _counted(figure: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(figure[name] for name in _MEASURE)


def _read(figure: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a person reads of a figure: its numbers and what it counts."""
    return (*(figure[end] for end in _ENDS), *_counted(figure))


def _relative(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> float | None:
    """The change of whichever number moved most, the likely one first; None where none can be put as a share."""
    if before is None or after is None or _counted(before) != _counted(after):
        return None
    moves = [
        move for end in _ENDS if before[end] is not None and (move := _change(before[end], after[end])) is not None
    ]
    return max(moves, key=abs, default=None)


def _change(before: float | None, after: float | None) -> float | None:
    """After over before, less one; 0 where nothing changed. None where one is unknown or it was zero and is not."""
    if before == after:
        return 0.0
    if not before or after is None:
        return None
    return round((after - before) / abs(before), 6)
