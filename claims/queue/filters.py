"""What narrows a list of the queue, and goes with an editor from item to item."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from claims.models import Claim, Topic


@dataclass(frozen=True, slots=True)
class Filters:
    """Slugs of a topic (with what stands below it), a subject and a metric family; a state of the list; whose items.

    `who` is "mine", "nobody" or empty. A word that means nothing finds nothing.
    """

    topic: str = ""
    subject: str = ""
    family: str = ""
    state: str = ""
    who: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """The filters that a query string names."""
        return cls(**{key: query.get(key, "") for key in cls.__dataclass_fields__})

    @property
    def query(self) -> str:
        """The filters as a query string, without those that narrow nothing."""
        return urlencode({key: value for key, value in asdict(self).items() if value})

    @property
    def claims(self) -> QuerySet[Claim] | None:
        """The claims that topic, subject and family leave; None where they narrow nothing."""
        narrowed = {}
        if self.topic:
            narrowed["topics__in"] = Topic.objects.with_descendants([self.topic])
        if self.subject:
            narrowed["subject__slug"] = self.subject
        if self.family:
            narrowed["metric__family__slug"] = self.family
        return Claim.objects.filter(**narrowed).order_by() if narrowed else None


EVERYTHING = Filters()
"""Filters that narrow nothing."""
