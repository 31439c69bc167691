"""What the tests of webhooks share: a receiver that answers as it is told, an admin, and endpoints at the receiver."""

from typing import NamedTuple

from assessments.models import Membership, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from assessments.webhooks import endpoints
from claims.models import Person
from tests import factories
from tests.hostile import exchange
from tests.hostile.server import HostileServer

CLAIMS = ("claim.published", "claim.retracted", "claim.superseded")
REPORTS = ("report.issued", "report.superseded")


@exchange.behaviour
def posted_in_turn(asked: exchange.Exchange) -> None:
    """The next answer of the receiver's script: a status, or the name of another behaviour. After the last: 200."""
    script = asked.server.script
    answer = script.pop(0) if script else 200
    if isinstance(answer, int):
        headers = ["Retry-After: 7200"] if answer == 429 else []
        asked.answer(f"answer {answer}".encode(), *headers, status=f"{answer} Words")
    else:
        exchange.BEHAVIOURS[answer](asked)


class Got(NamedTuple):
    """A request that the receiver got."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def uid(self) -> str:
        return self.headers["webhook-id"]


class Receiver(HostileServer):
    """Another system."""

    def __init__(self) -> None:
        super().__init__()
        self.script: list[int | str] = []

    @property
    def address(self) -> str:
        return self.url("posted_in_turn")

    @property
    def got(self) -> list[Got]:
        return [read(request) for request in self.requests]


def read(request: str) -> Got:
    head, _, body = request.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    return Got(first.split(" ")[1], dict(line.split(": ", 1) for line in lines), body.encode("latin-1").decode())


def admin(of=None) -> Person:
    """The one admin of a firm, named after it."""
    of = of or factories.firm()
    name = f"admin-{of.slug}"
    found = Person.objects.filter(username=name).first()
    return found or factories.member(name, of=of, role=Membership.Role.FIRM_ADMIN)


def endpoint(url, *, of=None, events=CLAIMS, at=factories.NOON, **options) -> tuple[WebhookEndpoint, str]:
    """An endpoint and its secret."""
    of = of or factories.firm()
    return endpoints.add(by=admin(of), at=at, firm=of, url=url, events=events, **options)


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


def attempts() -> list[tuple[int | None, str]]:
    """Status and error of every attempt, in order."""
    return list(WebhookAttempt.objects.order_by("pk").values_list("status", "error"))
