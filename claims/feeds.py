"""The change log as Atom feeds (RFC 4287), of the whole registry and of a topic, a page at a time (RFC 5005)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from claims import published
from claims.models import Revision, Topic
from claims.wording import REVISION_STATE

LATEST = 50
BEFORE_ANYTHING = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed changed last in which nothing has happened yet: always the same, so that it is not new each time."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which feed, and which page of it: what came before a place in the chain, None for the newest."""

    topic: Topic | None
    before: int | None
    revisions: list[Revision]

    @property
    def address(self) -> str:
        """The absolute address of the feed, which is its id too."""
        if self.topic is None:
            return f"{settings.SITE_URL}{reverse('claims:change-feed')}"
        return f"{settings.SITE_URL}{reverse('claims:topic-feed', args=[self.topic.slug])}"

    @property
    def pages(self) -> dict[str, str]:
        """Where else the feed goes on, by the relation of RFC 5005."""
        found = {"first": self.address}
        if len(self.revisions) > LATEST:
            found["next"] = f"{self.address}?before={self.revisions[LATEST - 1].sequence}"
        return found


class PagedAtom(Atom1Feed):
    """Atom with links to its other pages."""

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """See the class."""
        super().add_root_elements(handler)
        for relation, address in self.feed["pages"].items():
            handler.addQuickElement("link", "", {"rel": relation, "href": address})

    def latest_post_date(self) -> datetime:
        """When the newest entry came; never the moment of asking."""
        return super().latest_post_date() if self.items else BEFORE_ANYTHING


class ChangeFeed(Feed):
    """Publications, retractions and supersessions, newest first: all of them, or those of a topic and what is under it."""

    feed_type = PagedAtom
    author_name = "Footing"
    author_link = settings.SITE_URL

    def get_object(self, request: HttpRequest, slug: str | None = None) -> Asked:
        """What is asked for."""
        topic = get_object_or_404(Topic, slug=slug) if slug else None
        before = request.GET.get("before", "")
        if before and not (before.isascii() and before.isdecimal() and len(before) < 10):
            raise Http404
        links = Revision.objects.all() if topic is None else published.under(Revision.objects.all(), topic.pk)
        if before:
            links = links.filter(sequence__lt=int(before))
        newest = links.order_by("-sequence").select_related("claim")
        return Asked(topic, int(before) if before else None, list(newest[: LATEST + 1]))

    def title(self, obj: Asked) -> str:
        """The name of the feed."""
        return f"Footing: changes in {_text(obj.topic.name)}" if obj.topic else "Footing: changes of the registry"

    def subtitle(self, obj: Asked) -> str:
        """What is in it."""
        where = f" on {_text(obj.topic.name)}, or on a topic under it," if obj.topic else ""
        return f"Claims{where} that were published, retracted or superseded, and why."

    def link(self, obj: Asked) -> str:
        """The page with the same list."""
        page = obj.topic.get_absolute_url() if obj.topic else reverse("claims:change-list")
        return f"{settings.SITE_URL}{page}"

    def feed_url(self, obj: Asked) -> str:
        """The address of this page of it."""
        return obj.address if obj.before is None else f"{obj.address}?before={obj.before}"

    def feed_guid(self, obj: Asked) -> str:
        """The same for all its pages, under whatever name of the host it was asked for."""
        return obj.address

    def feed_extra_kwargs(self, obj: Asked) -> dict[str, Any]:
        """The links to its other pages."""
        return {"pages": obj.pages}

    def items(self, obj: Asked) -> list[Revision]:
        """The links of the chain on this page."""
        return obj.revisions[:LATEST]

    def item_title(self, item: Revision) -> str:
        """What happened to which claim."""
        return _text(f"{REVISION_STATE[item.state].capitalize()}: {item.body['statement']}")

    def item_description(self, item: Revision) -> str:
        """The reason, or the value where none was given; readers take a summary for HTML."""
        return _text(escape(item.note or item.body["value"]["text"]))

    def item_link(self, item: Revision) -> str:
        """The immutable address, which is the id too."""
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    item_guid = item_link

    def item_pubdate(self, item: Revision) -> datetime:
        """When it was published."""
        return item.published_at

    item_updateddate = item_pubdate


def _text(text: str) -> str:
    """A text without the characters that no XML can hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


changes: Callable[..., HttpResponse] = require_safe(
    conditional_page(cache_control(public=True, no_cache=True)(ChangeFeed()))
)
"""The view: answers 304 to who has it, by an ETag of its bytes."""
