"""The product's questionnaire against the one the domain fixes, and the reading of the file."""

import json
from decimal import Decimal

import pytest
import yaml

from assessments.engine import FrameworkError
from assessments.engine.ledger import Measure
from assessments.engine.method import DIRECTORY
from assessments.engine.questionnaire import load_questionnaire
from tests.shared_documents import SHARED

DOMAIN = json.loads((SHARED / "domain" / "questionnaire.json").read_text(encoding="utf-8"))
SOURCE = DIRECTORY / "questionnaire.yaml"


@pytest.fixture
def questionnaire(method):
    return method.questionnaire


@pytest.mark.parametrize("fixed", DOMAIN["questions"], ids=lambda question: question["id"])
def test_a_question_is_the_one_the_domain_fixes(fixed, questionnaire):
    question = questionnaire.by_id[fixed["id"]]
    assert (question.type, question.unit) == (fixed["type"], fixed["unit"])
    assert sorted(question.used_by) == sorted(fixed["used_by"])
    if fixed["type"] in ("integer", "number"):
        assert [question.minimum, question.maximum] == fixed["allowed"]
    elif fixed["type"] in ("enum", "multi_enum"):
        assert list(question.values) == fixed["allowed"]
    else:
        assert question.values == ()


def test_there_is_no_other_question(questionnaire):
    assert set(questionnaire.by_id) == {question["id"] for question in DOMAIN["questions"]}
    assert questionnaire.version == DOMAIN["version"]
    assert questionnaire.conventions["days_per_month"] == DOMAIN["conventions"]["days_per_month"]


def test_only_what_may_be_none_is_nullable(questionnaire):
    nullable = {question.id for question in questionnaire.questions if question.nullable}
    assert nullable == {"few_shot_relative_pct", "distribution_shift_months", "latency_target_ms"}


def test_every_word_is_there_in_both_languages(questionnaire):
    texts = [words for step in questionnaire.steps for words in (step.title, step.intro)]
    for question in questionnaire.questions:
        texts += [question.text, question.reason, question.help, question.label]
        texts += [option.label for option in question.options]
    for words in texts:
        assert set(words) == {"en", "es"}
        assert all(words.values())


def test_each_question_is_asked_on_one_page(questionnaire):
    asked = [question.id for step in questionnaire.steps for question in questionnaire.of_step(step.id)]
    assert sorted(asked) == sorted(questionnaire.by_id)


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("requests_per_month", Measure("requests", per="month")),
        ("cacheable_share", Measure("ratio")),
        ("budget_total_usd", Measure("currency", "USD")),
        ("tokens_in", Measure("tokens", per="request")),
        ("n_examples", Measure("examples")),
        ("few_shot_relative_pct", Measure("percent")),
    ],
)
def test_a_numeric_answer_knows_what_it_counts(questionnaire, question, measure):
    assert questionnaire.by_id[question].measure == measure


def test_options_of_change_say_how_often_a_year(questionnaire):
    often = {option.value: option.per_year for option in questionnaire.by_id["knowledge_change"].options}
    assert often["quarterly"] == Decimal(4)
    assert often["never"] is None
    assert often["continuous"] is None


@pytest.mark.parametrize(
    ("question", "answers", "shown"),
    [
        ("task_type", {}, True),
        ("knowledge_change", {}, False),
        ("knowledge_change", {"needs_private_facts": True}, True),
        ("knowledge_change", {"needs_private_facts": False}, False),
        ("example_quality", {}, False),
        ("example_quality", {"n_examples": 0}, False),
        ("example_quality", {"n_examples": 1}, True),
        ("few_shot_relative_pct", {"few_shot_result": "untested"}, False),
        ("few_shot_relative_pct", {"few_shot_result": "falls_short"}, True),
    ],
)
def test_a_question_is_shown_where_it_matters(questionnaire, question, answers, shown):
    assert questionnaire.shown(questionnaire.by_id[question], answers) is shown


def test_hidden_questions_take_their_neutral_answer(questionnaire, answers):
    given = answers(needs_private_facts=False, knowledge_change="daily", n_examples=0, few_shot_relative_pct=70)
    completed = questionnaire.complete(given)
    assert completed["knowledge_change"] == "never"
    assert completed["example_quality"] == "none"
    assert completed["few_shot_relative_pct"] == 70
    assert given["knowledge_change"] == "daily"


@pytest.fixture
def broken(tmp_path):
    """The shipped file with one question changed."""

    def load(question, **changes):
        data = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
        entry = next(one for one in data["questions"] if one["id"] == question)
        for key, value in changes.items():
            if value is None:
                del entry[key]
            else:
                entry[key] = value
        path = tmp_path / "questionnaire.yaml"
        path.write_text(yaml.safe_dump(data), encoding="utf-8")
        return load_questionnaire(path)

    return load


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": None}, "questionnaire.yaml: n_examples: text: is missing"),
        ({"step": "nowhere"}, "questionnaire.yaml: n_examples: step: 'nowhere' is not a step"),
        ({"type": "float"}, "n_examples: type: 'float' is not one of"),
        ({"shown_when": {"fact": "volume", "op": "eq", "value": 1}}, "n_examples: fact: 'volume' is not a question"),
    ],
)
def test_a_wrong_question_is_named_when_the_file_is_read(broken, changes, message):
    with pytest.raises(FrameworkError, match=message):
        broken("n_examples", **changes)


def test_what_is_shown_depends_on_answers_only(broken):
    condition = {"fact": "n_examples", "op": "gt", "claim": "fine-tuning-examples-start", "field": "low"}
    questionnaire = broken("example_quality", shown_when=condition)
    with pytest.raises(LookupError, match="answers only"):
        questionnaire.shown(questionnaire.by_id["example_quality"], {"n_examples": 3})
