"""Handing something over: to the outside only, once, in time, and whatever a server does there is an answer or a reason."""

import ssl
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from claims.fetching import Rules, configured
from claims.fetching_errors import FetchError, ForbiddenAddress, TooMuch, Unreachable, Unreadable
from claims.posting import MOST_OF_ANSWER, Posted, post
from tests.hostile.exchange import PAGE
from tests.hostile.server import PEM, HostileServer

BODY = b'{"type":"claim.published"}'
HTTP = "breaks the rules of HTTP"


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def rules(server, settings) -> Rules:
    return replace(
        configured(),
        loopback=frozenset({("127.0.0.1", server.port), ("127.0.0.1", server.tls_port)}),
        resolve=lambda host, seconds: ["127.0.0.1"],
        seconds=1,
    )


def handed_over(url: str, rules: Rules) -> Posted:
    return post(url, body=BODY, headers={"Content-Type": "application/json", "webhook-id": "msg_1"}, rules=rules)


def test_it_is_asked_once_with_what_was_given_and_nothing_else(server, rules, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.requests.clear()
    assert handed_over(server.url("good?a=b"), rules) == Posted(200, PAGE.decode(), None)
    assert server.requests == [
        "POST /good?a=b HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{server.port}\r\n"
        "User-Agent: Footing/0.1.0 (+http://127.0.0.1:8000)\r\n"
        "Accept-Encoding: identity\r\n"
        "Connection: close\r\n"
        f"Content-Length: {len(BODY)}\r\n"
        "Content-Type: application/json\r\n"
        "webhook-id: msg_1\r\n\r\n" + BODY.decode()
    ]


@pytest.mark.parametrize(
    ("name", "answered"),
    [
        ("posted_nothing_to_say", Posted(204, "", None)),
        ("posted_wait_a_minute", Posted(503, "later", 60)),
        ("posted_no_text", Posted(200, "a\ufffdb\ufffd", None)),
        ("posted_says_it_and_waits", Posted(200, "thank you", None)),
        ("removed", Posted(410, "", None)),
        ("redirect_to_itself", Posted(302, "", None)),
        ("asks_for_a_password", Posted(401, "", None)),
    ],
)
def test_any_status_is_an_answer_and_no_redirect_is_followed(server, rules, name, answered):
    server.requests.clear()
    assert handed_over(server.url(name), rules) == answered
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", ["endless_body", "endless_chunks", "gzip_bomb", "says_it_is_huge", "slow_bytes"])
def test_of_what_is_answered_only_the_beginning_is_read_and_only_for_a_moment(server, rules, name):
    started = time.monotonic()
    answered = handed_over(server.url(name), replace(rules, seconds=60))
    assert answered.status == 200
    assert len(answered.text) <= MOST_OF_ANSWER
    assert time.monotonic() - started < 30  # a moment and no more, on the busiest machine


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("no_answer", Unreachable, "No answer came in time"),
        ("slow_head", TooMuch, "longer than we wait"),
        ("endless_head", TooMuch, "head of the answer is larger"),
        ("continue_for_ever", TooMuch, "head of the answer is larger"),
        ("reset_before_answer", Unreachable, "broke off before"),
        ("closes_before_answer", Unreachable, "broke off before"),
        ("no_head", Unreadable, HTTP),
        ("another_protocol", Unreadable, HTTP),
        ("two_lengths", Unreadable, HTTP),
    ],
)
def test_what_is_no_answer_ends_in_time_and_says_why(server, rules, name, error, words):
    started = time.monotonic()
    with pytest.raises(error, match=words):
        handed_over(server.url(name), rules)
    assert time.monotonic() - started < 30  # it would go on for a minute or for ever


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1/", "this machine"),
        ("https://10.0.0.1/", "private"),
        ("https://192.168.1.1/", "private"),
        ("https://169.254.169.254/latest/meta-data/", "link-local"),
        ("https://[::1]/", "not global unicast"),
        ("https://[fe80::1]/", "not global unicast"),
        ("https://[fd00::1]/", "not global unicast"),
        ("https://[::ffff:10.0.0.1]/", "not global unicast"),
        ("https://[64:ff9b::a00:1]/", "private"),
        ("https://2130706433/", "four decimal numbers"),
        ("https://localhost/", "inside a network"),
        ("https://good.example:22/", "Only the ports 80 and 443"),
        ("https://user@good.example/", "user name"),
        ("ftp://good.example/", "Only http and https"),
        ("https://good.example/a b", "white space"),
    ],
)
def test_nothing_is_handed_over_inside(rules, url, words):
    with pytest.raises(ForbiddenAddress, match=words):
        handed_over(url, rules)


@pytest.mark.parametrize("number", ["10.0.0.1", "127.0.0.2", "169.254.1.1", "::1", "::ffff:127.0.0.1", "fe80::1%eth0"])
def test_a_name_that_leads_inside_is_refused_each_time(server, rules, number):
    answers = [["127.0.0.1"], ["127.0.0.1", number], [number]]
    changing = replace(rules, resolve=lambda host, seconds: answers.pop(0))
    assert handed_over(server.url("good", host="rebinding.example"), changing).status == 200
    server.requests.clear()
    for _ in range(2):
        with pytest.raises(ForbiddenAddress):
            handed_over(server.url("good", host="rebinding.example"), changing)
    assert (answers, server.requests) == ([], [])


def test_the_name_is_looked_up_once_and_the_connection_goes_to_that_number(server, rules):
    asked = []

    def once(host, seconds):
        asked.append(host)
        return ["127.0.0.1"]

    assert handed_over(server.url("good", host="pinned.example"), replace(rules, resolve=once)).status == 200
    assert asked == ["pinned.example"]
    assert f"Host: pinned.example:{server.port}" in server.requests[-1]


def test_a_certificate_is_verified_for_the_name(server, rules):
    trusting = replace(rules, tls=ssl.create_default_context(cafile=str(PEM)))
    assert handed_over(f"https://good.example:{server.tls_port}/good", trusting).status == 200
    server.requests.clear()
    for url, given in (("https://other.example", trusting), ("https://good.example", rules)):
        with pytest.raises(Unreachable, match="certificate is not valid"):
            handed_over(f"{url}:{server.tls_port}/good", given)
    assert server.requests == []


def test_an_error_repeats_nothing_of_the_address(rules):
    with pytest.raises(FetchError) as error:
        handed_over("https://10.0.0.1/secret-path", rules)
    assert str(error.value) == "The host is not on the public network: private."
