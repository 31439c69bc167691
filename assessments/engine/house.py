"""The house file: its decision table, the assumptions of the cost model and the roles claims may fill in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from assessments.engine.errors import FrameworkError
from assessments.engine.evidence import Role, read_role
from assessments.engine.ledger import Measure
from assessments.engine.numbers import from_json
from assessments.engine.questionnaire import Questionnaire
from assessments.engine.result import digest
from assessments.engine.tables import Table, read_table


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number nobody sourced, and the role of the claim that would replace it."""

    key: str
    label: str
    value: Decimal
    unit: str
    per: str | None
    note: str
    replaced_by: Role | None

    def measure(self, currency: str) -> Measure:
        """Money is in the currency of the assessment."""
        return Measure(self.unit, currency if self.unit == "currency" else None, self.per)


@dataclass(frozen=True, slots=True)
class House:
    """How the house decides and what its cost model takes for granted. `digest` is that of the file as read."""

    table: Table
    conditional_on: frozenset[str]
    providers: tuple[str, ...]
    assumptions: Mapping[str, Assumption]
    roles: Mapping[str, Role]
    digest: str


def load_house(path: Path, questionnaire: Questionnaire) -> House:
    """Read and check the house file. Raises FrameworkError naming file, rule and key."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    table = read_table(data, path.name, questionnaire.fact_types, frozenset(data["figures"]))
    conditions = {entry.code for rule in table.rules for entry in rule.conditions}
    for code in data["conditional_on"]:
        if code not in conditions:
            raise FrameworkError(path.name, "conditional_on", code, "is not a condition of any rule")
    return House(
        table,
        frozenset(data["conditional_on"]),
        tuple(data["provider_order"]),
        {key: _assumption(path.name, key, entry) for key, entry in data["assumptions"].items()},
        {key: _role(path.name, key, entry) for key, entry in data["roles"].items()},
        digest(data),
    )


def _assumption(file: str, key: str, entry: Mapping[str, Any]) -> Assumption:
    replaced_by = entry.get("replaced_by")
    role = None if replaced_by is None else _role(file, key, {"unit": entry["unit"], **replaced_by})
    return Assumption(
        key, entry["label"], from_json(entry["value"]), entry["unit"], entry.get("per"), entry["note"], role
    )


def _role(file: str, key: str, entry: Mapping[str, Any]) -> Role:
    try:
        return read_role(key, entry)
    except TypeError as error:
        raise FrameworkError(file, key, "roles", str(error)) from error
