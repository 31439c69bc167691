"""What waits for somebody: the lists of the editors' start page, as typed rows built from few queries.

A list is a queryset in its order, narrowed by `Filters`, a page of which becomes rows. Nothing here writes.
"""

from claims.queue.conflicts import Conflicts
from claims.queue.drafts import MyDrafts, Reviews
from claims.queue.filters import EVERYTHING, Filters
from claims.queue.gaps import Gaps
from claims.queue.lists import QueueList, Row
from claims.queue.machines import Links, Tasks
from claims.queue.readings import Found, Rechecks, Support

LISTS: dict[str, QueueList] = {
    one.code: one
    for one in (Rechecks(), Reviews(), Conflicts(), Tasks(), Gaps(), Support(), Links(), Found(), MyDrafts())
}
"""The lists in the order in which they are shown, by their code."""

__all__ = ["EVERYTHING", "LISTS", "Filters", "QueueList", "Row"]
