"""Reading conditions from YAML, checked against the facts they may name.

{fact: n_examples, op: lt, claim: fine-tuning-examples-gate, field: low}
{fact: rag_result, op: eq, value: falls_short}
{fact: distribution_shift_months, op: lt, other_fact: retrain_cadence_months}
{fact: requests_per_month, op: lt, figure: break_even_requests, field: likely}
{all: [..]}  {any: [..]}  {not: ..}  {term: name}  {none_of: list name}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from assessments.engine.conditions import Combination, Comparison, Condition, Negation, NoneOf, Op, Operand
from assessments.engine.errors import FrameworkError
from assessments.engine.numbers import from_json

ORDERINGS = frozenset({Op.LT, Op.LE, Op.GT, Op.GE})
OPERANDS = ("value", "claim", "figure", "other_fact")
NUMBER_FIELDS = ("low", "likely", "high")

Named = TypeVar("Named")


@dataclass(frozen=True, slots=True)
class FactType:
    """What values a fact can have. `kind` is bool, enum, multi_enum, number or text."""

    kind: str
    options: frozenset[str] = frozenset()
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Syntax:
    """What the conditions of one file may name, and where errors are reported."""

    file: str
    facts: Mapping[str, FactType]
    figures: frozenset[str] = frozenset()
    terms: dict[str, Condition] = field(default_factory=dict)
    lists: dict[str, tuple[Condition, ...]] = field(default_factory=dict)

    def condition(self, data: Any, rule: str) -> Condition:
        """Read one condition. Raises FrameworkError naming file, rule and key."""
        if not isinstance(data, dict):
            raise self.error(rule, "when", f"a condition is a mapping, not {data!r}")
        if "fact" in data:
            return self._comparison(data, rule)
        if len(data) != 1:
            raise self.error(rule, "when", f"one of all, any, not, term, none_of or a fact, not {sorted(data)}")
        [(key, inner)] = data.items()
        if key in ("all", "any"):
            return Combination(key, tuple(self.condition(part, rule) for part in self._list(inner, rule, key)))
        if key == "not":
            return Negation(self.condition(inner, rule))
        if key == "term":
            return self._named(self.terms, inner, rule, key)
        if key == "none_of":
            return NoneOf(self._named(self.lists, inner, rule, key))
        raise self.error(rule, str(key), "not a kind of condition")

    def error(self, rule: str, key: str, message: str) -> FrameworkError:
        """An error at this place of the file."""
        return FrameworkError(self.file, rule, key, message)

    def _comparison(self, data: Mapping[str, Any], rule: str) -> Comparison:
        fact = self._fact(data["fact"], rule, "fact")
        if data.get("op") not in list(Op):
            raise self.error(rule, "op", f"{data.get('op')!r} is not one of {', '.join(Op)}")
        op = Op(data["op"])
        given = [key for key in OPERANDS if key in data]
        if len(given) != 1:
            raise self.error(rule, data["fact"], f"needs exactly one of {', '.join(OPERANDS)}")
        kind = given[0]
        allowed = {"fact", "op", kind} | ({"field"} if kind in ("claim", "figure") else set())
        if unknown := sorted(set(data) - allowed):
            raise self.error(rule, unknown[0], "not a key of a comparison")
        if op in ORDERINGS and fact.kind != "number":
            raise self.error(rule, data["fact"], f"{op} compares numbers; this fact is of type {fact.kind}")
        return Comparison(data["fact"], op, self._operand(data, kind, fact, op, rule))

    def _operand(self, data: Mapping[str, Any], kind: str, fact: FactType, op: Op, rule: str) -> Operand:
        if kind == "value":
            return Operand("value", value=self._value(data["value"], fact, op, rule))
        name = data[kind]
        if op not in ORDERINGS | {Op.EQ, Op.NE}:
            raise self.error(rule, kind, f"{op} needs a value")
        if kind == "other_fact":
            if self._fact(name, rule, kind).kind != fact.kind:
                raise self.error(rule, kind, f"{name} and {data['fact']} are of different types")
            return Operand("fact", name)
        field_name = str(data.get("field"))
        fields = (*NUMBER_FIELDS, "rating") if kind == "claim" else NUMBER_FIELDS
        if field_name not in fields:
            raise self.error(rule, "field", f"{field_name!r} is not one of {', '.join(fields)}")
        if fact.kind != ("enum" if field_name == "rating" else "number"):
            raise self.error(rule, "field", f"{field_name} does not compare with a fact of type {fact.kind}")
        if kind == "figure":
            if not isinstance(name, str) or name not in self.figures:
                raise self.error(rule, "figure", f"{name!r} is not computed")
            return Operand("figure", name, field_name)
        if not isinstance(name, str):
            raise self.error(rule, "claim", f"a claim is named by its slug, not {name!r}")
        return Operand("claim", name, field_name)

    def _value(self, value: Any, fact: FactType, op: Op, rule: str) -> Any:
        if value is None and fact.nullable and op in (Op.EQ, Op.NE):
            return None
        if op is Op.IN or op is Op.ANY_OF or (fact.kind == "multi_enum" and op is not Op.CONTAINS):
            if (op is Op.IN) is (fact.kind == "multi_enum"):
                raise self.error(rule, "op", f"{op} does not suit a fact of type {fact.kind}")
            return frozenset(self._single(one, fact, rule) for one in self._list(value, rule, "value"))
        if op is Op.CONTAINS and fact.kind != "multi_enum":
            raise self.error(rule, "op", f"contains does not suit a fact of type {fact.kind}")
        return self._single(value, fact, rule)

    def _single(self, value: Any, fact: FactType, rule: str) -> Any:
        if fact.kind == "bool" and isinstance(value, bool):
            return value
        if fact.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
            return from_json(value)
        if fact.kind == "text" and isinstance(value, str):
            return value
        if fact.kind in ("enum", "multi_enum") and isinstance(value, str) and value in fact.options:
            return value
        expected = ", ".join(sorted(fact.options)) or fact.kind
        raise self.error(rule, "value", f"{value!r} is not one of: {expected}")

    def _fact(self, name: Any, rule: str, key: str) -> FactType:
        if not isinstance(name, str) or name not in self.facts:
            raise self.error(rule, key, f"{name!r} is not a question or a derived fact")
        return self.facts[name]

    def _named(self, known: Mapping[str, Named], name: Any, rule: str, key: str) -> Named:
        if not isinstance(name, str) or name not in known:
            raise self.error(rule, key, f"{name!r} is not defined above")
        return known[name]

    def _list(self, value: Any, rule: str, key: str) -> list[Any]:
        if not isinstance(value, list):
            raise self.error(rule, key, f"needs a list, not {value!r}")
        return value
