"""The read API. Views dispatch, throttle and refuse; what they answer comes from stored documents.

Answers are bytes made once, with an ETag of those bytes: a client that has them
gets 304. Errors: `claims/api_errors.py`. Shapes: `claims/serializers.py`.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

import orjson
from django.db.models import F
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from claims import catalogue, published
from claims.api_errors import BadParameters
from claims.api_schema import CHANGES, CLAIM, CLAIMS, detail, listing
from claims.api_throttling import RateLimited
from claims.forms import ChangesForm, NoParameters, wrong_parameters
from claims.listing import Listing, facets
from claims.models import Check, Claim, Revision
from claims.pagination import PAGE_SIZE
from claims.serializers import (
    CheckSerializer,
    ClaimSerializer,
    ConflictSerializer,
    MetricSerializer,
    RevisionSerializer,
    SourceSerializer,
    SubjectSerializer,
    TopicSerializer,
)

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"  # may be kept, but is asked for again each time: a claim may have been retracted
JSON = "application/json"


class RegistryView(RateLimited, APIView):
    """What every address of the registry shares: open to all, without a session, throttled by address, read only."""

    authentication_classes: ClassVar = []
    permission_classes: ClassVar = [AllowAny]
    http_method_names: ClassVar = ["get", "head", "options"]

    def refuse_parameters(self, request: Request) -> None:
        """Raise `BadParameters` for a query string on an address that takes none."""
        if wrong := wrong_parameters(request.query_params, [NoParameters(request.query_params)]):
            raise BadParameters(wrong)

    def answer(
        self, request: Request, body: Any, *, lang: str = "en", etag: str = "", keep: str = ASK_AGAIN
    ) -> HttpResponse:
        """The response for a JSON value, or for bytes of one, or 304 where the client has it already."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        etag = f'"{etag or hashlib.sha256(content).hexdigest()[:32]}"'
        response = HttpResponse(
            content,
            content_type=JSON,
            headers={"ETag": etag, "Cache-Control": keep, "Content-Language": lang},
        )
        patch_vary_headers(response, ["Accept", "Accept-Language"])
        return get_conditional_response(request._request, etag=etag, response=response)  # noqa: SLF001 - Django's own request, which DRF wraps

    def whole(self, request: Request, results: list[dict[str, Any]]) -> HttpResponse:
        """A list that is short enough for one page."""
        return self.answer(request, {"next": None, "previous": None, "results": results})


def language(request: Request) -> str:
    """The best of our languages for `Accept-Language`; English where none is asked for that we have."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return get_supported_language_variant(code).partition("-")[0]
        except LookupError:
            continue
    return "en"


def _revision_row(revision: Revision, slug: str) -> dict[str, Any]:
    return {
        "revision": revision.number,
        "state": revision.state,
        "url": reverse("api-revision-detail", args=[slug, revision.number]),
        "published_at": revision.published_at.isoformat().replace("+00:00", "Z"),
        "note": revision.note,
        "digest": revision.digest,
        "previous_digest": revision.previous_digest or None,
    }


class ClaimListView(RegistryView):
    """Published claims."""

    @extend_schema(operation_id="claims_list", **CLAIMS)
    def get(self, request: Request) -> HttpResponse:
        """Published claims, filtered, in order, a page at a time. A filter given twice means either."""
        found = Listing(request.query_params, today=timezone.localdate())
        if found.wrong:
            raise BadParameters(found.wrong)
        lang = language(request)
        page = found.page()
        here = request.build_absolute_uri(request.path)
        body: dict[str, Any] = {
            "next": f"{here}?{found.address(page.next)}" if page.next else None,
            "previous": f"{here}?{found.address(page.previous)}" if page.previous else None,
            "results": found.documents(page, lang=lang),
        }
        if found.paging.cleaned_data["count"]:
            body["count"] = found.found.count()
        if names := found.paging.cleaned_data["facets"]:
            body["facets"] = facets(found.found, names)
        return self.answer(request, body, lang=lang)


class ClaimDetailView(RegistryView):
    """One claim."""

    @extend_schema(operation_id="claims_get", **CLAIM)
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The claim as it stands today, with today's freshness; a retracted or superseded one with its state."""
        self.refuse_parameters(request)
        lang = language(request)
        current = Revision.objects.filter(claim__slug=slug, claim__current_revision=F("pk"))
        documents = published.documents(current, on=timezone.localdate(), lang=lang)
        if not documents:
            raise NotFound(f"There is no published claim “{slug}”.")
        return self.answer(request, documents[0], lang=lang)


class RevisionDetailView(RegistryView):
    """One revision."""

    @extend_schema(operation_id="revisions_get", **detail(ClaimSerializer, "The revision as it was published."))
    def get(self, request: Request, slug: str, number: int) -> HttpResponse:
        """One revision, byte for byte as it was published. It never changes and may be kept for ever."""
        self.refuse_parameters(request)
        revision = Revision.objects.filter(claim__slug=slug, number=number).only("document", "digest").first()
        if revision is None:
            raise NotFound(f"There is no revision {slug}@{number}.")
        return self.answer(request, revision.document.encode(), etag=revision.digest, keep=FOR_EVER)


class RevisionListView(RegistryView):
    """The history of a claim."""

    @extend_schema(operation_id="claims_revisions_list", **listing(RevisionSerializer, "Revision"))
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Every revision of a claim, newest first, with digests and reasons."""
        self.refuse_parameters(request)
        revisions = Revision.objects.filter(claim__slug=slug).order_by("-number").defer("document", "search_text")
        rows = [_revision_row(revision, slug) for revision in revisions]
        if not rows:
            raise NotFound(f"There is no published claim “{slug}”.")
        return self.whole(request, rows)


class CheckListView(RegistryView):
    """The checks of a claim."""

    @extend_schema(operation_id="claims_checks_list", **listing(CheckSerializer, "Check"))
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Every check of a claim, newest first. Only a person's reading advances its last-checked date."""
        self.refuse_parameters(request)
        if not Claim.objects.filter(slug=slug, current_revision__isnull=False).exists():
            raise NotFound(f"There is no published claim “{slug}”.")
        rows = Check.objects.filter(claim__slug=slug).values("kind", "on", "by", "note")
        return self.whole(request, [{**row, "by": "person" if row["by"] else "machine"} for row in rows])


class ChangeListView(RegistryView):
    """The change log of the registry."""

    @extend_schema(operation_id="changes_list", **CHANGES)
    def get(self, request: Request) -> HttpResponse:
        """Every publication, retraction and supersession in order, nothing skipped; `since` continues an earlier walk."""
        form = ChangesForm(request.query_params)
        if wrong := wrong_parameters(request.query_params, [form]):
            raise BadParameters(wrong)
        since = form.cleaned_data["since"] or 0
        size = form.cleaned_data["page_size"] or PAGE_SIZE
        revisions = Revision.objects.filter(sequence__gt=since).order_by("sequence").select_related("claim")
        rows = list(revisions.defer("search_text")[: size + 1])
        shown, more = rows[:size], len(rows) > size
        cursor = shown[-1].sequence if shown else since
        query = request.query_params.copy()
        query["since"] = str(cursor)
        body = {
            "next": f"{request.build_absolute_uri(request.path)}?{query.urlencode()}" if more else None,
            "previous": None,
            "cursor": cursor,
            "results": [
                {
                    "sequence": revision.sequence,
                    "slug": revision.claim.slug,
                    "statement": revision.body["statement"],
                    **_revision_row(revision, revision.claim.slug),
                }
                for revision in shown
            ],
        }
        return self.answer(request, body)


class CatalogueListView(RegistryView):
    """Everything of one kind; `rows` lists it."""

    rows: ClassVar[Callable[[], list[dict[str, Any]]]]

    def get(self, request: Request) -> HttpResponse:
        """All of them, with the number of published claims."""
        self.refuse_parameters(request)
        return self.whole(request, type(self).rows())


class CatalogueDetailView(RegistryView):
    """One thing of a kind, by its slug."""

    rows: ClassVar[Callable[[], list[dict[str, Any]]]]
    noun: ClassVar[str]

    def get(self, request: Request, slug: str) -> HttpResponse:
        """The one with this slug."""
        self.refuse_parameters(request)
        for row in type(self).rows():
            if row["slug"] == slug:
                return self.answer(request, row)
        raise NotFound(f"There is no {self.noun} “{slug}”.")


def _catalogue(noun: str, rows: Callable[[], list[dict[str, Any]]], serializer: Any) -> tuple[Any, Any]:
    """The two views of a kind: all of them, and one."""
    name = noun.capitalize()
    list_view = type(f"{name}ListView", (CatalogueListView,), {"rows": staticmethod(rows)})
    detail_view = type(f"{name}DetailView", (CatalogueDetailView,), {"rows": staticmethod(rows), "noun": noun})
    return (
        extend_schema_view(get=extend_schema(operation_id=f"{noun}s_list", **listing(serializer, name)))(list_view),
        extend_schema_view(get=extend_schema(operation_id=f"{noun}s_get", **detail(serializer, f"The {noun}.")))(
            detail_view
        ),
    )


TopicListView, TopicDetailView = _catalogue("topic", catalogue.topics, TopicSerializer)
SubjectListView, SubjectDetailView = _catalogue("subject", catalogue.subjects, SubjectSerializer)
MetricListView, MetricDetailView = _catalogue("metric", catalogue.metrics, MetricSerializer)
SourceListView, SourceDetailView = _catalogue("source", catalogue.sources, SourceSerializer)


class ConflictListView(RegistryView):
    """Claims that disagree."""

    @extend_schema(operation_id="conflicts_list", **listing(ConflictSerializer, "Conflict"))
    def get(self, request: Request) -> HttpResponse:
        """Every recorded disagreement between published claims, with what was decided and why."""
        self.refuse_parameters(request)
        return self.whole(request, catalogue.conflicts())


@cache
def _schema() -> bytes:
    return orjson.dumps(SchemaGenerator().get_schema(request=None, public=True))


class SchemaView(RegistryView):
    """The OpenAPI 3.1 document of this API, made once a process."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The document, as JSON."""
        self.refuse_parameters(request)
        return self.answer(request, _schema())


class NothingHereView(RegistryView):
    """What answers on an address of the API that does not exist."""

    @extend_schema(exclude=True)
    def get(self, request: Request, rest: str) -> HttpResponse:
        """404, as a problem document."""
        raise NotFound(f"The API has nothing at “{rest}/”: see {reverse('api-docs')}.")
