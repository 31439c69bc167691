"""What was answered before is answered again without Django, and never when it is not true any more."""

import gc
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any, NamedTuple

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from claims import operations, repeats
from claims.models import Check, Claim
from claims.repeats import Repeats
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.usefixtures("registry")


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    queries: list[str]


class Site:
    """The site behind its repeats, and how often Django was asked."""

    def __init__(self) -> None:
        self.django = get_wsgi_application()
        self.asked = 0
        self.application = Repeats(self._counted)

    def _counted(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked += 1
        return self.django(environ, start_response)

    def get(self, address: str, method: str = "GET", **headers: str) -> Answer:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": f"/api/v1/{path}", "QUERY_STRING": query, "SERVER_NAME": "testserver",
            "SERVER_PORT": "80", "wsgi.input": BytesIO(), "wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1",
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }  # fmt: skip
        begun: list[Any] = []
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = self.application(environ, lambda status, fields, *_: begun.extend([status, fields]))
            body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return Answer(int(begun[0][:3]), dict(begun[1]), body, [one["sql"] for one in queries.captured_queries])

    def kept(self, address: str, **headers: str) -> Answer:
        """An answer that is kept from now on: it was asked for twice. Django is counted from here."""
        answer = self.get(address, **headers)
        assert self.get(address, **headers).body == answer.body
        self.asked = 0
        return answer


@pytest.fixture
def site(settings) -> Iterator[Site]:
    settings.ALLOWED_HOSTS = ["testserver"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Site()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_a_repeat_asks_for_the_version_and_nothing_else(site: Site) -> None:
    first = site.kept("claims/?topic=costs")
    again = site.get("claims/?topic=costs")
    assert (site.asked, again.status, again.body) == (0, 200, first.body)
    assert again.queries == []  # that of the version goes past Django
    assert again.headers["ETag"] == first.headers["ETag"]
    assert {"RateLimit", "RateLimit-Policy"} <= first.headers.keys() - again.headers.keys()
    assert again.headers.items() - first.headers.items() <= {("Content-Length", str(len(first.body)))}


def test_who_has_it_gets_304(site: Site) -> None:
    etag = site.kept("claims/rag-cost/").headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = site.get("claims/rag-cost/", if_none_match=known)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
        assert "Content-Length" not in answer.headers
    assert site.asked == 0
    assert site.get("claims/rag-cost/", if_none_match='"other"').status == 200


def test_head_has_no_body(site: Site) -> None:
    site.kept("claims/rag-cost/")
    answer = site.get("claims/rag-cost/", "HEAD")
    assert (answer.status, answer.body, site.asked) == (200, b"", 0)


def test_what_is_asked_for_once_is_not_kept(site: Site) -> None:
    for number in range(1, 4):
        site.get(f"claims/?page_size={number}")
    assert (site.asked, site.application.kept) == (3, {})
    site.get("claims/?page_size=1")
    assert (site.asked, [key[1] for key in site.application.kept]) == (4, ["page_size=1"])


def test_a_process_knows_so_many_requests_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MOST_NOTED", 2)
    for number in (1, 2, 3, 1):
        site.get(f"claims/?page_size={number}")
    assert (len(site.application.noted), site.application.kept) == (2, {})


@pytest.mark.parametrize(
    "change",
    [
        lambda: make.publish("another"),
        lambda: operations.check(
            by=make.editor(), at=NOON, claim=Claim.objects.get(slug="rule"), kind=Check.Kind.READ_IN_CONTEXT
        ),
        lambda: operations.retract(
            by=make.manager(), at=NOON, claim=Claim.objects.get(slug="price"), reason="It is wrong."
        ),
    ],
)
def test_a_change_is_seen_at_once(site: Site, change: Any) -> None:
    before = site.kept("claims/")
    change()
    after = site.get("claims/")
    assert (site.asked, after.status) == (1, 200)
    assert after.body != before.body
    assert after.headers["ETag"] != before.headers["ETag"]
    assert site.get("claims/", if_none_match=before.headers["ETag"]).body == after.body


def test_the_next_day_is_another(site: Site) -> None:
    site.kept("claims/price/")
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        site.get("claims/price/")
    assert site.asked == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"accept_language": "es"}),
        ({}, {"accept": "application/json"}),
        ({}, {"host": "127.0.0.1"}),
        ({}, {"accept_encoding": "gzip"}),
    ],
)
def test_what_an_answer_depends_on_tells_repeats_apart(site: Site, first: dict, second: dict, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    site.kept("claims/", **first)
    assert site.get("claims/", **second).status == 200
    assert site.asked == 1


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("claims/?topic=nowhere", {}, 400),
        ("claims/nothing/", {}, 404),
        ("claims/", {"accept": "text/html"}, 406),
        ("claims/", {"host": "evil.example"}, 400),
        ("claims/rag-cost/", {"host": "evil.example"}, 400),
        ("claims/rag-cost@1/", {"host": "[::1"}, 400),
    ],
)
def test_an_error_is_not_kept(site: Site, address: str, headers: dict[str, str], status: int) -> None:
    assert [site.get(address, **headers).status for _ in range(3)] == [status] * 3
    assert (site.asked, site.application.kept) == (3, {})


def test_a_request_with_a_key_or_a_condition_goes_to_django(site: Site) -> None:
    site.kept("claims/")
    site.get("claims/", authorization="Bearer something")
    assert site.get("claims/", if_match='"another"').status == 412
    assert site.asked == 2


def test_a_process_keeps_so_much_and_lets_go_of_the_oldest(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.kept("claims/")
    size = site.application.size
    monkeypatch.setattr(repeats, "MOST", 2 * size)
    for number in range(1, 6):
        site.kept(f"claims/?page_size={number}")
    assert sum(one.size for one in site.application.kept.values()) == site.application.size <= 2 * size
    assert ("/api/v1/claims/", "") not in [key[:2] for key in site.application.kept]
    monkeypatch.setattr(repeats, "LARGEST", 10)
    site.kept("claims/?page_size=7")
    assert "page_size=7" not in [key[1] for key in site.application.kept]


def test_what_an_answer_is_kept_under_counts_too(site: Site) -> None:
    site.kept("claims/?q=zyxwv")
    short = site.application.size
    site.kept("claims/?q=zyxwv", accept_language="es" + ",fr" * 300)
    assert site.application.size - short > short + 900
    assert short > 1000 + len(site.get("claims/?q=zyxwv").body)


def test_a_process_takes_no_more_memory_than_it_counts(site: Site) -> None:
    addresses = [f"claims/?q=zy{letter}{other}" for letter in "abcdefghij" for other in "abcdefghij"]
    site.kept("claims/?q=zyxwv")
    tracemalloc.start()
    try:
        for number, address in enumerate(addresses):
            site.kept(address, accept_language=f"es{',fr' * 100};q=0.{number}")
        gc.collect()
        before, counted = tracemalloc.get_traced_memory()[0], site.application.size
        site.application.kept.clear()
        gc.collect()
        freed = before - tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert counted / 2 < freed < counted


@pytest.mark.parametrize("name", ["accept_language", "accept_encoding", "x_forwarded_proto"])
def test_what_would_be_kept_under_long_headers_is_neither_kept_nor_noted(site: Site, name: str) -> None:
    for _ in range(3):
        assert site.get("claims/", **{name: "es" + " " * repeats.LONGEST_KEY}).status == 200
    assert (site.asked, site.application.kept, site.application.noted, site.application.size) == (3, {}, set(), 0)


def test_a_new_version_lets_go_of_all_that_was_kept_before(site: Site) -> None:
    for address in ("claims/", "claims/rule/", "claims/price/"):
        site.kept(address)
    make.publish("another")
    site.get("claims/rule/")
    assert [key[0] for key in site.application.kept] == ["/api/v1/claims/rule/"]
    assert site.application.size == sum(one.size for one in site.application.kept.values())


def test_so_does_one_that_is_seen_with_something_else(site: Site) -> None:
    site.kept("claims/")
    make.publish("another")
    site.kept("claims/rule/")
    assert [key[0] for key in site.application.kept] == ["/api/v1/claims/rule/"]


def test_a_database_that_does_not_answer_for_a_moment_costs_nothing_that_is_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.kept("claims/")
    site.kept("claims/rule/")
    with monkeypatch.context() as patch:
        patch.setattr(repeats.registry_version, "quickly", lambda: 1 / 0)
        assert site.get("claims/rule/").status == 200
    assert site.asked == 1
    assert site.get("claims/").status == 200
    assert site.asked == 1
