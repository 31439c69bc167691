"""The tornado places what it is given: two halves of a bar for each input, around the total at the middle of them all."""

from xml.etree import ElementTree as ET

import pytest

from reports.chart_parts import NARROW, WIDTH, Position, Swing
from reports.tornado import tornado

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [
    Swing(label="Cost of building", low=-10, high=30, low_text="-10", high_text="30", marker="F4"),
    Swing(label="Hours of upkeep, by the month", low=12, high=8, low_text="12", high_text="8"),
]


def draw(rows=ROWS, **options):
    given = {"middle": Position(value=10, text="at the middle: 10"), "ticks": [(-10, "-10"), (30, "30")]} | options
    return ET.fromstring(
        tornado(
            chart_id="c1", title="What moves it", description="In words.", rows=rows, key=("lower", "upper"), **given
        )
    )


def bars(svg):
    """Left and right end of each half, full and hollow: ink rectangles of full height that are no part of the key."""
    ink = [one for one in svg.iter(f"{SVG}rect") if one.get("fill") == "#16202a" and one.get("height") == "11"]
    return [(float(one.get("x")), float(one.get("x")) + float(one.get("width"))) for one in ink]


def texts(svg):
    return ["".join(element.itertext()) for element in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("width", [WIDTH, NARROW])
def test_every_half_runs_from_the_middle_to_the_total_at_one_end(width):
    svg = draw(width=width)
    line = next(one for one in svg.iter(f"{SVG}line") if one.get("stroke-width") == "1.25")
    middle = float(line.get("x1"))
    assert all(middle in (pytest.approx(left, abs=0.02), pytest.approx(right, abs=0.02)) for left, right in bars(svg))
    (left, _), (_, right) = sorted(bars(svg)[:2])
    assert middle - left == pytest.approx(right - middle, abs=0.05)  # twenty below, twenty above


def test_the_half_of_the_lower_end_is_hollow_and_that_of_the_upper_end_full():
    svg = draw(rows=ROWS[:1])
    paper = [one for one in svg.iter(f"{SVG}rect") if one.get("fill") == "#ffffff" and one.get("height") == "8"]
    [hollow] = paper
    left = min(start for start, _ in bars(svg))
    assert float(hollow.get("x")) == pytest.approx(left + 1.5, abs=0.02)


def test_the_smaller_total_stands_at_the_left_whichever_end_it_belongs_to():
    found = texts(draw())
    assert found[found.index("Hours of upkeep, by the month") + 1 :][:2] == ["8", "12"]


def test_totals_on_one_side_of_the_middle_are_both_seen():
    """The shorter half lies over the longer one."""
    svg = draw(rows=[Swing(label="a", low=20, high=30, low_text="20", high_text="30")])
    (_, longer), (_, shorter) = bars(svg)
    assert shorter < longer


@pytest.mark.parametrize(("zero", "dashed"), [(True, 1), (False, 0)])
def test_zero_is_a_dashed_line_where_it_is_asked_for(zero, dashed):
    assert len([one for one in draw(zero=zero).iter(f"{SVG}line") if one.get("stroke-dasharray")]) == dashed


def test_every_printed_text_was_passed_in():
    ticks, key, ends = ["-10", "30"], ["lower", "upper"], ["-10", "30", "8", "12"]
    labels = ["at the middle: 10", "Cost of buildingF4", "Hours of upkeep, by the month", "Below zero less."]
    assert sorted(texts(draw(note="Below zero less."))) == sorted([*ticks, *key, *ends, *labels])


def test_an_input_that_moves_nothing_is_still_a_mark():
    svg = draw(rows=[Swing(label="a", low=10, high=10, low_text="10", high_text="10")])
    assert all(right - left == pytest.approx(1.5) for left, right in bars(svg))
