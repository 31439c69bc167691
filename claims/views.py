"""The pages that everybody sees. Each asks the registry for published documents and hands them to a template."""

from typing import Any

from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims import browsing, catalogue, comparing, exporting, published, rows, total_rows, validity
from claims.downloads import claims_as_file, documents_as_file
from claims.freshness import State
from claims.listing import PAGING, Listing
from claims.method import method_of
from claims.models import Claim, Metric, MetricFamily, Revision, Source, Topic
from claims.wording import CERTAINTY, CERTAINTY_MEANS, CERTAINTY_REASON, CHECK_KIND, CREDIBILITY, RELIABILITY

# A page of a topic, source or metric shows so many claims; the claim list has them all.
MOST_ON_A_PAGE = 200
MOST_BESIDE = 12
CHANGES_A_PAGE = 50
CHANGES_AT_HOME = 5


def topic_tree() -> list[dict[str, Any]]:
    """The topics at the top by name, each with its `children`."""
    found = sorted(catalogue.topics(), key=lambda topic: topic["name"])
    children: dict[str | None, list[dict[str, Any]]] = {}
    for topic in found:
        children.setdefault(topic["parent"], []).append(topic)
    for topic in found:
        topic["children"] = children.get(topic["slug"], [])
    return children.get(None, [])


def changes(newest_first_before: int | None, size: int) -> list[Revision]:
    """The latest links of the chain, or those before one of them."""
    links = Revision.objects.order_by("-sequence").select_related("claim", "subject", "metric")
    if newest_first_before is not None:
        links = links.filter(sequence__lt=newest_first_before)
    return list(links[:size])


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the registry is and holds, and the ways into it."""
    today = timezone.localdate()
    current = published.revisions()
    return render(
        request,
        "claims/home.html",
        {
            "topics": topic_tree(),
            "claims": current.count(),
            "sources": Source.objects.count(),
            "overdue": published.in_state(current, [State.OVERDUE], today).count(),
            "contested": Listing(QueryDict("contested=true"), today=today).count(),
            "changes": changes(None, CHANGES_AT_HOME),
        },
    )


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """Every topic, as a tree."""
    return render(request, "claims/topic_list.html", {"topics": topic_tree()})


@require_safe
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The claims of a topic by what they measure, and how they came about."""
    topic = get_object_or_404(Topic.objects.select_related("parent"), slug=slug)
    today = timezone.localdate()
    current = published.under(published.revisions(), topic.pk)
    documents = published.documents(current.order_by("metric__slug", "pk")[:MOST_ON_A_PAGE], on=today)
    return render(
        request,
        "claims/topic_detail.html",
        {
            "topic": topic,
            "below": Topic.objects.filter(parent=topic),
            "sections": rows.sections(documents),
            "shown": len(documents),
            "assuming": [document for document in documents if document["assumptions"]],
            "method": method_of(current, history=published.under(Revision.objects.all(), topic.pk), on=today),
        },
    )


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Published claims, searched, filtered and in order, a page at a time."""
    listing = Listing(browsing.without_blanks(request.GET), today=timezone.localdate())
    context: dict[str, Any] = {"listing": listing, "query": listing.query}
    if listing.wrong:
        return render(request, "claims/claim_list_refused.html", context, status=400)
    page = listing.page()
    words = browsing.names()
    context |= {
        "found": rows.group(page.documents),
        "count": listing.count(),
        "previous": listing.address(page.previous),
        "next": listing.address(page.next),
        "applied": browsing.applied(listing, words),
        "groups": browsing.choice_groups(listing, words),
        "orders": browsing.orders(listing),
        "carried": browsing.carried(listing),
        "whole": browsing.whole(listing),
    }
    return render(request, "claims/claim_list.html", context)


@require_safe
def claim_file(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """The claims that the list shows with the same query string, all of them, as a file."""
    query = browsing.without_blanks(request.GET)
    # What an address of the list says of its pages means nothing here.
    for name in PAGING:
        query.pop(name, None)
    listing = Listing(query, today=timezone.localdate())
    if listing.wrong:
        return render(request, "claims/claim_list_refused.html", {"listing": listing, "query": query}, status=400)
    name = f"claims-{listing.on.isoformat()}"
    found = listing.revisions().order_by("-sequence")
    if form == "jsonl":
        return documents_as_file(exporting.documents(found, on=listing.on), name=name)
    as_of = listing.on if "as_of" in query else None
    return claims_as_file(exporting.published_records(found, as_of=as_of), form, name=name)


@require_safe
def claim_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A claim as it stands today."""
    revision = get_object_or_404(
        Revision.objects.select_related("metric__family", "claim"), claim__slug=slug, claim__current_revision=F("pk")
    )
    document = published.documents([revision], on=timezone.localdate())[0]
    return _claim_page(request, revision, document, is_current=True)


@require_safe
def revision_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A claim as it was published once, with the dates of that day."""
    revision = get_object_or_404(
        Revision.objects.select_related("metric__family", "claim"), claim__slug=slug, number=number
    )
    return _claim_page(request, revision, revision.body, is_current=False)


@require_safe
def claim_differences(request: HttpRequest, slug: str) -> HttpResponse:
    """Two revisions of a claim side by side: `from` and `to`, else the last two."""
    claim = get_object_or_404(Claim.objects.filter(current_revision__isnull=False), slug=slug)
    comparison = comparing.revisions(claim, request.GET)
    # The statement as it is published: the working copy may say something else already.
    statement = comparison.new.body["statement"]
    context = {"claim": claim, "comparison": comparison, "statement": statement}
    return render(request, "claims/differences.html", context)


def _successors(claim: Claim) -> list[Claim]:
    """The claim that took the place of this one, the one that took the place of that, and so on."""
    found: list[Claim] = []
    while claim.superseded_by is not None:
        claim = claim.superseded_by
        found.append(claim)
    return found


def _claim_page(
    request: HttpRequest, revision: Revision, document: dict[str, Any], *, is_current: bool
) -> HttpResponse:
    claim = Claim.objects.select_related("current_revision", "superseded_by").get(pk=revision.claim_id)
    history = list(claim.revisions.order_by("-number").defer("document"))
    on_the_same = published.revisions().filter(subject=revision.subject_id, metric=revision.metric_id)
    beside = published.documents(
        on_the_same.exclude(claim=claim).order_by("-sequence")[:MOST_BESIDE], on=timezone.localdate()
    )
    compared = rows.group([document, *beside])
    return render(
        request,
        "claims/claim_detail.html",
        {
            "claim": document,
            "revision": revision,
            "latest": claim.current_revision,
            "is_current": is_current,
            "is_latest": revision.pk == claim.current_revision_id,
            "successors": _successors(claim),
            "family": revision.metric.family,
            "scale": compared.scale,
            "validity": validity.of(document, on=timezone.localdate()),
            "bar": compared.rows[0].bar,
            "beside": compared.rows[1:],
            "topics": Topic.objects.filter(slug__in=document["topics"]),
            "graded": _graded(document),
            "read_in": f"{document['independent_sources']} independent source"
            + ("" if document["independent_sources"] == 1 else "s"),
            "conflicts": _conflicts_of(claim.slug),
            **total_rows.of_claim(document, claim, on=timezone.localdate()),
            "history": history,
            "checks": claim.checks.all(),
            "address": request.build_absolute_uri(revision.get_absolute_url()),
            "today": timezone.localdate(),
        },
    )


def _graded(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The sources of a document with the grade it was published with; `now` where the source was graded anew since.

    The reason for a grade belongs to the source and is not in the document: it is given for the grade it explains.
    """
    cited = {citation["source"]["slug"]: citation["source"] for citation in document["citations"]}
    standing = {source.slug: source for source in Source.objects.filter(slug__in=cited)}
    return [
        {
            **source,
            "now": now.reliability if now and now.reliability != source["reliability"] else "",
            "reason": now.reliability_reason if now else "",
        }
        for slug, source in cited.items()
        for now in [standing.get(slug)]
    ]


def _conflicts_of(slug: str) -> list[dict[str, Any]]:
    """Conflicts of one claim, each with the `other` side as it is published now."""
    found = catalogue.conflicts(claim=slug)
    others = {other for conflict in found for other in conflict["claims"] if other != slug}
    standing = {
        revision.claim.slug: revision.body
        for revision in Revision.objects.filter(claim__slug__in=others, claim__current_revision=F("pk")).select_related(
            "claim"
        )
    }
    return [
        {**conflict, "other": standing[other]} for conflict in found for other in conflict["claims"] if other != slug
    ]


def _carrying(source: Source) -> list[dict[str, Any]]:
    """Claims that another source attributes to this one. Documents are canonical JSON, so their text can be asked."""
    attributed = published.revisions().filter(document__contains=f'"attributed_to":"{source.slug}"')
    return published.documents(attributed.order_by("pk")[:MOST_ON_A_PAGE], on=timezone.localdate())


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """Every source with its grade and its interest, those with most claims first."""
    sources = sorted(catalogue.sources(), key=lambda source: (-source["claims"], source["title"]))
    return render(request, "claims/source_list.html", {"sources": sources})


@require_safe
def source_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A source: who made it, what is known of its method and interest, and the claims read from it."""
    source = get_object_or_404(Source.objects.prefetch_related("attributes_to", "carried_by"), slug=slug)
    cited = published.revisions().filter(sources=source)
    documents = published.documents(cited.order_by("metric__slug", "pk")[:MOST_ON_A_PAGE], on=timezone.localdate())
    context = {
        "source": source,
        "sections": rows.sections(documents),
        "shown": len(documents),
        "count": cited.count(),
        "carried": rows.sections(_carrying(source)),
    }
    return render(request, "claims/source_detail.html", context)


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """Publications, retractions and supersessions, newest first."""
    before = request.GET.get("before", "")
    if before and not (before.isdecimal() and len(before) < 10):
        raise Http404
    links = changes(int(before) if before else None, CHANGES_A_PAGE + 1)
    return render(
        request,
        "claims/change_list.html",
        {
            "changes": links[:CHANGES_A_PAGE],
            "older": links[CHANGES_A_PAGE - 1].sequence if len(links) > CHANGES_A_PAGE else None,
            "is_first": not before,
        },
    )


@require_safe
def compare_index(request: HttpRequest) -> HttpResponse:
    """The metrics on which claims can be laid side by side."""
    metrics = Metric.objects.filter(pk__in=published.revisions().values("metric")).order_by("name")
    counts = dict(published.revisions().order_by().values_list("metric").annotate(Count("pk")))
    return render(
        request, "claims/compare_index.html", {"metrics": [(metric, counts[metric.pk]) for metric in metrics]}
    )


@require_safe
def compare(request: HttpRequest, metric: str) -> HttpResponse:
    """The claims on one metric side by side, one scale for each measure."""
    row = get_object_or_404(Metric.objects.select_related("family"), slug=metric)
    current = published.revisions().filter(metric=row)
    documents = published.documents(current.order_by("subject__slug", "pk")[:MOST_ON_A_PAGE], on=timezone.localdate())
    return render(
        request,
        "claims/compare.html",
        {
            "metric": row,
            "groups": [group for section in rows.sections(documents) for group in section.groups],
            "shown": len(documents),
            "count": current.count(),
        },
    )


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How claims are read, graded, aged, checked and compared."""
    return render(
        request,
        "claims/method.html",
        {
            "families": MetricFamily.objects.order_by("half_life_days"),
            "reliability": RELIABILITY.items(),
            "credibility": CREDIBILITY.items(),
            "certainty": [(CERTAINTY[code], CERTAINTY_MEANS[code]) for code in CERTAINTY],
            "certainty_reasons": CERTAINTY_REASON.values(),
            "check_kinds": CHECK_KIND.values(),
        },
    )


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The API's own page: its schema, to read and to try. Everything on it comes from this server."""
    return render(request, "claims/api_docs.html")
