"""Where somebody is in the queue: which list, how narrowed, what they skipped. It travels in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from claims import operations
from claims.models import Claim
from claims.operations import OperationRefused
from claims.queue import EVERYTHING, LISTS, Filters, QueueList

SKIPS_REMEMBERED = 200
"""So that an address stays an address; who skips more meets the first again."""


@dataclass(frozen=True, slots=True)
class Place:
    """A list, its filters, and the items not to be shown again in this pass."""

    queue: QueueList
    filters: Filters = EVERYTHING
    skip: tuple[int, ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, str], default: str) -> "Place":
        """The place that a query string names; the list is `default` where it names none that there is."""
        queue = LISTS.get(query.get("list", ""), LISTS[default])
        skip = tuple(int(item) for item in query.get("skip", "").split(".") if item.isdecimal())
        return cls(queue, Filters.read(query), skip)

    @property
    def query(self) -> str:
        """The place as a query string."""
        skip = urlencode({"skip": ".".join(map(str, self.skip[-SKIPS_REMEMBERED:]))}) if self.skip else ""
        return "&".join(filter(None, [f"list={self.queue.code}", self.filters.query, skip]))

    def without(self, item: int) -> "Place":
        """The same, an item further."""
        return replace(self, skip=(*(known for known in self.skip if known != item), item))

    @property
    def start(self) -> str:
        """The list itself, with its filters."""
        return f"{reverse('admin:index')}?{replace(self, skip=()).query}"

    @property
    def following(self) -> str:
        """An address that leads to the next item; it takes nothing."""
        return f"{reverse('queue:next')}?{self.query}"

    def at(self, item: int) -> str:
        """The screen of an item, which knows where to go on from."""
        if self.queue.screen.startswith("queue:"):
            return f"{self.queue.address(item)}?{self.query}"
        query = {**self.queue.extra, "next": self.without(item).following}
        return f"{self.queue.address(item)}?{urlencode(query)}"


def go_on(request: HttpRequest, place: Place, at: datetime) -> HttpResponseRedirect:
    """Take the next item and lead to its screen; at the end of the list, to the list."""
    person = request.user
    while (item := place.queue.next(person, at, place.filters, place.skip)) is not None:
        if not place.queue.kind:
            return HttpResponseRedirect(place.at(item))
        try:
            operations.take(by=person, at=at, kind=place.queue.kind, item=item)
        except OperationRefused:  # somebody else was faster
            place = place.without(item)
        else:
            return HttpResponseRedirect(place.at(item))
    messages.info(request, end_of(place))
    return HttpResponseRedirect(place.start)


def end_of(place: Place) -> str:
    """What is said where a list ends."""
    return f"That was the last of {place.queue.name.lower()} in this pass."


def asked_next(request: HttpRequest) -> str | None:
    """The address that `next` in the query string names, where it is one of ours."""
    address = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None, require_https=request.is_secure())
    return address if address.startswith("/") and ours else None


def published_beside(request: HttpRequest, claim: Claim | None) -> dict[str, Any] | None:
    """The published document to be shown beside the edit form, where `old` in the query string asks for it."""
    if claim is None or claim.current_revision is None or "old" not in request.GET:
        return None
    return claim.current_revision.body


class Onward:
    """For a ModelAdmin: after saving, go where `next` in the address says instead of back to the list."""

    def response_post_save_change(self, request: HttpRequest, obj: object) -> HttpResponseRedirect:
        address = asked_next(request)
        return HttpResponseRedirect(address) if address else super().response_post_save_change(request, obj)
