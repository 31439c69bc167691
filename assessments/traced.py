"""Figures of several results on one page, each with a mark that leads to where it comes from.

On the page of one result a mark leads to a line of that page. Here a result has its own lists of origins, under a prefix
of its own, or the figures lead to the page of their result.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assessments.engine.offer import variant_of
from assessments.figure_text import UNKNOWN, figure_part, figure_text
from assessments.result_page import ResultPage
from assessments.result_rows import revision_url


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure in words with its mark. Both are empty for a word that stands in a figure's place."""

    text: str
    mark: str = ""
    url: str = ""


NOT_KNOWN = Shown(UNKNOWN["en"])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the origins: its anchor and mark, what it is, its value, where that comes from.

    `inputs` are the figures of a formula; `link` leads to the claim.
    """

    anchor: str
    mark: str
    label: str
    value: str
    note: str
    inputs: tuple[Shown, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the figures of a result come from, each kind by itself."""

    assumptions: tuple[Line, ...]
    answers: tuple[Line, ...]
    formulas: tuple[Line, ...]
    claims: tuple[Line, ...]


@dataclass(frozen=True)
class Traced:
    """A result document whose figures are shown. `prefix` stands before its anchors, `url` before the hash."""

    result: Mapping[str, Any]
    prefix: str = ""
    url: str = ""

    @cached_property
    def page(self) -> ResultPage:
        """The same as a page, for its words and marks. No claim is looked up."""
        return ResultPage(self.result, {})

    @cached_property
    def options(self) -> dict[str, Mapping[str, Any]]:
        """The ways to build by variant."""
        return {variant_of(one): one for one in self.result["options"]}

    def shown(self, figure: str | None, part: str = "full", *, per: bool = True) -> Shown:
        """A figure by its id; None is unknown."""
        if figure is None:
            return NOT_KNOWN
        anchor, mark = self.page.mark(figure)
        text = figure_text(figure_part(self.page.figures[figure], part), with_per=per)
        return Shown(text, mark, f"{self.url}#{self.prefix}{anchor}")

    def cost(self, variant: str, name: str, part: str = "full", *, per: bool = True) -> Shown:
        """A figure of a way to build; unknown where it has none."""
        return self.shown(self.options.get(variant, {"figures": {}})["figures"].get(name), part, per=per)

    def asked(self, question: str) -> str | None:
        """The figure of a numeric answer, or of what stands in its place."""
        return next(
            (
                one["id"]
                for one in self.result["figures"]
                if one["params"].get("question") == question and one["key"] != "changes_per_year"
            ),
            None,
        )

    def keyed(self, key: str) -> str | None:
        """The figure of an assumption."""
        return next((one["id"] for one in self.result["figures"] if one["key"] == key), None)

    def origins(self, roots: Iterable[str]) -> Origins:
        """All that some figures rest on, themselves included, in the order of the ledger."""
        reached, waiting = set(), list(roots)
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting += self.page.figures[one]["origin"].get("inputs", ())
        lines: dict[str, list[Line]] = {"assumption": [], "answer": [], "formula": [], "claim": []}
        for figure in self.result["figures"]:
            if figure["id"] in reached:
                lines[figure["origin"]["kind"]].append(self._line(figure))
        kinds = ("assumption", "answer", "formula", "claim")
        return Origins(*(tuple({line.anchor: line for line in lines[kind]}.values()) for kind in kinds))

    def _line(self, figure: Mapping[str, Any]) -> Line:
        origin = figure["origin"]
        anchor, mark = self.page.mark(figure["id"])
        notes = {
            "assumption": f"{origin.get('note')} {origin.get('by')}",
            "formula": origin.get("formula", ""),
            "claim": origin.get("claim", ""),
        }
        return Line(
            anchor=f"{self.prefix}{anchor}",
            mark=mark,
            label=self.page.label(figure["id"]),
            value=figure_text(figure),
            note=notes.get(origin["kind"], ""),
            inputs=tuple(self.shown(one) for one in origin.get("inputs", ())),
            link=revision_url(origin["claim"]) if origin["kind"] == "claim" else "",
        )
