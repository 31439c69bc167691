"""How many sources stand behind a claim independently of one another. No Django here.

Sources that lead to one upstream, over however many steps, are one: a copy adds nothing. Only what supports a claim
counts; what contradicts or mentions it still tells who has a figure from whom.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SUPPORTS = "supports"


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation: the source, its stance, and whom it names as its own source (None: nobody)."""

    source: str
    attributed_to: str | None = None
    stance: str = SUPPORTS


def independent(citations: Iterable[Cited]) -> int:
    """How many groups of connected sources hold one that supports. Two sources that name each other are one group."""
    citations = list(citations)
    leads_to: dict[str, str] = {}

    def group(source: str) -> str:
        while leads_to.get(source, source) != source:
            source = leads_to[source]
        return source

    for one in citations:
        if one.attributed_to is not None:
            leads_to[group(one.source)] = group(one.attributed_to)
    return len({group(one.source) for one in citations if one.stance == SUPPORTS})
