"""Every code that the engine and its tables can emit has words, in English and in Spanish."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from assessments import facts, wording
from assessments.engine import costing, method
from claims.models import Gap

ENGINE = Path(costing.__file__).parent
METHOD = method.shipped()


def constants(pattern: str) -> set[str]:
    """String constants of the engine's sources that follow a pattern of source text; the group is the code."""
    found = set()
    for path in ENGINE.glob("*.py"):
        found |= set(re.findall(pattern, path.read_text(encoding="utf-8")))
    return found


def strings_beside(*names: str) -> set[str]:
    """All codes in statements of the cost model that add to one of these lists."""
    found = set()
    for name in ("costing.py", "cost_parts.py", "break_even.py"):
        for node in ast.walk(ast.parse((ENGINE / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.AugAssign | ast.Call | ast.Assign) and any(
                re.search(rf"\b{word}\b", ast.unparse(node).split("(")[0].split("=")[0]) for word in names
            ):
                found |= {
                    part.value
                    for part in ast.walk(node)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier()
                }
    return found


def tables():
    return [METHOD.house.table, *(framework.table for framework in METHOD.frameworks)]


def entries(table):
    for group in (*table.lists.values(), *table.choices.values()):
        yield from group


def expected() -> dict[str, set[str]]:
    verdicts = {entry.code for f in METHOD.frameworks for rule in f.table.rules for entry in rule.verdict}
    recommended = {entry.code for rule in METHOD.house.table.rules for entry in rule.verdict}
    conditions = {entry.code for rule in METHOD.house.table.rules for entry in rule.conditions}
    lacking = {"evidence_expired", "evidence_missing"}
    five_gates = next(f for f in METHOD.frameworks if f.id == "five-gates").table
    assumed = METHOD.house.assumptions
    return {
        "option": recommended | set(costing.VARIANTS) | lacking,
        "inside": recommended | set(costing.VARIANTS) | lacking,
        "advice": recommended | lacking,
        "framework": {framework.id for framework in METHOD.frameworks},
        "verdict": verdicts | lacking,
        "gate": {entry.code for entry in five_gates.lists["failed"]},
        "flag": {entry.code for entry in five_gates.lists["flags"]},
        "band": {"below", "band", "above"},
        "condition": conditions,
        "clause": set(METHOD.house.conditional_on),
        "step": {entry.code for entry in METHOD.house.table.lists["steps"]},
        "step_action": {entry.code for entry in METHOD.house.table.lists["steps"]},
        "reason": {rule.id for table in tables() for rule in table.rules}
        | {entry.code for f in METHOD.frameworks for table in [f.table] for g in table.lists.values() for entry in g}
        | {name for f in METHOD.frameworks for name in f.table.choices}
        | conditions
        | constants(r'_reason\("([a-z_]+)"')
        | constants(r'"((?:mostly|seldom)_cheapest)"')
        | constants(r'(?:return|else) "([a-z_]*frameworks?_[a-z_]+)"')
        | {"own_serving_needed", "evidence_lacking"},
        "gap": {"assumption"} | {code.value for code in Gap.Code},
        "confidence": {"very_low", "low", "medium", "high"},
        "warning": {warning.code for warning in METHOD.warnings},
        "remedy": {warning.remedy for warning in METHOD.warnings},
        "basis": {"answers", "not_asked"},
        "question": {question.id for question in METHOD.unasked} | {"review_on"},
        "answer": {answer.code for question in METHOD.unasked for answer in question.answers}
        | {"unknown", "evidence_due", "evidence_overdue_now"},
        "because": constants(r'Because\(\s*"([a-z_]+)"')
        | {"not_for_method", "scope_differs", "disjoint_not_averaged", "agrees_with_applied"},
        "role": set(METHOD.house.roles)
        | {assumption.replaced_by.id for assumption in assumed.values() if assumption.replaced_by}
        | {"rule", "token_price"},
        "inadequate": {entry.code for entries in METHOD.house.objections.values() for entry in entries},
        "asked": {question.id for question in METHOD.questionnaire.questions},
        "distribution": constants(r'Distribution\(\s*"([a-z_]+)"'),
        "figure": set(assumed)
        | constants(r'ledger\.found\(\s*"([a-z_]+)"')
        | {"tco", "monthly", "upfront", "changes_per_year"},
        "not_offered": strings_beside("reasons") - {"reasons", "missing"},
        "break_even": {"never", "immediate", "requests_per_month", "tokens_per_month", "month"},
    }


@pytest.mark.parametrize(("kind", "codes"), expected().items(), ids=expected().keys())
def test_every_code_has_words_in_both_languages(kind, codes):
    assert codes, "nothing was found to check"
    for code in sorted(codes):
        for lang in wording.LANGUAGES:
            assert wording.word(kind, code, lang).strip(), (kind, code, lang)


def test_no_words_are_left_over_that_are_empty_or_untranslated():
    for kind, codes in wording.kinds().items():
        for code, words in codes.items():
            assert set(words) == set(wording.LANGUAGES), (kind, code)
            assert all(words.values()), (kind, code)


def test_words_with_a_place_to_fill_are_filled_where_they_are_used():
    places = {
        kind: {code for code, words in codes.items() if any("{" in text for text in words.values())}
        for kind, codes in wording.kinds().items()
    }
    assert {kind for kind, codes in places.items() if codes} <= {"advice", "verdict", "figure"}


def test_a_code_without_words_is_an_error():
    with pytest.raises(wording.WordingMissing, match="no words for verdict 'maybe'"):
        wording.word("verdict", "maybe")


def test_questions_have_words_in_both_languages():
    for question in facts.questionnaire().questions:
        for text in (question.text, question.help, question.reason, *(option.label for option in question.options)):
            assert all(text[lang] for lang in wording.LANGUAGES), question.id


def test_a_headline_says_what_must_be_there_first():
    recommendation = {
        "option": "fine_tune_lora",
        "conditions": ["build_evals_first", "clean_data_first", "not_cost_justified"],
        "steps": [],
    }
    assert wording.headline(recommendation) == (
        "Fine-tune a small open-weights model with LoRA, for quality and not to save money, "
        "once an automated evaluation is in place and the examples have been cleaned."
    )
    assert wording.headline(recommendation, "es").startswith("Ajuste con LoRA un modelo pequeño")


def test_a_staged_headline_names_the_steps_in_order():
    recommendation = {"option": "staged", "conditions": ["reassess_after_tests"], "steps": ["few_shot", "rag"]}
    assert wording.headline(recommendation) == ("Test before you build: the best prompt with examples, then retrieval.")


def test_the_yaml_files_give_each_code_once():
    class Loader(yaml.SafeLoader):
        """Refuses a mapping that says one key twice."""

        def construct_mapping(self, node, deep=False):
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(keys)), keys
            return super().construct_mapping(node, deep)

    for path in Path(wording.__file__).parent.glob("*.yaml"):
        yaml.load(path.read_text(encoding="utf-8"), Loader)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, ""),
        ({"by": ["one-claim", "another-claim"]}, "one-claim, another-claim"),
        ({"key": "model_size", "client": "7B"}, "model size: 7B"),
        ({"key": "tier", "claim": "basic", "client": "production"}, "tier: basic, not production"),
        ({"claim": "year", "needed": "month"}, "year, not month"),
    ],
)
def test_the_details_of_a_reason_can_be_read(params, said):
    assert wording.details(params) == said
