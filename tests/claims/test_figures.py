"""A figure is found to the letter, in its unit, in the content of a page, among words of the claim; or it is not."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from claims.figures import Context, find_figure
from claims.page_text import PageText
from tests.shared_documents import SHARED

TOP = Path(__file__).resolve().parents[2]
TABLE = yaml.safe_load((TOP / "tests" / "cases" / "printed_figures.yaml").read_text(encoding="utf-8"))
NO_WORDS = Context("")
FOUND, ELSEWHERE, MISSING = "found", "elsewhere", "missing"


def finding(printed: str, text: str, words: str = "", *, aside: str = "", passage: str = "") -> str:
    return find_figure(printed, Context(words, passage), PageText(text, aside)).finding


@pytest.mark.parametrize(("printed", "text"), [(one["printed"], text) for one in TABLE for text in one["found"]])
def test_what_printers_do_differently_is_passed_over(printed, text):
    assert finding(printed, text) == FOUND


@pytest.mark.parametrize(("printed", "text"), [(one["printed"], text) for one in TABLE for text in one["missing"]])
def test_another_figure_is_not_taken_for_it(printed, text):
    assert finding(printed, text) == MISSING


def test_a_figure_among_other_words_is_missing_and_said_to_be_there():
    sighting = find_figure(
        "$35,000",
        Context("A production system costs this much to build."),
        PageText("The winner of the lottery took home $35,000 on Monday."),
    )
    assert (sighting.finding, sighting.note) == (MISSING, "It stands in the page, but among other words.")
    assert finding("$35,000", "To build such a system in production costs $35,000.", "A production system") == FOUND


def test_a_short_figure_needs_more_words_than_a_long_one():
    words = "Upkeep of retrieval systems takes little effort."
    assert finding("Low", "Effort: low", words) == MISSING
    assert finding("Low", "Effort of retrieval: low", words) == FOUND
    assert finding("$18,000 to $45,000", "Effort: $18,000 to $45,000", words) == FOUND
    assert finding("$18,000 to $45,000", "Prize: $18,000 to $45,000", words) == MISSING


def test_words_may_be_reworded_numbers_may_not():
    words = "Companies abandoned projects before production."
    assert finding("42%", "The share of company projects abandoned was 42%.", words) == FOUND
    assert finding("42%", "The share of company projects abandoned was 43%.", words) == MISSING


def test_the_words_that_stood_there_before_are_as_good_as_those_of_the_claim():
    text = "In that quarter the invoice from our vendor came to $35,000 and nobody had expected it."
    assert finding("$35,000", text, "A production system takes months.") == MISSING
    before = "In that quarter the invoice of our vendor came to $35,000, and nobody expected it"
    assert finding("$35,000", text, "A production system takes months.", passage=before) == FOUND


def test_the_second_place_counts_where_the_first_speaks_of_something_else():
    text = "The lottery paid $35,000. " + "x " * 500 + "A production system costs $35,000 to build."
    sighting = find_figure("$35,000", Context("A production system costs this much to build."), PageText(text))
    assert sighting.finding == FOUND
    assert sighting.passage.endswith("A production system costs $35,000 to build.")


def test_a_figure_that_stands_only_around_the_content_is_elsewhere():
    words = "A production system costs this much to build."
    assert finding("$35,000", "Nothing here.", words, aside="[3] A production system costs $35,000") == ELSEWHERE
    assert finding("$35,000", "Nothing here.", words, aside="[3] A production system costs $350,000") == MISSING
    assert finding("$35,000", "A system costs $35,000 to build.", words, aside="$35,000") == FOUND


def test_the_passage_is_cut_between_words():
    text = "begin " + "word " * 100 + "a system costs $35,000 to build " + "more " * 100
    passage = find_figure("$35,000", NO_WORDS, PageText(text)).passage
    assert "a system costs $35,000 to build" in passage
    assert set(passage.split()) <= set(text.split())
    assert len(passage) < 350


@pytest.mark.parametrize("printed", ["", " ", "\u200b"])
def test_no_figure_is_nowhere(printed):
    assert finding(printed, "anything") == MISSING


# --- The founding documents ----------------------------------------------------------------------------------------


def cited_figures() -> list[tuple[str, str, str]]:
    """(source, printed, words of the claim) of each citation of a founding document in the starter registry."""
    sources = {path.stem for path in (SHARED / "sources").glob("*.txt")}
    claims = [
        claim
        for path in sorted((TOP / "claims" / "starter").glob("*.yaml"))
        for claim in yaml.safe_load(path.read_text(encoding="utf-8")).get("claims") or []
    ]
    return [
        (one["source"], one["printed"], f"{claim['statement']} {claim['subject']} {claim['metric']} {one['locator']}")
        for claim in claims
        for one in claim["citations"]
        if one["source"] in sources and one["printed"]
    ]


def page(source: str) -> PageText:
    return PageText((SHARED / "sources" / f"{source}.txt").read_text(encoding="utf-8"))


def test_every_figure_of_the_starter_registry_is_found_in_its_document():
    figures = cited_figures()
    assert len(figures) == 200
    assert [
        (source, printed)
        for source, printed, words in figures
        if find_figure(printed, Context(words), page(source)).finding != FOUND
    ] == []


def test_no_number_of_one_document_is_found_in_another():
    figures = [(source, printed, words) for source, printed, words in cited_figures() if re.search(r"\d", printed)]
    sources = {source for source, _, _ in figures}
    assert [
        (printed, other)
        for source, printed, words in figures
        for other in sources - {source}
        if find_figure(printed, Context(words), page(other)).finding == FOUND
    ] == []


# --- For all of them -----------------------------------------------------------------------------------------------

amounts = st.integers(1, 10**9)


@given(amounts, amounts, st.sampled_from(["$", "€", "£", ""]), st.sampled_from(["", "%", "x", " months", "K"]))
def test_only_the_same_amount_is_found(wanted, there, sign, unit):
    text = f"It is {sign}{there:,}{unit} in all."
    assert finding(f"{sign}{wanted:,}{unit}", text) == (FOUND if wanted == there else MISSING)


@given(amounts, st.sampled_from(["$", "€", "£", ""]), st.sampled_from(["$", "€", "£", ""]))
def test_only_the_same_currency_is_found(amount, wanted, there):
    assert finding(f"{wanted}{amount:,}", f"It is {there}{amount:,}.") == (FOUND if wanted == there else MISSING)


@given(st.text(max_size=40), st.text(max_size=200))
def test_whatever_is_printed_can_be_looked_for(printed, text):
    assert finding(printed, text, text) in (FOUND, MISSING)
    assert finding("", text) == MISSING
