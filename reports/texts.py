"""Every text with a number in it that a report prints, made by plain functions of the case and the language.

The printer prints them, and `tracing.py` makes each again from the manifest and compares.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from textwrap import shorten
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext

from assessments import scope_rows, wording
from assessments.engine.ledger import HOUSE
from assessments.figure_text import figure_part, figure_text, number_text
from reports.answers import question_label, stand_in_text
from reports.case import Case
from reports.dates import date_text
from reports.words import words

PLACE = re.compile(r"\{(\w+)\}")
# The few words that the engine's formulas hold beside names and signs. Of two phrases that fit, the longer one counts.
FORMULA_WORDS = {
    " over the draws": {"en": " over the draws", "es": " en las simulaciones"},
    "share of the draws in which ": {"en": "share of the draws in which ", "es": "parte de las simulaciones en que "},
    " is the lowest of ": {"en": " is the lowest of ", "es": " es el menor de "},
    "standard error of the median of ": {
        "en": "standard error of the median of ",
        "es": "error estándar de la mediana de ",
    },
    " between blocks of the draws": {"en": " between blocks of the draws", "es": " entre bloques de simulaciones"},
    "lowest mean of ": {"en": "lowest mean of ", "es": "menor media de "},
    " less the mean of the lowest in each draw": {
        "en": " less the mean of the lowest in each draw",
        "es": " menos la media del menor en cada simulación",
    },
    " less the mean of the lowest at each class of ": {
        "en": " less the mean of the lowest at each class of ",
        "es": " menos la media del menor en cada clase de ",
    },
    " at the P50 of every input": {"en": " at the P50 of every input", "es": " con todos los datos en su P50"},
    ", every other input at its P50": {
        "en": ", every other input at its P50",
        "es": ", los demás datos en su P50",
    },
    " with {input} at its ": {"en": " with {input} at its ", "es": " con {input} en su "},
    "the value of ": {"en": "the value of ", "es": "el valor de "},
    " at which ": {"en": " at which ", "es": " con el que "},
    " are equal, all else as likely": {
        "en": " are equal, all else as likely",
        "es": " son iguales, lo demás en su valor probable",
    },
    "the middle of the range: ": {"en": "middle of ", "es": "punto medio de "},
    "the rest": {"en": "the rest", "es": "el resto"},
    "the months of a year": {"en": "months of a year", "es": "meses de un año"},
    "the share saved at ": {"en": "share saved at ", "es": "parte ahorrada con "},
    "the months whose worth today at ": {
        "en": "the months whose worth today at ",
        "es": "los meses cuyo valor actual con ",
    },
    "the worth today of ": {"en": "worth today of ", "es": "valor actual de "},
    " and worth today at ": {"en": " and worth today at ", "es": " y a su valor actual con "},
    " is ": {"en": " is ", "es": " es "},
    " at ": {"en": " at ", "es": " con "},
    " each": {"en": " each", "es": " cada una"},
    ", from the lowest end to the highest": {
        "en": ", from the lowest end to the highest",
        "es": ", del extremo más bajo al más alto",
    },
    "2^(−age ÷ half-life) of ": {"en": "2^(−age ÷ half-life) of ", "es": "2^(−edad ÷ vida media) de "},
    "claims with one upstream among ": {
        "en": "claims with one upstream among ",
        "es": "afirmaciones con un mismo origen entre ",
    },
    ", whole GPUs": {"en": ", whole GPUs", "es": ", en GPU enteras"},
    ", not below zero": {"en": ", not below zero", "es": ", no menos de cero"},
    ", with the GPUs that this volume needs": {
        "en": ", with the GPUs that this volume needs",
        "es": ", con las GPU que requiere este volumen",
    },
    "the mean of ": {"en": "mean of ", "es": "media de "},
    " and ": {"en": " and ", "es": " y "},
    ", each month at its own price": {"en": ", each month at its own price", "es": ", cada mes a su precio"},
    ", requests spread evenly over the day": {
        "en": ", requests spread evenly over the day",
        "es": ", peticiones repartidas por igual a lo largo del día",
    },
    " of ": {"en": " of ", "es": " de "},
}
OWN_FRAMEWORK = {"en": "Framework of {firm}, version {version}", "es": "Marco de {firm}, versión {version}"}
FORMULA_PHRASE = re.compile("|".join(re.escape(phrase) for phrase in sorted(FORMULA_WORDS, key=len, reverse=True)))
UNKNOWN_KEY = "unknown_"  # of what stands for an answer that is not known, before the question
GROUP = 4  # digits of a digest that stand together
SHORT = 4  # groups of a digest that is shortened: enough to look a report up by (reports/forms.py)
HEADING = 80  # characters of client and title that fit on one line beside the reference


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
    if key in ("claim", "middle", "claim_converted"):
        document = next((one for one in claims.values() if one["slug"] == figure["params"].get("claim")), None)
        return claim_text(document, "statement", lang) if document else str(figure["label"])
    if key == "answer":
        return sentence_case(question_label(figure["origin"]["question"], lang))
    if key.startswith(UNKNOWN_KEY):
        return sentence_case(question_label(figure["params"]["question"], lang))
    return wording.figure(figure, lang) or sentence_case(str(figure["label"]))


def formula_text(case: Case, figure_id: str) -> str:
    """A formula with the marks of its inputs in place of their names: `(F80 ÷ Q17 + F83) ÷ F20`, `[12] + Q17 × F41`."""
    origin = case.figures[figure_id]["origin"]
    marks = {name: _input_text(case, one) for name, one in zip(origin["names"], origin["inputs"], strict=True)}
    text = FORMULA_PHRASE.sub(lambda phrase: FORMULA_WORDS[phrase[0]][case.language], str(origin["pattern"]))
    return PLACE.sub(lambda place: marks[place[1]], text)


def _input_text(case: Case, figure_id: str) -> str:
    """The mark of an input; a claim's number in brackets, since bare it would read as an amount."""
    mark = mark_text(case, figure_id)[1]
    return f"[{mark}]" if mark.isdigit() else mark


def origin_text(figure: Mapping[str, Any], part: str, lang: str) -> str:
    """`note` or `by` of an assumption; the house's own in the report's language, anybody else's as it stands."""
    origin = figure["origin"]
    if lang != "en" and origin["by"] == HOUSE:
        key = "unknown" if figure["key"].startswith(UNKNOWN_KEY) else figure["key"]
        return words("assumption_by", "house", lang) if part == "by" else words("assumption_note", key, lang)
    return str(origin[part])


def scope_text(
    result: Mapping[str, Any], claims: Mapping[str, Mapping[str, Any]], question: int, part: str | int, lang: str
) -> str:
    """A text of a scope question: its `title`, `note` or `by` of what was settled, or the answer at a place."""
    asked = result["scope_questions"][question]
    if part == "title":
        return scope_rows.title(asked, lang)
    if isinstance(part, str):
        return str(asked["settled"][part])
    answer = asked["answers"][part]
    if asked["kind"] == "scope":
        return sentence_case(scope_rows.scope_value(answer["value"], lang))
    return claim_text(claims[answer["claims"][0]], "statement", lang)


def framework_text(case: Case, framework_id: str, part: str, code: str) -> str:
    """What a framework is called, what it says, or why (by the code of a reason); of a firm's own whose it is (`mark`)."""
    found = case.frameworks[framework_id]
    if part == "title":
        return wording.framework(found, case.language)
    if part == "verdict":
        return wording.verdict(found, case.language)
    if part == "mark":
        return OWN_FRAMEWORK[case.language].format(firm=found["own"]["firm"], version=found["version"])
    return wording.reason(found, code, case.language)


def since_text(case: Case, part: str) -> str:
    """A text of the report that this one supersedes: its `reference`, or by its place a figure as it was then."""
    assert case.since is not None
    if part == "reference":
        return str(case.since["reference"])
    before = case.since["changes"]["figures"][int(part)]["before"]
    return figure_form(before, form="full", lang=case.language, with_per=True)


def unknown_text(case: Case, entry: int, choice: int | None, lang: str) -> str:
    """What an answer that is not known was taken as, or (`choice`) one of those it could turn out to be."""
    found = case.result["unknown"][entry]
    meant = found["taken_as"] if choice is None else found["would_be"][choice]["answer"]
    return stand_in_text(found["question"], meant, lang)


def sentence_case(text: str) -> str:
    """With a capital at the start."""
    return text[:1].upper() + text[1:]


def digest_text(digest: str, groups: int) -> str:
    """The first groups of four digits of a digest, without its prefix."""
    digits = digest.removeprefix("sha256:")
    return " ".join(digits[i : i + GROUP] for i in range(0, groups * GROUP, GROUP))


def verify_address(site: str, digest: str = "") -> str:
    """The address of the page that recognises a report, or (`digest`) what it says of the one with this digest."""
    return f"{site}/verify/" + (f"{digest.removeprefix('sha256:')}/" if digest else "")


def head_text(head: Mapping[str, Any], part: str, lang: str) -> str:
    """The last revision of the chain: its place in it (`sequence`), or the beginning of its `digest`."""
    return number_text(head["sequence"], lang) if part == "sequence" else digest_text(head["digest"], SHORT)


def heading_text(case: Case) -> str:
    """What stands at the head of every page but the first, beside the reference."""
    return shorten(f"{case.client} · {case.title}", HEADING, placeholder=" …")


def footer_text(case: Case, seal: str) -> str:
    """What stands at the foot of every page but the first, in the language that is active."""
    return gettext("Evidence as of %(day)s · seal %(seal)s") % {
        "day": date_text(case.as_of, form="long", lang=case.language),
        "seal": digest_text(seal, SHORT),
    }


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


COUNTED = ("claims", "sources", "assumptions", "answers", "formulas")
"""What a report counts of what it rests on."""


def count_text(case: Case, of: str) -> str:
    """How many there are of one of `COUNTED`. Raises KeyError for anything else."""
    counts = {
        "claims": len(case.citation_numbers),
        "sources": len(case.source_numbers),
        "assumptions": len(case.assumption_numbers),
        "answers": len(case.answer_numbers),
        "formulas": sum(one["origin"]["kind"] == "formula" for one in case.result["figures"] if one["key"] != "middle"),
    }
    return str(counts[of])
