"""What the addresses of the API share that need a token or a session."""

import hashlib
from collections.abc import Callable
from typing import Any, ClassVar

import orjson
from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.views import APIView

from assessments.api_authentication import BearerAuthentication, CallerBySession, MayDo
from assessments.callers import Caller
from assessments.idempotency import HEADER, Answer, Write, once
from assessments.json_body import BodyParser
from assessments.models import Assessment, Firm, Token
from claims.api_errors import BadParameters
from claims.api_throttling import RateLimited
from claims.forms import NoParameters, keys_in, wrong_parameters

JSON = "application/json"
ASK_AGAIN = "private, no-cache"  # the client may keep it, nobody on the way; an ETag says whether it still holds
NOT_KEPT = "private, no-store"
SECRETS = ["Authorization", "Cookie"]


class CallerView(RateLimited, APIView):
    """Recognises who asks, wants the scope for the method, and answers what one may not see as if it did not exist."""

    authentication_classes: ClassVar = [BearerAuthentication, CallerBySession]
    permission_classes: ClassVar = [MayDo]
    parser_classes: ClassVar = [BodyParser]
    writes_with: ClassVar[str] = Token.Scope.ASSESS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a key in the address before anything else is looked at."""
        if keys := keys_in(request.query_params):
            raise BadParameters(keys)
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nothing of a firm's is kept on the way, refusals among it."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", NOT_KEPT)
        patch_vary_headers(answer, SECRETS)
        return answer

    def scope_of(self, method: str | None) -> str:
        """What a token needs for a method."""
        return Token.Scope.READ if method in ("GET", "HEAD", "OPTIONS") else self.writes_with

    @property
    def caller(self) -> Caller:
        """Who asks; recognised, since the permissions let them through."""
        caller = self.request.auth
        assert isinstance(caller, Caller)
        return caller

    def case(self, reference: str) -> Assessment:
        """The case, or 404."""
        found = self.caller.cases().select_related("client", "firm", "changed_by", "predecessor", "finalised_by")
        case = found.filter(reference=reference).first()
        if case is None:
            raise NotFound(f"There is no assessment “{reference}”.")
        return case

    def refuse_parameters(self, form: forms.Form | None = None) -> None:
        """Raise `BadParameters` for a query string that the address does not take."""
        query = self.request.query_params
        if wrong := wrong_parameters(query, [form or NoParameters(query)]):
            raise BadParameters(wrong)

    def told(self, body: Any) -> HttpResponse:
        """The response to a question, or 304 where the client has it already."""
        content = orjson.dumps(body)
        etag = etag_of(body)
        response = HttpResponse(content, content_type=JSON, headers={"ETag": etag, "Cache-Control": ASK_AGAIN})
        return get_conditional_response(self.request._request, etag=etag, response=response)  # noqa: SLF001 - Django's own request, which DRF wraps

    def written(self, firm: Firm, run: Callable[[], Answer], *, whole: bool = True) -> HttpResponse:
        """The response to a write, done once for each idempotency key."""
        self.refuse_parameters()
        request = self.request
        write = Write(
            owner=f"{self.caller.name}, firm {firm.pk}",
            at=timezone.now(),
            header=request.headers.get(HEADER),
            method=str(request.method),
            address=request.path,
            precondition=request.headers.get("If-Match", ""),
            body=request.data,
        )
        answer = once(write, run, refused=self.refused, whole=whole)
        response = HttpResponse(orjson.dumps(answer.body), status=answer.status)
        for name, value in {"Content-Type": JSON, **answer.headers}.items():
            response[name] = value
        return response

    def refused(self, error: Exception) -> Answer:
        """The problem document for what a write raises; raises again what is a fault of ours."""
        response = self.handle_exception(error)
        return Answer(response.status_code, response.data, {"Content-Type": response.content_type})


def etag_of(body: Any) -> str:
    """The ETag of a JSON value."""
    return f'"{hashlib.sha256(orjson.dumps(body)).hexdigest()[:32]}"'
