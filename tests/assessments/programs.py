"""Programs that ask the API with a token, as clients of a test."""

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from assessments import tokens
from assessments.models import Assessment, Membership, Token
from claims.bearer import Secret
from claims.models import Person
from tests import factories

V1 = "/api/v1/assessments/"
EVERYTHING = ("read", "assess", "issue")


def token_of(
    person: Person, *scopes: str, expires_on: date | None = None, membership: Membership | None = None
) -> tuple[Token, Secret]:
    """A token of a person's membership, for everything unless said otherwise; and its key."""
    at = timezone.now()
    return tokens.make(
        by=person,
        at=at,
        membership=membership or Membership.objects.get(person=person),
        name="Spreadsheet",
        scopes=scopes or EVERYTHING,
        expires_on=expires_on or at.date() + timedelta(days=30),
    )


class Program:
    """Asks under /api/v1/assessments/ with a key."""

    def __init__(self, key: Secret | str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {key.text if isinstance(key, Secret) else key}"}

    def get(self, address: str = "", **headers: str) -> Any:
        return self.client.get(V1 + address, headers=self.headers | _named(headers))

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self._send(self.client.post, address, body, headers)

    def patch(self, address: str, body: Any = None, **headers: str) -> Any:
        return self._send(self.client.patch, address, body, headers)

    def _send(self, send: Any, address: str, body: Any, headers: dict[str, str]) -> Any:
        content = {} if body is None else body
        return send(V1 + address, content, content_type="application/json", headers=self.headers | _named(headers))

    def begin(self, key: str = "", **body: Any) -> Any:
        """Begin an assessment of a new client."""
        given = {"new_client": "Harbour", "title": "Delivery notes"} | body
        return self.post("", given, **({"idempotency_key": key} if key else {}))

    def answer(
        self, case: Assessment, version: int | None = None, headers: dict[str, str] | None = None, **answers: Any
    ) -> Any:
        """Answer some questions."""
        body = {"version": version or case.version, "answers": answers}
        return self.patch(f"{case.reference}/", body, **(headers or {}))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def program(person: Person | None = None, *scopes: str) -> Program:
    """A program of somebody's, by default of the consultant of Northwind and for everything."""
    return Program(token_of(person or factories.consultant(), *scopes)[1])


def errors(answer: Any) -> dict[str, str]:
    """Field or parameter → message of a problem document."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return {one.get("field") or one["parameter"]: one["message"] for one in answer.json()["errors"]}
