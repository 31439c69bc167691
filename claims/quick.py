"""The short way of an answer: past REST framework where nothing is wrong, through it where something is.

A view that is `quick` has a static `reply(request, **kwargs)` that makes the whole response, or raises what REST
framework knows how to tell. Everything unusual (another method, another media type, a key, an error) goes the long way,
where the same `reply` is called again.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from http import HTTPStatus
from typing import Any, TypeVar

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.exceptions import APIException
from rest_framework.views import APIView

from claims import registry_version, repeats, throttling
from claims.api_errors import BadParameters, PreconditionFailed
from claims.forms import NoParameters, wrong_parameters

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"  # may be kept, but is asked for again each time: a claim may have been retracted
JSON = "application/json"
NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""Content security policy of data: a browser that shows it loads nothing for it."""
VARY = "Accept, Accept-Language"
PREFIX = "/api/v1/claims/"
_CONDITIONS = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"})
_PLAIN = frozenset({"", "*/*", JSON})

View = TypeVar("View", bound=type[APIView])


def quick(view: View) -> View:
    """Let a class of views answer the short way."""
    long_way = view.as_view
    # For who may have the answer already. A page of claims brings the version along.
    asks_first = not getattr(view, "brings_version", False)

    def as_view(**initkwargs: Any) -> Callable[..., HttpResponseBase]:
        slow = long_way(**initkwargs)

        @wraps(slow)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return shortly(request, *args, **kwargs) or slow(request, *args, **kwargs)

        def shortly(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | None:
            """The response, or None where the long way has to be gone."""
            if not _is_usual(request):
                return None
            spent = request.spent = throttling.spend(request)  # type: ignore[attr-defined]  # the long way asks for it
            if not spent.allowed:
                return None
            if asks_first or not _CONDITIONS.isdisjoint(request.META):
                version(request)
            try:
                response: HttpResponse = view.reply(request, *args, **kwargs)  # type: ignore[attr-defined]
            except APIException:
                return None
            if "ETag" in response.headers:
                request.META[repeats.MARK] = repeats.under(version(request), today(request))
            for name, value in spent.fields.items():
                response.headers[name] = value
            return response

        answer.shortly = shortly  # type: ignore[attr-defined]
        return answer

    view.as_view = staticmethod(as_view)  # type: ignore[method-assign,assignment]
    return view


def _is_usual(request: HttpRequest) -> bool:
    """Whether nothing of a request needs REST framework; False too once it has been tried."""
    meta = request.META
    return (
        request.method in ("GET", "HEAD")
        and meta.get("HTTP_ACCEPT", "") in _PLAIN
        and "HTTP_AUTHORIZATION" not in meta
        and not hasattr(request, "spent")
    )


class Lane:
    """Middleware that answers the short way before sessions, people and messages are looked for: nothing here needs them.

    Everything else goes on as if it had not been there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """See the class."""
        if request.path_info.startswith(PREFIX) and request.method in ("GET", "HEAD"):
            host(request)  # refuses one that is not ours, as the middleware that is passed over does
            try:
                found = _resolved(request.path_info, settings.ROOT_URLCONF)
            except Resolver404:
                return self.get_response(request)
            shortly = getattr(found.func, "shortly", None)
            response = shortly(request, *found.args, **found.kwargs) if shortly else None
            if response is not None:
                return response
        return self.get_response(request)


@lru_cache(maxsize=1024)
def _resolved(path: str, urlconf: str) -> ResolverMatch:
    """What answers at a path: the same few are asked for all day."""
    return resolve(path, urlconf)


def host(request: HttpRequest) -> str:
    """The host that a request names, looked at once."""
    if not hasattr(request, "host"):
        request.host = request.get_host()  # type: ignore[attr-defined]
    known: str = request.host  # type: ignore[attr-defined]
    return known


def version(request: HttpRequest) -> str:
    """The version of the registry that a request is answered from, as it was when it was first asked for."""
    if not hasattr(request, "registry_version"):
        request.registry_version = registry_version.current()  # type: ignore[attr-defined]
    known: str = request.registry_version  # type: ignore[attr-defined]
    return known


def today(request: HttpRequest) -> date:
    """The day of the registry, which is that of UTC, as it was when it was first asked for: one answer is of one day."""
    if not hasattr(request, "registry_day"):
        request.registry_day = datetime.now(UTC).date()  # type: ignore[attr-defined]
    known: date = request.registry_day  # type: ignore[attr-defined]
    return known


def language(request: HttpRequest) -> str:
    """The best of our languages for `Accept-Language`; English where none is asked for that we have."""
    for code, quality in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if not quality:
            continue  # a language that is not wanted, RFC 9110
        try:
            return get_supported_language_variant(code).partition("-")[0]
        except LookupError:
            continue
    return "en"


def registry_etag(request: HttpRequest, lang: str) -> str:
    """The ETag of what is said of the registry today: it changes with every act, every day and every release."""
    return f"{version(request)}.{today(request):%y%m%d}.{lang}.{settings.VERSION}"


def has_already(request: HttpRequest, etag: str) -> bool:
    """Whether the client says that it has what this ETag names."""
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known is None:
        return False
    etag += getattr(request, "variant", "")
    tags = [tag.removeprefix("W/") for tag in parse_etags(known)]
    return f'"{etag}"' in tags


def told(
    request: HttpRequest, content: bytes, *, lang: str, etag: str, keep: str = ASK_AGAIN, media: str = JSON
) -> HttpResponse:
    """The response, or 304 where the client has it already. `variant` of the request tells media types apart."""
    etag += getattr(request, "variant", "")
    response = HttpResponse(
        content,
        content_type=media,
        headers={
            "ETag": f'"{etag}"',
            "Cache-Control": keep,
            "Content-Language": lang,
            "Vary": VARY,
            "Content-Length": str(len(content)),
            "Content-Security-Policy": NOTHING,
            "X-Frame-Options": "DENY",
        },
    )
    if _CONDITIONS.isdisjoint(request.META):
        return response
    answer = conditional(request, f'"{etag}"', response)
    assert isinstance(answer, HttpResponse)
    return answer


def conditional(request: HttpRequest, etag: str, response: HttpResponse | None = None) -> HttpResponseBase | None:
    """304 where the client has it already, else the response; raises `PreconditionFailed` where If-Match says so."""
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag, response=response)
    if answer is not None and answer.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise PreconditionFailed
    return answer


def spliced(links: Sequence[str | None], documents: bytes, extra: dict[str, Any]) -> bytes:
    """A page of a list: addresses of the next and the previous one, documents as JSON with commas between, and what was
    asked for beside them.
    """
    after, before = (orjson.dumps(link) for link in links)
    more = b"".join(b',"%s":%s' % (name.encode(), orjson.dumps(value)) for name, value in extra.items())
    return b'{"next":%s,"previous":%s,"results":[%s]%s}' % (after, before, documents, more)


def refuse_parameters(request: HttpRequest) -> None:
    """Raise `BadParameters` for a query string on an address that takes none."""
    if request.META.get("QUERY_STRING") and (wrong := wrong_parameters(request.GET, [NoParameters(request.GET)])):
        raise BadParameters(wrong)
