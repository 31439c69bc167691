"""What the read API promises against its peers, and what of it a run has shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Found = dict[str, Any]
SMALL, LARGE = 10_000, 1_000_000
"""Claims of the sizes for which something is promised: up to the one, and from the other."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A ratio of ours to something, at one size of registry, and what it may be at most.

    `at`: "small", "large" or "each"; `where` are the keys that lead to the number.
    """

    database: str
    at: str
    where: tuple[str, ...]
    at_most: float

    def shown(self, found: Found, sizes: list[int]) -> Iterator[tuple[str, float]]:
        """Name and number for every size it is promised for; nothing where that was not measured."""
        database = found.get(self.database, {})
        chosen = {
            "small": [size for size in sizes if size <= SMALL],
            "large": [size for size in sizes if size >= LARGE],
            "each": sizes,
        }
        for size in chosen[self.at]:
            number: Any = database.get(str(size), {})
            for key in self.where:
                number = number.get(key, {})
            if number not in ({}, None):
                yield f"{self.database} {size} {' '.join(self.where)}", number


def _to(kind: str, peer: str) -> tuple[str, ...]:
    return "in_process", kind, "ratios", f"ours to {peer}"


BESIDE = (("search_common", "search_rare"), ("last_page", "first_page"))
"""Kinds of question, of which the first may be twice as dear as the second."""
ASKED = ("list", "four_way", "search_common", "search_rare", "one", "facets", "last_page", "as_of")
LIMITS = (
    *(
        Limit(database, at, _to("list", "stock"), at_most)
        for database in ("sqlite", "postgresql")
        for at, at_most in (("small", 1 / 30), ("large", 1 / 100))
    ),
    Limit("sqlite", "each", _to("list", "normalised"), 0.75),
    Limit("sqlite", "each", _to("list", "spliced"), 3.5),
    Limit("postgresql", "each", _to("list", "normalised"), 0.55),
    Limit("postgresql", "each", _to("list", "json_agg"), 0.6),
    *(
        Limit(database, "each", ("in_process", "repeated", "ratios", f"{name} to spliced"), 0.1)
        for database in ("sqlite", "postgresql")
        for name in ("again", "unchanged")
    ),
    *(
        Limit(database, "each", ("in_process", "beside", f"{first} to {second}"), 2.0)
        for database in ("sqlite", "postgresql")
        for first, second in BESIDE
    ),
    Limit("sqlite", "large", _to("four_way", "stock"), 1 / 75),
    Limit("sqlite", "large", _to("four_way", "normalised"), 0.7),
    Limit("sqlite", "large", _to("facets", "stock"), 1 / 50),
    Limit("sqlite", "large", _to("one", "stock"), 1 / 15),
    Limit("sqlite", "large", _to("search_common", "stock"), 1 / 150),
    Limit("sqlite", "large", _to("search_rare", "stock"), 1 / 150),
    *(Limit("sqlite", "large", ("servers", kind, "ratios", "ours to datasette_table"), 1 / 5) for kind in ASKED),
    *(Limit(database, "each", ("writes", "publication", "to_unserved"), 1.7) for database in ("sqlite", "postgresql")),
    *(
        Limit(database, "each", ("writes", "crowd", who), 0)
        for database in ("sqlite", "postgresql")
        for who in ("refused", "reader_refused")
    ),
    Limit("sqlite", "each", ("writes", "p99_ratio"), 0.2),
    *(Limit(database, "large", ("streams", "memory_above_idle_mib"), 64) for database in ("sqlite", "postgresql")),
)
GROWTH = {("sqlite", "list"): 1.3, ("sqlite", "facets"): 1.6, ("postgresql", "list"): 1.15}
"""Database and kind of question → how much dearer it may be in the largest registry than in the smallest."""


def held(found: Found, sizes: list[int]) -> dict[str, dict[str, Any]]:
    """Name → the number, its limit and whether it holds, for everything that was measured."""
    shown = [(name, number, limit.at_most) for limit in LIMITS for name, number in limit.shown(found, sizes)]
    for (database, kind), at_most in GROWTH.items():
        if growth := found.get(database, {}).get("growth"):
            shown.append((f"{database} growth {kind}", growth[kind], at_most))
    return {name: {"is": number, "at_most": round(most, 4), "holds": number <= most} for name, number, most in shown}
