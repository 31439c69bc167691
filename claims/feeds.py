"""The change log as an Atom feed."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from claims.models import Revision
from claims.wording import REVISION_STATE

LATEST = 50


class ChangeFeed(Feed):
    """The latest publications, retractions and supersessions, newest first."""

    feed_type = Atom1Feed
    title = "Footing: changes of the registry"
    subtitle = "Claims that were published, retracted or superseded, and why."

    def link(self) -> str:
        """The page with the same list."""
        return reverse("claims:change-list")

    def items(self) -> QuerySet[Revision]:
        """The newest links of the chain."""
        return Revision.objects.order_by("-sequence").select_related("claim")[:LATEST]

    def item_title(self, item: Revision) -> str:
        """What happened to which claim."""
        return f"{REVISION_STATE[item.state].capitalize()}: {item.body['statement']}"

    def item_description(self, item: Revision) -> str:
        """The reason, or the value where none was given; readers take a summary for HTML."""
        return escape(item.note or item.body["value"]["text"])

    def item_link(self, item: Revision) -> str:
        """The immutable address."""
        return item.get_absolute_url()

    def item_pubdate(self, item: Revision) -> datetime:
        """When it was published."""
        return item.published_at

    item_updateddate = item_pubdate
