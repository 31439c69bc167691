"""What a half-filled questionnaire decides already: cases chosen by hand."""

from decimal import Decimal

import pytest

from assessments.engine.claim import Claims
from assessments.engine.client_case import ClientCase
from assessments.engine.conditions import Combination, Comparison, Negation, NoneOf, Op, Operand
from assessments.engine.facts import Facts
from assessments.engine.ledger import Ledger
from assessments.engine.outlook import Prospect
from assessments.engine.possible import Possible, known, unanswered
from assessments.engine.so_far import so_far
from tests.assessments.engine.conftest import AS_OF

FELL_SHORT = {"prompt_result": "falls_short", "few_shot_result": "falls_short", "rag_result": "falls_short"}


@pytest.fixture
def looked(method, claims):
    """What some answers decide on the claims of `claims`."""

    def run(answers, tables=method):
        return so_far(
            answers,
            Claims(claims),
            as_of=AS_OF,
            questionnaire=tables.questionnaire,
            tables=[*(framework.table for framework in tables.frameworks), tables.house.table],
        )

    return run


def test_with_no_answer_every_table_waits(looked, method):
    found = looked({})
    assert {name: (table.verdict, table.waits[:2]) for name, table in found.tables.items()} == {
        "simplest-first": (None, ("prompt_result",)),
        "change-and-citation": (None, ("needs_private_facts", "citation_required")),
        "five-gates": (None, ("n_examples", "domain_stable_12m")),
        "payback": (None, ("task_pattern_stable", "distribution_shift_months")),
        "house": (None, ("prompt_result",)),
    }
    assert found.settled == ()
    hidden = {question.id for question in method.questionnaire.questions if question.shown_when}
    assert set(found.unanswered) == {question.id for question in method.questionnaire.questions} - hidden


def test_one_answer_can_decide_and_leaves_the_rest_without_effect(looked):
    found = looked({"prompt_result": "solves"})
    simplest = found.tables["simplest-first"]
    assert (simplest.verdict, simplest.use, simplest.fired, simplest.live) == (
        "overkill",
        "prompting",
        "prompting_solves",
        (),
    )
    assert found.tables["house"].verdict == "prompting"
    assert found.tables["five-gates"].verdict == "do_not_fine_tune"
    assert {"deployment", "horizon_months", "baseline_model", "provider_ft_status"} <= set(found.settled)


def test_a_verdict_may_be_decided_while_what_stands_beside_it_is_open(looked):
    gates = looked({"prompt_result": "solves"}).tables["five-gates"]
    assert gates.choices == {}
    assert {"gaps", "needs_private_facts", "n_examples", "task_type"} <= set(gates.live)
    gates = looked({"prompt_result": "solves", "gaps": ["multi_step"]}).tables["five-gates"]
    assert gates.choices == {"fallback": "prompt_chaining"}
    assert "needs_private_facts" not in gates.live


def test_an_open_rule_hides_a_later_one_that_would_apply(looked):
    """Retrieval that solves it comes after the prompt, which nobody has told about."""
    found = looked({"rag_result": "solves"})
    assert (found.tables["simplest-first"].verdict, found.tables["simplest-first"].waits) == (None, ("prompt_result",))
    assert found.tables["simplest-first"].live == ("prompt_result", "few_shot_result")


def test_a_verdict_with_two_names_waits_for_what_tells_them_apart(looked):
    answers = FELL_SHORT | {"gaps": ["facts"], "citation_required": True, "regulated": False}
    assert looked(answers).tables["house"].waits == ("needs_private_facts",)
    # Whether the facts change is asked only of somebody who has some, and with sources to be shown it does not matter.
    assert looked(answers | {"needs_private_facts": True}).tables["house"].verdict == "rag"
    found = looked(answers | {"needs_private_facts": False}).tables["house"]
    assert (found.verdict, found.waits) == ("few_shot", ())


def test_a_number_decides_as_soon_as_no_completion_can_cross_the_threshold(looked):
    found = looked({"task_pattern_stable": True, "distribution_shift_months": None, "few_shot_result": "untested",
                    "requests_per_month": 0})  # fmt: skip
    assert found.tables["payback"].verdict == "prompting"
    found = looked({"task_pattern_stable": True, "distribution_shift_months": 100, "few_shot_result": "untested"})
    assert found.tables["payback"].waits == ("requests_per_month", "tokens_in", "tokens_out")
    slow = looked({"task_pattern_stable": True, "distribution_shift_months": 2}).tables["payback"]
    assert slow.waits == ("retrain_cadence_months",)
    never = looked({"task_pattern_stable": True, "distribution_shift_months": 61, "retrain_cadence_months": 60})
    assert never.tables["payback"].waits == ("few_shot_result",)


def test_a_range_counts_with_its_likely_value_and_unknown_with_what_stands_for_it(looked):
    base = {"task_pattern_stable": True, "distribution_shift_months": {"low": 1, "likely": 2, "high": 100}}
    assert looked(base | {"retrain_cadence_months": 3}).tables["payback"].verdict == "prompting_or_rag"
    assert looked({"needs_private_facts": "unknown"}).unanswered[0] == "task_type"


def test_an_answer_that_is_not_valid_counts_as_none(looked):
    assert looked({"prompt_result": "perhaps", "n_examples": -1, "gaps": "all"}) == looked({})


def test_costs_are_open_until_every_answer_is_there(looked, answers):
    complete = answers(gaps=["cost_at_volume"])
    house = looked({name: one for name, one in complete.items() if name != "horizon_months"}).tables["house"]
    assert (house.verdict, house.waits) == (None, ("horizon_months",))
    found = looked(complete)
    assert (found.tables["house"].verdict, found.tables["house"].waits, found.unanswered) == (None, (), ())


def test_what_a_question_that_is_not_asked_would_say_is_known(looked):
    found = looked({"needs_private_facts": False, "knowledge_change": "daily", "n_examples": 0})
    assert not {"knowledge_change", "example_quality"} & set(found.unanswered)
    # Answered, but it may turn out not to be asked: then facts do not change.
    others = {"citation_required": False, "regulated": False, "gaps": [], "task_narrow": False}
    open_still = looked({"knowledge_change": "daily", **others})
    assert open_still.tables["change-and-citation"].waits == ("needs_private_facts",)


@pytest.mark.parametrize(("standing", "verdict"), [("missing", "evidence_missing"), ("expired", "evidence_expired")])
def test_a_table_whose_evidence_cannot_be_used_says_so_at_once(looked, claims, claim, standing, verdict):
    gate = claim("fine-tuning-latency-gate")
    if standing == "missing":
        claims.remove(gate)
    else:
        gate["freshness"] = "expired"
    no_flag = {"task_type": "classification", "n_examples": 20_000, "domain_stable_12m": True}
    assert looked(no_flag).tables["five-gates"].verdict == verdict


def test_expired_or_missing_waits_for_what_decides_between_the_two(looked, claim, tables):
    claim("fine-tuning-examples-gate")["freshness"] = "expired"

    def lacking(data):
        few = {"fact": "n_examples", "op": "lt", "field": "low"}
        audited = {
            "any": [{"fact": "regulated", "op": "eq", "value": True}, few | {"claim": "fine-tuning-examples-gate"}]
        }
        data["rules"][0]["when"] = {"all": [few | {"claim": "no-such-claim"}, audited]}

    changed = tables("frameworks/simplest-first.yaml", lacking)
    found = looked({}, changed).tables["simplest-first"]
    assert (found.verdict, found.waits, found.live) == (None, ("n_examples", "regulated"), ("n_examples", "regulated"))
    for answers, verdict in (
        ({"regulated": True}, "evidence_missing"),
        ({"regulated": True, "n_examples": 5}, "evidence_missing"),
        ({"regulated": False, "n_examples": 5}, "evidence_expired"),
    ):
        assert looked(answers, changed).tables["simplest-first"].verdict == verdict


def test_a_verdict_that_lacks_its_own_evidence_says_so(looked, tables):
    def lean(data):
        rule = data["rules"][0]
        rule["verdict"] = [
            {"code": "fine_tune", "when": {"fact": "n_examples", "op": "lt", "claim": "no-such-claim", "field": "low"}},
            {"code": "overkill"},
        ]

    found = looked({"prompt_result": "solves"}, tables("frameworks/simplest-first.yaml", lean))
    assert (found.tables["simplest-first"].verdict, found.tables["simplest-first"].fired) == (
        "evidence_missing",
        "prompting_solves",
    )


@pytest.fixture
def prospect(method, claims):
    """A half-filled case of some facts."""

    def build(**facts):
        case = ClientCase(Facts({}, {}), method.questionnaire, Claims(claims), AS_OF, Ledger())
        return Prospect(case, facts)

    return build


def of(fact, op, value):
    return Comparison(fact, op, Operand("value", value=value))


LACKING = Comparison("a", Op.LT, Operand("claim", "no-such-claim", "low"))
YES, NO, OPEN = (of("a", Op.EQ, Decimal(1)), of("a", Op.EQ, Decimal(2)), of("b", Op.EQ, True))
BOTH, ALL = {True, False}, {True, False, None}


@pytest.mark.parametrize(
    ("condition", "outcomes"),
    [
        (Combination("any", (YES, OPEN, LACKING)), {True}),
        (Combination("any", (NO, OPEN)), BOTH),
        (Combination("any", (NO, LACKING)), {None}),
        (Combination("any", (OPEN, LACKING)), {True, None}),
        (Combination("all", (NO, LACKING, OPEN)), {False}),
        (Combination("all", (YES, OPEN)), BOTH),
        (Combination("all", (OPEN, LACKING)), {False, None}),
        (Negation(Combination("all", (OPEN, LACKING))), {True, None}),
        (Negation(OPEN), BOTH),
        (NoneOf((NO, NO)), {True}),
        (NoneOf((NO, YES)), {False}),
        (NoneOf((OPEN, YES)), {False}),
        (NoneOf((OPEN, NO)), BOTH),
        (NoneOf((YES, LACKING)), {None}),
        (NoneOf((OPEN, Combination("any", (OPEN, LACKING)))), {False, None}),
        (Comparison("a", Op.LT, Operand("figure", "break_even_requests", "likely")), ALL),
    ],
)
def test_conditions_on_what_may_be(prospect, condition, outcomes):
    judged = prospect(a=known(Decimal(1)), b=Possible((True, False), waits=("b",))).judge(condition)
    assert judged.outcomes == outcomes
    assert judged.waits == (("b",) if len(outcomes) > 1 and OPEN in condition.comparisons() else ())
    assert bool(judged.lacks) is (None in outcomes and condition.comparisons is not None and outcomes != ALL)


SPAN = Possible(span=(Decimal(1), Decimal(5)), waits=("a",))
LATER = Possible(span=(Decimal(2), Decimal(6)), waits=("b",))
APART = Possible(span=(Decimal(6), Decimal(9)), waits=("b",))


@pytest.mark.parametrize(
    ("left", "op", "right", "outcomes"),
    [
        (SPAN, Op.EQ, LATER, BOTH),
        (SPAN, Op.LT, LATER, BOTH),
        (SPAN, Op.LT, APART, {True}),
        (SPAN, Op.NE, APART, {True}),
        (SPAN, Op.IN, frozenset([Decimal(1), Decimal(5)]), BOTH),
        (SPAN, Op.EQ, Decimal(3), BOTH),
        (SPAN, Op.GE, Decimal(1), {True}),
        (Possible((None,), span=(Decimal(1), Decimal(5))), Op.GE, Decimal(1), BOTH),
        (Possible(choices=frozenset("xyz")), Op.EQ, frozenset("x"), BOTH),
        (Possible(choices=frozenset("xyz")), Op.CONTAINS, "y", BOTH),
        (Possible(choices=frozenset("xyz")), Op.ANY_OF, frozenset("xy"), BOTH),
        (Possible(text=True), Op.EQ, "gpt", BOTH),
        (Possible(text=True), Op.IN, frozenset(["gpt"]), BOTH),
    ],
)
def test_comparisons_of_what_may_be(prospect, left, op, right, outcomes):
    operand = Operand("fact", "b") if isinstance(right, Possible) else Operand("value", value=right)
    facts = {"a": left} | ({"b": right} if isinstance(right, Possible) else {})
    assert prospect(**facts).judge(Comparison("a", op, operand)).outcomes == outcomes


def test_every_type_of_question_has_its_possible_answers(method):
    questions = method.questionnaire.by_id
    assert unanswered(questions["regulated"]).values == (True, False)
    assert unanswered(questions["rag_result"]).values == ("solves", "falls_short", "untested", "not_applicable")
    assert unanswered(questions["baseline_model"]).text
    assert unanswered(questions["gaps"]).choices == frozenset(questions["gaps"].values)
    assert unanswered(questions["latency_target_ms"]) == Possible(
        (None,), span=(Decimal(1), Decimal(120_000)), waits=("latency_target_ms",)
    )
