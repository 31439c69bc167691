"""Whatever a server does: the look ends, in time and in size, and leaves a record that says in our words what it was.

`measure.py` does the same in a process of its own with the limits of the product, and counts.
"""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from claims.fetching import Rules, configured, fetch
from claims.fetching_errors import FetchError, ForbiddenAddress, Unreachable
from claims.models import Task, Visit
from claims.rechecking import look_at
from tests.claims import factories
from tests.hostile.exchange import BEHAVIOURS
from tests.hostile.server import PEM, HostileServer

TOP = Path(__file__).resolve().parents[2]
LIMITS = {"seconds": 15, "bytes": 5_000_000, "growth": 64 * 1024 * 1024}

ANSWERS, MOVED, GONE, REFUSED = "answers", "moved", "gone", "refused"
UNREACHABLE, FORBIDDEN, ROBOTS = "unreachable", "forbidden_address", "robots"
TOO_MUCH, UNREADABLE = "too_much", "unreadable"
LARGE, LATE, HEAD = "larger than we read", "longer than we wait", "The head of the answer is larger"
HTTP, PACKED = "breaks the rules of HTTP", "packed answer"

# What a server does, what the visit says of it, and in which words. Slow ones are given one second.
AS_PAGE = {
    "good": (ANSWERS, ""),
    "packed": (ANSWERS, ""),
    "packed_in_two_members": (ANSWERS, ""),
    "packed_without_frame": (ANSWERS, ""),
    "longer_than_declared": (ANSWERS, ""),
    "good_pdf": (ANSWERS, ""),
    "moved": (MOVED, ""),
    "moved_with_cookies": (MOVED, ""),
}
AS_FAILURE = {
    "not_found": (GONE, "no such page"),
    "removed": (GONE, "no such page"),
    "endless_body": (TOO_MUCH, LARGE),
    "endless_chunks": (TOO_MUCH, LARGE),
    "tiny_chunks": (TOO_MUCH, LARGE),
    "slow_bytes": (TOO_MUCH, LATE),
    "slow_head": (TOO_MUCH, LATE),
    "stops_in_body": (TOO_MUCH, LATE),
    "no_answer": (UNREACHABLE, "No answer came in time"),
    "endless_head": (TOO_MUCH, HEAD),
    "one_huge_header": (TOO_MUCH, HEAD),
    "endless_trailers": (UNREADABLE, HTTP),
    "continue_for_ever": (TOO_MUCH, HEAD),
    "says_it_is_huge": (TOO_MUCH, LARGE),
    "gzip_bomb": (TOO_MUCH, LARGE),
    "deflate_bomb": (TOO_MUCH, LARGE),
    "gzip_in_gzip": (UNREADABLE, "did not ask for"),
    "gzip_members_for_ever": (TOO_MUCH, LARGE),
    "packed_unasked": (UNREADABLE, "did not ask for"),
    "packed_and_damaged": (UNREADABLE, PACKED),
    "packed_and_cut": (UNREADABLE, PACKED),
    "shorter_than_declared": (UNREADABLE, HTTP),
    "two_lengths": (UNREADABLE, HTTP),
    "no_number_as_length": (UNREADABLE, HTTP),
    "broken_chunks": (UNREADABLE, HTTP),
    "chunk_size_for_ever": (UNREADABLE, HTTP),
    "chunks_cut": (UNREADABLE, HTTP),
    "reset_in_body": (UNREADABLE, "broke off in the middle"),
    "reset_before_answer": (UNREACHABLE, "broke off before"),
    "closes_before_answer": (UNREACHABLE, "broke off before"),
    "no_head": (UNREADABLE, HTTP),
    "another_protocol": (UNREADABLE, HTTP),
    "switches_protocol": (UNREADABLE, HTTP),
    "picture": (UNREADABLE, "neither a page nor a PDF nor text"),
    "binary_as_page": (UNREADABLE, "no text"),
    "nothing_inside": (UNREADABLE, "The page has no text"),
    "no_content": (UNREADABLE, "without a page"),
    "redirect_to_itself": (UNREADABLE, "back to itself"),
    "redirect_in_a_ring": (UNREADABLE, "back to itself"),
    "redirect_for_ever": (UNREADABLE, "more than 5 times"),
    "redirect_without_address": (UNREADABLE, "does not say where"),
    "asks_for_a_password": (REFUSED, "does not show"),
    "forbidden": (REFUSED, "does not show"),
    "out_of_order": (UNREACHABLE, "cannot answer now"),
    "too_many_requests": (UNREACHABLE, "cannot answer now"),
    "pdf_in_a_ring": (UNREADABLE, "damaged"),
    "no_pdf": (UNREADABLE, "damaged"),
}
# Pages that harm who reads them: one of these findings, by what the limits of the child meet first.
AS_HARM = ("deep_page", "deep_tables", "many_elements", "many_attributes", "billion_laughs", "reaches_out", "pdf_bomb",
           "pdf_of_operators")  # fmt: skip
SLOW = {"slow_bytes", "slow_head", "stops_in_body", "no_answer"}
ELSEWHERE = {
    "http://10.0.0.1/": "private",
    "http://169.254.169.254/latest/meta-data/": "link-local",
    "http://[::1]/": "not global unicast",
    "http://127.0.0.1:22/": "Only the ports 80 and 443",
    "http://127.0.0.1/": "this machine",
    "http://2130706433/": "four decimal numbers",
    "//0x7f000001/": "four decimal numbers",
    "file:///etc/passwd": "Only http and https",
    "gopher://127.0.0.1/": "Only http and https",
    "javascript:alert(1)": "Only http and https",
    "http://user@127.0.0.1/": "user name",
    "http://localhost/": "inside a network",
    "\\\\10.0.0.1\\share": "backslash",
}


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


@pytest.fixture
def rules(server, settings) -> Rules:
    """The rules of the product, with our server allowed and every name leading to it."""
    return replace(
        configured(),
        loopback=frozenset({("127.0.0.1", server.port), ("127.0.0.1", server.tls_port)}),
        resolve=lambda host, seconds: ["127.0.0.1"],
        patience=60,
    )


def visit_of(url: str, rules: Rules) -> Visit:
    revision = factories.publish(citations=[factories.citation(source=factories.source(url=url))])
    outcome = look_at(revision.sources.get(), clock=lambda: factories.NOON, rules=rules)
    assert outcome.visit is not None
    return outcome.visit


def checks_of(visit: Visit) -> dict[str, str]:
    return dict(visit.checks.values_list("kind", "finding"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", AS_PAGE)
def test_a_page_is_read(server, rules, name):
    visit = visit_of(server.url(name), rules)
    assert (visit.finding, visit.note) == AS_PAGE[name]
    assert checks_of(visit) == {"link_answers": AS_PAGE[name][0], "figure_present": "found"}
    assert "$18,000 to $45,000" in visit.main_text


@pytest.mark.django_db
@pytest.mark.parametrize("name", AS_FAILURE)
def test_what_is_no_page_ends_with_a_record_in_our_words(server, rules, name):
    finding, words = AS_FAILURE[name]
    visit = visit_of(server.url(name), replace(rules, seconds=1) if name in SLOW else rules)
    assert visit.finding == finding
    assert words in visit.note
    assert visit.main_text is None
    expected = {GONE: "gone", TOO_MUCH: "unreadable", UNREADABLE: "unreadable"}.get(finding, "unreachable")
    assert checks_of(visit)["link_answers"] == expected
    assert list(Task.objects.values_list("kind", flat=True)) == (["link_dead"] if finding == GONE else [])


@pytest.mark.django_db
@pytest.mark.parametrize("name", AS_HARM)
def test_a_page_that_harms_its_reader_is_read_in_part_or_given_up(server, rules, name):
    visit = visit_of(server.url(name), replace(rules, seconds=3))
    assert visit.finding in (ANSWERS, UNREADABLE)
    assert checks_of(visit)["figure_present"] in ("missing", "unreadable", "found")
    assert "root:" not in (visit.main_text or "")
    assert len(visit.main_text or "") < 5_000_000


def test_every_behaviour_is_tried():
    named = {name for name in BEHAVIOURS if not name.startswith(("robots_", "posted_"))} - {"redirect_to"}
    assert named == {*AS_PAGE, *AS_FAILURE, *AS_HARM}
    assert len(named) >= 20


@pytest.mark.django_db
@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_redirect_is_judged_like_an_address(server, rules, target):
    visit = visit_of(server.url(f"redirect_to?{target.encode().hex()}"), rules)
    assert visit.finding == FORBIDDEN
    assert ELSEWHERE[target] in visit.note
    assert Task.objects.get().kind == Task.Kind.LINK_DEAD


def test_nothing_that_a_server_sent_is_in_an_error(server, rules):
    with pytest.raises(ForbiddenAddress) as error:
        fetch(server.url(f"redirect_to?{b'http://10.0.0.1/secret'.hex()}"), rules=rules)
    assert str(error.value) == error.value.note == "The host is not on the public network: private."
    assert error.value.__cause__ is None


# --- Names ---------------------------------------------------------------------------------------------------------


def test_a_name_that_changes_its_number_is_judged_each_time(server, rules):
    answers = [["127.0.0.1"], ["127.0.0.1"], ["169.254.169.254"]]
    changing = replace(rules, resolve=lambda host, seconds: answers.pop(0))
    with pytest.raises(ForbiddenAddress, match="link-local"):
        fetch(server.url("moved", host="rebinding.example"), rules=changing)
    assert answers == []


def test_the_connection_goes_to_the_number_that_was_judged(server, rules):
    asked = []

    def once(host, seconds):
        asked.append(host)
        return ["127.0.0.1"]

    fetched = fetch(server.url("good", host="pinned.example"), rules=replace(rules, resolve=once))
    assert fetched.status == 200
    assert asked == ["pinned.example"] * 2  # robots.txt, then the page: once for each connection
    assert f"Host: pinned.example:{server.port}" in server.requests[-1]


@pytest.mark.parametrize("numbers", [["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["fe80::1%eth0"]])
def test_one_number_that_may_not_be_asked_is_enough_to_refuse(server, rules, numbers):
    with pytest.raises(ForbiddenAddress):
        fetch(server.url("good", host="two.example"), rules=replace(rules, resolve=lambda host, seconds: numbers))


def test_a_name_that_takes_too_long_or_is_not_there(server, rules):
    def late(host, seconds):
        raise TimeoutError

    def unknown(host, seconds):
        return []

    for resolve, words in ((late, "could not be looked up"), (unknown, "has no address")):
        with pytest.raises(Unreachable, match=words):
            fetch(server.url("good", host="x.example"), rules=replace(rules, resolve=resolve))


# --- TLS -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def trusting(rules) -> Rules:
    return replace(rules, tls=ssl.create_default_context(cafile=str(PEM)))


def test_a_certificate_is_verified_for_the_name_and_not_for_the_number(server, trusting):
    fetched = fetch(f"https://good.example:{server.tls_port}/good", rules=trusting)
    assert (fetched.status, fetched.moved) == (200, False)
    with pytest.raises(Unreachable, match="certificate is not valid"):
        fetch(f"https://other.example:{server.tls_port}/good", rules=trusting)
    with pytest.raises(Unreachable, match="certificate is not valid"):
        fetch(f"https://127.0.0.1:{server.tls_port}/good", rules=trusting)


def test_a_certificate_of_nobody_we_know_is_refused(server, rules):
    with pytest.raises(Unreachable, match="certificate is not valid"):
        fetch(f"https://good.example:{server.tls_port}/good", rules=rules)


def test_limits_hold_inside_tls(server, trusting):
    for name, words in (("endless_body", LARGE), ("slow_bytes", LATE), ("one_huge_header", HEAD)):
        with pytest.raises(FetchError, match=words):
            fetch(f"https://good.example:{server.tls_port}/{name}", rules=replace(trusting, seconds=2))


def test_a_handshake_that_never_ends_is_left(server, rules):
    # The server waits for a request in the clear, and we for its part of the handshake.
    with pytest.raises(Unreachable, match="in time"):
        fetch(f"https://good.example:{server.port}/good", rules=replace(rules, seconds=0.5))


# --- robots.txt ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "finding"),
    [
        ("robots-keep-out", ROBOTS),
        ("robots-out-of-order", UNREACHABLE),
        ("robots-slow", UNREACHABLE),
        ("robots-inside", FORBIDDEN),
    ],
)
def test_robots_that_keep_us_out_are_obeyed(server, rules, host, finding):
    server.requests.clear()
    with pytest.raises(FetchError) as error:
        fetch(server.url("good", host=f"{host}.example"), rules=replace(rules, seconds=1))
    assert error.value.finding == finding
    assert [request.split(" ")[1] for request in server.requests] == ["/robots.txt"]


@pytest.mark.parametrize("host", ["robots-others-keep-out", "robots-in-a-ring", "robots-endless", "robots-bomb"])
def test_robots_that_say_nothing_to_us_do_no_harm(server, rules, host):
    assert fetch(server.url("good", host=f"{host}.example"), rules=rules).status == 200


def test_robots_are_asked_once_for_several_pages(server, rules):
    server.requests.clear()
    for name in ("good", "packed", "good"):
        fetch(server.url(name, host="often.example"), rules=rules)
    assert [request.split(" ")[1] for request in server.requests] == ["/robots.txt", "/good", "/packed", "/good"]


# --- What is never sent --------------------------------------------------------------------------------------------


def test_nothing_is_carried_from_the_environment_or_from_an_answer(server, rules, monkeypatch, tmp_path):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ed password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server.requests.clear()
    assert fetch(server.url("moved_with_cookies"), rules=rules).status == 200
    with pytest.raises(FetchError):
        fetch(server.url("asks_for_a_password"), rules=rules)
    assert len(server.requests) == 4  # robots.txt once, a page and where it led, the page with a password
    names = {line.split(":")[0] for request in server.requests for line in request.split("\r\n")[1:] if line}
    assert names == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert "User-Agent: Footing/0.1.0 (+http://127.0.0.1:8000)" in server.requests[0]


# --- All of it, measured -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.one_database
def test_every_behaviour_stays_within_the_limits_of_the_product(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "tests.hostile.measure"],
        cwd=TOP,
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": "sqlite://:memory:", "FOOTING_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    measured = [json.loads(line) for line in run.stdout.splitlines()]
    assert {one["name"] for one in measured} >= {*AS_FAILURE, *AS_HARM, "tls_stuck"}
    assert [one for one in measured if one["seconds"] > 16 or one["bytes"] > LIMITS["bytes"]] == []
    assert [one for one in measured if one["growth"] > LIMITS["growth"]] == []
    slow = {one["name"]: one["seconds"] for one in measured if one["name"] in {*SLOW, "tls_stuck"}}
    assert len(slow) == 5
    assert all(LIMITS["seconds"] - 1 < seconds < 16 for seconds in slow.values())
    assert max(one["child"] for one in measured) < 128 * 1024 * 1024
