"""The only way a number gets into a document: a printer that writes it, marks where it comes from, and notes it.

Texts are made by plain functions of this module and of `assessments`, so that `tracing.py` can make each of them
again from the manifest and compare. Markup is made by `format_html`: what people typed is always escaped.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from assessments import wording
from assessments.engine.ledger import HOUSE
from assessments.figure_text import figure_part, figure_text, number_text
from reports.answers import answer_text, question_label, question_text
from reports.case import Case
from reports.dates import date_text
from reports.manifest import Recorder
from reports.words import because_text, words

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
WORD_JOINER = "\N{WORD JOINER}"  # keeps a mark on the line of what it marks
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


class Drawing(Protocol):
    """A chart as `chart_texts.py` has it."""

    @property
    def title(self) -> str:
        """What is to be seen."""

    @property
    def svg(self) -> str:
        """The picture."""

    @property
    def texts(self) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """The texts on it with their origins."""


class Printer:
    """Prints what a template asks for and tells the recorder. One for each document."""

    def __init__(self, case: Case, recorder: Recorder) -> None:
        self.case = case
        self.recorder = recorder
        self.lang = case.language

    def figure(
        self, figure_id: str, *, form: str = "full", mark: bool = True, per: bool = True, bare: bool = False
    ) -> SafeString:
        """A figure in bold with its mark. `per`: with the words "a month" and their like; `bare`: without its unit."""
        figure = self.case.figures[figure_id]
        text = figure_form(figure, form=form, lang=self.lang, with_per=per, bare=bare)
        self.recorder.record(text, kind="figure", figure=figure_id, form=form, per=per, bare=bare)
        return format_html('<b class="n">{}</b>{}', text, self.marks([figure_id]) if mark else "")

    def marks(self, figure_ids: Sequence[str]) -> SafeString:
        """The raised marks of these figures, each once."""
        return self._raised(dict.fromkeys(mark_text(self.case, one) for one in figure_ids))

    def cite(self, references: Sequence[str], *, marked: Sequence[str] = ()) -> SafeString:
        """The raised marks of these claims, without those that the figures `marked` bear already.

        A claim that has no number in the annex gets none.
        """
        numbers = self.case.citation_numbers
        borne = {mark_text(self.case, one) for one in marked}
        wanted = [(f"claim-{numbers[one]}", str(numbers[one])) for one in references if one in numbers]
        return self._raised(dict.fromkeys(mark for mark in wanted if mark not in borne))

    def _raised(self, marks: Mapping[tuple[str, str], None]) -> SafeString:
        if not marks:
            return SafeString("")
        links = format_html_join(
            SafeString(", "), '<a href="#{}">{}</a>', ((anchor, self._recorded_mark(text)) for anchor, text in marks)
        )
        return format_html('{}<sup class="m">{}</sup>', WORD_JOINER, links)

    def _recorded_mark(self, text: str) -> str:
        return self.recorder.record(text, kind="mark")

    def source_mark(self, slug: str) -> SafeString:
        """The raised mark that leads to a source in the list of sources."""
        text = f"S{self.case.source_numbers[slug]}"
        return self._raised({(f"source-{text}", text): None})

    def own_mark(self, text: str) -> str:
        """The number of a row of the annex, where marks lead to."""
        return self._recorded_mark(text)

    def claim(self, reference: str, path: str) -> str:
        """A text of a claim's document, such as `statement` or `citations.0.printed`; empty where there is none."""
        text = claim_text(self.case.by_reference[reference].document, path, self.lang)
        return self.recorder.record(text, kind="claim", claim=reference, path=path)

    def claim_reference(self, reference: str) -> str:
        """`slug@n`."""
        return self.claim(reference, "reference")

    def label(self, figure_id: str) -> str:
        """What a figure is, in words."""
        text = figure_label(self.case.figures[figure_id], self.case.documents, self.lang)
        return self.recorder.record(text, kind="label", figure=figure_id)

    def formula(self, figure_id: str) -> str:
        """The formula of a computed figure."""
        text = formula_text(self.case, figure_id)
        return self.recorder.record(text, kind="formula", figure=figure_id)

    def because(self, part: str, entry: int, reason: int) -> str:
        """Why a claim was applied or set aside."""
        text = because_text(self.case.result["evidence"][part][entry]["because"][reason], self.lang)
        return self.recorder.record(text, kind="because", part=part, entry=entry, reason=reason)

    def origin(self, figure_id: str, part: str) -> str:
        """A text of an assumption's origin: `note`, `by`."""
        text = origin_text(self.case.figures[figure_id], part, self.lang)
        return self.recorder.record(text, kind="origin", figure=figure_id, part=part)

    def question(self, question_id: str) -> str:
        """A question as it was asked."""
        return self.recorder.record(question_text(question_id, self.lang), kind="question", question=question_id)

    def answer(self, question_id: str) -> str:
        """The client's answer in words."""
        text = answer_text(question_id, self.case.result["answers"][question_id], self.lang)
        return self.recorder.record(text, kind="answer", question=question_id)

    def word(self, group: str, code: str) -> str:
        """The words for a code."""
        return self.recorder.record(words(group, code, self.lang), kind="word", group=group, code=code)

    def method(self) -> str:
        """The version of the method."""
        return self.recorder.record(str(self.case.result["method"]), kind="method")

    def date(self, day: date | datetime | str, *, form: str = "long") -> str:
        """A day in words."""
        text = date_text(day, form=form, lang=self.lang)
        iso = day[:10] if isinstance(day, str) else day.isoformat()[:10]
        return self.recorder.record(text, kind="date", date=iso, form=form)

    def name(self, of: str) -> str:
        """What somebody typed: client, title, firm or author. Escaped by the template."""
        return self.recorder.record(self.case.names[of], kind="name", of=of)

    def reference(self) -> str:
        """The reference of the assessment."""
        return self.recorder.record(self.case.reference, kind="reference")

    def digest(self, groups: int = 4) -> str:
        """The beginning of the result's digest."""
        return self.recorder.record(digest_text(self.case.result["digest"], groups), kind="digest", groups=groups)

    def numbering(self, number: int) -> str:
        """A number that only counts: a section, a figure, a step."""
        return self.recorder.record(str(number), kind="numbering")

    def count(self, items: Sequence[Any], of: str) -> str:
        """How many of something the result holds; `of` names it for the manifest."""
        return self.recorder.record(str(len(items)), kind="count", of=of)

    def chart(self, drawing: "Drawing") -> SafeString:
        """A chart with its caption. The SVG is our own drawing, which escapes every text it is given."""
        for text, origin in drawing.texts:
            self.recorder.record(text, **origin)
        return format_html(
            '<div class="chart"><p class="caption">{}</p>{}</div>', drawing.title, SafeString(drawing.svg)
        )

    def page(self, anchor: str) -> SafeString:
        """The number of the page on which `anchor` stands, put in by the stylesheet."""
        self.recorder.page_of(anchor)
        return format_html('<a class="page" href="#{}"></a>', anchor)


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


def web_address(url: str | None) -> str:
    """The address if a browser may be sent there, else nothing."""
    return url if url and urlsplit(url).scheme in ("http", "https") else ""
