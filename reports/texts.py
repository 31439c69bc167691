"""Every text with a number in it that a report prints, made by plain functions of the case and the language.

The printer prints them, and `tracing.py` makes each again from the manifest and compares.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from assessments import wording
from assessments.engine.ledger import HOUSE
from assessments.figure_text import figure_part, figure_text, number_text
from reports.answers import question_label
from reports.case import Case
from reports.words import words

PLACE = re.compile(r"\{(\w+)\}")
# The few words that the engine's formulas hold beside names and signs.
FORMULA_WORDS = {
    "the middle of the range: ": {"en": "middle of ", "es": "punto medio de "},
    "the rest": {"en": "the rest", "es": "el resto"},
    "the months of a year": {"en": "months of a year", "es": "meses de un año"},
    "the share saved at ": {"en": "share saved at ", "es": "parte ahorrada con "},
    "the mean of ": {"en": "mean of ", "es": "media de "},
    " and ": {"en": " and ", "es": " y "},
    ", each month at its own price": {"en": ", each month at its own price", "es": ", cada mes a su precio"},
}
GROUP = 4  # digits of a digest that stand together


def figure_form(figure: Mapping[str, Any], *, form: str, lang: str, with_per: bool, bare: bool = False) -> str:
    """A figure as printed: whole (`full`), or `likely`, `range`, `low`, `high` of it.

    `bare`: the numbers alone, for a column whose head names the unit.
    """
    part = figure_part(figure, form)
    if bare:
        part = {**part, "unit": "count", "currency": None}
    return figure_text(part, lang, with_per=with_per)


def figure_label(figure: Mapping[str, Any], claims: Mapping[str, Mapping[str, Any]], lang: str) -> str:
    """What a figure is: a claim's statement, an answer's short name, the words for its key."""
    key = figure["key"]
    if key in ("claim", "middle"):
        document = next((one for one in claims.values() if one["slug"] == figure["params"].get("claim")), None)
        return claim_text(document, "statement", lang) if document else str(figure["label"])
    if key == "answer":
        return sentence_case(question_label(figure["origin"]["question"], lang))
    if not wording.has("figure", key):
        return sentence_case(str(figure["label"]))
    params = (
        {"option": wording.word("option", figure["params"]["option"], lang)} if "option" in figure["params"] else {}
    )
    return wording.word("figure", key, lang, **params)


def formula_text(case: Case, figure_id: str) -> str:
    """A formula with the marks of its inputs in place of their names: `(F80 ÷ Q17 + F83) ÷ F20`, `[12] + Q17 × F41`."""
    origin = case.figures[figure_id]["origin"]
    marks = {name: _input_text(case, one) for name, one in zip(origin["names"], origin["inputs"], strict=True)}
    text = str(origin["pattern"])
    for phrase, said in FORMULA_WORDS.items():
        text = text.replace(phrase, said[case.language])
    return PLACE.sub(lambda place: marks[place[1]], text)


def _input_text(case: Case, figure_id: str) -> str:
    """The mark of an input; a claim's number in brackets, since bare it would read as an amount."""
    mark = mark_text(case, figure_id)[1]
    return f"[{mark}]" if mark.isdigit() else mark


def origin_text(figure: Mapping[str, Any], part: str, lang: str) -> str:
    """`note` or `by` of an assumption; the house's own in the report's language, anybody else's as it stands."""
    origin = figure["origin"]
    if lang != "en" and origin["by"] == HOUSE:
        return words(
            "assumption_by" if part == "by" else "assumption_note", "house" if part == "by" else figure["key"], lang
        )
    return str(origin[part])


def sentence_case(text: str) -> str:
    """With a capital at the start."""
    return text[:1].upper() + text[1:]


def digest_text(digest: str, groups: int) -> str:
    """The first groups of four digits of a digest, without its prefix."""
    digits = digest.removeprefix("sha256:")
    return " ".join(digits[i : i + GROUP] for i in range(0, groups * GROUP, GROUP))


def value_at(document: Any, path: str) -> Any:
    """The value at a dotted path such as `citations.0.printed`. Raises KeyError or IndexError."""
    for step in path.split("."):
        document = document[int(step)] if isinstance(document, Sequence) else document[step]
    return document


def scale_text(value: float | Decimal, lang: str) -> str:
    """A tick of an axis."""
    return number_text(value, lang)


def mark_text(case: Case, figure_id: str) -> tuple[str, str]:
    """Where the mark of a figure leads and what it says: annex number, A for assumption, Q for answer, F else."""
    origin = case.figures[figure_id]["origin"]
    if case.figures[figure_id]["key"] == "middle":  # a claim's range with its middle: the claim says it all
        return mark_text(case, origin["inputs"][0])
    if origin["kind"] == "claim" and origin["claim"] in case.citation_numbers:
        number = case.citation_numbers[origin["claim"]]
        return f"claim-{number}", str(number)
    if origin["kind"] == "assumption" and figure_id in case.assumption_numbers:
        text = f"A{case.assumption_numbers[figure_id]}"
        return f"assumption-{text}", text
    if origin["kind"] == "answer" and origin["question"] in case.answer_numbers:
        text = f"Q{case.answer_numbers[origin['question']]}"
        return f"answer-{text}", text
    return f"figure-{figure_id}", figure_id


def claim_text(document: Mapping[str, Any], path: str, lang: str) -> str:
    """The text at `path` of a claim's document in the report's language where it was translated, else as it stands.

    The path `value` is the claim's value in words, `reference` is `slug@n`.
    """
    if path == "reference":
        return f"{document['slug']}@{document['revision']}"
    if path == "value":
        return figure_text(document["value"], lang)
    if path == "statement":
        return str(document.get("translations", {}).get(lang, {}).get("statement") or document["statement"])
    return str(value_at(document, path) or "")


def arithmetic_text(found: Mapping[str, Any], part: str, lang: str) -> str:
    """What was found of a stated total: its `parts` as a sum or product, what they give (`computed`, `middle`), the `gap`."""
    if part == "parts":
        sign = " + " if found["operation"] == "sum" else " × "
        return sign.join(_part_text(one, lang) for one in found["parts"])
    return figure_text(found[part], lang) if found[part] else ""


def _part_text(part: Mapping[str, Any], lang: str) -> str:
    text = figure_text(part["value"], lang) if part["value"] else part["claim"]
    return text if part["times"] == 1 else f"{number_text(part['times'], lang)} × {text}"


def web_address(url: str | None) -> str:
    """The address if a browser may be sent there, else nothing."""
    return url if url and urlsplit(url).scheme in ("http", "https") else ""
