"""A firm's framework: what of a file is refused, and what a good one decides."""

from copy import deepcopy

import pytest

from assessments.engine import FrameworkError
from assessments.engine.framework_conditions import MOST_COMPARISONS
from assessments.engine.framework_files import definition_of, definition_problems, read_definition
from assessments.engine.framework_text import UnreadableFramework
from tests.assessments.engine.own_framework import definition, example, known

LONG = "x" * 301


def told(data, **of_known):
    return [str(problem) for problem in definition_problems(data, known(**of_known))]


def put(path, value):
    """A change of one place of the definition, named `rules.0.when`; the value `GONE` takes it away."""

    def change(data):
        *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
        for step in way:
            data = data[step]
        if value == "GONE":
            del data[last]
        elif isinstance(last, int) and last == len(data):
            data.append(value)
        else:
            data[last] = value

    return change


GATE = {"fact": "n_examples", "op": "lt", "claim": "fine-tuning-examples-gate", "field": "low"}


def test_the_example_has_no_problem():
    assert told(definition()) == []


def test_what_may_be_left_out_may_be_null():
    data = definition()
    data |= {"claims": None, "reads": ["n_examples"], "numbers": None, "terms": None, "lists": None, "choices": None}
    data["rules"] = [{"id": "all_of_them", "verdict": "nothing_said", "show": None, "claims": None}]
    data["points_at"] = {"nothing_said": None}
    words = {"en": "nothing", "es": "nada"}
    data["words"] = {"verdicts": {"nothing_said": words}, "reasons": {"all_of_them": words}}
    assert told(data) == []
    assert read_definition(data, known(), firm="Northwind", version="1").points_at == {"nothing_said": ()}


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("id", "GONE", "file: id: is missing"),
        ("id", "payback", "file: id: payback is a founding framework, which stays as it is: choose another"),
        ("id", "Not A Slug", "file: id: 'Not A Slug' is not a name such as own-hosting-first"),
        ("id", ["a"], "file: id: ['a'] is not a name such as own-hosting-first"),
        ("order", 5, "file: 'order': is not a key here"),
        ("title", "Upkeep", "file: title: needs a mapping, not 'Upkeep'"),
        ("title.es", "GONE", "file, title: es: is missing"),
        ("title.fr", "Entretien", "file, title: 'fr': is not a key here"),
        ("title.en", 5, "file, title: en: needs a text of one line, not 5"),
        ("title.en", "two\nlines", "file, title: en: needs a text of one line, not 'two\\nlines'"),
        ("title.en", LONG, "file, title: en: is longer than 300 characters"),
        ("title.en", "Seven ½ steps", "file, title: en: holds a number: a number is told by its claim, not in words"),
        ("title.en", "{use} first", "file, title: en: braces may name nothing here"),
        ("title", "GONE", "file: title: is missing"),
        ("source", "GONE", "file: source: is missing"),
        ("source", "no-such-source", "file: source: 'no-such-source' is not a source of the registry; or say it in words"),
        ("claims", "a", "file: claims: needs a list, not 'a'"),
        ("claims", ["no-claim", 5], "file: claims: 'no-claim' is not a published claim"),
        ("claims", ["fine-tuning-examples-gate"] * 61, "file: claims: has 61 entries; 60 are allowed"),
        ("reads", ["no_fact"], "file: reads: 'no_fact' is not a question or a derived fact"),
        ("numbers", [["a"]], "file: numbers: ['a'] is not a question or a derived fact"),
        ("numbers", ["gaps"], "file: numbers: gaps is not a number"),
        ("terms", [1], "file: terms: needs a mapping, not [1]"),
        ("terms.Bad Name", {"term": "alone"}, "terms: Bad Name: 'Bad Name' is not a code: small letters, digits and _, at most sixty"),
        ("terms.measured", {"term": "measured"}, "terms: measured: names itself, directly or by way of others"),
        ("lists.in_the_way.0.when", {"none_of": "in_the_way"}, "lists: in_the_way: names itself, directly or by way of others"),
        ("terms.measured", "yes", "measured: when: a condition is a mapping, not 'yes'"),
        ("terms.measured", {"all": []}, "measured: all: names no condition"),
        ("terms.measured", {"all": "x"}, "measured: all: needs a list, not 'x'"),
        ("terms.measured", {"nand": []}, "measured: nand: not a kind of condition"),
        ("terms.measured", {"term": ["x"]}, "measured: term: ['x'] is not defined above"),
        ("terms.measured", {"fact": ["x"], "op": "eq", "value": 1}, "measured: fact: ['x'] is not a question or a derived fact"),
        ("terms.measured", {"fact": "gaps", "op": "eq", "value": 1}, "measured: value: needs a list, not 1"),
        ("terms.measured", {"fact": "eval_infra", "op": "eq", "value": ["none"]}, "measured: value: ['none'] is not one of: automated_regression, manual, none"),
        ("terms.measured", {"fact": "n_examples", "op": "lt", "value": 500}, "measured: n_examples: a number is not written in a table: name a published claim and a field of it"),
        ("terms.measured", {"fact": "n_examples", "op": "in", "value": [1]}, "measured: n_examples: a number is not written in a table: name a published claim and a field of it"),
        ("terms.measured", GATE | {"figure": "x", "claim": "y"}, "measured: n_examples: needs exactly one of value, claim, figure, other_fact"),
        ("terms.measured", {"fact": "n_examples", "op": "lt", "figure": ["x"], "field": "low"}, "measured: figure: ['x'] is not computed"),
        ("terms.measured", GATE | {"claim": "no-claim"}, "measured: claim: 'no-claim' is not a published claim"),
        ("terms.measured", GATE | {"claim": ["x"]}, "measured: claim: a claim is named by its slug, not ['x']"),
        ("terms.measured", GATE | {"field": "high"}, "measured: field: fine-tuning-examples-gate does not state high"),
        ("terms.measured", GATE | {"field": "median"}, "measured: field: 'median' is not one of low, likely, high, rating"),
        ("lists.verdict", [], "lists: verdict: is a name that has a meaning already: choose another"),
        ("lists.gaps", [], "lists: gaps: is a name that has a meaning already: choose another"),
        ("choices.in_the_way", "rag", "choices: in_the_way: is a name that has a meaning already: choose another"),
        ("lists.in_the_way.0", "no_tests", "in_the_way: code: needs a mapping, not 'no_tests'"),
        ("lists.in_the_way.0.code", ["x"], "in_the_way: code: ['x'] is not a code: small letters, digits and _, at most sixty"),
        ("lists.in_the_way.0.code", "GONE", "in_the_way: code: is missing"),
        ("choices.instead.2.when", GATE, "instead: when: the last entry is for whatever is left and has no condition"),
        ("choices.instead.1.when", "GONE", "instead: when: an entry without a condition hides those after it"),
        ("choices.instead", [], "instead: when: the last entry is for whatever is left and has no condition"),
        ("rules", [], "file: rules: there is none"),
        ("rules", {"a": 1}, "file: rules: needs a list, not {'a': 1}"),
        ("rules.1", "own_it", "rule 2: rules: needs a mapping, not 'own_it'"),
        ("rules.1.id", "GONE", "rule 2: id: is missing"),
        ("rules.1.id", "a_prompt_is_enough", "a_prompt_is_enough: id: stands twice"),
        ("rules.1.conditions", ["x"], "nobody_to_call: 'conditions': is not a key here"),
        ("rules.1.when", "GONE", "nobody_to_call: when: is missing: a rule without a condition hides those after it"),
        ("rules.3.when", GATE, "nothing_in_the_way: when: the last rule applies to whatever is left and has no condition"),
        ("rules.1.verdict", "GONE", "nobody_to_call: verdict: is missing"),
        ("rules.1.verdict", "evidence_missing", "nobody_to_call: verdict: evidence_missing is what is said where evidence cannot be used"),
        ("rules.1.verdict", "unheard", "points_at: unheard: is missing: which options does this verdict speak for?"),
        ("rules.1.show", ["nowhere"], "nobody_to_call: show: 'nowhere' is not a list or a choice of this file"),
        ("rules.1.use", "magic", "nobody_to_call: use: 'magic' is not an option; those are few_shot, fine_tune_full, fine_tune_lora, hybrid_rag_lora, prompt_chaining, prompting, rag"),
        ("rules.1.claims", [["x"]], "nobody_to_call: claims: ['x'] is not a published claim"),
        ("points_at.unheard", ["rag"], "points_at: unheard: no rule gives this verdict"),
        ("points_at.own_it", ["magic"], "points_at: own_it: 'magic' is not an option; those are few_shot, fine_tune_full, fine_tune_lora, hybrid_rag_lora, prompt_chaining, prompting, rag"),
        ("points_at.own_it", [["x"]], "points_at: own_it: ['x'] is not an option; those are few_shot, fine_tune_full, fine_tune_lora, hybrid_rag_lora, prompt_chaining, prompting, rag"),
        ("words", [], "file: words: needs a mapping, not []"),
        ("words.reasons.few_examples", "GONE", "words: reasons: there are none for 'few_examples'"),
        ("words.reasons.magic", {"en": "x", "es": "x"}, "words: reasons: 'magic' is not a code of this file"),
        ("words.verdicts.own_it", "GONE", "words: verdicts: there are none for 'own_it'"),
        ("words.verdicts.own_it.en", "{use} it", "words: own_it: names {use}, which not every rule with this verdict has: use, or a choice it shows"),
        ("words.verdicts.own_it.en", "{instead}", "words: own_it: names {instead}, which not every rule with this verdict has: use, or a choice it shows"),
        ("words.verdicts.own_it.en", "{0.__class__}", "words, verdicts, own_it: en: braces may name {use}, {instead} here"),
        ("words.verdicts.own_it.en", "an open {brace", "words, verdicts, own_it: en: braces may name {use}, {instead} here"),
        ("words.verdicts.own_it", "short", "words, verdicts: own_it: needs a mapping, not 'short'"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else "",
)  # fmt: skip
def test_each_problem_is_told_with_rule_and_key(path, value, problem):
    data = definition()
    put(path, value)(data)
    assert problem in told(data)
    with pytest.raises(FrameworkError):
        read_definition(data, known(), firm="Northwind", version="1")


def test_all_problems_are_told_at_once():
    data = definition()
    for path, value in (("title.es", "GONE"), ("rules.0.use", "magic"), ("words.verdicts.own_it.es", "GONE")):
        put(path, value)(data)
    assert [problem.partition(":")[0] for problem in told(data)] == [
        "file, title",
        "a_prompt_is_enough",
        "words, verdicts, own_it",
    ]


def test_every_mistake_of_one_condition_is_told():
    data = definition()
    data["rules"][0]["when"] = {"all": [{"fact": "magic"}, {"not": {"any": [{"term": "magic"}, GATE | {"op": "x"}]}}]}
    assert told(data) == [
        "a_prompt_is_enough: fact: 'magic' is not a question or a derived fact",
        "a_prompt_is_enough: term: 'magic' is not defined above",
        "a_prompt_is_enough: op: 'x' is not one of eq, ne, lt, le, gt, ge, in, contains, any_of",
    ]


def test_braces_without_end_and_endless_values_are_told_shortly():
    data = definition()
    data["words"]["verdicts"]["own_it"]["en"] = "{" * 30_000
    data["rules"][0]["when"] = ["x" * 30_000]
    problems = told(data)
    assert "words, verdicts, own_it: en: is longer than 300 characters" in problems
    assert "words, verdicts, own_it: en: braces may name {use}, {instead} here" in problems
    assert max(map(len, problems)) < 400


def test_too_many_names_are_not_all_read():
    data = definition()
    data["terms"] |= {f"term_{n}": GATE for n in range(70)}
    assert "file: terms: has 72 entries; 60 are allowed" in told(data)


def test_terms_that_double_each_other_are_refused_before_anything_is_judged():
    data = definition()
    doubling = {f"term_{n}": {"all": [{"term": f"term_{n + 1}"}] * 2} for n in range(40)}
    data["terms"] |= doubling | {"term_40": GATE}
    assert f"rules: when: more than {MOST_COMPARISONS} comparisons, once every term is written out" in told(data)


def test_without_a_registry_claims_and_sources_are_taken_as_they_are():
    data = definition() | {"source": "no-such-source", "claims": ["no-claim"]}
    data["terms"]["measured"] = GATE | {"claim": "no-claim"}
    assert told(data, claims=None, sources=None) == []


def test_a_source_of_the_registry_is_named_by_its_slug():
    assert told(definition() | {"source": "a-source"}) == []


def test_what_is_nested_without_end_is_not_even_looked_at():
    data = definition()
    for _ in range(30):
        data = {"all": [data]}
    with pytest.raises(UnreadableFramework):
        read_definition(data, known(), firm="Northwind", version="1")


def test_terms_and_lists_may_stand_in_any_order():
    """JSON that is stored sorts its keys."""
    data = definition()
    data["terms"] = {"a_first": {"term": "z_last"}, **data["terms"], "z_last": GATE}
    data["lists"] = {"about": [{"code": "no_tests", "when": {"none_of": "in_the_way"}}], **data["lists"]}
    one = read_definition(data, known(), firm="Northwind", version="1")
    turned = {key: data[key] for key in sorted(data)}
    assert read_definition(turned, known(), firm="Northwind", version="1").table == one.table


def test_the_digest_is_that_of_what_decides_and_not_of_the_cases(judge):
    data = example()
    one = read_definition(definition_of(data), known(), firm="Northwind", version="1")
    data["cases"] = []
    other = read_definition(definition_of(data), known(), firm="Northwind", version="2")
    assert one.digest == other.digest
    data["title"]["en"] = "Another"
    assert read_definition(definition_of(data), known(), firm="Northwind", version="3").digest != one.digest


@pytest.fixture
def framework():
    return read_definition(definition(), known(), firm="Northwind", version="7")


def test_a_result_holds_all_of_a_firms_own_framework(judge, method, framework):
    result = judge({"n_examples": 40}, frameworks=[*method.frameworks, framework])
    *founding, own = result["frameworks"]
    assert [one["version"] for one in founding] == [one.digest for one in method.frameworks]
    assert not any("own" in one for one in founding)
    assert (own["id"], own["version"], own["verdict"], own["fired"]) == (
        "upkeep-first", "7", "leave_models_alone", "too_much_in_the_way",
    )  # fmt: skip
    assert (own["in_the_way"], own["instead"], own["options"]) == (["few_examples"], "few_shot", ["few_shot"])
    assert own["own"] == {"firm": "Northwind", "digest": framework.digest, "definition": definition()}
    assert len(own["figures"]) == 2


def test_what_a_firm_chooses_is_what_confidence_counts(judge, method, framework):
    solved = {"prompt_result": "solves"}
    words = {
        count: judge(solved, frameworks=[framework, *method.frameworks][:count])["recommendation"]["confidence_reasons"]
        for count in (1, 2)
    }
    assert [reasons[0]["frameworks"] for reasons in words.values()] == [
        ["upkeep-first"],
        ["upkeep-first", "simplest-first"],
    ]


def test_three_that_agree_are_not_most_where_as_many_do_not(judge, method, framework):
    agreeing = [framework] * 3
    against = [deepcopy(framework) for _ in range(3)]
    solved = {"prompt_result": "solves"}
    for one in against:
        one.points_at["keep_it_small"] = ("rag",)
    divided = judge(solved, frameworks=[*agreeing, *against])["recommendation"]["confidence_reasons"][0]
    assert divided["code"] == "frameworks_divided"
    mostly = judge(solved, frameworks=[*agreeing, *against[:2]])["recommendation"]["confidence_reasons"][0]
    assert mostly["code"] == "most_frameworks_agree"
