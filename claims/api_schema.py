"""How the API describes itself: parameters from the forms that read them, answers from the serializers."""

from http import HTTPStatus
from typing import Any

from django import forms
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Serializer

from claims.api_errors import PROBLEM
from claims.filters import FILTERS
from claims.forms import Alternatives, ChangesForm, Day, Flag, Moment, Named, Number, OneOf, Whole
from claims.listing import PageForm
from claims.serializers import (
    ChangeListSerializer,
    ClaimListSerializer,
    ClaimSerializer,
    ProblemSerializer,
    list_of,
)

LANGUAGE = OpenApiParameter(
    "Accept-Language",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="Language of `value.text`: en or es. Numbers stay JSON numbers.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="An ETag of an earlier answer: 304 where it still holds.",
)
SCOPE = OpenApiParameter(
    "scope.tier",
    {"type": "array", "items": {"type": "string"}},
    description="What the scope says under a key: `scope.` and any key of a claim's `scope`; `tier` is an example.",
    explode=True,
    style="form",
)


def _schema(field: forms.Field) -> dict[str, Any]:
    """The JSON schema of what a form field reads."""
    match field:
        case Alternatives():
            item = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"} if isinstance(field, Named) else _schema(field.of)
            return {"type": "array", "items": item}
        case Flag():
            return {"type": "boolean"}
        case OneOf():
            return {"type": "string", "enum": list(field.words)}
        case Day():
            return {"type": "string", "format": "date"}
        case Moment():
            return {"type": "string", "format": "date-time"}
        case Number():
            return {"type": "number"}
        case Whole():
            return {"type": "integer", "minimum": field.low, "maximum": field.high}
    return {"type": "string"}


def _parameters(fields: dict[str, forms.Field]) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(
            name,
            _schema(field),
            description=str(field.help_text),
            **({"explode": True, "style": "form"} if isinstance(field, Alternatives) else {}),
        )
        for name, field in fields.items()
    ]


def _responses(answer: Any, description: str, *also: HTTPStatus) -> dict[Any, OpenApiResponse]:
    problems = (HTTPStatus.BAD_REQUEST, *also, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.TOO_MANY_REQUESTS)
    return {
        (HTTPStatus.OK.value, "application/json"): OpenApiResponse(answer, description=description),
        HTTPStatus.NOT_MODIFIED.value: OpenApiResponse(description="What `If-None-Match` names still holds."),
        **{
            (status.value, PROBLEM): OpenApiResponse(ProblemSerializer, description=f"{status.phrase}.")
            for status in problems
        },
    }


def detail(shape: type[Serializer[Any]], description: str) -> dict[str, Any]:
    """Arguments of `extend_schema` for one thing at an address."""
    return {
        "parameters": [IF_NONE_MATCH],
        "responses": _responses(shape, description, HTTPStatus.NOT_FOUND),
    }


def listing(shape: type[Serializer[Any]], name: str, *also: HTTPStatus) -> dict[str, Any]:
    """Arguments of `extend_schema` for everything of one kind."""
    return {
        "parameters": [IF_NONE_MATCH],
        "responses": _responses(list_of(shape, name), f"All of them, as {name}.", *also),
    }


CLAIMS = {
    "parameters": [
        *_parameters({name: one.field for name, one in FILTERS.items()}),
        SCOPE,
        *_parameters(PageForm.base_fields),
        LANGUAGE,
        IF_NONE_MATCH,
    ],
    "responses": _responses(ClaimListSerializer, "A page of claims."),
}
CLAIM = detail(ClaimSerializer, "The claim as it stands today.")
CLAIM["parameters"] = [LANGUAGE, IF_NONE_MATCH]
CHANGES = {
    "parameters": [*_parameters(ChangesForm.base_fields), IF_NONE_MATCH],
    "responses": _responses(ChangeListSerializer, "Changes in the order in which they were made."),
}
