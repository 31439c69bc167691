"""What the API refuses, as exceptions that `claims/api_errors.py` makes problem documents of."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException, ValidationError


class Refused(APIException):
    """A request that is understood and cannot be done as things stand. `members` are added to the problem document."""

    status_code = HTTPStatus.CONFLICT

    def __init__(self, detail: str, *, status: HTTPStatus = HTTPStatus.CONFLICT, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.members = members


def wrong_fields(messages: Mapping[str, Iterable[str]]) -> ValidationError:
    """A body that cannot be used: field, with dots between the levels, and what is wrong with it."""
    return ValidationError({name: [str(one) for one in of_name] for name, of_name in messages.items()})


def fields(messages: Mapping[str, Iterable[str]]) -> list[dict[str, str]]:
    """The same as the `errors` of a problem document."""
    return [{"field": name, "message": str(one)} for name, of_name in messages.items() for one in of_name]
