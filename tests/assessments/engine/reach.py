"""What a case makes a table look at: each comparison where it stands, with the two values it met.

A place is reached only if the table gets there for that client: the rules up to the one that fires, its verdict, and
what is shown beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.engine.claim import Claims
from assessments.engine.condition_syntax import ORDERINGS
from assessments.engine.conditions import Comparison, Lack
from assessments.engine.facts import validate
from assessments.engine.method import shipped
from assessments.engine.numbers import ONE
from assessments.engine.tables import Entry, Table
from tests.assessments.engine.conftest import AS_OF, read

NEAR = Decimal("1e-5")
CLAIMS = Claims(read("keystone_claims.yaml"))


class Client:
    """One client as conditions see it: answers, published claims, and the figures that a result computed."""

    def __init__(self, answers: Mapping[str, Any], figures: Mapping[str, Any] | None = None) -> None:
        self.facts = validate(answers, shipped().questionnaire)
        self.figures = figures or {}

    def fact(self, name: str) -> Any:
        return self.facts[name]

    def claim_field(self, slug: str, field: str) -> Any:
        claim = CLAIMS.usable(slug, AS_OF)
        assert claim is not None
        return getattr(claim, field)

    def figure_field(self, name: str, field: str) -> Decimal | Lack:
        return self.figures[name][field]


@dataclass(frozen=True)
class Place:
    """A comparison at one place of a table."""

    where: str
    comparison: Comparison

    def __str__(self) -> str:
        operand = self.comparison.operand
        if operand.kind == "value":
            listed = isinstance(operand.value, frozenset)
            told = f"[{', '.join(sorted(operand.value))}]" if listed else str(operand.value)
        else:
            told = f"{operand.kind} {operand.name}" + (f".{operand.field}" if operand.field else "")
        return f"{self.where}: {self.comparison.fact} {self.comparison.op} {told}"

    @property
    def threshold(self) -> bool:
        """Whether a number is compared with one that is not written in the table."""
        return self.comparison.op in ORDERINGS and self.comparison.operand.kind != "value"

    @property
    def listed(self) -> frozenset[str]:
        """The values of which any will do."""
        value = self.comparison.operand.value
        return value if self.comparison.op in ("in", "any_of") else frozenset()

    def holds(self, client: Client) -> bool | None:
        """What it says of a client."""
        return self.comparison.judge(client).value

    def side(self, client: Client) -> str | None:
        """On which side of a threshold the client stands just so; None far from it, or without a number on one side.

        Whole numbers stand close by at one more or less; of large amounts a hundred-thousandth is close.
        """
        left, right = client.fact(self.comparison.fact), self.comparison.operand.read(client)
        if left is None or right is None or not right.is_finite() or abs(left - right) > max(ONE, right * NEAR):
            return None
        return "at" if left == right else "below" if left < right else "above"

    def alone(self, client: Client) -> str | None:
        """The one listed value that makes it hold for the client; None where none does or several do."""
        left = client.fact(self.comparison.fact)
        met = self.listed & (left if isinstance(left, frozenset) else {left})
        return next(iter(met)) if len(met) == 1 else None


def places(table: Table) -> Iterator[tuple[str, Place | None]]:
    """Everything of a table that some case has to reach: (name of the rule or entry, a comparison in it or None)."""
    for rule in table.rules:
        yield from _all(f"rule {rule.id}", (Entry("", rule.when),))
        yield from _all(f"rule {rule.id}, verdict", rule.verdict)
        yield from _all(f"rule {rule.id}, condition", rule.conditions)
    shown = {name for rule in table.rules for name in rule.show}
    for kind, parts in (("list", table.lists), ("choice", table.choices)):
        for name, entries in parts.items():
            if name in shown:
                yield from _all(f"{kind} {name}", entries)


def _all(where: str, entries: tuple[Entry, ...]) -> Iterator[tuple[str, Place | None]]:
    for entry in entries:
        name = f"{where} {entry.code}".rstrip()
        yield name, None
        for comparison in entry.when.comparisons():
            yield name, Place(name, comparison)


def met(table: Table, client: Client) -> Iterator[tuple[str, bool, list[Place]]]:
    """What one client makes the table look at: (name, whether it applies, the comparisons in it)."""
    for rule in table.rules:
        applies = bool(rule.when.judge(client).value)
        yield _one(f"rule {rule.id}", Entry("", rule.when), applies=applies)
        if applies:
            break
    yield from _first(f"rule {rule.id}, verdict", rule.verdict, client)
    yield from every(f"rule {rule.id}, condition", rule.conditions, client)
    for name in rule.show:
        if name in table.lists:
            yield from every(f"list {name}", table.lists[name], client)
        else:
            yield from _first(f"choice {name}", table.choices[name], client)


def every(where: str, entries: tuple[Entry, ...], client: Client) -> Iterator[tuple[str, bool, list[Place]]]:
    """All entries of a list."""
    for entry in entries:
        yield _one(where, entry, applies=bool(entry.when.judge(client).value))


def _first(where: str, entries: tuple[Entry, ...], client: Client) -> Iterator[tuple[str, bool, list[Place]]]:
    """The entries of a choice up to the one that is taken."""
    for entry in entries:
        applies = bool(entry.when.judge(client).value)
        yield _one(where, entry, applies=applies)
        if applies:
            return


def _one(where: str, entry: Entry, *, applies: bool) -> tuple[str, bool, list[Place]]:
    name = f"{where} {entry.code}".rstrip()
    return name, applies, [Place(name, comparison) for comparison in entry.when.comparisons()]
