"""Looking at sources by machine: each is fetched once, and every claim that cites it is checked against what came.

A look is a transaction of its own, so that a run that is stopped loses nothing of what it has seen.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet

from claims import operations, published
from claims.fetching import Fetched, Rules, configured, fetch
from claims.fetching_errors import Busy, FetchError
from claims.figures import Context, find_figure
from claims.freshness import State
from claims.models import Check, Claim, Revision, Source, Visit
from claims.operations import Look, Seen, SeenClaim
from claims.page_text import PageReader, PageText, PageUnreadable

READING = 0.7  # seconds for reading a page that took all the time to come; one that came sooner has the rest too


@dataclass(frozen=True, slots=True)
class Cited:
    """A published claim, and what it cites one source for: (figure as printed, words that should stand around it)."""

    claim: Claim
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was recorded of one source; `visit` is None where nothing was asked, and `why` says why not."""

    source: Source
    visit: Visit | None
    seen: tuple[SeenClaim, ...] = ()
    why: str = ""


def recheck(
    sources: Iterable[Source], *, clock: Callable[[], datetime], rules: Rules | None = None
) -> Iterator[Outcome]:
    """Look at each source once, one after the other; gives each outcome as soon as it is recorded.

    `clock` is read for each look, since a run can take an hour.
    """
    rules = rules or configured()
    for source in sources:
        yield look_at(source, clock=clock, rules=rules)


def look_at(source: Source, *, clock: Callable[[], datetime], rules: Rules) -> Outcome:
    """Fetch a source, look for the figures of every published claim that cites it, and record what was seen."""
    if not source.url:
        return Outcome(source, None, why="It has no address.")
    try:
        look, page = read_source(source.url, rules=rules)
    except Busy as error:
        return Outcome(source, None, why=str(error))
    before = source.visits.exclude(digest="").first()
    text_before = before.main_text if before else None
    seen = tuple(
        SeenClaim(cited.claim, tuple(_figures(cited, page, look, text_before))) for cited in cited_from(source)
    )
    visit = operations.record_visit(at=clock(), source=source, look=look, claims=seen)
    return Outcome(source, visit, seen)


def read_source(url: str, *, rules: Rules) -> tuple[Look, PageText | None]:
    """What answers at an address, and its text where that can be read. The child loads while the page is fetched."""
    started = time.monotonic()
    with PageReader() as reader:
        try:
            fetched = fetch(url, rules=rules)
        except FetchError as error:
            return Look(error.finding, http_status=error.http_status, final_url=error.final_url, note=error.note), None
        look = _answered(fetched)
        try:
            page = reader.read(
                fetched.body,
                media_type=fetched.media_type,
                charset=fetched.charset,
                seconds=READING + max(0.0, rules.seconds - (time.monotonic() - started)),
            )
        except PageUnreadable as error:
            return replace(look, finding=Visit.Finding.UNREADABLE, note=str(error)), None
    return replace(look, digest=page.digest, main_text=page.main), page


def _answered(fetched: Fetched) -> Look:
    return Look(
        Visit.Finding.MOVED if fetched.moved else Visit.Finding.ANSWERS,
        http_status=fetched.status,
        final_url=fetched.final_url,
        media_type=fetched.media_type,
    )


def cited_from(source: Source) -> list[Cited]:
    """The published claims that cite a source, as readers see them: a draft at work changes nothing here."""
    revisions = published.revisions().filter(sources=source).select_related("claim").order_by("claim__slug")
    return [Cited(revision.claim, tuple(_printed(revision.body, source.slug))) for revision in revisions]


def _printed(body: dict[str, Any], slug: str) -> Iterator[tuple[str, str]]:
    about = [body["statement"], body["subject"]["name"], body["metric"]["name"]]
    for citation in body["citations"]:
        if citation["source"]["slug"] == slug and citation["printed"]:
            yield citation["printed"], " ".join([*about, citation["locator"], citation["note"]])


def _figures(cited: Cited, page: PageText | None, look: Look, text_before: str | None) -> Iterator[Seen]:
    """What was seen of each printed figure; nothing where no page answered."""
    for printed, words in cited.figures:
        if page is not None:
            context = Context(words, _passage_before(printed, words, text_before))
            sighting = find_figure(printed, context, page)
            yield Seen(printed, sighting.finding, sighting.note)
        elif look.finding in (Visit.Finding.UNREADABLE, Visit.Finding.TOO_MUCH):
            yield Seen(printed, Check.Finding.UNREADABLE)


def _passage_before(printed: str, words: str, text: str | None) -> str:
    """The words around a figure as they stood in an earlier text; empty where it was not found there."""
    if not text:
        return ""
    sighting = find_figure(printed, Context(words), PageText(text))
    return sighting.passage if sighting.finding == Check.Finding.FOUND else ""


# --- Which sources -------------------------------------------------------------------------------------------------


def sources_cited_by(revisions: QuerySet[Revision]) -> QuerySet[Source]:
    """The sources that revisions cite, each once, in order."""
    return Source.objects.filter(pk__in=revisions.order_by().values("sources")).order_by("slug")


def due_sources(*, at: datetime, unvisited_days: int) -> list[Source]:
    """The sources of claims that are due or overdue, and those that nobody visited for so many days.

    One that was visited today is left out: a run that was stopped is taken up where it was.
    """
    on = at.date()
    due = sources_cited_by(published.in_state(published.revisions(), [State.DUE, State.OVERDUE], on))
    wanted = set(due.values_list("pk", flat=True))
    stale = at - timedelta(days=unvisited_days)
    cited = sources_cited_by(published.revisions()).exclude(url="").annotate(last_visit=Max("visits__at"))
    return [
        source
        for source in cited
        if source.last_visit is None
        or (source.last_visit.date() < on and (source.pk in wanted or source.last_visit < stale))
    ]
