"""Errors of the API, all in one shape: `application/problem+json` of RFC 9457."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework.exceptions import APIException, ErrorDetail, Throttled
from rest_framework.response import Response
from rest_framework.views import exception_handler

from claims import bearer
from claims.forms import WrongParameter
from claims.throttling import QUOTA_EXCEEDED

PROBLEM = "application/problem+json"
NOT_KEPT = "private, no-store"  # what is not there today may be there tomorrow


class BadParameters(APIException):
    """A query string that cannot be used; every parameter that is wrong is named."""

    status_code = HTTPStatus.BAD_REQUEST

    def __init__(self, wrong: Sequence[WrongParameter]) -> None:
        names = ", ".join(dict.fromkeys(one.parameter for one in wrong))
        super().__init__(f"Nothing was looked up, because of: {names}.")
        self.errors = [{"parameter": one.parameter, "message": one.message} for one in wrong]


class Gone(BadParameters):
    """A list that somebody walks through and that cannot be shown any more as it was."""

    status_code = HTTPStatus.GONE


class PreconditionFailed(APIException):
    """A request for what there was, where it is not that any more."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = "What is here now is not what If-Match names."


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The exception handler of every API view: a problem document for what a client did wrong, None for our own faults.

    `errors` names each query parameter (`parameter`) or each member of the body (`field`) that is wrong. What else an
    error tells stands in its `members`.
    """
    response = exception_handler(error, context)
    if response is None:
        return None
    status = HTTPStatus(response.status_code)
    problem: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    errors = getattr(error, "errors", None) or _field_errors(response.data)
    if isinstance(response.data, Mapping) and isinstance(response.data.get("detail"), ErrorDetail):
        problem["detail"] = str(response.data["detail"])
    elif errors:
        problem["detail"] = "Nothing was stored: see what is wrong with each field."
    problem["instance"] = context["request"].get_full_path()
    if errors:
        problem["errors"] = errors
    if isinstance(error, Throttled):
        problem["type"] = QUOTA_EXCEEDED
    problem |= getattr(error, "members", {})
    response.data = without_keys(problem)
    response.content_type = PROBLEM
    response["Cache-Control"] = NOT_KEPT
    return response


def without_keys(problem: dict[str, Any]) -> dict[str, Any]:
    """The same document with no key in it: somebody may have put one into the address, which it repeats."""
    text = json.dumps(problem)
    shown = bearer.hidden(text)
    return problem if shown == text else json.loads(shown)


def server_error(request: HttpRequest) -> HttpResponse:
    """What answers where we made a mistake: a problem document under the API, the page elsewhere. It says nothing of it."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": "The mistake is ours, and it is in our log.",
        "instance": request.get_full_path(),
    }
    return JsonResponse(problem, status=status.value, content_type=PROBLEM, headers={"Cache-Control": NOT_KEPT})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What answers where a request cannot even be read: a problem document under the API, the page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    status = HTTPStatus.BAD_REQUEST
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": _why(exception),
        "instance": request.get_full_path(),
    }
    return JsonResponse(
        without_keys(problem), status=status.value, content_type=PROBLEM, headers={"Cache-Control": NOT_KEPT}
    )


def _why(exception: Exception) -> str:
    """What would be right, where that is known."""
    if isinstance(exception, TooManyFieldsSent):
        return f"An address takes at most {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} parameters."
    if isinstance(exception, DisallowedHost):
        return "The header Host names none of the names of this site."
    return "The request cannot be read."


def _field_errors(data: Any, path: str = "") -> list[dict[str, str]]:
    """Messages of a body that was refused, each with the dotted name of its field."""
    if isinstance(data, ErrorDetail):
        return [] if path == "detail" else [{"field": path, "message": str(data)}]
    if isinstance(data, Mapping):
        return [error for name, inner in data.items() for error in _field_errors(inner, f"{path}.{name}".lstrip("."))]
    if isinstance(data, Sequence) and not isinstance(data, str):
        return [error for inner in data for error in _field_errors(inner, path)]
    return []
