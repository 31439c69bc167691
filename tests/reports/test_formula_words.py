"""Every word of a formula has its Spanish: none reaches a Spanish report in English."""

import re

import pytest

from reports.texts import FORMULA_PHRASE, FORMULA_WORDS
from tests.assessments.engine.random_cases import random_case
from tests.assessments.engine.test_every_number import Judged

NAME = re.compile(r"\{\w+\}|P[159]0")
WORD = re.compile(r"[^\W\d_]+")


def left_in_english(pattern: str) -> list[str]:
    """The words of a formula that no phrase of the report's stands for."""
    return WORD.findall(NAME.sub("", FORMULA_PHRASE.sub(" ", pattern)))


def test_the_longest_phrase_that_fits_counts():
    said = FORMULA_PHRASE.sub(
        lambda phrase: FORMULA_WORDS[phrase[0]]["es"], "share of the draws in which {total} is the lowest of {rag}"
    )
    assert said == "parte de las simulaciones en que {total} es el menor de {rag}"


@pytest.mark.one_database
def test_no_word_of_a_formula_stays_english():
    cases = [Judged(random_case(number)) for number in range(60)]
    patterns = {one["origin"].get("pattern", "") for judged in cases for one in judged.figures.values()}
    assert any("below zero" in pattern for pattern in patterns)
    assert {pattern: words for pattern in patterns if (words := left_in_english(pattern))} == {}
