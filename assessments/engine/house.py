"""The house file: its decision table, the assumptions of the cost model and the roles claims may fill in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from assessments.engine.condition_syntax import Syntax
from assessments.engine.errors import FrameworkError
from assessments.engine.ledger import Measure
from assessments.engine.numbers import ZERO, from_json
from assessments.engine.offer import VARIANTS
from assessments.engine.questionnaire import Questionnaire
from assessments.engine.result import digest
from assessments.engine.roles import Role, ScopeKey
from assessments.engine.tables import Entry, Table, read_entries, read_table

NEEDED = frozenset(
    [
        "hourly_rate",
        "prompt_hours",
        "fine_tuning_hours",
        "gpu_hour",
        "gpu_hours",
        "retrainings_per_year",
        "retraining_cost",
        "context_tokens",
        "rag_infrastructure",
        "training_passes",
    ]
)
"""The assumptions that the cost model cannot do without."""

_ROLE_NEEDS = ("subjects", "metrics", "unit", "label")
_ROLE_KEYS = (*_ROLE_NEEDS, "per", "named", "scope", "ask", "parts")

CERTAINTIES = ("high", "moderate", "low", "very_low")

OPTIONAL = frozenset(
    ["gpu_capacity", "chain_steps", "discount", "tuned_input_price", "tuned_output_price", "tuned_training_price"]
)
"""Those whose absence means something: the model then says what is not known, or leaves it out."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number nobody sourced, and the role of the claim that would replace it.

    `value` is None for one that nobody can take for granted: it counts once a consultant declares it or a claim gives
    it. `minimum` and `maximum` bound what may be declared, `whole` allows whole numbers only; `moves` are the variants
    whose cost it moves.
    """

    key: str
    label: str
    value: Decimal | None
    unit: str
    per: str | None
    note: str
    replaced_by: Role | None
    moves: tuple[str, ...] = ()
    minimum: Decimal = ZERO
    maximum: Decimal | None = None
    whole: bool = False

    @property
    def expected(self) -> str:
        """What would be right, in words: "a whole number from 2 to 50"."""
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.minimum:,f}" + (f" to {self.maximum:,f}" if self.maximum is not None else "")

    def allows(self, value: Decimal) -> bool:
        """Whether a value may be declared for it."""
        above = self.maximum is not None and value > self.maximum
        return value >= self.minimum and not above and not (self.whole and value != value.to_integral_value())

    def measure(self, currency: str) -> Measure:
        """Money is in the currency of the assessment."""
        return Measure(self.unit, currency if self.unit == "currency" else None, self.per)


@dataclass(frozen=True, slots=True)
class House:
    """How the house decides and what its cost model takes for granted.

    `objections` say by variant what makes it inadequate for a client. `grades` is how much evidence of each certainty
    weighs in a pool, `client_scope` which answers the scope of a claim is held against. `digest` is that of the file
    as read.
    """

    table: Table
    objections: Mapping[str, tuple[Entry, ...]]
    conditional_on: frozenset[str]
    providers: tuple[str, ...]
    assumptions: Mapping[str, Assumption]
    roles: Mapping[str, Role]
    grades: Mapping[str, Decimal]
    client_scope: tuple[ScopeKey, ...]
    digest: str

    @property
    def asked(self) -> frozenset[str]:
        """The scope keys that a consultant may settle."""
        return frozenset(key for role in self.roles.values() for key in role.ask)


def load_house(path: Path, questionnaire: Questionnaire) -> House:
    """Read and check the house file. Raises FrameworkError naming file, rule and key."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    table = read_table(data, path.name, questionnaire.fact_types, frozenset(data["figures"]))
    conditions = {entry.code for rule in table.rules for entry in rule.conditions}
    for code in data["conditional_on"]:
        if code not in conditions:
            raise FrameworkError(path.name, "conditional_on", code, "is not a condition of any rule")
    assumptions = {key: _assumption(path.name, key, entry) for key, entry in data["assumptions"].items()}
    for key in sorted(NEEDED | OPTIONAL | assumptions.keys()):
        if key not in assumptions:
            raise FrameworkError(path.name, "assumptions", key, "is missing: the cost model reads it")
        if key not in NEEDED | OPTIONAL:
            raise FrameworkError(path.name, "assumptions", key, "is not read by the cost model")
        if key in NEEDED and assumptions[key].value is None:
            raise FrameworkError(path.name, key, "value", "is missing: the cost model cannot do without it")
    return House(
        table,
        _objections(path.name, data, questionnaire),
        frozenset(data["conditional_on"]),
        tuple(data["provider_order"]),
        assumptions,
        {key: _role(path.name, key, entry) for key, entry in data["roles"].items()},
        _grades(path.name, data["grades"]),
        tuple(_scope_key(path.name, key, entry, questionnaire) for key, entry in data["client_scope"].items()),
        digest(data),
    )


def _objections(file: str, data: Mapping[str, Any], questionnaire: Questionnaire) -> dict[str, tuple[Entry, ...]]:
    """What makes a variant inadequate, by variant. They read facts and the table's terms."""
    syntax = Syntax(file, questionnaire.fact_types)
    for name, condition in data["terms"].items():
        if name in data["objection_terms"]:
            syntax.terms[name] = syntax.condition(condition, name)
    for variant in data["objections"]:
        if variant not in VARIANTS:
            raise FrameworkError(file, "objections", variant, f"is not one of {', '.join(VARIANTS)}")
    return {variant: read_entries(entries, syntax, variant) for variant, entries in data["objections"].items()}


def _assumption(file: str, key: str, entry: Mapping[str, Any]) -> Assumption:
    replaced_by = entry.get("replaced_by")
    words = {"unit": entry["unit"], "label": entry["label"]}
    role = None if replaced_by is None else _role(file, key, {**words, **replaced_by})
    for variant in entry["moves"]:
        if variant not in VARIANTS:
            raise FrameworkError(file, key, "moves", f"{variant!r} is not one of {', '.join(VARIANTS)}")
    found = Assumption(
        key=key,
        label=entry["label"],
        value=_number(file, key, entry, "value"),
        unit=entry["unit"],
        per=entry.get("per"),
        note=entry["note"],
        replaced_by=role,
        moves=tuple(entry["moves"]),
        minimum=_number(file, key, entry, "minimum") or ZERO,
        maximum=_number(file, key, entry, "maximum"),
        whole=entry.get("whole", False),
    )
    if found.value is not None and not found.allows(found.value):
        raise FrameworkError(file, key, "value", f"must be {found.expected}")
    return found


def _number(file: str, key: str, entry: Mapping[str, Any], name: str) -> Decimal | None:
    """A number of an assumption; None where it is not stated."""
    value = entry.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise FrameworkError(file, key, name, f"must be a number, not {value!r}")
    return None if value is None else from_json(value)


def _grades(file: str, data: Mapping[str, Any]) -> dict[str, Decimal]:
    """The weight of each grade of certainty: all four, each above zero, none above the one before it."""
    if tuple(data) != CERTAINTIES:
        raise FrameworkError(file, "grades", "grades", f"must be {', '.join(CERTAINTIES)}, in this order")
    weights = {grade: _number(file, grade, data, grade) or ZERO for grade in data}
    if list(weights.values()) != sorted(weights.values(), reverse=True) or weights["very_low"] <= ZERO:
        raise FrameworkError(file, "grades", "grades", "must be above zero and not rise from high to very low")
    return weights


def _scope_key(file: str, key: str, entry: Mapping[str, Any], questionnaire: Questionnaire) -> ScopeKey:
    question = questionnaire.by_id.get(entry["fact"])
    if question is None:
        raise FrameworkError(file, key, "fact", f"{entry['fact']!r} is not a question")
    within = _number(file, key, entry, "within")
    if (within is not None) != question.numeric:
        raise FrameworkError(file, key, "within", "is for a question that asks for a number, and only there")
    return ScopeKey(key, question.id, within)


def _role(file: str, key: str, entry: Mapping[str, Any]) -> Role:
    for part in _ROLE_KEYS:
        if part in _ROLE_NEEDS and part not in entry:
            raise FrameworkError(file, key, part, "is missing")
    for part in entry:
        if part not in _ROLE_KEYS:
            raise FrameworkError(file, key, part, "is not a key of a role")
    lists = {part: tuple(entry[part]) for part in ("subjects", "metrics", "ask", "parts") if part in entry}
    return Role(key, **{**entry, **lists})
