"""A document cut at what the day and the language decide, so that it can be put together by a database.

The pieces stand in `ServedClaim`. What they give together is the canonical text of the document that
`published.documents` builds: that is the reference, and tests compare the two byte by byte.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from claims import freshness
from claims.projection import canonical
from claims.quantity import Quantity, text

LONG_PAST = date(1, 1, 1)
NEVER = date(9999, 12, 31)


def pieces(body: Mapping[str, Any], *, arithmetic_es: Mapping[str, Any] | None) -> dict[str, str]:
    """The columns of `ServedClaim` that hold the document `body`, which is one in English, without its dates."""
    keys = sorted(body)
    first, cut, last = keys.index("arithmetic"), keys.index("freshness"), keys.index("value")
    if (first, last) != (0, len(keys) - 1):
        raise ValueError("A document begins with its arithmetic and ends with its value.")
    value = body["value"]
    inside = sorted(value)
    at = inside.index("text")
    return {
        "arithmetic_en": canonical_value(body["arithmetic"]),
        "arithmetic_es": canonical_value(arithmetic_es),
        "before_freshness": f',{_members(body, keys[1:cut])},"freshness":"',
        "before_text": f'",{_members(body, keys[cut + 1 : last])},"value":{{{_members(value, inside[:at])},"text":',
        "text_en": canonical_value(value["text"]),
        "text_es": canonical_value(text(Quantity.from_json(value), lang="es")),
        "after_text": f",{_members(value, inside[at + 1 :])}}}}}",
    }


def canonical_value(value: Any) -> str:
    """The canonical text of any JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _members(body: Mapping[str, Any], keys: Iterable[str]) -> str:
    return canonical({key: body[key] for key in keys})[1:-1]


def joined(lang: str, freshness_on: str) -> str:
    """SQL for the document in a language, from a `ServedClaim` called `s`; `freshness_on` is SQL for its freshness.

    Grouped so that what is long is copied as rarely as can be: each || makes a new text of its two.
    """
    return (
        f"""('{{"arithmetic":' || s.arithmetic_{lang} || s.before_freshness)"""
        f" || ({freshness_on} || (s.before_text || (s.text_{lang} || s.after_text)))"
    )


FRESHNESS = (
    f"CASE WHEN s.expires_from <= %s THEN '{freshness.State.EXPIRED}'"
    f" WHEN s.overdue_from <= %s THEN '{freshness.State.OVERDUE}'"
    f" WHEN s.due_from <= %s THEN '{freshness.State.DUE}' ELSE '{freshness.State.FRESH}' END"
)
"""SQL for the freshness of a `ServedClaim` called `s`; the day is its parameter, three times."""


def dates(
    *, checked_on: date | None, dated_on: date | None, interval_days: int, expires_on: date | None
) -> dict[str, date]:
    """From which day a claim is due, overdue and expired: `freshness.state` turned round."""
    due = freshness.due_on(checked_on=checked_on, dated_on=dated_on, interval_days=interval_days)
    return {
        "due_from": due - timedelta(days=freshness.lead_days(interval_days)) if due else LONG_PAST,
        "overdue_from": due + timedelta(days=1) if due else LONG_PAST,
        "expires_from": expires_on or NEVER,
    }
