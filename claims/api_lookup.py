"""The address that says what has become of what somebody cites."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from claims import lookup
from claims.api import RegistryView
from claims.api_parsing import StrictJSONParser
from claims.api_schema import LOOKUP
from claims.lookup import WrongItem
from claims.quick import JSON


class BadItems(APIException):
    """A list that cannot be looked up; every entry that is wrong is named by its place."""

    status_code = HTTPStatus.BAD_REQUEST
    default_detail = "Nothing was looked up: see what is wrong with each entry."

    def __init__(self, wrong: Sequence[WrongItem]) -> None:
        super().__init__()
        self.errors = [{"field": one.field, "message": one.message} for one in wrong]


class LookupView(RegistryView):
    """What has become of revisions: a question that is too long for an address, so it is posted; nothing is changed."""

    http_method_names: ClassVar = ["post", "options"]
    parser_classes: ClassVar = [StrictJSONParser]

    @extend_schema(operation_id="lookup", **LOOKUP)
    def post(self, request: Request) -> HttpResponse:
        """Up to 500 revisions or digests: current, changed, superseded, retracted or unknown, and what changed."""
        self.refuse_parameters(request)
        references, wrong = lookup.read(request.data)
        if wrong:
            raise BadItems(wrong)
        body: dict[str, Any] = {"results": lookup.find(references, on=timezone.localdate())}
        return HttpResponse(orjson.dumps(body), content_type=JSON, headers={"Cache-Control": "no-store"})
