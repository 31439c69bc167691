"""How many requests somebody may make: counted by address or caller, told in each answer, shared where there is a cache."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from claims import throttling
from config.rates import rate
from tests.claims.addresses import V1, get


def ask(remote="192.0.2.1", caller="", **meta):
    return throttling.spend(RequestFactory().get("/api/v1/claims/", REMOTE_ADDR=remote, **meta), caller=caller)


@pytest.fixture(autouse=True)
def rates(settings, time_machine):
    settings.API_RATE, settings.API_TOKEN_RATE = (2, 60), (3, 3600)
    time_machine.move_to("2026-11-22T12:00:10Z", tick=False)


def test_an_address_may_ask_so_often_and_is_told_how_often():
    assert [(one.allowed, one.fields) for one in (ask(), ask(), ask())] == [
        (True, {"RateLimit-Policy": '"address";q=2;w=60', "RateLimit": '"address";r=1;t=50'}),
        (True, {"RateLimit-Policy": '"address";q=2;w=60', "RateLimit": '"address";r=0;t=50'}),
        (
            False,
            {"RateLimit-Policy": '"address";q=2;w=60', "RateLimit": '"address";r=0;t=50', "Retry-After": "50"},
        ),
    ]
    assert ask("192.0.2.2").allowed


def test_the_next_window_begins_anew(time_machine):
    assert [ask().allowed for _ in range(3)] == [True, True, False]
    time_machine.move_to("2026-11-22T12:01:00Z", tick=False)
    assert (ask().allowed, ask().seconds_left) == (True, 60)


def test_a_caller_is_counted_apart_from_the_address_and_from_others():
    assert [ask(caller="token 1").allowed for _ in range(4)] == [True, True, True, False]
    assert ask(caller="token 2").fields == {
        "RateLimit-Policy": '"caller";q=3;w=3600',
        "RateLimit": '"caller";r=2;t=3590',
    }
    assert ask().count == 1


def test_an_ipv6_network_is_one_address_and_a_mapped_one_is_what_it_stands_for():
    assert [ask(f"2001:db8::{n}").count for n in (1, 2, 3)] == [1, 2, 3]
    assert ask("2001:db8:0:1::1").count == 1
    assert [ask("192.0.2.9").count, ask("::ffff:192.0.2.9").count] == [1, 2]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "203.0.113.5, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.5, 198.51.100.7", "203.0.113.5"),
        (2, "198.51.100.7", "198.51.100.7"),
        (1, "", "192.0.2.1"),
        (1, "198.51.100.7:50000", "198.51.100.7"),
        (2, "203.0.113.5:1, 198.51.100.7:2", "203.0.113.5"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
        (1, "[::ffff:198.51.100.7]:443", "198.51.100.7"),
        (1, "2001:db8:0:1::443", "20010db800000001"),
        (1, "[2001:db8:0:1::1]:443", "20010db800000001"),
        (1, "[2001:db8:0:1::1]", "20010db800000001"),
        (1, "fe80::1%eth0", "fe80000000000000"),
        (1, "[fe80::1%eth0]:443", "fe80000000000000"),
        (1, "unknown", "192.0.2.1"),
        (1, "198.51.100.7:", "192.0.2.1"),
        (1, "198.51.100.7:65536x", "192.0.2.1"),
        (1, "_hidden, ", "192.0.2.1"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, forwarded, counted):
    settings.PROXIES = proxies
    assert (
        throttling.address(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded))
        == counted
    )


@pytest.mark.parametrize("form", ["203.0.113.7:{}", "[2001:db8::7]:{}", "nobody {}"])
@pytest.mark.usefixtures("registry")
def test_whoever_comes_from_another_port_each_time_is_counted_as_one(client, settings, form):
    settings.PROXIES, settings.API_RATE = 1, (3, 60)
    answers = [get(client, "claims/", x_forwarded_for=form.format(port)) for port in range(50000, 50008)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 5


def test_what_is_no_address_is_counted_too_and_never_part_of_a_key():
    name = throttling.address(RequestFactory().get("/", REMOTE_ADDR="a b\n" * 300))
    assert len(name) < 50
    assert [ask("a b\n" * 300).count for _ in range(2)] == [1, 2]
    assert ask("").count == 1


def test_of_many_at_once_no_more_than_allowed_get_through(settings):
    settings.API_RATE = (50, 60)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask().allowed, range(200)))
    assert answers.count(True) == 50


def test_a_cache_that_does_not_answer_lets_requests_through_and_says_so(monkeypatch, caplog):
    def broken(*_arguments, **_options):
        raise ConnectionError("refused")

    monkeypatch.setattr(LocMemCache, "incr", broken)
    assert [ask().allowed for _ in range(5)] == [True] * 5
    assert "requests are not counted" in caplog.text


@pytest.fixture
def shared(settings, tmp_path_factory) -> Iterator[str]:
    """A Redis of our own; without the program there is nothing to show."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("needs redis-server")
    place = tmp_path_factory.mktemp("r") / "s"
    server = subprocess.Popen([program, "--port", "0", "--unixsocket", place, "--save", ""], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if place.exists():
                break
            time.sleep(0.05)
        location = f"unix://{place}"
        settings.CACHES = settings.CACHES | {
            "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}
        }
        yield location
    finally:
        caches["default"].close()
        server.terminate()
        server.wait()


def test_processes_that_share_a_cache_share_the_count(shared, settings):
    settings.API_RATE = (50, 60)
    with ThreadPoolExecutor(8) as threads:  # each thread has a connection of its own, as a process would
        answers = list(threads.map(lambda _: ask().allowed, range(200)))
    assert answers.count(True) == 50


@pytest.mark.parametrize(
    ("text", "read"), [("300/min", (300, 60)), ("5/s", (5, 1)), ("10/hour", (10, 3600)), (" 1/day ", (1, 86400))]
)
def test_a_rate_is_a_number_and_a_period(text, read):
    assert rate("FOOTING_API_RATE", text) == read


@pytest.mark.parametrize("text", ["", "300", "0/min", "-1/min", "many/min", "300/month", "3/5min"])
def test_another_rate_is_refused_with_the_name_of_its_setting(text):
    with pytest.raises(ImproperlyConfigured, match="FOOTING_API_RATE must be a number and a period, such as 300/min"):
        rate("FOOTING_API_RATE", text)


@pytest.mark.parametrize(
    ("address", "status"),
    [("topics/", 200), ("topics/nothing/", 404), ("topics/?colour=red", 400), ("nothing/", 404), ("schema/", 200)],
)
@pytest.mark.usefixtures("registry")
def test_every_answer_says_what_is_left(client, address, status):
    answer = get(client, address)
    assert answer.status_code == status
    assert (answer["RateLimit-Policy"], answer["RateLimit"]) == ('"address";q=2;w=60', '"address";r=1;t=60')


@pytest.mark.usefixtures("registry")
def test_so_does_what_was_not_read_or_not_taken(client):
    etag = get(client, "topics/")["ETag"]
    assert get(client, "topics/", if_none_match=etag)["RateLimit"] == '"address";r=0;t=60'
    refused = client.post(f"{V1}/topics/", {}, content_type="application/json")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert refused.json()["type"] == throttling.QUOTA_EXCEEDED
