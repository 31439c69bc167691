"""What has happened to published claims, for those that stand on them.

Claims know nothing of assessments and reports: those register a listener here (`AppConfig.ready`). A listener is called
inside the transaction of the operation, so what it writes stands or falls with the change. It must be quick: work is
put down for the background, not done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What happened to a claim. Published is its first revision, on which nothing stands yet."""

    PUBLISHED = "published"
    REVISED = "revised"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"
    CONTESTED = "contested"
    SETTLED = "settled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to some claims (ids) at a moment."""

    kind: Kind
    claims: tuple[int, ...]
    at: datetime


Listener = Callable[[Event], None]
LISTENERS: dict[str, Listener] = {}


def register(name: str, listener: Listener) -> None:
    """Let somebody hear of events; called from `AppConfig.ready` of the app that owns the listener."""
    LISTENERS[name] = listener


def tell(kind: Kind, claims: Iterable[int], *, at: datetime) -> None:
    """Call every listener. Called by the verbs, in their transaction."""
    event = Event(kind, tuple(sorted(set(claims))), at)
    if event.claims:
        for listener in LISTENERS.values():
            listener(event)
