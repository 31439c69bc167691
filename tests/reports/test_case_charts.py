"""The charts of the worked clients: what each shows, that nothing on it runs into anything, and that the text tells it too."""

import itertools
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from django.utils import translation

from assessments import operations as assessing
from assessments import result_page
from claims.svg import text_width
from reports import charts, document, gate, manifest
from reports.chart_texts import Chart
from reports.every_chart import CHARTS
from reports.numbers import numbers
from reports.tracing import Reprint
from tests import factories

pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"
CASES = [client["id"] for client in factories.worked_cases()]
EVERY = list(itertools.product(CASES, ("en", "es")))
WIDTHS = [charts.WIDTH, charts.NARROW]


def drawn(case, name, width=charts.WIDTH):
    with translation.override(case.language):
        return CHARTS[name](case, width=width)


def all_of(case, width=charts.WIDTH):
    return [chart for name in CHARTS if (chart := drawn(case, name, width)) is not None]


def texts(chart):
    return ["".join(element.itertext()) for element in ET.fromstring(chart.svg).iter(f"{SVG}text")]


def printed(case):
    return document.build(case, at=document.draft_date(case)).print()


def boxes(svg):
    """Where each text stands: left, top, right, bottom, and its words. A raised mark counts as text."""
    for element in ET.fromstring(svg).iter(f"{SVG}text"):
        x, y, size = (float(element.get(key)) for key in ("x", "y", "font-size"))
        wide = text_width(element.text or "", size) * 0.93  # lighter weights are narrower than measured
        wide += sum(text_width(mark.text, size * 0.72) for mark in element)
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[element.get("text-anchor")]
        yield left, y - 0.7 * size, left + wide, y + 0.16 * size, "".join(element.itertext())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("case_id", "language"), EVERY)
def test_no_text_of_a_chart_runs_into_another_or_over_the_edge(worked_cases, case_id, language, width):
    for chart in all_of(worked_cases(case_id, language), width):
        high = float(ET.fromstring(chart.svg).get("viewBox").split()[3])
        found = list(boxes(chart.svg))
        for left, top, right, bottom, text in found:
            assert left >= -1, (chart.name, text)
            assert right <= width + 1, (chart.name, text)
            assert top >= -1, (chart.name, text)
            assert bottom <= high + 1, (chart.name, text)
        for one, other in itertools.combinations(found, 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (chart.name, one[4], other[4])


@pytest.mark.parametrize(("case_id", "language"), EVERY)
def test_the_text_of_the_report_tells_every_figure_and_claim_that_a_chart_shows(worked_cases, case_id, language):
    case = worked_cases(case_id, language)
    html = printed(case).html
    told = set(numbers(manifest.text_of(gate.DRAWING.sub("", html))))
    for chart in all_of(case):
        for text, origin in chart.texts:
            if origin["kind"] not in ("scale", "mark"):
                assert told.issuperset(numbers(text)), (chart.name, text)


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def mute(assessment, case):
    """What the gate says of charts that the text does not tell."""
    found = gate.obstacles(assessment, language=case.language, on=case.as_of)
    return [item.about for one in found if one.code == "mute_chart" for item in one.items]


@pytest.mark.parametrize(("case_id", "language"), EVERY)
def test_the_gate_finds_no_chart_that_the_text_does_not_tell(worked_cases, final, monkeypatch, case_id, language):
    case = worked_cases(case_id, language)
    monkeypatch.setattr("reports.document.unsaved", lambda **_: case)  # with evidence, without a registry
    assert mute(final, case) == []


def test_the_gate_finds_a_chart_with_a_figure_that_stands_nowhere_else(worked_cases, final, monkeypatch):
    case = worked_cases("W01")
    monkeypatch.setattr("reports.document.unsaved", lambda **_: case)
    texts = (("98,765 examples", {"kind": "figure", "figure": "F1", "form": "likely", "per": False, "bare": False}),)
    monkeypatch.setitem(CHARTS, "untold", lambda case: Chart("untold", "A chart of our own", "<svg/>", texts, ("F1",)))
    assert mute(final, case) == [("untold",)]


@pytest.mark.parametrize(("case_id", "language"), EVERY)
def test_every_chart_that_can_be_drawn_is_in_the_report(worked_cases, case_id, language):
    case = worked_cases(case_id, language)
    html = printed(case).html
    assert all(chart.svg in html for chart in all_of(case))


@pytest.mark.parametrize(("case_id", "language"), EVERY)
def test_every_text_on_a_chart_can_be_printed_again_from_its_origin(worked_cases, case_id, language):
    case = worked_cases(case_id, language)
    reprint = Reprint(printed(case).manifest)
    for width in WIDTHS:
        for chart in all_of(case, width):
            for text, origin in chart.texts:
                assert text in reprint.texts(origin), (chart.name, text)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("case_id", "language"), EVERY)
def test_every_number_on_a_chart_has_an_origin(worked_cases, case_id, language, width):
    for chart in all_of(worked_cases(case_id, language), width):
        shown = sorted(number for text in texts(chart) for number in numbers(text))
        assert shown == sorted(number for text, _ in chart.texts for number in numbers(text)), chart.name


@pytest.mark.parametrize(("case_id", "language"), EVERY)
def test_no_text_on_a_chart_is_smaller_than_the_others_and_the_same_case_gives_the_same_bytes(
    worked_cases, case_id, language
):
    case = worked_cases(case_id, language)
    for chart in all_of(case):
        sizes = {element.get("font-size") for element in ET.fromstring(chart.svg).iter(f"{SVG}text")}
        assert sizes <= {"11", "12"}, chart.name
        assert chart == drawn(case, chart.name)


def test_the_tornado_says_what_each_input_moves_the_lead_of_the_recommended_option_to(worked_cases):
    shown = texts(drawn(worked_cases("W01"), "tornado"))
    assert "all at their middle: -US$41,492" in shown
    assert shown[shown.index("Cost of building retrieval12") + 1 :][:2] == ["-US$48,690", "-US$35,257"]
    assert "Below zero fine-tuning (LoRA) costs less, above zero retrieval and fine-tuning (LoRA)." in shown


def test_where_no_input_moves_anything_there_is_no_tornado(worked_cases):
    assert worked_cases("W05").result["uncertainty"]["tornado"] is None
    assert drawn(worked_cases("W05"), "tornado") is None


def test_without_draws_there_is_neither_a_tornado_nor_a_chart_of_the_cheapest(worked_cases):
    case = worked_cases("W01")
    options = [
        {**one, "figures": {key: id_ for key, id_ in one["figures"].items() if key != "p_cheapest"}}
        for one in case.result["options"]
    ]
    bare = replace(case, result={**case.result, "uncertainty": None, "options": options})
    assert drawn(bare, "tornado") is None
    assert drawn(bare, "cheapest") is None


def test_only_options_that_would_do_are_counted_and_the_most_often_cheapest_stands_first(worked_cases):
    case = worked_cases("W01")
    adequate = [one for one in case.result["options"] if "p_cheapest" in one["figures"]]
    shown = texts(drawn(case, "cheapest"))
    assert len(adequate) == 3
    assert shown.index("100%") < shown.index("0%")
    assert [text for text in shown if "%" in text] == ["100%", "0%", "0%"]
    assert not any("Prompting" in text for text in shown)


def test_a_framework_has_a_dot_at_each_option_it_speaks_for_and_one_without_says_so(worked_cases):
    case = worked_cases("W01")
    chart = drawn(case, "agreement")
    dots = list(ET.fromstring(chart.svg).iter(f"{SVG}circle"))
    assert len(dots) - 1 == sum(len(found["options"]) for found in case.result["frameworks"])  # one is the key's
    assert texts(chart).count("for none so far") == 1
    assert "recommended" in texts(chart)


def test_the_recommended_option_is_listed_even_if_no_framework_speaks_for_it(worked_cases):
    case = worked_cases("W01")
    elsewhere = replace(
        case, result={**case.result, "recommendation": {**case.result["recommendation"], "option": "rag"}}
    )
    assert "Retrieval (RAG)" in texts(drawn(elsewhere, "agreement"))


@pytest.mark.parametrize(
    ("case_id", "name", "you"),
    [
        ("W01", "examples", "you: 1,200 examples"),
        ("W01", "budget", "you: US$25,000"),
        ("W06", "budget", "you: US$300,000"),  # an answer from which nothing was computed
        ("W11", "latency", "you: 100 ms"),
    ],
)
def test_the_client_stands_beside_the_threshold_that_a_framework_reads(worked_cases, case_id, name, you):
    shown = texts(drawn(worked_cases(case_id), name))
    assert you in shown
    assert "threshold of a rule" in shown


def test_who_has_no_target_has_no_chart_of_it(worked_cases):
    assert worked_cases("W01").result["answers"]["latency_target_ms"] is None
    assert drawn(worked_cases("W01"), "latency") is None


def test_no_examples_at_all_stand_at_the_left_end_and_the_chart_says_so(worked_cases):
    assert worked_cases("W02").answer_value("n_examples") == 0
    assert "log scale; zero stands at its left end" in texts(drawn(worked_cases("W02"), "examples"))


def last_heights(case):
    """How high each line of the costs ends, by its place: the dots at the ends of lines."""
    chart = drawn(case, "over-time")
    return [dot.get("cy") for dot in ET.fromstring(chart.svg).iter(f"{SVG}circle")]


def with_phases(case, variant, phases):
    options = [{**one, "phases": phases} if one["variant"] == variant else one for one in case.result["options"]]
    return replace(case, result={**case.result, "options": options})


def test_costs_that_change_from_a_month_on_change_the_line(worked_cases):
    case = worked_cases("W01")
    [rag] = [one for one in case.result["options"] if one["variant"] == "rag"]
    running = rag["figures"]["monthly"]
    halves = [{"first": 1, "last": 6, "monthly": running}, {"first": 7, "last": 12, "monthly": running}]
    assert last_heights(with_phases(case, "rag", halves)) == last_heights(case)
    nothing = next(one["id"] for one in case.result["figures"] if one["likely"] == 0)
    free = [halves[0], {**halves[1], "monthly": nothing}]
    assert last_heights(with_phases(case, "rag", free)) != last_heights(case)


def test_brackets_say_where_the_total_ends_in_eight_of_ten_draws(worked_cases):
    shown = texts(drawn(worked_cases("W01"), "over-time"))
    assert "Bracket at the end of a line: where the total ends in eight of ten draws." in shown


def on_the_page(case, name):
    page = result_page.build(case.result, case.documents)
    return Template("{% load drawing %}{% drawn page name %}").render(Context({"page": page, "name": name}))


@pytest.mark.parametrize("name", CHARTS)
def test_the_result_page_has_the_same_chart_as_the_report_and_a_narrow_one(worked_cases, name):
    case = worked_cases("W11")
    page = on_the_page(case, name)
    assert drawn(case, name).svg in page
    assert drawn(case, name, charts.NARROW).svg in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 4


def test_the_result_page_leaves_out_what_a_case_does_not_have(worked_cases):
    assert on_the_page(worked_cases("W05"), "tornado").strip() == ""
