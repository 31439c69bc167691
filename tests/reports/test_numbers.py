import pytest

from reports.numbers import count, numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("US$18,000–45,000, likely US$28,000", ["18,000", "45,000", "28,000"]),
        ("18.000–45.000\u00a0US$", ["18.000", "45.000"]),
        ("0,00506 por petición", ["0,00506"]),
        ("in 2026, 5 of 12.", ["2026", "5", "12"]),
        ("gpt-6.1-sol and H100", ["6.1", "100"]),
        ("rag-build-cost@3", ["3"]),
        ("3fa9 c1d0", ["3", "9", "1", "0"]),
        ("one in ten", []),
        ("x² and ½", ["2", "1", "2"]),
        ("1\u200b0", ["10"]),
        ("12", ["12"]),
    ],
)
def test_numbers_as_they_are_printed(text, found):
    assert numbers(text) == found


def test_texts_are_read_one_by_one():
    """A mark behind a number is a text of its own, so the two do not run together."""
    assert count(["95,592", "14", "14"]) == {"95,592": 1, "14": 2}
