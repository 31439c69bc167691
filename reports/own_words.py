"""The passages of a report whose words a firm can change, and the templates it writes for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Passage:
    """A fixed text that can be said otherwise. `name` as stored; `title` and `where` tell an admin what it is."""

    name: str
    title: str | Promise
    where: str | Promise


PASSAGES: Mapping[str, Passage] = {}
"""Every passage by its name."""


def faults(name: str, template: str) -> Sequence[str]:
    """What is wrong with a firm's template for a passage, each in a sentence with its line; nothing: it can be saved."""
    return [] if name in PASSAGES else [f"There is no passage {name!r}."]
