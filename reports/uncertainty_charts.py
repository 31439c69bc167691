"""What the draws say of one case, as charts: how often each option is the cheapest, and what moves the choice."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assessments.engine.offer import variant_of
from assessments.wording import word
from reports import charts
from reports.case import Case
from reports.case_charts import chosen_option
from reports.chart_parts import WIDTH, Position, Range, Swing
from reports.chart_texts import Chart, Texts, span_ticks
from reports.tornado import tornado as draw_tornado

WHOLE = 100  # percent
NEAR = 0.15  # of the way to zero: with less between the ends of all bars, zero is not drawn


def cheapest(case: Case, *, width: float = WIDTH) -> Chart | None:
    """In how many of the draws each option that would do has the lowest total. None with fewer than two of them."""
    options = [one for one in case.result["options"] if "p_cheapest" in one["figures"]]
    if len(options) < 2:
        return None
    texts, chosen = Texts(case, width), chosen_option(case)
    rows = [_share_row(texts, one, emphasis=variant_of(one) == chosen) for one in options]
    rows.sort(key=lambda row: -float(row.high or 0))
    title = _("In how many of the draws each option that would do is the cheapest")
    svg = charts.ranges(
        chart_id=texts.id("cheapest"),
        width=width,
        title=title,
        description=_(
            "Each bar is the share of the draws in which an option has the lowest total; a dot is none or few."
        ),
        rows=rows,
        ticks=[(share, texts.scale(Decimal(share))) for share in (0, WHOLE // 2, WHOLE)],
        scale_note=_("percent of the draws"),
    )
    return texts.chart("cheapest", title, svg)


def _share_row(texts: Texts, option: Mapping[str, Any], *, emphasis: bool) -> Range:
    figure_id = option["figures"]["p_cheapest"]
    share = texts.case.figures[figure_id]["likely"]
    return Range(
        label=word("option", variant_of(option), texts.case.language),
        low=0,
        high=share,
        marker=texts.mark(figure_id),
        text=texts.figure(figure_id),
        emphasis=emphasis,
    )


def tornado(case: Case, *, width: float = WIDTH) -> Chart | None:
    """What each uncertain input, one at a time, moves the lead of the recommended option to; None where none does."""
    moved = (case.result.get("uncertainty") or {}).get("tornado")
    if not moved or not moved["rows"]:
        return None
    texts, language = Texts(case, width), case.language
    rows = [_swing(texts, row) for row in moved["rows"]]
    middle = float(case.figures[moved["of"]]["likely"])
    ends = [middle, *(float(end) for row in rows for end in (row.low, row.high))]
    low, high = min(ends), max(ends)
    option, against = (word("inside", moved[name], language) if moved[name] else "" for name in ("option", "against"))
    zero = bool(against) and high - low > NEAR * max(abs(low), abs(high))
    if zero:
        low, high = min(low, 0), max(high, 0)
    names = {"option": option, "against": against, "currency": case.currency}
    if against:
        title = _("What moves the difference in total cost between %(option)s and %(against)s, %(currency)s") % names
        note = _("Below zero %(option)s costs less, above zero %(against)s.") % names
    else:
        title, note = _("What moves the total cost of %(option)s, %(currency)s") % names, ""
    svg = draw_tornado(
        chart_id=texts.id("tornado"),
        width=width,
        title=title,
        description=_("Each bar runs from the total with one input at its lower end to that with it at its upper end."),
        rows=rows,
        middle=Position(value=middle, text=_("all at their middle: %(total)s") % {"total": texts.figure(moved["of"])}),
        ticks=span_ticks(texts, low, high),
        key=(_("input at its lower end"), _("input at its upper end")),
        zero=zero,
        note=note,
    )
    return texts.chart("tornado", title, svg)


def _swing(texts: Texts, row: Mapping[str, str]) -> Swing:
    low, high = (texts.case.figures[row[end]]["likely"] for end in ("low", "high"))
    return Swing(
        label=texts.input(row["figure"]),
        low=low,
        high=high,
        low_text=texts.figure(row["low"]),
        high_text=texts.figure(row["high"]),
        marker=texts.mark(row["figure"]),
    )
