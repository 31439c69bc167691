"""The conditions of a framework file: all their problems, and how much work they are once terms are put in.

A term may name other terms. Written out, thirty short ones can stand for more comparisons than anybody can judge, so
what is counted is the comparisons after every name is replaced by what it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.engine.claim import Claim
from assessments.engine.condition_syntax import FactType, Syntax
from assessments.engine.errors import FrameworkError
from assessments.engine.framework_findings import Findings, shortened, shown
from assessments.engine.tables import ALWAYS

MOST_COMPARISONS = 2000


@dataclass
class Conditions:
    """Reads conditions one by one. `claims` are those in force by slug; None: they are not looked at."""

    findings: Findings
    facts: Mapping[str, FactType]
    claims: Mapping[str, Claim] | None
    comparisons: int = 0
    _sizes: dict[str, dict[str, int]] = field(default_factory=lambda: {"term": {}, "none_of": {}})

    def __post_init__(self) -> None:
        self._syntax = Syntax("", self.facts)

    def define_term(self, name: str, data: Any) -> None:
        """Read a named condition; later ones may name it."""
        self._sizes["term"][name] = self._size(data, name)
        self._syntax.terms[name] = ALWAYS

    def define_list(self, name: str, parts: list[Any]) -> None:
        """Read the conditions of a list; later ones may ask that none of it holds."""
        self._sizes["none_of"][name] = sum(self._size(part, name) for part in parts)
        self._syntax.lists[name] = ()

    def read(self, data: Any, rule: str) -> None:
        """Read the condition of a rule or an entry."""
        self.comparisons += self._size(data, rule)

    def check_amount(self) -> None:
        """Not more comparisons in all than can be judged in no time."""
        defined = sum(size for sizes in self._sizes.values() for size in sizes.values())
        if self.comparisons + defined > MOST_COMPARISONS:
            self.findings.add(
                "rules", "when", f"more than {MOST_COMPARISONS} comparisons, once every term is written out"
            )

    def _size(self, data: Any, rule: str) -> int:
        """How many comparisons it stands for."""
        if isinstance(data, dict) and len(data) == 1:
            [(kind, inner)] = data.items()
            if kind in ("all", "any") and isinstance(inner, list):
                if not inner:
                    self.findings.add(rule, kind, "names no condition")
                return sum(self._size(part, rule) for part in inner)
            if kind == "not":
                return self._size(inner, rule)
            if kind in self._sizes and isinstance(inner, str) and inner in self._sizes[kind]:
                return self._sizes[kind][inner]
        self._comparison(data, rule)
        return 1

    def _comparison(self, data: Any, rule: str) -> None:
        try:
            self._syntax.condition(data, rule)
        except FrameworkError as error:
            self.findings.add(error.rule, error.key, shortened(error.message))
            return
        if self.facts[data["fact"]].kind == "number" and data.get("value") is not None:
            message = "a number is not written in a table: name a published claim and a field of it"
            self.findings.add(rule, data["fact"], message)
        if self.claims is not None and "claim" in data:
            self._claim(data["claim"], data["field"], rule)

    def _claim(self, slug: str, field_name: str, rule: str) -> None:
        claim = (self.claims or {}).get(slug)
        if claim is None:
            self.findings.add(rule, "claim", f"{shown(slug)} is not a published claim")
        elif getattr(claim, field_name) is None:
            self.findings.add(rule, "field", f"{slug} does not state {field_name}")


def in_order(entries: Mapping[str, Any], kind: str) -> tuple[dict[str, Any], list[str]]:
    """Terms or lists, each after those it names with `kind` (term, none_of); and those that name each other in a circle.

    A file may have them in any order: JSON that is stored forgets it.
    """
    waiting = {name: {one for one in _named(entry, kind) if one in entries} for name, entry in entries.items()}
    done: dict[str, Any] = {}
    while free := sorted(name for name, needed in waiting.items() if needed <= done.keys()):
        done |= {name: entries[name] for name in free}
        waiting = {name: needed for name, needed in waiting.items() if name not in done}
    return done, sorted(waiting)


def _named(data: Any, kind: str) -> Iterator[str]:
    for key, value in data.items() if isinstance(data, dict) else ():
        if key == kind and isinstance(value, str):
            yield value
        else:
            yield from _named(value, kind)
    for value in data if isinstance(data, list) else ():
        yield from _named(value, kind)
