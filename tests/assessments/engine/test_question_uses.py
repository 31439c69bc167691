"""What each question decides, walked from the tables."""

from dataclasses import replace
from datetime import date

import pytest

from assessments.engine.break_even import break_even
from assessments.engine.claim import Claims
from assessments.engine.costing import CONSTRAINT, TESTED, Costing
from assessments.engine.evidence import Evidence, Selection
from assessments.engine.facts import validate
from assessments.engine.inputs import ANSWERS, Inputs
from assessments.engine.ledger import Ledger
from assessments.engine.question_uses import Use, Uses, question_uses
from assessments.engine.questionnaire import DERIVED_FACTS, DERIVED_FROM

# What the domain names for a question and no rule reads, and what rules read and the domain does not name.
NAMED_ONLY = {
    ("needs_private_facts", "simplest-first"),
    ("few_shot_relative_pct", "overall"),
    ("latency_target_ms", "overall"),
}
READ_ONLY = {
    ("needs_private_facts", "five-gates"),
    ("needs_private_facts", "payback"),
    ("gaps", "five-gates"),
    ("n_examples", "economics"),
    ("retrain_cadence_months", "economics"),
    ("task_type", "overall"),
    ("task_pattern_stable", "overall"),
    ("domain_stable_12m", "overall"),
    ("requests_per_month", "overall"),
}


@pytest.fixture
def uses(method):
    return question_uses(method)


def test_every_question_feeds_something(method, uses):
    assert [question for question in method.questionnaire.by_id if not uses[question]] == []
    assert not Uses((), costs=False, constrains=False)


def test_the_questionnaire_agrees_on_what_uses_a_question(method, uses):
    named = {(one.id, user) for one in method.questionnaire.questions for user in one.used_by}
    read = {(question, user) for question, found in uses.items() for user in users(found)}
    assert named - read == NAMED_ONLY
    assert read - named == READ_ONLY


def users(found):
    yield from {use.table or "overall" for use in found.rules}
    if found.costs:
        yield "economics"
    if found.constrains:
        yield "overall"


@pytest.mark.parametrize(
    ("question", "rules"),
    [
        ("few_shot_relative_pct", [Use("framework", "payback", "few_shot_close_enough")]),
        ("cacheable_share", []),
        (
            "distribution_shift_months",
            [
                Use("framework", "payback", "unstable"),
                Use("house", "", "shifts_outrun_retraining"),
                Use("warning", "", "stale_snapshot"),
            ],
        ),
        (
            "retrain_cadence_months",  # only ever the other side of a comparison
            [
                Use("framework", "payback", "unstable"),
                Use("house", "", "shifts_outrun_retraining"),
                Use("warning", "", "stale_snapshot"),
            ],
        ),
        (
            "tokens_in",  # by way of the tokens of a month
            [
                Use("framework", "payback", "volume_below_band"),
                Use("framework", "payback", "volume_in_band"),
                Use("framework", "payback", "band"),
            ],
        ),
        ("deployment", [Use("warning", "", "not_portable"), Use("unasked", "", "ownership")]),
    ],
)
def test_the_rules_that_read_a_question_in_their_order(uses, question, rules):
    assert list(uses[question].rules) == rules


def test_a_rule_that_an_answer_only_gives_its_option_says_so(uses):
    assert Use("house", "", "shifts_outrun_retraining", chooses=True) in uses["regulated"].rules
    assert Use("house", "", "shifts_outrun_retraining") in uses["distribution_shift_months"].rules
    assert Use("objection", "", "facts_not_supplied") in uses["regulated"].rules


def test_a_derived_fact_says_what_it_follows_from(answers, method):
    facts = validate(answers(), method.questionnaire)
    assert facts.values.keys() - method.questionnaire.by_id.keys() == DERIVED_FACTS.keys() == DERIVED_FROM.keys()


class Noted(dict):
    """Facts that note which of them were read."""

    def __init__(self, values):
        super().__init__(values)
        self.read = set()

    def __getitem__(self, name):
        self.read.add(name)
        return super().__getitem__(name)


def test_the_cost_model_computes_with_the_questions_it_names(answers, claims, method, declared):
    facts = validate(answers(), method.questionnaire)
    noted = Noted(facts.values)
    evidence = Evidence(Claims(claims), date(2026, 11, 22), "USD", Selection(method.house.grades))
    choices = declared(
        gpu_capacity=1000, chain_steps=3, tuned_input_price=1, tuned_output_price=2, tuned_training_price=3
    )
    inputs = Inputs(
        replace(facts, values=noted), method.questionnaire, method.house, evidence, Ledger(), "USD", choices
    )
    break_even(Costing(inputs))
    tests_of_the_client = set(TESTED.values())
    assert noted.read - tests_of_the_client - {CONSTRAINT} == ANSWERS
