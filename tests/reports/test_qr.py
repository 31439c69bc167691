"""The code that leads from paper to the page of verification."""

import re

import segno

from reports import qr
from reports.qr import QUIET

ADDRESS = f"https://footing.example.org/verify/{'ab' * 32}/"


def squares(svg):
    """The black squares of a drawing, as (x, y)."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", re.search(r' d="([^"]*)"', svg)[1])
    return {(int(x) + step, int(y)) for x, y, length in runs for step in range(int(length))}


def test_the_squares_are_those_of_the_code():
    code = segno.make_qr(ADDRESS, error="m", boost_error=False)
    expected = {
        (x, y) for y, row in enumerate(code.matrix_iter(border=QUIET)) for x, module in enumerate(row) if module
    }
    assert squares(qr.svg(ADDRESS, title="Code")) == expected


def test_a_square_is_half_a_millimetre_however_long_the_address_is():
    for address in (ADDRESS, ADDRESS + "x" * 200):
        svg = qr.svg(address, title="Code")
        side, size = re.search(r'viewBox="0 0 (\d+) \1" width="([\d.]+)mm" height="\2mm"', svg).groups()
        assert float(size) == int(side) / 2


def test_it_has_words_for_those_who_do_not_see_it_and_asks_for_nothing():
    svg = qr.svg(ADDRESS, title='Leads to "verify" & back')
    assert '<title id="qr-title">Leads to &quot;verify&quot; &amp; back</title>' in svg
    assert re.findall(r"(?:href|src|url)\W", svg) == []


def test_the_same_address_gives_the_same_drawing():
    assert qr.svg(ADDRESS, title="Code") == qr.svg(ADDRESS, title="Code")
