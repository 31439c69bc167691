"""The language of a firm's own words: what it allows, what it refuses and with which sentence."""

import re
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from reports.own_words import PASSAGES, faults
from reports.own_words_figures import names
from reports.own_words_syntax import FLAGS, FUNCTIONS, TEXTS
from reports.sections import BY_SLUG

HOSTILE = yaml.safe_load(Path(settings.BASE_DIR, "tests", "cases", "own_words.yaml").read_text(encoding="utf-8"))
DOCUMENT = Path(settings.BASE_DIR, "docs", "own-words.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```jinja\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
ALLOWED = {
    "words": "We looked at what it costs you — and what it does not.",
    "words in Spanish": "¿Qué le conviene? Empecemos por lo más sencillo: «medir».",
    "a letter with its accent apart": "Situacio\u0301n",
    "nothing": "",
    "blanks": " \n\n ",
    "two paragraphs": "One.\n\nTwo.",
    "lines as a browser sends them": "One.\r\n\r\nDear {{ client }},\r\nTwo.",
    "a name": "{{ client }}’s way, by {{ firm }} ({{ author }}).",
    "every name": "{{ client }}, {{ title }}, {{ firm }}, {{ author }}, {{ reference }}, {{ language }}, {{ as_of }}, {{ currency }}, {{ recommended }}, {{ recommended_inside }}.",
    "a figure": 'It costs {{ figure("recommended.tco") }}.',
    "a figure in other forms": '{{ figure_likely("rag.tco") }} ({{ figure_range("rag.tco") }})',
    "an answer": 'You plan for {{ answer("horizon_months") }}.',
    "a figure that may be lacking": '{% if has_figure("break_even.month") %}{{ figure("break_even.month") }}{% endif %}',
    "an answer that may be lacking": '{% if not has_answer("budget_total_usd") %}You named no budget.{% endif %}',
    "a choice": '{% if answer("prompt_result") == "solves" %}a{% elif answer("regulated") != "no" %}b{% else %}c{% endif %}',
    "an option": '{% if recommended == "rag" or recommended == "staged" %}a{% endif %}',
    "a language": '{% if language == "es" and (founding or not drawn) %}a{% endif %}',
    "a flag": "{% if lists %}a{% endif %}",
    "a name that may be empty": "{% if author %}Ask {{ author }}.{% endif %}",
    "a dash that stands apart": "- {{ client }} – {{ firm }}",
    "signs that only end a word": "{{ client }}? {{ client }}! “{{ client }}” ({{ client }}); {{ client }}: {{ client }}…",
    "a sign of money": "All money is in $.",
}


@pytest.mark.parametrize("about", HOSTILE)
def test_is_refused_with_a_sentence_that_names_the_line(about):
    case = HOSTILE[about]
    template = case.get("before", "") + case["template"] * case.get("times", 1) + case.get("end", "")
    started = time.process_time()
    found = faults("summary_intro", template)
    assert time.process_time() - started < 1
    assert any(case["says"] in one for one in found), found
    line = case.get("line", 1)
    if line:
        assert found[0].startswith(f"Line {line}: ")
    assert len(found) <= 5
    assert all(len(one) < 900 and one[-1] in ".?" for one in found), found


def test_there_are_enough_of_them():
    assert len(HOSTILE) > 60


@pytest.mark.parametrize("about", ALLOWED)
def test_is_allowed(about):
    assert faults("costs_intro", ALLOWED[about]) == []


def test_a_passage_that_there_is_not():
    assert faults("recommendation", "x") == ["There is no passage 'recommendation'."]


@given(st.text(max_size=300))
def test_any_text_is_allowed_or_refused_with_sentences(text):
    assert all(one.startswith("Line ") for one in faults("costs_intro", text))


@given(st.lists(st.sampled_from(["{{", "}}", "{%", "%}", "{#", "#}", "if", "else", "endif", "client", "figure", "(", ")",
                                 '"recommended.tco"', "==", "not", "and", "\n", " ", "a", "'", "-", ".", "7"])))  # fmt: skip
def test_any_row_of_pieces_is_allowed_or_refused_with_sentences(pieces):
    assert all(one.startswith("Line ") or "characters" in one for one in faults("costs_intro", " ".join(pieces)))


def test_every_passage_says_what_it_is_and_stands_in_a_section():
    assert 8 <= len(PASSAGES) <= 13
    assert all(one.title and one.where and one.section in BY_SLUG for one in PASSAGES.values())
    assert len({one.title for one in PASSAGES.values()}) == len(PASSAGES)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", PASSAGES)
def test_our_own_text_can_be_saved_as_it_is(name, language):
    assert faults(name, PASSAGES[name].own(language)) == []


def test_our_own_texts_are_in_both_languages():
    texts = [(one.own("en"), one.own("es")) for one in PASSAGES.values()]
    assert all(bool(english) == bool(spanish) for english, spanish in texts)
    assert [english for english, spanish in texts if english and english == spanish] == []


def test_figures_have_names_that_mean_the_same_in_every_case():
    assert {
        "recommended.tco",
        "rag.monthly",
        "break_even.month",
        "answer.horizon_months",
        "assumption.gpu_hour",
    } < names()
    assert not any(name.startswith("F") for name in names())


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_document_can_be_saved(example):
    assert faults("costs_intro", example) == []


def test_the_document_names_every_passage_name_function_and_figure():
    prose = re.sub(r"^```.*?^```$", "", DOCUMENT, flags=re.MULTILINE | re.DOTALL)
    quoted = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", prose))))
    options = {part for name in names() if not name.startswith(("answer.", "assumption.")) for part in name.split(".")}
    assert {*PASSAGES, *TEXTS, *FLAGS, *FUNCTIONS, *options} - quoted == set()
