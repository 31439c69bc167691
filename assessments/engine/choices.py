"""What a consultant decides besides the client's answers: assumptions of their own, what the evidence is to be read as,
and for a trial a what-if."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

from assessments.engine.errors import AnswersError
from assessments.engine.house import Assumption, House
from assessments.engine.numbers import ONE, from_json, to_json
from assessments.engine.what_if import (
    ANSWERS,
    ASSUMPTIONS,
    BY,
    CONTROLS,
    HIGHEST_FACTOR,
    LOWEST_FACTOR,
    MOVED,
    PRICE_FACTOR,
    UNMOVED,
    WhatIf,
)


@dataclass(frozen=True, slots=True)
class Declared:
    """An assumption somebody stands by: its value, why, and who says so."""

    value: Decimal
    note: str
    by: str

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {"value": to_json(self.value), "note": self.note, "by": self.by}


@dataclass(frozen=True, slots=True)
class Settled:
    """A scope question that somebody answered: with what, why, and who says so."""

    value: str
    note: str
    by: str

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        return {"value": self.value, "note": self.note, "by": self.by}


@dataclass(frozen=True, slots=True)
class Choices:
    """`assumptions` by the key of the house file. `what_if` is taken on top of them; no assessment stores one.

    `scope` settles a key of the claims' scopes, `readings` which claim's reading fills a role.
    """

    assumptions: Mapping[str, Declared] = field(default_factory=dict)
    scope: Mapping[str, Settled] = field(default_factory=dict)
    readings: Mapping[str, Settled] = field(default_factory=dict)
    what_if: WhatIf = UNMOVED

    def declared(self, key: str) -> Declared | None:
        """What counts in place of an assumption of the house: that of the what-if, else the consultant's, else None."""
        supposed = self.what_if.assumptions.get(key)
        return self.assumptions.get(key) if supposed is None else Declared(supposed, MOVED, BY)

    def as_dict(self) -> dict[str, Any]:
        """As in the result document; only the result of a what-if says anything of one."""
        made: dict[str, Any] = {"assumptions": {key: one.as_dict() for key, one in self.assumptions.items()}}
        for name, settled in (("scope", self.scope), ("readings", self.readings)):
            if settled:
                made[name] = {key: one.as_dict() for key, one in settled.items()}
        return made | ({"what_if": self.what_if.as_dict()} if self.what_if else {})


NONE_MADE = Choices()

SETTLED = {"scope": "scope", "reading": "readings"}
"""Kind of a scope question → where its answer stands among the choices."""

MOST_WORDS = 1000  # characters of a reason or a name


def read_choices(data: Mapping[str, Any], house: House) -> Choices:
    """Choices from JSON: `{"assumptions": {key: {"value", "note", "by"}}, "scope": {…}, "readings": {…}}`.

    Under `scope` stands a value for a scope key, under `readings` the slug of a claim for a role. Raises AnswersError
    with (key, what would be right) for everything that is wrong.
    """
    known = ("assumptions", "scope", "readings")
    errors: list[tuple[str, str]] = [(str(key), "is not a choice") for key in data if key not in known]
    assumptions: dict[str, Declared] = {}
    for key, entry in _mapping(data, "assumptions", errors).items():
        name = f"assumptions.{key}"
        if key not in house.assumptions:
            errors.append((name, f"is not an assumption; those are {', '.join(house.assumptions)}"))
            continue
        try:
            assumptions[key] = _declared(entry, house.assumptions[key])
        except ValueError as error:
            errors.append((name, str(error)))
    scope = _settled(data, "scope", house.asked, errors)
    chosen = _settled(data, "readings", house.roles, errors)
    if errors:
        raise AnswersError(errors)
    return Choices(assumptions, scope, chosen)


def _settled(
    data: Mapping[str, Any], name: str, allowed: Collection[str], errors: list[tuple[str, str]]
) -> dict[str, Settled]:
    found: dict[str, Settled] = {}
    for key, entry in _mapping(data, name, errors).items():
        if key not in allowed:
            errors.append((f"{name}.{key}", f"cannot be settled; what can is {', '.join(sorted(allowed))}"))
            continue
        try:
            value, note, by = _signed(entry)
            found[key] = Settled(_words("value", value), _words("note", note), _words("by", by))
        except ValueError as error:
            errors.append((f"{name}.{key}", str(error)))
    return found


def _mapping(data: Mapping[str, Any], name: str, errors: list[tuple[str, str]]) -> Mapping[str, Any]:
    found = data.get(name) or {}
    if not isinstance(found, Mapping):
        errors.append((name, f"must be a mapping, not {found!r}"))
        return {}
    return found


def _declared(entry: Any, assumption: Assumption) -> Declared:
    value, note, by = _signed(entry)
    try:
        number = _number(value)
    except ValueError as error:
        raise ValueError(f"value {error}") from None
    if not assumption.allows(number):
        raise ValueError(f"value must be {assumption.expected}, not {value!r}")
    return Declared(number, _words("note", note), _words("by", by))


def _signed(entry: Any) -> tuple[Any, Any, Any]:
    if not isinstance(entry, Mapping) or set(entry) != {"value", "note", "by"}:
        raise ValueError("needs value, note and by: what counts, why, and who says so")
    return entry["value"], entry["note"], entry["by"]


def _words(what: str, text: Any) -> str:
    if not isinstance(text, str) or not text.strip() or len(text) > MOST_WORDS:
        raise ValueError(f"{what} must be a text of at most {MOST_WORDS} characters")
    return text.strip()


def _number(value: Any) -> Decimal:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and not (isinstance(value, float) and isfinite(value)):
        raise ValueError(f"must be a number, not {value!r}")
    return from_json(value)


def read_what_if(data: Mapping[str, Any], house: House) -> WhatIf:
    """A what-if from JSON, `{control: value}`. A factor of 1 moves nothing and is left out.

    Raises AnswersError with (control, what would be right) for a control that is none, and for an assumption or a
    factor that is not right. Answers are checked against questionnaire and registry when the case is judged.
    """
    errors = [
        (str(name), f"cannot be moved; what can is {', '.join(CONTROLS)}") for name in data if name not in CONTROLS
    ]
    numbers: dict[str, Decimal] = {}
    for name in (*ASSUMPTIONS, PRICE_FACTOR):
        try:
            if name in data:
                numbers[name] = _supposed(data[name], house.assumptions.get(name))
        except ValueError as error:
            errors.append((name, str(error)))
    if errors:
        raise AnswersError(errors)
    factor = numbers.pop(PRICE_FACTOR, ONE)
    answers = {name: data[name] for name in ANSWERS if name in data}
    return WhatIf(answers, numbers, None if factor == ONE else factor)


def _supposed(value: Any, assumption: Assumption | None) -> Decimal:
    """A value of an assumption; None: of the factor on prices."""
    number = _number(value)
    if assumption is not None and not assumption.allows(number):
        raise ValueError(f"must be {assumption.expected}, not {value!r}")
    if assumption is None and not LOWEST_FACTOR <= number <= HIGHEST_FACTOR:
        raise ValueError(f"must be a number from {LOWEST_FACTOR} to {HIGHEST_FACTOR}, not {value!r}")
    return number
