"""The starter registry against the four documents it was made from.

The documents stand beside the checkout, in ../shared/sources. Without them these tests fail: a registry that nobody
can compare with its sources is not tested.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import yaml

from tests.claims.starter_registry import FOUNDING, ROOT, VALUE, cited, claims, of_kind, records
from tests.shared_documents import SHARED

DOCUMENTS = SHARED / "sources"
FIGURES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (ROOT / "tests" / "cases" / "starter_figures.yaml").read_text(encoding="utf-8")
)

# Numbers in the documents that are no claims: a pattern that finds them, and why. Everything else must be covered.
NOT_CLAIMS: dict[str, tuple[tuple[str, str], ...]] = {
    "pairprogramming-fine-tuning": (
        (r"20 de febrero de 2026", "the date of publication, kept in the source record"),
        (r"Llama 3\b", "name of a model"),
        (r"Artículos relacionados(?s:.*)", "navigation: other articles"),
    ),
    "devto-rag-vs-fine-tuning": (
        (r"read6 min views1 publishedJun 16, 2026", "navigation; the date is kept in the source record"),
        (r"cd /news/large-language-models/.*", "navigation: the address, which repeats the title"),
        (r"two paths appear", "a count of the paths named beside it"),
        (r"(?:The|The two) two? ?approaches are complementary", "counts the approaches named before it"),
        (r"for most enterprise teams in 2026", "the year of writing"),
        (r"Apache 2\.0", "advertising: licence of the product promoted"),
        (r"── more in(?s:.*)", "navigation and advertising"),
    ),
    "aiformaking-fine-tuning-cost": (
        (r"(?m)^\d\. ", "numbering of a list"),
        (r"O'Reilly's 2024 LLM survey", "year of a report named, kept in the source record"),
        (r"\(2024\)", "year of a report in a bibliography"),
        (r"LLaMA 2\b", "name of a model in a bibliography"),
    ),
    "thellms-fine-tuning-economics": (
        (r"https?://\S+", "address"),
        (r"et al\. 20\d\d", "year of a paper in a bibliography"),
        (r"three terms operators confuse", "navigation: title of another guide"),
    ),
}

_NUMBER = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    # Not a part of a word or of a longer number, and not the version in a name such as GPT-4.
    r"|(?<![A-Za-z]-)(?<![\w.,])[$£€]?\d[\d,]*(?:\.\d+)?(?:\s?(?:%|ms\b|[KMBx]\b))?"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?)\b",
    re.IGNORECASE,
)
# "one" is left out of the words: in these texts it is an article or a pronoun throughout.


@cache
def document(source: str) -> str:
    path = DOCUMENTS / f"{source}.txt"
    assert path.is_file(), f"{path} is missing: the starter registry cannot be compared with its sources"
    return path.read_text(encoding="utf-8")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})).casefold()


# ---- Every figure of the documents is there ----


def test_every_founding_document_has_its_figures() -> None:
    assert tuple(FIGURES) == FOUNDING


def figure_id(figure: tuple[str, dict[str, Any]]) -> str:
    return f"{figure[0].partition('-')[0]}:{figure[1]['line']}:{figure[1]['claim']}:{figure[1]['printed']}"


@pytest.mark.parametrize("figure", [(s, row) for s, rows in FIGURES.items() for row in rows], ids=figure_id)
def test_figure_of_a_document_is_a_claim(figure: tuple[str, dict[str, Any]]) -> None:
    source, row = figure
    claim = claims()[row["claim"]]
    expected = {key: row.get(key) for key in VALUE}
    for key in ("low", "likely", "high"):
        expected[key] = None if expected[key] is None else Decimal(str(expected[key]))
    assert {key: claim[f"value.{key}"] for key in VALUE} == expected
    of_source = {citation["printed"]: citation for citation in cited(claim, source)}
    assert row["printed"] in of_source
    assert of_source[row["printed"]].get("attributed_to") == row.get("attributed_to")


@pytest.mark.parametrize("source", FOUNDING)
def test_figure_stands_on_its_line(source: str) -> None:
    lines = document(source).splitlines()
    wrong = [row for row in FIGURES[source] if plain(row["printed"]) not in plain(lines[row["line"] - 1])]
    assert not wrong


@pytest.mark.parametrize("source", FOUNDING)
def test_what_a_citation_prints_stands_in_its_document(source: str) -> None:
    text = plain(document(source))
    wrong = {
        slug: citation["printed"]
        for slug, claim in claims().items()
        for citation in cited(claim, source)
        if plain(citation["printed"]) not in text
    }
    assert not wrong


def numbers(text: str) -> Iterator[re.Match[str]]:
    yield from _NUMBER.finditer(text)


def token(match: re.Match[str]) -> str:
    """One spelling for one number: "$127K" and "$127,000" are 127000, "80 %" is 80%."""
    text = re.sub(r"[\s,$£€]", "", match[0]).casefold()
    return f"{Decimal(text[:-1]) * 1000:f}" if text[0].isdigit() and text.endswith("k") else text


def covered_by_registry(source: str) -> set[str]:
    """Number tokens that some claim or the source record of this document holds."""
    texts: list[str] = []
    for claim in claims().values():
        citations = cited(claim, source)
        texts += [citation["printed"] for citation in citations]
        if citations:
            texts += [
                str(value)
                for key, value in (claim["scope"] or {}).items()
                if key in ("model_size", "examples", "period")
            ]
    record = of_kind("sources")[source]
    texts += [str(record[key]) for key in ("published_on", "updated_on", "method") if record[key]]
    return {token(match) for text in texts for match in numbers(text)}


@pytest.mark.parametrize("source", FOUNDING)
def test_every_number_of_a_document_is_covered(source: str) -> None:
    text, covered = document(source), covered_by_registry(source)
    excluded: list[tuple[int, int]] = []
    for pattern, reason in NOT_CLAIMS[source]:
        spans = [match.span() for match in re.finditer(pattern, text)]
        assert spans, f"nothing matches {pattern!r} ({reason}): take the exclusion out"
        excluded += spans
    found = list(numbers(text))
    assert len(found) > 15, "the scan found almost nothing"
    missing = [
        text[max(0, match.start() - 30) : match.end() + 30]
        for match in found
        if token(match) not in covered and not any(start <= match.start() < end for start, end in excluded)
    ]
    assert not missing


def test_every_claim_of_a_founding_document_with_a_number_is_among_the_figures() -> None:
    listed = {row["claim"] for rows in FIGURES.values() for row in rows}
    numeric = {
        slug
        for slug, claim in claims().items()
        if claim["value.unit"] != "rating" and claim["citations"][0]["source"] in FOUNDING
    }
    assert numeric <= listed


# ---- Our own words ----


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['.,%][^\W_]+)*", plain(text))


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + length]) for at in range(len(found) - length + 1)}


def own_texts(value: Any) -> Iterator[str]:
    """Every text that we wrote. What a source prints and what a work is called are quoted by nature."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("printed", "title"):
                yield from own_texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from own_texts(inner)


def test_no_run_of_eight_words_is_copied() -> None:
    theirs = set().union(*(runs(document(source)) for source in FOUNDING))
    assert len(theirs) > 3_000
    copied = {
        record["slug"]: " ".join(run)
        for record in records()
        for text in own_texts(dict(record.cells))
        for run in runs(text) & theirs
    }
    assert not copied


def test_what_is_printed_is_short() -> None:
    long = {c["printed"] for claim in claims().values() for c in claim["citations"] if len(words(c["printed"])) > 7}
    assert not long
