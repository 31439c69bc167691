"""The charts of one case: which figures each draws, and every text on it with its origin.

`charts.py` draws; this module decides what. The same functions serve the report and the result page.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _

from assessments.engine.offer import chosen_variant, variant_of
from assessments.wording import word
from reports import charts
from reports.case import Case
from reports.chart_parts import WIDTH, CostLine, Crossing, Line, Position, Range
from reports.chart_texts import Chart, Texts, linear_ticks, log_ticks
from reports.words import words

ENDS = ("low", "likely", "high")
# The input of the cost model that weighs most, by recommended option; fine-tuning is what clients ask about else.
BUILDS = {"rag": "rag_build_cost", "chaining_plus_rag": "rag_build_cost"}


def priced(case: Case) -> list[Mapping[str, Any]]:
    """Options that may be chosen and have a total, the cheapest first."""
    found = [one for one in case.result["options"] if one["eligible"] and "tco" in one["figures"]]
    return sorted(found, key=lambda one: _middle(case.figures[one["figures"]["tco"]]))


def chosen_option(case: Case) -> str | None:
    """The variant of the recommended option that counts, where it is priced."""
    return chosen_variant(case.result["options"], case.result["recommendation"]["option"])


def _middle(figure: Mapping[str, Any]) -> float:
    """The likely value, else the middle of the range, else the end that is known."""
    if figure["likely"] is not None:
        return float(figure["likely"])
    known = [float(figure[end]) for end in ("low", "high") if figure[end] is not None]
    return sum(known) / len(known)


def totals(case: Case, *, width: float = WIDTH) -> Chart | None:
    """Total cost of each priced option over the horizon, as ranges on one scale."""
    options = priced(case)
    if not options:
        return None
    texts, chosen = Texts(case, width), chosen_option(case)
    rows = [_total_row(texts, one, emphasis=variant_of(one) == chosen) for one in options]
    ends = [float(end) for row in rows for end in (row.low, row.likely, row.high) if end is not None]
    log = min(ends) > 0 and max(ends) / min(ends) > 40
    ticks = log_ticks(texts, min(ends), max(ends)) if log else linear_ticks(texts, max(ends))
    title = _("Total cost over the planning horizon, %(currency)s") % {"currency": case.currency}
    svg = charts.ranges(
        chart_id=texts.id("totals"),
        width=width,
        title=title,
        description=_("Each bar runs from the lowest to the highest total of an option; the dot is the likely total."),
        rows=rows,
        ticks=ticks,
        log=log,
        scale_note=_("log scale") if log else "",
    )
    return texts.chart("totals", title, svg)


def _total_row(texts: Texts, option: Mapping[str, Any], *, emphasis: bool) -> Range:
    figure_id = option["figures"]["tco"]
    figure = texts.case.figures[figure_id]
    return Range(
        label=word("option", variant_of(option), texts.case.language),
        low=figure["low"],
        likely=figure["likely"],
        high=figure["high"],
        low_open=figure["low"] is None,
        high_open=figure["high"] is None,
        marker=texts.mark(figure_id),
        text=texts.figure(figure_id),
        emphasis=emphasis,
    )


def over_time(case: Case, *, width: float = WIDTH) -> Chart | None:
    """Cost of each option with a likely total, month by month over the horizon."""
    options = [one for one in priced(case) if case.figures[one["figures"]["tco"]]["likely"] is not None]
    months = case.answer_value("horizon_months")
    if len(options) < 2 or not months or months < 2:
        return None
    texts, chosen = Texts(case, width), chosen_option(case)
    discount = next((float(one["likely"]) for one in case.result["figures"] if one["key"] == "discount"), 0.0)
    series = [_time_line(texts, one, int(months), discount, emphasis=variant_of(one) == chosen) for one in options]
    ends = [value for line in series for _m, *bounds in line.values for value in bounds if value is not None]
    highest = max([*ends, *(float(end) for line in series for end in line.spread or ())])
    title = _("Cost month by month, %(currency)s") % {"currency": case.currency}
    step = max(1, round(int(months) / (texts.points - 1)))
    note = _("Bracket at the end of a line: where the total ends in eight of ten draws.")
    svg = charts.cost_over_time(
        chart_id=texts.id("over-time"),
        width=width,
        title=title,
        description=_(
            "Lines are likely costs, bands run from the lowest to the highest; each line is named at its end."
        ),
        series=series,
        x_ticks=[(month, texts.scale(Decimal(month))) for month in range(0, int(months) + 1, step)],
        y_ticks=linear_ticks(texts, float(highest)),
        note=note if any(line.spread for line in series) else "",
    )
    return texts.chart("over-time", title, svg)


def _time_line(texts: Texts, option: Mapping[str, Any], months: int, discount: float, *, emphasis: bool) -> Line:
    case, figures = texts.case, option["figures"]
    phases = option.get("phases") or [{"first": 1, "last": months, "monthly": figures["monthly"]}]
    costs = [_so_far(case, figures["upfront"], phases, discount, end) for end in ENDS]
    # between two phases a line is straight, unless each month is worth less than the one before
    bends = range(months + 1) if discount else sorted({0, *(phase["last"] for phase in phases)})
    return Line(
        label=word("option", variant_of(option), case.language),
        values=[(month, *(so_far[month] if so_far else None for so_far in costs)) for month in bends],
        emphasis=emphasis,
        label_text=texts.figure(figures["tco"]),
        spread=_spread(case, figures),
    )


def _so_far(case: Case, start: str, phases: Sequence[Mapping[str, Any]], discount: float, end: str) -> list[float]:
    """What has been spent by each month from 0, at one end of the figures; empty where that is not known.

    As the table of months adds it up (`assessments/months.py`), so that a line ends at the option's total. `discount`
    is what a month takes off the worth of an amount, as a share.
    """
    first, running = case.figures[start][end], [case.figures[phase["monthly"]][end] for phase in phases]
    if first is None or None in running:
        return []
    amounts = [float(first)]
    for phase, each in zip(phases, running, strict=True):
        amounts += [float(each)] * (phase["last"] - phase["first"] + 1)
    return [*accumulate(amount / (1 + discount) ** month for month, amount in enumerate(amounts))]


def _spread(case: Case, figures: Mapping[str, str]) -> tuple[float, float] | None:
    """P10 and P90 of an option's total, where they are apart."""
    if "p10" not in figures:
        return None
    low, high = (float(case.figures[figures[name]]["likely"]) for name in ("p10", "p90"))
    return (low, high) if low < high else None


def break_even(case: Case, *, width: float = WIDTH) -> Chart | None:
    """Cost of fine-tuning and of few-shot prompting against volume, where they cross, and where the client stands."""
    reach = case.result["break_even"]["requests_per_month"]
    volume, months = case.answer_value("requests_per_month"), case.answer_value("horizon_months")
    prompted = next((one for one in case.result["options"] if one["option"] == "few_shot"), None)
    if reach not in case.figures or not volume or not months or prompted is None:
        return None
    crossing_volume = case.figures[reach]["likely"]
    request = prompted["figures"].get("cost_per_request")
    delta, gap = (case.result["break_even"][key] for key in ("upfront_delta", "monthly_delta"))
    if crossing_volume is None or request is None or "upfront" not in prompted["figures"]:
        return None
    texts = Texts(case, width)
    build, price = _likely(case, prompted["figures"]["upfront"]), _likely(case, request)
    running = _likely(case, prompted["figures"]["monthly"]) - volume * price
    base = build + months * running
    tuned = base + _likely(case, delta) + months * _likely(case, gap)
    highest = max(volume, crossing_volume) * 1.35
    lines = [
        CostLine(
            label=word("option", "few_shot", case.language),
            points=[(0, base), (highest, base + months * price * highest)],
        ),
        CostLine(label=word("option", "fine_tune_lora", case.language), points=[(0, tuned), (highest, tuned)]),
    ]
    title = _("Where fine-tuning begins to pay: total cost over the horizon, %(currency)s") % {
        "currency": case.currency
    }
    svg = charts.break_even(
        chart_id=texts.id("break-even"),
        width=width,
        title=title,
        description=_("Fine-tuning costs the same at any volume; few-shot prompting grows with every request."),
        lines=lines,
        x_ticks=linear_ticks(texts, highest, within=True),
        y_ticks=linear_ticks(texts, max(float(cost) for line in lines for _v, cost in line.points)),
        crossing=Crossing(volume=crossing_volume, cost=tuned, text=texts.figure(reach)),
        client=client_position(texts, case.answer_figure("requests_per_month")),
        x_label=_("requests a month"),
    )
    return texts.chart("break-even", title, svg)


def client_position(texts: Texts, figure_id: str | None) -> Position | None:
    """Where the client stands, with the words at that place."""
    if figure_id is None:
        return None
    likely = texts.case.figures[figure_id]["likely"]
    return Position(value=likely, text=_("you: %(volume)s") % {"volume": texts.figure(figure_id)})


def _likely(case: Case, figure_id: str) -> float:
    return _middle(case.figures[figure_id])


def published(case: Case, *, width: float = WIDTH) -> Chart | None:
    """What published claims say the main build of the recommended option costs: the one that applies, and the others.

    Claims on a part of the build are left out: they are no answer to what the whole costs.
    """
    role = BUILDS.get(case.result["recommendation"]["option"], "fine_tuning_project_cost")
    evidence = case.result["evidence"]
    named = {one["claim"]: part == "applied" for part in evidence for one in evidence[part] if one["role"] == role}
    applied = [case.documents[reference] for reference, applies in named.items() if applies]
    shown = {
        reference: document
        for reference in named
        if _comparable(document := case.documents[reference], applied, case.currency)
    }
    if len(shown) < 2 or not applied:
        return None
    texts = Texts(case, width)
    rows = [claim_row(texts, document, reference, applied=named[reference]) for reference, document in shown.items()]
    rows.sort(key=lambda row: float(next(end for end in (row.low, row.likely, row.high) if end is not None)))
    ends = [float(end) for row in rows for end in (row.low, row.likely, row.high) if end is not None]
    title = _("What published sources say it costs to build, %(currency)s") % {"currency": case.currency}
    svg = charts.ranges(
        chart_id=texts.id("published"),
        width=width,
        title=title,
        description=_("Each bar is one published claim; the one in colour applies to you, the others were set aside."),
        rows=rows,
        ticks=log_ticks(texts, min(ends), max(ends)),
        log=True,
        scale_note=_("log scale"),
    )
    return texts.chart("published", title, svg)


def _comparable(document: Mapping[str, Any], applied: Sequence[Mapping[str, Any]], currency: str) -> bool:
    """Whether a claim says in the report's currency what the one that applies says."""
    metrics = {one["metric"]["slug"] for one in applied}
    value = document["value"]
    return document["metric"]["slug"] in metrics and value["currency"] == currency and any(value[end] for end in ENDS)


def claim_row(texts: Texts, document: Mapping[str, Any], reference: str, *, applied: bool) -> Range:
    """A published claim as a row: who published it, its range, and the value as printed."""
    value = document["value"]
    return Range(
        label=texts.claim(reference, "citations.0.source.publisher"),
        low=value["low"],
        likely=value["likely"],
        high=value["high"],
        low_open=value["low"] is None and value["high"] is not None,
        high_open=value["high"] is None and value["low"] is not None,
        marker=texts.citation(reference),
        text=texts.claim(reference, "value"),
        note=words("claim_role", role, texts.case.language) if (role := str(document["scope"].get("role", ""))) else "",
        emphasis=applied,
    )


def band(case: Case, *, width: float = WIDTH) -> Chart | None:
    """Tokens a month at which fine-tuning pays: as published, by the same sum today, and with all running costs."""
    even, names = case.result["break_even"], ("band_published", "band_today", "tokens_per_month")
    found = {"tokens_per_month": even["tokens_per_month"]} | {
        f"band_{name}": figure for name, figure in (even.get("band") or {}).items()
    }
    shown = [(name, found[name]) for name in names if found.get(name) in case.figures]
    if len(shown) < 2:
        return None
    texts = Texts(case, width)
    rows = [_band_row(texts, name, figure) for name, figure in shown]
    ends = [float(end) for row in rows for end in (row.low, row.likely, row.high) if end]
    client = next((one for one in case.result["figures"] if one["key"] == "monthly_tokens"), None)
    title = _("How many tokens a month fine-tuning needs to pay back")
    svg = charts.ranges(
        chart_id=texts.id("band"),
        width=width,
        title=title,
        description=_("The first bar is the often quoted band; the others repeat the sum for this client."),
        rows=rows,
        ticks=log_ticks(texts, min([*ends, client["likely"]] if client else ends), max(ends)),
        log=True,
        client=client_position(texts, client["id"] if client else None),
        scale_note=_("log scale"),
    )
    return texts.chart("band", title, svg)


def _band_row(texts: Texts, name: str, figure_id: str) -> Range:
    figure = texts.case.figures[figure_id]
    return Range(
        label=words("break_even", name, texts.case.language),
        low=figure["low"],
        likely=figure["likely"],
        high=figure["high"],
        low_open=figure["low"] is None,
        high_open=figure["high"] is None,
        marker=texts.mark(figure_id),
        text=texts.figure(figure_id, form="range", bare=True),
    )
