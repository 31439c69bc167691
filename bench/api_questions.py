"""What is asked of the read API and of its peers, chosen from a generated registry: the same questions for everybody."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, F, Q
from django.utils import timezone

from bench import raw_feed
from bench.generated_registry import SEED
from bench.generated_sources import TITLE_WORDS
from bench.generated_words import STATEMENT_WORDS, words
from claims.models import Claim, Revision, Topic

PAGE = 50
FACETS = ("subject", "metric", "certainty")
AS_OF = "2025-06-30"
CERTAINTY, FRESHNESS = "low", "overdue"
"""The third and fourth way of the four-way filter: common ones."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request. `topics` are the ids of the topic and of all below it; `below` is the sequence before which a page begins."""

    kind: str
    topic: str = ""
    topics: tuple[int, ...] = ()
    metric: str = ""
    freshness: str = ""
    certainty: str = ""
    q: str = ""
    slug: str = ""
    facets: tuple[str, ...] = ()
    as_of: str = ""
    below: int | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """What our API is asked with; a page that begins in the middle needs a cursor besides."""
        named = {name: getattr(self, name) for name in ("topic", "metric", "freshness", "certainty", "q", "as_of")}
        return {name: given for name, given in named.items() if given} | (
            {"facets": ",".join(self.facets)} if self.facets else {}
        )

    @property
    def path(self) -> str:
        """The address of our API that answers it, without the cursor."""
        query = urlencode(self.parameters)
        place = f"/api/v1/claims/{self.slug}/" if self.slug else "/api/v1/claims/"
        return f"{place}?{query}" if query else place


def questions() -> dict[str, list[Question]]:
    """Kind → what is asked of that kind. Topics of every size, from the largest to those with a page or two.

    Makes the floor's feed where it is not there yet, and looks there for what is common.
    """
    with connection.cursor() as cursor:
        raw_feed.make(cursor, connection.vendor)
    topics = _topics()
    common, rare = words(STATEMENT_WORDS + TITLE_WORDS, seed=SEED)[: STATEMENT_WORDS : STATEMENT_WORDS - 1]
    published = Claim.objects.filter(state=Claim.State.PUBLISHED).order_by("pk")
    step = max(1, published.count() // 40)
    slugs = published.values_list("slug", flat=True)[::step]
    return {
        "list": [Question("list", topic, ids) for topic, ids in topics],
        "four_way": [
            Question("four_way", topic, ids, metric=metric, freshness=FRESHNESS, certainty=CERTAINTY)
            for topic, ids in topics[:3]
            for metric in _metrics(topic)
        ],
        "search_common": [Question("search_common", q=common)],
        "search_rare": [Question("search_rare", q=rare)],
        "one": [Question("one", slug=slug) for slug in slugs],
        "facets": [Question("facets", topic, ids, facets=FACETS) for topic, ids in topics],
        "as_of": [Question("as_of", topic, ids, as_of=AS_OF) for topic, ids in topics],
        "first_page": [Question("first_page", topic, ids) for topic, ids in topics[:3]],
        "last_page": [Question("last_page", topic, ids, below=_last_page(ids)) for topic, ids in topics[:3]],
    }


def _topics() -> list[tuple[str, tuple[int, ...]]]:
    """Eight topics that fill a page, from the largest downwards in even steps; each with the ids of all below it."""
    rows = Topic.objects.annotate(filed=Count("claims", filter=Q(claims__state="published"))).values("pk", "filed")
    own = {row["pk"]: row["filed"] for row in rows}
    sized = []
    for slug in Topic.objects.values_list("slug", flat=True):
        ids = Topic.objects.with_descendants([slug])
        sized.append((sum(own[pk] for pk in ids), slug, tuple(sorted(ids))))
    filled = sorted((one for one in sized if one[0] > PAGE), reverse=True) or sorted(sized, reverse=True)[:1]
    step = max(1, len(filled) // 8)
    return [(slug, ids) for _, slug, ids in filled[::step][:8]]


def _metrics(topic: str) -> list[str]:
    """The metrics on which a topic has most of what the four-way filter looks for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.slug FROM bench_feed f JOIN claims_topic t ON t.id = f.topic_id JOIN claims_metric m ON m.id = f.metric_id"
            " WHERE t.slug = %s AND f.certainty = %s AND f.due_on < %s AND f.expires_on IS NULL"
            " GROUP BY m.slug ORDER BY count(*) DESC, m.slug LIMIT 3",
            [topic, CERTAINTY, timezone.now().date()],
        )
        return [slug for (slug,) in cursor.fetchall()]


def _last_page(topics: tuple[int, ...]) -> int:
    """The sequence before which the last page of some topics begins."""
    standing = Revision.objects.filter(claim__current_revision=F("pk"), state="published", topics__in=topics)
    sequences = standing.order_by("sequence").values_list("sequence", flat=True).distinct()
    return int([*sequences[: PAGE + 1]][-1])
