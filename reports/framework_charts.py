"""How far the frameworks of one case agree, as a chart."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessments.engine.offer import OPTIONS
from assessments.wording import word
from reports import charts
from reports.case import Case
from reports.chart_parts import WIDTH, Opinion
from reports.chart_texts import Chart, Texts

ORDER = (*OPTIONS[:4], "chaining_plus_rag", *OPTIONS[4:], "staged")
"""Options as they are listed, the combined ones after their parts; anything else comes last."""


def agreement(case: Case, *, width: float = WIDTH) -> Chart | None:
    """Which options each framework speaks for. None where none speaks for any."""
    found = case.result["frameworks"]
    named = dict.fromkeys(option for one in found for option in one["options"])
    if not named:
        return None
    advised = case.result["recommendation"]["option"]
    options = sorted({*named, advised}, key=lambda one: (ORDER.index(one) if one in ORDER else len(ORDER), one))
    texts = Texts(case, width)
    title = _("Which options each framework speaks for")
    svg = charts.agreement(
        chart_id=texts.id("agreement"),
        width=width,
        title=title,
        description=_("A dot: the framework above speaks for the option at the left. The recommended one is set off."),
        rows=[_opinion(texts, one) for one in found],
        columns=[(one, word("option", one, case.language)) for one in options],
        chosen=advised,
        chosen_note=_("recommended"),
        key={"chosen": _("speaks for this option")},
    )
    return texts.chart("agreement", title, svg)


def _opinion(texts: Texts, found: Mapping[str, Any]) -> Opinion:
    return Opinion(
        framework=texts.framework(found["id"]),
        chosen=tuple(found["options"]),
        note="" if found["options"] else _("for none so far"),
        marker=texts.citation(found["claims"][0]) if found["claims"] else "",
    )
