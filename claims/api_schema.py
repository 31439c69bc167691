"""How the API describes itself: parameters from the forms that read them, answers from the serializers."""

from http import HTTPStatus
from typing import Any

from django import forms
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.serializers import Serializer

from claims.api_errors import PROBLEM
from claims.compare_serializers import ComparisonSerializer
from claims.filters import FILTERS
from claims.forms import Alternatives, ChangesForm, Day, Flag, Moment, Named, Number, OneOf, Whole
from claims.listing import PageForm
from claims.lookup import CITED, DIGEST, MOST
from claims.lookup_serializers import LookupSerializer
from claims.serializers import (
    ChangeListSerializer,
    ClaimListSerializer,
    ClaimSerializer,
    ProblemSerializer,
    list_of,
)
from claims.side_by_side import TAKES

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
    problems = (
        HTTPStatus.BAD_REQUEST,
        *also,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.PRECONDITION_FAILED,
        HTTPStatus.TOO_MANY_REQUESTS,
    )
    return {
        (HTTPStatus.OK.value, "application/json"): OpenApiResponse(answer, description=description),
        HTTPStatus.NOT_MODIFIED.value: OpenApiResponse(description="What `If-None-Match` names still holds."),
        **{
            (status.value, PROBLEM): OpenApiResponse(ProblemSerializer, description=f"{status.phrase}.")
            for status in problems
        },
    }


def _linked(answers: dict[Any, OpenApiResponse]) -> dict[Any, OpenApiResponse]:
    """The same for an address that gives JSON-LD to who asks for it."""
    shape = OpenApiResponse(
        {"type": "object", "required": ["@context"]}, description="The same in words of schema.org."
    )
    return {**answers, (HTTPStatus.OK.value, "application/ld+json"): shape}


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
    "responses": _linked(_responses(ClaimListSerializer, "A page of claims.", HTTPStatus.GONE)),
}
CLAIM = detail(ClaimSerializer, "The claim as it stands today.")
CLAIM = {"parameters": [LANGUAGE, IF_NONE_MATCH], "responses": _linked(CLAIM["responses"])}
REVISION = detail(ClaimSerializer, "The revision as it was published.")
REVISION = {**REVISION, "responses": _linked(REVISION["responses"])}
CHANGES = {
    "parameters": [*_parameters(ChangesForm.base_fields), IF_NONE_MATCH],
    "responses": _responses(ChangeListSerializer, "Changes in the order in which they were made."),
}
COMPARE = {
    "parameters": [
        OpenApiParameter("metric", {"type": "string"}, required=True, description="Slug of the metric; once."),
        *_parameters({name: FILTERS[name] for name in TAKES if name != "metric"}),
        SCOPE,
        LANGUAGE,
        IF_NONE_MATCH,
    ],
    "responses": _responses(ComparisonSerializer, "The claims on the metric, by what they are counted in."),
}
LOOKUP = {
    "request": {
        "application/json": {
            "type": "array",
            "items": {"type": "string", "pattern": f"^(?:{CITED.pattern}|{DIGEST.pattern})$".replace("?P<", "?<")},
            "minItems": 1,
            "maxItems": MOST,
        }
    },
    "responses": {
        status: answer
        for status, answer in _responses(
            LookupSerializer,
            "What has become of each, in the order asked.",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        ).items()
        if status not in (HTTPStatus.NOT_MODIFIED.value, (HTTPStatus.PRECONDITION_FAILED.value, PROBLEM))
    },
}


ROOT = {
    "parameters": [IF_NONE_MATCH],
    "responses": _responses(
        {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}, "minProperties": 1},
        "Names and addresses.",
    ),
}


def _file(media_type: str, description: str) -> dict[str, Any]:
    answers = _responses({"type": "string"}, description)
    answers[HTTPStatus.OK.value, media_type] = answers.pop((HTTPStatus.OK.value, "application/json"))
    return {"parameters": [*_parameters(FILTERS), SCOPE, LANGUAGE, IF_NONE_MATCH], "responses": answers}


CSV_FILE = _file("text/csv", "A header, then a claim a row.")
JSONL_FILE = _file("application/jsonl", "A claim a line, as in the list.")


def _dataset() -> dict[str, Any]:
    answers = _responses({"type": "object"}, "A schema.org Dataset.")
    shape = answers[HTTPStatus.OK.value, "application/json"]
    return {"parameters": [IF_NONE_MATCH], "responses": {(200, "application/ld+json"): shape, **answers}}


DATASET = _dataset()
