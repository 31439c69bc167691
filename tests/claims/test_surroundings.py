"""The words around a printed figure, found in a text and never in part of another number."""

import pytest

from claims.surroundings import Surroundings, around


def test_a_figure_stands_between_the_words_around_it():
    assert around("A project costs $5,000 to $30,000 in all.", "$5,000 to $30,000") == Surroundings(
        before="A project costs ", figure="$5,000 to $30,000", after=" in all."
    )


def test_long_text_is_cut_on_both_sides_and_says_so():
    found = around("a" * 300 + " 80% " + "b" * 300, "80%", width=5)
    assert found == Surroundings(before="…aaaa ", figure="80%", after=" bbbb…")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("between 500–5,000 examples", "500-5,000"),
        ("about\n   80%\tof the time", "about 80% of the time"),
        ("ABOUT 80%", "about 80%"),
        ("it’s oversold", "it's oversold"),
        ("costs $5,000.", "$5,000"),
        ("80%, they say", "80%"),
    ],
)
def test_what_typesetters_vary_is_alike(text, printed):
    assert around(text, printed) is not None


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("costs $15,000", "5,000"),
        ("costs $5,000,000", "$5,000"),
        ("costs $5,000K", "$5,000"),
        ("1.50 per hour", "50 per hour"),
        ("3–5 iterations", "5 iterations"),
        ("80% of cases", "80"),
        ("$5.50", "$5"),
        ("anything", ""),
        ("prompting", "prompt"),
    ],
)
def test_a_part_of_another_number_or_word_does_not_count(text, printed):
    assert around(text, printed) is None
