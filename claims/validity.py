"""The days in which a claim holds, where it has such days: a price that starts on a day, or ends on one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Standing(StrEnum):
    """Where a day lies."""

    NOT_YET = "not yet in force"
    IN_FORCE = "in force"
    OVER = "no longer in force"


@dataclass(frozen=True, slots=True)
class Validity:
    """From the first day, and up to the day that is no longer in it; None: no such day is known."""

    starts_on: date | None
    ends_on: date | None
    standing: Standing


def of(document: Mapping[str, Any], *, on: date) -> Validity | None:
    """The validity of a published claim as `on` sees it; None where its scope names no first day.

    The first day is `from` in the scope, the end is the claim's hard stop. Nothing uses a claim before its first day:
    `assessments.engine.prices` and `claims.prices` take for each month the price that has started by then.
    """
    start = _day(document["scope"].get("from"))
    if start is None:
        return None
    end = _day(document["expires_on"])
    standing = Standing.NOT_YET if on < start else Standing.OVER if end and on >= end else Standing.IN_FORCE
    return Validity(start, end, standing)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
