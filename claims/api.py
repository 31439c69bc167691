"""The read API. Views dispatch, throttle and refuse; what they answer comes from stored documents.

Claims go the short way of `claims/quick.py`. Errors: `claims/api_errors.py`. Shapes: `claims/serializers.py`.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from claims import catalogue, chain, linked_data, registry_version, served, slugs
from claims.api_errors import BadParameters, Gone
from claims.api_formats import LinkedData
from claims.api_schema import CHANGES, CLAIM, CLAIMS, REVISION, detail, listing
from claims.api_throttling import RateLimited
from claims.forms import ChangesForm, WrongParameter, wrong_parameters
from claims.listing import Listing
from claims.models import Check, Claim, Revision
from claims.pagination import PAGE_SIZE
from claims.quick import (
    ASK_AGAIN,
    FOR_EVER,
    has_already,
    host,
    language,
    quick,
    refuse_parameters,
    registry_etag,
    spliced,
    today,
    told,
    version,
)
from claims.serializers import (
    CheckSerializer,
    ConflictSerializer,
    MetricSerializer,
    RevisionSerializer,
    SourceSerializer,
    SubjectSerializer,
    TopicSerializer,
)

NOT_OURS = (
    "This registry has not got that far: the cursor is of another one, or of a later state of this one, from before it was "
    "restored. Begin again without it."
)


class RegistryView(RateLimited, APIView):
    """What every address of the registry shares: open to all, without a session, throttled by address, read only.

    What was sent before is not made again: the ETag is the version of the registry, the day and the language, so who has
    it gets 304 before a row is read.
    """

    authentication_classes: ClassVar = []
    permission_classes: ClassVar = [AllowAny]
    http_method_names: ClassVar = ["get", "head", "options"]

    follows_registry: ClassVar[bool] = True
    """Whether the answer is the same as long as the registry is; else its ETag is made of its content."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 304 at once where the client has what the registry says now, and no parameter has to be read."""
        super().initial(request, *args, **kwargs)
        asked = request._request  # noqa: SLF001 - Django's own request, which DRF wraps
        if isinstance(request.accepted_renderer, LinkedData):
            # Made by code of ours from what is stored: another text than the JSON, and another one with each release.
            asked.variant = f"-ld.{settings.VERSION}"  # type: ignore[attr-defined]
        self.etag = registry_etag(asked, language(asked)) if self.follows_registry else ""
        if request.method in ("GET", "HEAD") and not request.META.get("QUERY_STRING") and self.has_already(request):
            self.get = self.head = self._not_modified

    def has_already(self, request: Request) -> bool:
        """Whether the client has what the registry says now. A view with parameters asks once they are read."""
        return bool(self.etag) and has_already(request._request, self.etag)  # noqa: SLF001

    def _not_modified(self, request: Request, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.answer(request, b"")

    def refuse_parameters(self, request: Request) -> None:
        """Raise `BadParameters` for a query string on an address that takes none."""
        refuse_parameters(request._request)  # noqa: SLF001

    def answer(
        self, request: Request, body: Any, *, lang: str = "en", etag: str = "", keep: str = ASK_AGAIN
    ) -> HttpResponse:
        """The response for a JSON value, or for bytes of one, or 304 where the client has it already."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        etag = etag or self.etag or hashlib.sha256(content).hexdigest()[:32]
        return told(request._request, content, lang=lang, etag=etag, keep=keep)  # noqa: SLF001

    def linked(self, request: Request, reply: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
        """What `reply` gives, as JSON-LD where the client asks for that."""
        response = reply(request._request)  # noqa: SLF001
        if not isinstance(request.accepted_renderer, LinkedData):
            return response
        response["Cache-Control"] = ASK_AGAIN
        if response.status_code == HTTPStatus.OK:
            body = orjson.loads(response.content)
            if "results" in body:
                linked = linked_data.page(
                    body["results"],
                    address=request.build_absolute_uri(),
                    following=body["next"],
                    previous=body["previous"],
                    total=body.get("count"),
                )
            else:
                linked = linked_data.document(body)
            response.content = orjson.dumps(linked)
            response["Content-Type"] = LinkedData.media_type
            response["Content-Length"] = str(len(response.content))
        return response

    def whole(self, request: Request, results: list[dict[str, Any]]) -> HttpResponse:
        """A list that is short enough for one page."""
        return self.answer(request, {"next": None, "previous": None, "results": results})


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


def _asked(request: HttpRequest, known: str) -> Listing:
    """The list that is asked for, in a version of the registry; raises what is wrong with it."""
    found = Listing(request.GET, today=today(request), version=known)
    if found.has_ended:
        raise Gone(found.wrong)
    if found.wrong:
        raise BadParameters(found.wrong)
    return found


@quick
class ClaimListView(RegistryView):
    """Published claims."""

    renderer_classes: ClassVar = [JSONRenderer, LinkedData]
    brings_version = True

    @staticmethod
    def reply(request: HttpRequest) -> HttpResponse:
        """A page of claims, its documents as they are kept."""
        lang = language(request)
        known = getattr(request, "registry_version", "") or ("" if slugs.remembered.version else version(request))
        found = _asked(request, known or slugs.remembered.version)
        if known and has_already(request, etag := registry_etag(request, lang)):
            return told(request, b"", lang=lang, etag=etag)
        page = found.page(lang=lang)
        if not known:
            known = request.registry_version = page.version or registry_version.current()  # type: ignore[attr-defined]
            if not page.version or (found.looked_up and found.version != known):
                # Nothing was found, so the version is of a later moment; or what the slugs stand for was remembered from
                # before the registry changed.
                found = _asked(request, known)
                page = found.page(lang=lang)
        etag = registry_etag(request, lang)
        extra = {}
        if found.given.get("count"):
            extra["count"] = found.count()
        if found.facets:
            extra["facets"] = found.counts(found.facets)
        here = f"{request.scheme}://{host(request)}{request.path}"
        links = [f"{here}?{found.address(cursor)}" if cursor else None for cursor in (page.next, page.previous)]
        return told(request, spliced(links, page.joined, extra), lang=lang, etag=etag)

    @extend_schema(operation_id="claims_list", **CLAIMS)
    def get(self, request: Request) -> HttpResponse:
        """Published claims, filtered, in order, a page at a time. A filter given twice means either."""
        return self.linked(request, self.reply)


@quick
class ClaimDetailView(RegistryView):
    """One claim."""

    renderer_classes: ClassVar = [JSONRenderer, LinkedData]

    @staticmethod
    def reply(request: HttpRequest, slug: str) -> HttpResponse:
        """The document of a claim as it is kept."""
        refuse_parameters(request)
        lang = language(request)
        etag = registry_etag(request, lang)
        text = None if has_already(request, etag) else served.document(slug, on=today(request), lang=lang)
        if text == b"":
            raise NotFound(f"There is no published claim “{slug}”.")
        return told(request, text or b"", lang=lang, etag=etag)

    @extend_schema(operation_id="claims_get", **CLAIM)
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The claim as it stands today, with today's freshness; a retracted or superseded one with its state."""
        return self.linked(request, lambda asked: self.reply(asked, slug))


@quick
class RevisionDetailView(RegistryView):
    """One revision."""

    renderer_classes: ClassVar = [JSONRenderer, LinkedData]

    @staticmethod
    def reply(request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """The document of a revision as it was published."""
        refuse_parameters(request)
        revision = Revision.objects.filter(claim__slug=slug, number=number).values_list("document", "digest").first()
        if revision is None:
            raise NotFound(f"There is no revision {slug}@{number}.")
        document, digest = revision
        return told(request, document.encode(), lang="en", etag=digest, keep=FOR_EVER)

    @extend_schema(operation_id="revisions_get", **REVISION)
    def get(self, request: Request, slug: str, number: int) -> HttpResponse:
        """One revision, byte for byte as it was published. It never changes and may be kept for ever."""
        return self.linked(request, lambda asked: self.reply(asked, slug, number))


class RevisionListView(RegistryView):
    """The history of a claim."""

    @extend_schema(
        operation_id="claims_revisions_list", **listing(RevisionSerializer, "Revision", HTTPStatus.NOT_FOUND)
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Every revision of a claim, newest first, with digests and reasons."""
        self.refuse_parameters(request)
        revisions = Revision.objects.filter(claim__slug=slug).order_by("-number").defer("document")
        rows = [_revision_row(revision, slug) for revision in revisions]
        if not rows:
            raise NotFound(f"There is no published claim “{slug}”.")
        return self.whole(request, rows)


class CheckListView(RegistryView):
    """The checks of a claim."""

    @extend_schema(operation_id="claims_checks_list", **listing(CheckSerializer, "Check", HTTPStatus.NOT_FOUND))
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
        """Every publication, retraction and supersession in order, nothing skipped, from where an earlier walk ended."""
        form = ChangesForm(request.query_params)
        if wrong := wrong_parameters(request.query_params, [form]):
            raise BadParameters(wrong)
        since = form.cleaned_data["since"] or 0
        if since and since > chain.last():
            raise BadParameters([WrongParameter("since", NOT_OURS)])
        if self.has_already(request):
            return self.answer(request, b"")
        size = form.cleaned_data["page_size"] or PAGE_SIZE
        revisions = Revision.objects.filter(sequence__gt=since).order_by("sequence").select_related("claim")
        rows = list(revisions[: size + 1])
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

    follows_registry = False

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
