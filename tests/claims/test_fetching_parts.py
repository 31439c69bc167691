"""The parts of the fetcher: what robots.txt asks, what is unpacked, whose turn it is, what the resolver may take."""

import gzip
import socket
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from django.core.checks import run_checks
from hypothesis import given
from hypothesis import strategies as st

from claims.fetching import configured
from claims.fetching_decoding import Unpacking
from claims.fetching_errors import Busy, TooMuch, Unreadable
from claims.fetching_robots import MOST_RULES, allowed
from claims.fetching_turns import turn
from claims.fetching_wire import ask_resolver

TOP = Path(__file__).resolve().parents[2]

# --- robots.txt: the examples of RFC 9309 and of those who wrote it -------------------------------------------------


@pytest.mark.parametrize(
    ("text", "target", "enter"),
    [
        ("", "/", True),
        ("User-agent: *\nDisallow:", "/", True),
        ("User-agent: *\nDisallow: /", "/", False),
        ("Disallow: /", "/", True),  # a rule of no group
        ("User-agent: *\nDisallow: /fish", "/fish.html", False),
        ("User-agent: *\nDisallow: /fish", "/Fish", True),
        ("User-agent: *\nDisallow: /fish/", "/fish", True),
        ("User-agent: *\nDisallow: /*.php", "/a/b.php?c", False),
        ("User-agent: *\nDisallow: /*.php$", "/a/b.php?c", True),
        ("User-agent: *\nDisallow: /*.php$", "/a/b.php", False),
        ("User-agent: *\nDisallow: /fish*.php", "/fishheads/catfish.php?x", False),
        ("User-agent: *\nDisallow: /a$", "/a", False),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /a*b*b$", "/ab", True),
        ("User-agent: *\nAllow: /p\nDisallow: /", "/page", True),
        ("User-agent: *\nAllow: /folder\nDisallow: /folder", "/folder/page", True),
        ("User-agent: *\nAllow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("User-agent: *\nDisallow: /a/\nAllow: /a/b/", "/a/b/c", True),
        ("User-agent: *\nAllow: /\nUser-agent: footing\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow: /\nUser-agent: Footing/1.0\nAllow: /", "/", True),
        ("User-agent: footing\nDisallow:\nUser-agent: *\nDisallow: /", "/", True),
        ("User-agent: footingbot\nDisallow: /", "/", True),
        ("User-agent: other\nUser-agent: footing\nDisallow: /x\n\nUser-agent: footing\nDisallow: /y", "/x", False),
        ("User-agent: other\nUser-agent: footing\nDisallow: /x\n\nUser-agent: footing\nDisallow: /y", "/y", False),
        ("user-AGENT : * # all\nDISALLOW : /x # not here", "/x", False),
        ("\ufeffUser-agent: *\nDisallow: /x", "/x", False),
        ("User-agent: *\nDisallow: /é", "/%C3%A9", False),
        ("User-agent: *\nDisallow: /%c3%a9", "/%C3%A9", False),
        ("User-agent: *\nDisallow: /%7Ejoe", "/~joe", False),
        ("User-agent: *\nDisallow: /a%2Fb", "/a/b", True),
        ("User-agent: *\nDisallow: /a%2Ab", "/axb", True),
        ("User-agent: *\nDisallow: /" + "x" * 2000, "/" + "x" * 2000, True),  # longer than any rule we read
        ("<html><body>no robots here</body></html>", "/", True),
    ],
)
def test_robots_are_read_as_the_standard_says(text, target, enter):
    assert allowed(text, target) is enter


def test_robots_made_to_take_long_take_little():
    started = time.thread_time()
    names = "".join(f"User-agent: bot{n}\n" for n in range(15_000))
    rules = "Disallow: /*a*a*a*a*a*a*a*a*a*b$\n" * (MOST_RULES + 5000)
    assert allowed(f"{names}User-agent: *\n{rules}", "/" + "a" * 1900)
    assert time.thread_time() - started < 5


@given(st.text(max_size=300), st.text(max_size=50))
def test_whatever_stands_in_robots_can_be_read(text, target):
    assert allowed(text, "/" + target) in (True, False)
    assert allowed(f"User-agent: *\n{text}", "/" + target) in (True, False)


# --- Unpacking -----------------------------------------------------------------------------------------------------


def unpacked(encoding: str, pieces: list[bytes], size: int = 1_000_000) -> bytes:
    unpacking = Unpacking(encoding, size=size)
    found = b"".join(piece for packed in pieces for piece in unpacking.feed(packed))
    unpacking.finish()
    return found


def packings(body: bytes) -> list[tuple[str, bytes]]:
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return [
        ("", body),
        ("identity", body),
        ("gzip", gzip.compress(body)),
        ("X-GZIP", gzip.compress(body)),
        ("gzip", gzip.compress(body[:3]) + gzip.compress(body[3:])),
        ("gzip", gzip.compress(body) + b"padding"),
        (" deflate ", zlib.compress(body)),
        ("deflate", zlib.compress(body) + b"padding"),
        ("deflate", bare.compress(body) + bare.flush()),
    ]


@given(st.binary(max_size=400), st.integers(1, 50))
def test_what_was_packed_comes_out_however_it_is_cut(body, cut):
    for encoding, packed in packings(body):
        pieces = [packed[at : at + cut] for at in range(0, len(packed), cut)]
        if encoding == "deflate" and cut < 2 and not packed.startswith(b"x"):
            continue  # a frame that is left out is seen in the first two bytes
        assert unpacked(encoding, pieces) == body


@given(st.integers(0, 300_000), st.integers(0, 200_000))
def test_no_more_comes_out_than_is_wanted(length, size):
    for encoding, packed in packings(bytes(length)):
        if length > size:
            with pytest.raises(TooMuch):
                unpacked(encoding, [packed], size)
        else:
            assert len(unpacked(encoding, [packed], size)) == length


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "x"])
def test_what_we_did_not_ask_for_is_refused(encoding):
    with pytest.raises(Unreadable, match="did not ask for"):
        Unpacking(encoding, size=10)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_damaged_is_refused(encoding):
    with pytest.raises(Unreadable, match="damaged"):
        unpacked(encoding, [b"\xff" * 20])
    packed = gzip.compress(b"x" * 100) if encoding == "gzip" else zlib.compress(b"x" * 100)
    with pytest.raises(Unreadable):
        unpacked(encoding, [packed[:6], b"\xff" * 20])
    with pytest.raises(Unreadable, match="ends in the middle"):
        unpacked(encoding, [packed[:-6]])


# --- Turns ---------------------------------------------------------------------------------------------------------


def test_one_host_is_asked_by_one_at_a_time(tmp_path):
    inside: list[int] = []
    most: list[int] = []

    def ask(number: int) -> None:
        with turn("a.example", folder=tmp_path, patience=20):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.02)
            inside.remove(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6


HOLD = """
import sys
from pathlib import Path
import django
django.setup()
from claims.fetching_turns import turn
with turn("a.example", folder=Path(sys.argv[1]), patience=0):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_another_process_has_its_turn_too_and_loses_it_when_it_dies(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=TOP,
        env={"DJANGO_SETTINGS_MODULE": "config.settings", "FOOTING_VAR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(Busy), turn("a.example", folder=tmp_path, patience=0.1):
            pass
        with turn("b.example", folder=tmp_path, patience=0):  # another host
            pass
        other.kill()
        other.wait()
        with turn("a.example", folder=tmp_path, patience=5) as waited:
            assert waited < 5


# --- The resolver --------------------------------------------------------------------------------------------------


def test_a_resolver_that_hangs_is_left_behind(monkeypatch):
    asked, over = threading.Event(), threading.Event()

    def hang(*_, **__):
        asked.set()
        assert over.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        with pytest.raises(TimeoutError):
            ask_resolver("a.example", seconds=0.1)
        assert asked.wait(60)
    finally:
        over.set()


def test_a_number_is_its_own_answer_and_a_bad_name_has_none():
    assert ask_resolver("127.0.0.1", seconds=5) == ["127.0.0.1"]
    with pytest.raises(OSError, match=r".+"):
        ask_resolver("a" * 70 + ".example", seconds=5)


# --- The installation ----------------------------------------------------------------------------------------------


def faults() -> list[str]:
    return [one.id for one in run_checks() if one.id in ("footing.E001", "footing.E002")]


def test_an_installation_that_would_ask_itself_does_not_start(settings):
    assert faults() == []
    settings.FETCH_LOOPBACK = ["127.0.0.1:8001"]
    assert faults() == ["footing.E001"]
    settings.DEBUG = True
    assert faults() == []
    assert configured().loopback == {("127.0.0.1", 8001)}
    assert configured().ports == {80, 443, 8001}
    for elsewhere in ("10.0.0.1:80", "localhost:80", "127.0.0.1", "[::2]:80", "0.0.0.0:80"):
        settings.FETCH_LOOPBACK = ["[::1]:8001", elsewhere]
        assert faults() == ["footing.E002"]
