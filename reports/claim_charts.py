"""Where the client stands against what sources published: examples at hand, response time, budget.

For each the threshold of a rule and the other claims on the same quantity that apply, on one scale with the client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports import charts
from reports.case import Case
from reports.case_charts import ENDS, claim_row, client_position
from reports.chart_parts import WIDTH, Position, Range
from reports.chart_texts import Chart, Texts, log_ticks
from reports.words import words

DECADE = 10
BESIDE = 3  # how far a scale reaches beyond an open end, and beyond values that lie close together, as a factor


@dataclass(frozen=True, slots=True)
class Measure:
    """What a question asks for, and the claim whose threshold the frameworks hold it against."""

    question: str
    threshold: str
    title: str | Promise


MEASURES: Mapping[str, Measure] = {
    "examples": Measure(
        "n_examples",
        "fine-tuning-examples-gate",
        gettext_lazy("How many examples sources ask for, and how many you have"),
    ),
    "latency": Measure(
        "latency_target_ms",
        "fine-tuning-latency-gate",
        gettext_lazy("Which response times call for a tuned model, and which you need"),
    ),
    "budget": Measure(
        "budget_total_usd",
        "fine-tuning-budget-gate",
        gettext_lazy("What sources say a fine-tuning project takes, and what you can spend, US dollars"),
    ),
}


def examples(case: Case, *, width: float = WIDTH) -> Chart | None:
    """Examples at hand against those that sources ask for."""
    return _standing(case, "examples", width)


def latency(case: Case, *, width: float = WIDTH) -> Chart | None:
    """The response time that the client needs against that from which a tuned model is worth it."""
    return _standing(case, "latency", width)


def budget(case: Case, *, width: float = WIDTH) -> Chart | None:
    """What the client can spend against what fine-tuning projects are said to take."""
    return _standing(case, "budget", width)


def _standing(case: Case, name: str, width: float) -> Chart | None:
    """None where the client has not said it, or the registry has no threshold for it."""
    measure = MEASURES[name]
    asked, threshold = case.answer_value(measure.question), _document(case, measure.threshold)
    if asked is None or isinstance(asked, str) or threshold is None:
        return None
    named = {one["claim"]: one["role"] == "rule" for one in case.result["evidence"]["applied"]}
    shown = {
        reference: case.documents[reference] for reference in named if _alike(case.documents[reference], threshold)
    }
    if not shown:
        return None
    texts = Texts(case, width)
    rows = [
        _row(texts, document, reference, threshold, by_rule=named[reference]) for reference, document in shown.items()
    ]
    rows.sort(key=_place)
    client = _client(texts, measure.question, asked)
    ends = [float(end) for row in rows for end in (row.low, row.likely, row.high) if end]
    ends += [float(client.value)] if client.value else []
    lowest, highest = min(ends), max(ends)
    if highest < lowest * DECADE or any(row.low_open and row.high == lowest for row in rows):
        lowest /= BESIDE
    if highest < lowest * DECADE or any(row.high_open and row.low == highest for row in rows):
        highest *= BESIDE
    title = str(measure.title)
    svg = charts.ranges(
        chart_id=texts.id(name),
        width=width,
        title=title,
        description=_("Each bar is a published claim; the line is you. An arrow: from there on, or up to there."),
        rows=rows,
        ticks=log_ticks(texts, lowest, highest),
        log=True,
        client=client,
        scale_note=_("log scale") if client.value else _("log scale; zero stands at its left end"),
    )
    return texts.chart(name, title, svg)


def _document(case: Case, slug: str) -> Mapping[str, Any] | None:
    return next((document for document in case.documents.values() if document["slug"] == slug), None)


def _alike(document: Mapping[str, Any], threshold: Mapping[str, Any]) -> bool:
    """Whether a claim is a value of the same quantity in the same unit and currency."""
    value, other = document["value"], threshold["value"]
    same = all(value[key] == other[key] for key in ("unit", "currency", "per"))
    return same and document["metric"]["slug"] == threshold["metric"]["slug"] and any(value[end] for end in ENDS)


def _row(
    texts: Texts, document: Mapping[str, Any], reference: str, threshold: Mapping[str, Any], *, by_rule: bool
) -> Range:
    row = claim_row(texts, document, reference, applied=document["slug"] == threshold["slug"])
    note = words("role", "threshold", texts.case.language) if by_rule and row.emphasis else row.note
    return Range(
        label=row.label,
        low=row.low,
        likely=row.likely,
        high=row.high,
        low_open=row.low_open,
        high_open=row.high_open,
        marker=row.marker,
        note=note,
        text=row.text,
        emphasis=row.emphasis,
    )


def _place(row: Range) -> float:
    return float(next(end for end in (row.low, row.likely, row.high) if end is not None))


def _client(texts: Texts, question: str, asked: float) -> Position:
    """The client on the scale: as a figure where one was computed from the answer, else as the answer itself."""
    known = client_position(texts, texts.case.answer_figure(question))
    return known or Position(value=asked, text=_("you: %(volume)s") % {"volume": texts.answer(question)})
