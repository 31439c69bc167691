"""How the addresses for callers describe themselves: who may, what is sent, what is answered, what is refused."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Serializer

from assessments.case_pages import CaseListForm
from assessments.serializers import (
    AssessmentListSerializer,
    AssessmentSerializer,
    ConflictingAnswersSerializer,
    GivenAnswersSerializer,
    NewAssessmentSerializer,
    ResultSerializer,
)
from claims.api_errors import PROBLEM
from claims.api_schema import IF_NONE_MATCH
from claims.forms import OneOf, Whole
from claims.serializers import ProblemSerializer

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "maxLength": 255},
    OpenApiParameter.HEADER,
    description="A key of your own, such as a UUID: the same request under it is done once and answered as often as it is "
    "sent within 24 hours.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="An ETag of the assessment: 412 where it is not as it was.",
)
ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.TOO_MANY_REQUESTS,
)
SENT = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
WRITTEN = (*SENT, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


class BearerScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "assessments.api_authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """As OpenAPI says it."""
        return {"type": "http", "scheme": "bearer", "description": "A token, made at /tokens/."}


class SessionScheme(OpenApiAuthenticationExtension):
    """How a browser that is signed in is known."""

    target_class = "assessments.api_authentication.CallerBySession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """As OpenAPI says it."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "Writes need the CSRF token too."}


def parameters(form: type[forms.Form]) -> list[OpenApiParameter]:
    """The query parameters that a form reads."""
    return [
        OpenApiParameter(name, _schema(one), description=str(one.help_text)) for name, one in form.base_fields.items()
    ]


def _schema(one: forms.Field) -> dict[str, Any]:
    match one:
        case OneOf():
            return {"type": "string", "enum": list(one.words)}
        case Whole():
            return {"type": "integer", "minimum": one.low, "maximum": one.high}
        case forms.ChoiceField():
            return {"type": "string", "enum": [value for value, _ in one.choices]}
    return {"type": "string"}


def responses(
    good: Mapping[int, Any],
    *also: HTTPStatus,
    instead: Mapping[HTTPStatus, type[Serializer[Any]]] | None = None,
    media_type: str = "application/json",
) -> dict[Any, OpenApiResponse]:
    """What may come: `good` by status, then every problem; `instead`: shapes of problems that say more."""
    shapes = instead or {}
    return {
        **{(status, media_type): answer for status, answer in good.items()},
        **{
            (status.value, PROBLEM): OpenApiResponse(
                shapes.get(status, ProblemSerializer), description=f"{status.phrase}."
            )
            for status in dict.fromkeys((*ALWAYS, *also))
        },
    }


def _ok(shape: Any, description: str) -> OpenApiResponse:
    return OpenApiResponse(shape, description=description)


NOT_MODIFIED = {HTTPStatus.NOT_MODIFIED.value: OpenApiResponse(description="What `If-None-Match` names still holds.")}
LIST = {
    "parameters": [*parameters(CaseListForm), IF_NONE_MATCH],
    "responses": responses({200: _ok(AssessmentListSerializer, "A page of assessments.")}) | NOT_MODIFIED,
}
CREATE = {
    "parameters": [IDEMPOTENCY_KEY],
    "request": NewAssessmentSerializer,
    "responses": responses({201: _ok(AssessmentSerializer, "The new assessment.")}, *WRITTEN),
}
READ = {
    "parameters": [IF_NONE_MATCH],
    "responses": responses({200: _ok(AssessmentSerializer, "The assessment.")}) | NOT_MODIFIED,
}
ANSWER = {
    "parameters": [IDEMPOTENCY_KEY, IF_MATCH],
    "request": GivenAnswersSerializer,
    "responses": responses(
        {200: _ok(AssessmentSerializer, "The assessment with the answers.")},
        *WRITTEN,
        HTTPStatus.PRECONDITION_FAILED,
        instead={
            HTTPStatus.CONFLICT: ConflictingAnswersSerializer,
            HTTPStatus.PRECONDITION_FAILED: ConflictingAnswersSerializer,
        },
    ),
}
EVALUATE = {
    "request": None,
    "responses": responses({200: _ok(ResultSerializer, "What the assessment comes to.")}, *SENT, HTTPStatus.CONFLICT),
}
