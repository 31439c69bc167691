"""Comparisons, three-valued combinations, and the reading of both with its refusals."""

from decimal import Decimal

import pytest

from assessments.engine import FrameworkError
from assessments.engine.claim import Standing
from assessments.engine.condition_syntax import FactType, Syntax
from assessments.engine.conditions import Lack, Source

FACTS = {
    "count": FactType("number"),
    "other": FactType("number", nullable=True),
    "flag": FactType("bool"),
    "kind": FactType("enum", frozenset({"a", "b"})),
    "model": FactType("text"),
    "gaps": FactType("multi_enum", frozenset({"x", "y", "z"})),
}
UNKNOWN = {"fact": "count", "op": "lt", "claim": "missing-claim", "field": "low"}
EXPIRED = {"fact": "count", "op": "lt", "claim": "expired-claim", "field": "low"}
TRUE = {"fact": "flag", "op": "eq", "value": True}
FALSE = {"fact": "flag", "op": "eq", "value": False}


class Case:
    """Facts and two claims, one of them past its hard stop."""

    def __init__(self, **facts):
        self.facts = {
            "count": Decimal(10),
            "other": None,
            "flag": True,
            "kind": "a",
            "model": "m",
            "gaps": frozenset({"x"}),
            **facts,
        }

    def fact(self, name):
        return self.facts[name]

    def claim_field(self, slug, field):
        values = {("gate", "low"): Decimal(10), ("word", "rating"): "a"}
        standing = Standing.EXPIRED if slug == "expired-claim" else Standing.MISSING
        return values.get((slug, field), Lack(slug, standing))

    def figure_field(self, name, field):
        return {"break_even": Decimal("Infinity")}[name] if field == "likely" else Lack(name, Standing.MISSING)


@pytest.fixture
def syntax():
    return Syntax("table.yaml", FACTS, frozenset({"break_even"}))


@pytest.fixture
def judged(syntax):
    return lambda data, **facts: syntax.condition(data, "rule").judge(Case(**facts))


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"fact": "count", "op": "eq", "value": 10}, True),
        ({"fact": "count", "op": "ne", "value": 10}, False),
        ({"fact": "count", "op": "lt", "value": 10}, False),
        ({"fact": "count", "op": "lt", "value": 10.1}, True),
        ({"fact": "count", "op": "le", "value": 10}, True),
        ({"fact": "count", "op": "le", "value": 9}, False),
        ({"fact": "count", "op": "gt", "value": 10}, False),
        ({"fact": "count", "op": "gt", "value": 9}, True),
        ({"fact": "count", "op": "ge", "value": 10}, True),
        ({"fact": "count", "op": "ge", "value": 11}, False),
        ({"fact": "count", "op": "ge", "claim": "gate", "field": "low"}, True),
        ({"fact": "count", "op": "in", "value": [9, 10]}, True),
        ({"fact": "other", "op": "eq", "value": None}, True),
        ({"fact": "other", "op": "ne", "value": None}, False),
        ({"fact": "other", "op": "lt", "value": 5}, False),
        ({"fact": "other", "op": "ge", "value": 5}, False),
        ({"fact": "count", "op": "gt", "other_fact": "other"}, False),
        ({"fact": "count", "op": "le", "other_fact": "count"}, True),
        ({"fact": "count", "op": "lt", "figure": "break_even", "field": "likely"}, True),
        ({"fact": "flag", "op": "eq", "value": True}, True),
        ({"fact": "kind", "op": "eq", "value": "b"}, False),
        ({"fact": "kind", "op": "in", "value": ["a", "b"]}, True),
        ({"fact": "kind", "op": "eq", "claim": "word", "field": "rating"}, True),
        ({"fact": "model", "op": "eq", "value": "m"}, True),
        ({"fact": "gaps", "op": "contains", "value": "x"}, True),
        ({"fact": "gaps", "op": "contains", "value": "y"}, False),
        ({"fact": "gaps", "op": "any_of", "value": ["y", "x"]}, True),
        ({"fact": "gaps", "op": "any_of", "value": ["y", "z"]}, False),
        ({"fact": "gaps", "op": "eq", "value": ["x"]}, True),
        ({"fact": "gaps", "op": "eq", "value": ["x", "y"]}, False),
        (UNKNOWN, None),
        ({"all": [TRUE, TRUE]}, True),
        ({"all": [TRUE, FALSE]}, False),
        ({"all": [UNKNOWN, FALSE]}, False),
        ({"all": [UNKNOWN, TRUE]}, None),
        ({"all": []}, True),
        ({"any": [FALSE, TRUE]}, True),
        ({"any": [FALSE, FALSE]}, False),
        ({"any": [UNKNOWN, TRUE]}, True),
        ({"any": [UNKNOWN, FALSE]}, None),
        ({"any": []}, False),
        ({"not": TRUE}, False),
        ({"not": UNKNOWN}, None),
    ],
)
def test_a_condition_is_true_false_or_unknown(judged, data, value):
    assert judged(data).value is value


def test_a_comparison_rests_on_its_fact_and_its_claim(judged):
    judgement = judged({"fact": "count", "op": "ge", "claim": "gate", "field": "low"})
    assert judgement.sources == (Source("fact", "count"), Source("claim", "gate"))
    assert judgement.lacks == ()


def test_what_is_unknown_says_what_was_lacking(judged):
    judgement = judged({"all": [UNKNOWN, EXPIRED, UNKNOWN]})
    assert judgement.lacks == (Lack("missing-claim", Standing.MISSING), Lack("expired-claim", Standing.EXPIRED))


def test_the_first_part_that_decides_is_the_reason(judged):
    low = {"fact": "count", "op": "lt", "value": 99}
    assert judged({"any": [FALSE, low, TRUE]}).sources == (Source("fact", "count"),)
    assert judged({"all": [low, TRUE]}).sources == (Source("fact", "count"), Source("fact", "flag"))


@pytest.mark.parametrize(
    ("entries", "value"), [([FALSE, FALSE], True), ([FALSE, TRUE], False), ([TRUE, UNKNOWN], None), ([UNKNOWN], None)]
)
def test_a_list_is_empty_only_where_every_entry_is_known(syntax, entries, value):
    syntax.lists["failed"] = tuple(syntax.condition(entry, "failed") for entry in entries)
    assert syntax.condition({"none_of": "failed"}, "rule").judge(Case()).value is value


def test_a_list_rests_on_the_entries_that_hold_and_an_empty_one_on_all(syntax):
    many = {"fact": "count", "op": "gt", "value": 3}
    syntax.lists["failed"] = tuple(syntax.condition(one, "rule") for one in (TRUE, many))
    rests_on = syntax.condition({"none_of": "failed"}, "rule").judge
    assert rests_on(Case(flag=False)).sources == (Source("fact", "count"),)
    assert rests_on(Case(count=Decimal(1))).sources == (Source("fact", "flag"),)
    assert rests_on(Case(flag=False, count=Decimal(1))).sources == (Source("fact", "flag"), Source("fact", "count"))


def test_a_term_stands_for_its_condition(syntax):
    syntax.terms["stable"] = syntax.condition(TRUE, "stable")
    assert syntax.condition({"term": "stable"}, "rule").judge(Case()).value is True


def test_the_comparisons_of_a_condition_are_found_wherever_they_stand(syntax):
    syntax.lists["failed"] = (syntax.condition(FALSE, "failed"),)
    condition = syntax.condition({"all": [{"not": UNKNOWN}, {"any": [TRUE, {"none_of": "failed"}]}]}, "rule")
    assert [comparison.fact for comparison in condition.comparisons()] == ["count", "flag", "flag"]


@pytest.mark.parametrize(
    ("data", "key", "message"),
    [
        ("flag", "when", "a condition is a mapping"),
        ({}, "when", "one of all, any, not"),
        ({"all": [], "any": []}, "when", "one of all, any, not"),
        ({"xor": []}, "xor", "not a kind of condition"),
        ({"all": TRUE}, "all", "needs a list"),
        ({"term": "nothing"}, "term", "'nothing' is not defined above"),
        ({"none_of": "nothing"}, "none_of", "'nothing' is not defined above"),
        ({"fact": "cuont", "op": "eq", "value": 1}, "fact", "'cuont' is not a question or a derived fact"),
        ({"fact": "count", "op": "==", "value": 1}, "op", "'==' is not one of eq, ne"),
        ({"fact": "count", "value": 1}, "op", "None is not one of"),
        ({"fact": "count", "op": "eq"}, "count", "needs exactly one of value, claim, figure, other_fact"),
        ({"fact": "count", "op": "lt", "value": 1, "claim": "c"}, "count", "needs exactly one of"),
        ({"fact": "count", "op": "lt", "value": 1, "field": "low"}, "field", "not a key of a comparison"),
        ({"fact": "kind", "op": "lt", "value": "a"}, "kind", "lt compares numbers; this fact is of type enum"),
        ({"fact": "kind", "op": "eq", "value": "c"}, "value", "'c' is not one of: a, b"),
        ({"fact": "kind", "op": "eq", "value": None}, "value", "None is not one of: a, b"),
        ({"fact": "flag", "op": "eq", "value": "yes"}, "value", "'yes' is not one of: bool"),
        ({"fact": "count", "op": "eq", "value": True}, "value", "True is not one of: number"),
        ({"fact": "count", "op": "eq", "value": "10"}, "value", "'10' is not one of: number"),
        ({"fact": "model", "op": "eq", "value": 3}, "value", "3 is not one of: text"),
        ({"fact": "other", "op": "lt", "value": None}, "value", "None is not one of: number"),
        ({"fact": "kind", "op": "in", "value": "a"}, "value", "needs a list"),
        ({"fact": "kind", "op": "in", "value": ["c"]}, "value", "'c' is not one of: a, b"),
        ({"fact": "kind", "op": "any_of", "value": ["a"]}, "op", "any_of does not suit a fact of type enum"),
        ({"fact": "gaps", "op": "in", "value": ["x"]}, "op", "in does not suit a fact of type multi_enum"),
        ({"fact": "gaps", "op": "eq", "value": "x"}, "value", "needs a list"),
        ({"fact": "kind", "op": "contains", "value": "a"}, "op", "contains does not suit a fact of type enum"),
        ({"fact": "gaps", "op": "contains", "value": "w"}, "value", "'w' is not one of: x, y, z"),
        ({"fact": "gaps", "op": "contains", "claim": "c", "field": "rating"}, "claim", "contains needs a value"),
        ({"fact": "count", "op": "lt", "other_fact": "nothing"}, "other_fact", "'nothing' is not a question"),
        ({"fact": "count", "op": "eq", "other_fact": "flag"}, "other_fact", "flag and count are of different types"),
        ({"fact": "count", "op": "lt", "claim": "c"}, "field", "'None' is not one of low, likely, high, rating"),
        ({"fact": "count", "op": "lt", "claim": "c", "field": "rating"}, "field", "rating does not compare"),
        ({"fact": "kind", "op": "eq", "claim": "c", "field": "low"}, "field", "low does not compare"),
        ({"fact": "count", "op": "lt", "claim": 3, "field": "low"}, "claim", "named by its slug"),
        ({"fact": "count", "op": "lt", "figure": "tco", "field": "low"}, "figure", "'tco' is not computed"),
        ({"fact": "count", "op": "lt", "figure": "break_even", "field": "rating"}, "field", "'rating' is not one of"),
    ],
)
def test_a_wrong_condition_is_refused_with_file_rule_and_key(syntax, data, key, message):
    with pytest.raises(FrameworkError, match=message) as error:
        syntax.condition(data, "some_rule")
    assert (error.value.file, error.value.rule, error.value.key) == ("table.yaml", "some_rule", key)
    assert str(error.value).startswith(f"table.yaml: some_rule: {key}: ")
