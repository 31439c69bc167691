"""Stated totals of claims as documents show them: what makes them up, what that gives, and whether it follows.

The definition is a row that editors keep (`StatedTotal`); the finding is computed from published revisions whenever it
is read, for a new revision of a part changes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from claims import arithmetic
from claims.models import StatedPart, StatedTotal
from claims.quantity import Quantity, text


def stated(claims: Iterable[int], *, by: datetime) -> dict[int, dict[str, Any]]:
    """Claim id → the definition of its total, of those stated by a moment. Shape: `definition`. Two queries at most."""
    rows = StatedTotal.objects.filter(claim__in=list(claims), stated_at__lte=by)
    return {
        row.claim_id: definition(row.operation, row.note, row.parts.all())
        for row in rows.prefetch_related("parts__claim")
    }


def definition(operation: str, note: str, parts: Iterable[StatedPart]) -> dict[str, Any]:
    """`operation`, `note`, and `parts` with `claim` (slug) and `times`."""
    return {
        "operation": operation,
        "note": note,
        "parts": [{"claim": part.claim.slug, "times": _number(part.times)} for part in parts],
    }


def judged(
    value: Mapping[str, Any], defined: Mapping[str, Any], bodies: Mapping[str, Mapping[str, Any]], *, lang: str = "en"
) -> dict[str, Any]:
    """What a document says under `arithmetic`. Shape: `ArithmeticSerializer`.

    `value` is the stated one, `bodies` the documents of the parts by slug; one that is missing is not published, and
    then nothing can be checked.
    """
    parts = [
        {
            **part,
            "revision": bodies[part["claim"]]["revision"] if part["claim"] in bodies else None,
            "value": _value(Quantity.from_json(bodies[part["claim"]]["value"]), lang)
            if part["claim"] in bodies
            else None,
        }
        for part in defined["parts"]
    ]
    checked = _checked(Quantity.from_json(value), defined["operation"], parts)
    return {
        "operation": defined["operation"],
        "parts": parts,
        "note": defined["note"],
        "finding": checked.finding.value,
        "relation": checked.relation.value if checked.relation else None,
        "computed": _value(checked.computed, lang) if checked.computed else None,
        "middle": _point(checked.middle, checked.computed, lang),
        "gap": _point(checked.gap, checked.computed, lang),
        "reason": checked.reason,
    }


def _checked(value: Quantity, operation: str, parts: Sequence[Mapping[str, Any]]) -> arithmetic.Checked:
    missing = [part["claim"] for part in parts if part["value"] is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        return arithmetic.Checked(
            arithmetic.Finding.CANNOT_BE_CHECKED, reason=f"{' and '.join(missing)} {verb} not published."
        )
    return arithmetic.check(
        value,
        arithmetic.Operation(operation),
        [
            arithmetic.Part(part["claim"], Quantity.from_json(part["value"]), Decimal(str(part["times"])))
            for part in parts
        ],
    )


def _point(number: Decimal | None, like: Quantity | None, lang: str) -> dict[str, Any] | None:
    """A number counted as the total is."""
    if number is None or like is None:
        return None
    return _value(replace(like, low=number, likely=number, high=number, bound=None), lang)


def _value(quantity: Quantity, lang: str) -> dict[str, Any]:
    return {**quantity.as_json(), "text": text(quantity, lang=lang)}


def _number(times: Decimal) -> int | float:
    return int(times) if times == times.to_integral_value() else float(times)


def in_words(found: Mapping[str, Any], *, lang: str = "en") -> str:
    """`2 × US$5,000 per month + US$300`: how the parts are put together, as people read it."""
    sign = " + " if found["operation"] == arithmetic.Operation.SUM else " × "
    return sign.join(part_in_words(part, lang=lang) for part in found["parts"])


def part_in_words(part: Mapping[str, Any], *, lang: str = "en") -> str:
    """`2 × US$5,000 per month`; a part that is not published by its slug."""
    value = part["value"]["text"] if part["value"] else part["claim"]
    return value if part["times"] == 1 else f"{times_text(part['times'], lang=lang)} × {value}"


def times_text(times: float, *, lang: str = "en") -> str:
    """How often a part counts: "4.5", in Spanish "4,5"."""
    number = Decimal(str(times))
    return text(Quantity(low=number, likely=number, high=number), lang=lang)
