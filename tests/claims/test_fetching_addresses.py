"""Which addresses are asked: a table of those that are not, and properties that hold for all."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from claims.fetching import configured, fetch
from claims.fetching_addresses import Address, AddressRefused, parse, why_refused
from claims.fetching_errors import ForbiddenAddress

TABLE = yaml.safe_load((Path(__file__).parents[1] / "cases" / "refused_addresses.yaml").read_text(encoding="utf-8"))
URLS = [url for entry in TABLE["urls"] for url in entry["refused"]]
NUMBERS = [number for entry in TABLE["numbers"] for number in entry["refused"]]


def unasked(host: str, *, seconds: float) -> list[str]:
    raise AssertionError(f"the resolver was asked for {host}")


def test_the_table_is_long_and_says_why():
    assert len(set(URLS)) + len(set(NUMBERS)) == len(URLS) + len(NUMBERS)
    assert len(URLS) + len(NUMBERS) >= 120
    assert all(entry["why"].endswith(".") for part in TABLE.values() for entry in part)


@pytest.mark.parametrize("url", URLS)
def test_an_address_is_refused_before_anything_is_asked(url):
    with pytest.raises(ForbiddenAddress) as error:
        fetch(url, rules=replace(configured(), resolve=unasked))
    assert error.value.finding == "forbidden_address"
    assert error.value.note.endswith(".")
    assert len(url) < 8 or url not in error.value.note


@pytest.mark.parametrize("number", NUMBERS)
def test_a_name_that_leads_there_is_refused(number):
    with pytest.raises(ForbiddenAddress):
        fetch("http://name.example/", rules=replace(configured(), resolve=lambda host, seconds: [number]))


@pytest.mark.parametrize("number", NUMBERS)
def test_one_such_number_among_good_ones_is_enough(number):
    with pytest.raises(ForbiddenAddress):
        fetch("http://name.example/", rules=replace(configured(), resolve=lambda host, seconds: ["8.8.8.8", number]))


@pytest.mark.parametrize("url", TABLE["allowed"][0]["urls"])
def test_an_address_of_the_public_network_is_asked(url):
    address = parse(url)
    assert address.port in (80, 443)
    assert parse(address.url) == address
    if ":" in address.host or address.host.replace(".", "").isdigit():
        assert why_refused(address.host) is None


@pytest.mark.parametrize("number", TABLE["allowed"][0]["numbers"])
def test_a_number_of_the_public_network_is_asked(number):
    assert why_refused(number) is None


@pytest.mark.parametrize(
    ("base", "reference", "expected"),
    [
        ("https://a.example/x/y", "z", "https://a.example/x/z"),
        ("https://a.example/x", "/z?q=é", "https://a.example/z?q=%C3%A9"),
        ("https://a.example/x", "//b.example/", "https://b.example/"),
        ("https://a.example/x", "http://b.example", "http://b.example/"),
        ("https://a.example/x", "?q", "https://a.example/x?q"),
        ("http://a.example/x", "#top", "http://a.example/x"),
    ],
)
def test_a_reference_is_read_from_where_it_stands(base, reference, expected):
    assert parse(reference, base=parse(base)).url == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://a.example/x", "https://a.example/x", True),
        ("https://a.example/x", "https://a.example/x/", True),
        ("https://a.example/x", "https://www.a.example/x", False),
        ("https://a.example/x", "https://a.example/", False),
        ("https://a.example/x?y=1", "https://a.example/x", False),
    ],
)
def test_encryption_and_a_last_slash_make_no_other_place(one, other, same):
    assert parse(one).same_place(parse(other)) is same


# --- For all of them -----------------------------------------------------------------------------------------------

INSIDE = [IPv4Network(network) for network in ("10.0.0.0/8", "127.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16")]
inside = st.sampled_from(INSIDE).flatmap(
    lambda network: st.integers(int(network[0]), int(network[-1])).map(IPv4Address)
)


def spellings(number: IPv4Address) -> list[str]:
    """Ways to write an IPv4 address that one reader of addresses or another takes."""
    parts, value = str(number).split("."), int(number)
    return [
        str(number),
        str(value),
        hex(value),
        f"0{value:o}",
        ".".join(hex(int(part)) for part in parts),
        ".".join(f"0{int(part):o}" for part in parts),
        f"{parts[0]}.{value & 0xFFFFFF}",
        f"{parts[0]}.{parts[1]}.{value & 0xFFFF}",
        f"{number}.",
        "".join(chr(ord(digit) + 0xFEE0) if digit.isdigit() else digit for digit in str(number)),
        f"[::ffff:{number}]",
        f"[::{number}]",
        f"[64:ff9b::{number}]",
        f"[64:ff9b:1::{number}]",
        f"[2002:{value >> 16:x}:{value & 0xFFFF:x}::1]",
        f"[2606:4700::5efe:{number}]",
    ]


@given(inside, st.sampled_from(["http", "https", "HTTP"]), st.sampled_from(["", ":80", ":443"]))
def test_no_spelling_of_an_inner_address_is_asked(number, scheme, port):
    for host in spellings(number):
        try:
            address = parse(f"{scheme}://{host}{port}/")
        except AddressRefused:
            continue
        assert why_refused(address.host) is not None, host


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_of_ipv6_only_global_unicast_is_asked(number):
    if why_refused(str(number)) is None:
        assert int(number) >> 125 == 1 or str(number).startswith("64:ff9b::")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_in_one_way_or_refused(text):
    for url in (text, f"http://{text}", f"http://example.com/{text}", f"http://{text}.example.com/"):
        try:
            address = parse(url)
        except AddressRefused:
            continue
        assert isinstance(address, Address)
        assert address.url.isascii()
        assert not any(letter.isspace() for letter in address.url)
        assert parse(address.url) == address
