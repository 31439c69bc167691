"""Charts place values and print texts: what is drawn, where, in which words, and nothing else."""

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from reports import charts

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = {"chart_id": "c1", "title": "What is to be seen", "description": "The same in words."}


def root(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in root(svg).iter(f"{SVG}text")]


def line_chart(**options: object) -> str:
    series = [
        charts.Line(
            label="Few-shot",
            values=[(0, 900, 1000, 1100), (12, 18_000, 20_000, 22_000)],
            emphasis=True,
            label_text="$20k",
        ),
        charts.Line(label="RAG", values=[(0, None, 28_000, None), (12, None, 21_000, None)]),
        charts.Line(label="Fine-tuned", values=[(0, 9000, 17_000, 30_000), (12, 19_000, 20_500, 40_000)]),
    ]
    return charts.cost_over_time(
        **CAPTION,
        series=series,
        x_ticks=[(0, "start"), (12, "month 12")],
        y_ticks=[(0, "0"), (40_000, "$40k")],
        **options,
    )


def range_chart(*rows: charts.Range, **options: object) -> str:
    return charts.ranges(**CAPTION, rows=rows, ticks=[(1000, "$1,000"), (100_000, "$100,000")], log=True, **options)


def agreement_chart(**options: object) -> str:
    rows = [
        charts.Opinion(framework="Simplest first", chosen=["few_shot"], marker="9", note="five examples are enough"),
        charts.Opinion(framework="Payback", conditional=["few_shot"], rejected=["fine_tune"]),
    ]
    columns = [("few_shot", "Few-shot"), ("fine_tune", "Fine-tuning")]
    return charts.agreement(**CAPTION, rows=rows, columns=columns, chosen="few_shot", **options)


def break_even_chart(**options: object) -> str:
    lines = [
        charts.CostLine(label="Few-shot", points=[(0, 1000), (5_000_000, 150_000)], emphasis=True),
        charts.CostLine(label="Fine-tuned", points=[(0, 95_000), (5_000_000, 108_000)]),
    ]
    return charts.break_even(
        **CAPTION, lines=lines, x_ticks=[(0, "0"), (5_000_000, "5 million")], y_ticks=[(0, "0")], **options
    )


def bar(**options: object) -> str:
    values = {"value": None, "low": None, "high": None} | options
    return charts.bar(**CAPTION, scale=(100, 100_000), **values)


EVERY = {
    "cost_over_time": line_chart,
    "ranges": lambda: range_chart(charts.Range(label="Build", low=5000, high=15_000)),
    "break_even": break_even_chart,
    "agreement": agreement_chart,
    "bar": lambda: bar(value=500, low=500, high=500),
}


@pytest.mark.parametrize("chart", EVERY)
def test_each_chart_has_a_title_and_a_description_for_those_who_do_not_see_it(chart):
    svg = root(EVERY[chart]())
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "c1-title c1-desc"
    assert svg.find(f"{SVG}title[@id='c1-title']").text == "What is to be seen"
    assert svg.find(f"{SVG}desc[@id='c1-desc']").text == "The same in words."


@pytest.mark.parametrize("chart", EVERY)
def test_no_chart_carries_a_style_or_a_script(chart):
    """They are shown under a content policy that allows neither."""
    svg = EVERY[chart]()
    assert "style=" not in svg
    assert "<style" not in svg
    assert "<script" not in svg
    assert not re.search(r"nan|inf", svg)


@pytest.mark.parametrize("chart", EVERY)
def test_the_same_values_give_the_same_bytes(chart):
    assert EVERY[chart]() == EVERY[chart]()


def test_every_printed_text_was_passed_in():
    assert sorted(texts(line_chart())) == sorted(
        ["0", "$40k", "start", "month 12", "Few-shot", "$20k", "RAG", "Fine-tuned"]
    )


def test_what_a_person_typed_is_escaped():
    svg = charts.ranges(
        chart_id="c1",
        title='<script>alert("x")</script>',
        description="a & b",
        rows=[charts.Range(label='Tom & "Jerry" <b>\x07', low=1, high=2, text="<i>")],
        ticks=[],
    )
    assert "<script" not in svg
    assert texts(svg) == ['Tom & "Jerry" <b>', "<i>"]


@pytest.mark.parametrize("wrong", ["", "1st", "a b", 'a"b'])
def test_an_id_that_is_no_id_is_refused(wrong):
    with pytest.raises(ValueError, match="not an id"):
        charts.bar(**(CAPTION | {"chart_id": wrong}), value=1, low=1, high=1, scale=(1, 10))


def test_a_chart_without_a_title_is_refused():
    with pytest.raises(ValueError, match="needs a title"):
        charts.bar(**(CAPTION | {"title": " "}), value=1, low=1, high=1, scale=(1, 10))


@pytest.mark.parametrize("width", [charts.WIDTH, charts.NARROW])
def test_labels_at_the_ends_of_lines_do_not_touch(width):
    svg = root(line_chart(width=width))
    right = [
        float(text.get("y"))
        for text in svg.iter(f"{SVG}text")
        if text.get("text-anchor") == "start" and float(text.get("x")) > width / 2
    ]
    gaps = [after - before for before, after in zip(sorted(right), sorted(right)[1:], strict=False)]
    assert len(right) == 4
    assert min(gaps) >= 13


def test_a_band_is_drawn_only_where_both_of_its_ends_are_known():
    areas = [path for path in root(line_chart()).iter(f"{SVG}path") if path.get("fill-opacity")]
    assert len(areas) == 2


def test_lines_are_told_apart_without_colour():
    strokes = [
        (path.get("stroke-dasharray"), path.get("stroke-width"))
        for path in root(line_chart()).iter(f"{SVG}path")
        if path.get("stroke-linejoin") and path.get("stroke") not in ("#ffffff", "#5b6773")
    ]
    assert strokes == [("7 3", "1.25"), ("2 3", "1.25"), (None, "2.75")]


def test_a_line_of_which_nothing_is_known_is_left_out():
    line = charts.Line(label="Nobody priced it", values=[(0, None, None, None), (12, None, None, None)])
    svg = charts.cost_over_time(**CAPTION, series=[line], x_ticks=[(0, "start")], y_ticks=[(0, "0")])
    assert texts(svg) == ["0", "start"]


def test_ranges_stand_on_one_logarithmic_scale():
    svg = root(
        range_chart(
            charts.Range(label="a", low=1000, high=10_000), charts.Range(label="b", low=Decimal(10_000), high=100_000)
        )
    )
    first, second = ((float(r.get("x")), float(r.get("width"))) for r in svg.iter(f"{SVG}rect"))
    assert first[1] == pytest.approx(second[1], abs=0.02)
    assert second[0] == pytest.approx(first[0] + first[1], abs=0.02)


def test_one_sided_bounds_point_away_from_what_is_known():
    def tip(svg: str) -> float:
        arrow = next(path for path in root(svg).iter(f"{SVG}path") if path.get("fill") == "#5b6773")
        return float(re.match(r"M([\d.]+)", arrow.get("d")).group(1))

    at_least = tip(range_chart(charts.Range(label="a", low=10_000, high_open=True)))
    at_most = tip(range_chart(charts.Range(label="a", high=10_000, low_open=True)))
    assert at_most < charts.WIDTH / 2 < at_least <= charts.WIDTH


def test_a_single_value_is_a_dot_and_an_unknown_one_is_only_words():
    point = range_chart(charts.Range(label="a", low=2000, likely=2000, high=2000, text="$2,000"))
    assert len(list(root(point).iter(f"{SVG}circle"))) == 1
    nothing = range_chart(charts.Range(label="a", text="unknown"))
    assert not list(root(nothing).iter(f"{SVG}circle"))
    assert not list(root(nothing).iter(f"{SVG}rect"))
    assert "unknown" in texts(nothing)


def test_the_client_stands_on_the_same_scale_as_the_claims():
    svg = range_chart(charts.Range(label="a", low=1000, high=10_000), client=charts.Position(value=10_000, text="You"))
    edge = next(root(svg).iter(f"{SVG}rect"))
    line = next(line for line in root(svg).iter(f"{SVG}line") if line.get("stroke-width") == "1.25")
    assert float(line.get("x1")) == pytest.approx(float(edge.get("x")) + float(edge.get("width")), abs=0.02)
    assert "You" in texts(svg)


def test_zero_on_a_logarithmic_scale_stands_at_its_start():
    svg = range_chart(charts.Range(label="a", low=0, high=10_000))
    whole = range_chart(charts.Range(label="a", low=1000, high=10_000))
    assert next(root(svg).iter(f"{SVG}rect")).get("x") == next(root(whole).iter(f"{SVG}rect")).get("x")


def test_narrow_ranges_put_the_words_over_the_bar_and_keep_inside():
    svg = root(
        range_chart(charts.Range(label="Build", low=5000, high=15_000, text="$5,000–15,000"), width=charts.NARROW)
    )
    assert svg.get("viewBox").startswith("0 0 400 ")
    label = next(text for text in svg.iter(f"{SVG}text") if text.text == "Build")
    bar_at = max(float(rect.get("y")) for rect in svg.iter(f"{SVG}rect"))
    assert float(label.get("y")) < bar_at


def test_the_crossing_is_marked_and_its_words_keep_clear_of_the_client():
    crossing = charts.Crossing(volume=3_390_207, cost=102_250, text="3,390,207 a month")

    def anchor(**options: object) -> str:
        svg = root(break_even_chart(crossing=crossing, x_label="requests a month", **options))
        return next(text for text in svg.iter(f"{SVG}text") if text.text == crossing.text).get("text-anchor")

    assert anchor() == "end"
    assert anchor(client=charts.Position(value=3_000_000, text="You")) == "start"


@pytest.mark.parametrize("width", [charts.WIDTH, charts.NARROW])
def test_agreement_marks_where_each_framework_points(width):
    svg = agreement_chart(width=width, key={"chosen": "points here", "rejected": "rejects"})
    fills = [circle.get("fill") for circle in root(svg).iter(f"{SVG}circle")]
    assert fills == ["#0b5c6b", "#ffffff", "#16202a"]  # a dot, a ring on conditions, and the key's own dot
    assert texts(svg) == [
        "Simplest first9", "five examples are enough", "Payback", "Few-shot", "Fine-tuning", "points here", "rejects",
    ]  # fmt: skip


def test_a_brand_replaces_the_accent_and_nothing_else():
    plain = line_chart()
    branded = line_chart(palette=charts.Palette(accent="#7a1f5c"))
    assert plain.replace("#0b5c6b", "#7a1f5c") == branded


@pytest.mark.parametrize(
    ("known", "marks"),
    [
        ({"low": 300, "high": 800}, {"rect": 1, "circle": 0}),
        ({"low": 300, "high": 800, "value": 500}, {"rect": 1, "circle": 1}),
        ({"low": 10_000, "high_open": True}, {"rect": 0, "circle": 0, "path": 1}),
        ({"high": 2000, "low_open": True}, {"rect": 0, "circle": 0, "path": 1}),
        ({"value": 5000}, {"rect": 0, "circle": 1}),
        ({}, {"rect": 0, "circle": 0, "path": 0}),
    ],
)
def test_a_small_bar_draws_what_is_known(known, marks):
    svg = root(bar(**known))
    assert {name: len(list(svg.iter(f"{SVG}{name}"))) for name in marks} == marks


@pytest.mark.parametrize("width", [charts.WIDTH, charts.NARROW])
def test_many_lines_make_a_higher_chart_rather_than_labels_over_its_edge(width):
    series = [
        charts.Line(
            label=f"Option of a long name, number {n}", values=[(0, 1, 1, 1), (12, 5, 5 + n, 9)], label_text=f"${n}"
        )
        for n in range(12)
    ]
    svg = root(charts.cost_over_time(**CAPTION, series=series, x_ticks=[(0, "start")], y_ticks=[(0, "0")], width=width))
    height = float(svg.get("viewBox").split()[3])
    places = [float(text.get("y")) for text in svg.iter(f"{SVG}text")]
    assert min(places) > 0
    assert max(places) < height
