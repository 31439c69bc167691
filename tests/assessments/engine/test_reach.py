"""The cases reach all that the tables can say, derived from the tables: a rule nobody tries is a rule nobody checks.

Of each table count the cases that state what it must say: those kept beside it, and the whole clients.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from assessments.engine import evaluate
from assessments.engine.method import shipped
from tests.assessments.engine.conftest import AS_OF, read
from tests.assessments.engine.reach import Client, Place, every, met, places

METHOD = shipped()
TABLES = {"house": METHOD.house.table, **{framework.id: framework.table for framework in METHOD.frameworks}}
SIDES = {"below", "at", "above"}


def answers_of(name: str) -> Iterator[Mapping[str, Any]]:
    """The whole answers of each case of a file."""
    for case in read(name):
        yield {**read("base_answers.yaml"), **case["answers"]}


def computed(answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The figures that the house table names, out of the client's result; `never` is infinitely far."""
    result = evaluate(answers, read("keystone_claims.yaml"), as_of=AS_OF, frameworks=METHOD.frameworks).as_dict()
    figures = {
        one["id"]: {end: None if one[end] is None else Decimal(str(one[end])) for end in ("low", "likely", "high")}
        for one in result["figures"]
    }
    even = result["break_even"]["requests_per_month"]
    found = {"break_even_requests": figures.get(even, {"likely": Decimal("Infinity")})}
    return found | {
        f"upfront_{one['option']}": figures[one["figures"]["upfront"]]
        for one in result["options"]
        if "upfront" in one["figures"]
    }


@cache
def clients(table: str) -> list[Client]:
    if table == "house":
        return [Client(one, computed(one)) for one in (*answers_of("house.yaml"), *answers_of("clients.yaml"))]
    return [Client(one) for one in (*answers_of(f"frameworks/{table}.yaml"), *answers_of("clients.yaml"))]


class Tally:
    """What the cases made a table look at, by place."""

    def __init__(self) -> None:
        self.applied: set[str] = set()
        self.held: dict[Place, set[bool | None]] = defaultdict(set)
        self.sides: dict[Place, set[str | None]] = defaultdict(set)
        self.alone: dict[Place, set[str | None]] = defaultdict(set)

    def count(self, client: Client, found: Iterator[tuple[str, bool, list[Place]]]) -> None:
        for name, applies, compared in found:
            if applies:
                self.applied.add(name)
            for place in compared:
                self.held[place].add(place.holds(client))
                if place.threshold:
                    self.sides[place].add(place.side(client))
                self.alone[place].add(place.alone(client))


@cache
def tally(name: str) -> Tally:
    found = Tally()
    for client in clients(name):
        found.count(client, met(TABLES[name], client))
    return found


@cache
def objected() -> Tally:
    found = Tally()
    for answers in answers_of("objections.yaml"):
        client = Client(answers)
        for variant, entries in METHOD.house.objections.items():
            found.count(client, every(f"objection to {variant}:", entries, client))
    return found


def objections() -> Iterator[tuple[str, Place | None]]:
    for variant, entries in METHOD.house.objections.items():
        for entry in entries:
            name = f"objection to {variant}: {entry.code}"
            yield name, None
            for comparison in entry.when.comparisons():
                yield name, Place(name, comparison)


WANTED = {name: list(places(table)) for name, table in TABLES.items()} | {"objections": list(objections())}


def tally_of(name: str) -> Tally:
    return objected() if name == "objections" else tally(name)


def compared(name: str) -> list[Place]:
    return [place for _, place in WANTED[name] if place is not None]


@pytest.mark.parametrize("name", WANTED)
def test_each_rule_and_each_entry_applies_in_some_case(name):
    assert {entry for entry, _ in WANTED[name]} - tally_of(name).applied == set()


@pytest.mark.parametrize("name", WANTED)
def test_each_comparison_holds_in_one_case_and_not_in_another(name):
    held = tally_of(name).held
    missing = [(place, {True, False} - held[place]) for place in compared(name)]
    assert [f"{place} is never {value}" for place, values in missing for value in values] == []


@pytest.mark.parametrize("name", TABLES)
def test_each_threshold_is_met_just_below_at_and_above(name):
    sides = tally_of(name).sides
    thresholds = [place for place in compared(name) if place.threshold]
    assert [f"{place}: nobody {side}" for place in thresholds for side in SIDES - sides[place]] == []


@pytest.mark.parametrize("name", WANTED)
def test_each_listed_value_alone_makes_its_comparison_hold(name):
    alone = tally_of(name).alone
    assert [f"{place}: never {one} alone" for place in compared(name) for one in place.listed - alone[place]] == []
