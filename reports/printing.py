"""The only way a number gets into a document: a printer that writes it, marks where it comes from, and notes it.

The texts are made in `texts.py`. Markup is made by `format_html`: what people typed is always escaped.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from reports import qr
from reports.answers import answer_text, question_text
from reports.branding.brand import PLAIN
from reports.case import Case
from reports.dates import date_text
from reports.layouts import ROWS
from reports.manifest import Recorder, seal
from reports.texts import (
    SHORT,
    arithmetic_text,
    claim_text,
    count_text,
    digest_text,
    figure_form,
    figure_label,
    formula_text,
    framework_text,
    head_text,
    mark_text,
    origin_text,
    scope_text,
    since_text,
    unknown_text,
    verify_address,
)
from reports.words import because_text, words

WORD_JOINER = "\N{WORD JOINER}"  # keeps a mark on the line of what it marks


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
    """Prints what a template asks for and tells the recorder. One for each document.

    `printed`: slugs of the sections that the document has; a mark leads to a row of one of these. None: of all. `notes`
    are for consultants: what is printed otherwise than their firm wrote it.
    """

    def __init__(self, case: Case, recorder: Recorder, *, printed: Collection[str] | None = None) -> None:
        self.case = case
        self.printed = printed
        self.recorder = recorder
        self.lang = case.language
        self.notes: list[str] = []

    def figure(
        self, figure_id: str, *, form: str = "full", mark: bool = True, per: bool = True, bare: bool = False
    ) -> SafeString:
        """A figure in bold with its mark. `per`: with the words "a month" and their like; `bare`: without its unit."""
        figure = self.case.figures[figure_id]
        text = figure_form(figure, form=form, lang=self.lang, with_per=per, bare=bare)
        self.recorder.record(text, kind="figure", figure=figure_id, form=form, per=per, bare=bare)
        return format_html('<b class="n">{}</b>{}', text, self.marks([figure_id]) if mark else "")

    def marks(self, figure_ids: Sequence[str], references: Sequence[str] = ()) -> SafeString:
        """The raised marks of these figures and then of these claims, each once."""
        marks = [mark_text(self.case, one) for one in figure_ids]
        return self._raised(dict.fromkeys([*marks, *self._claim_marks(references)]))

    def cite(self, references: Sequence[str], *, marked: Sequence[str] = ()) -> SafeString:
        """The raised marks of these claims, without those that the figures `marked` bear already."""
        borne = {mark_text(self.case, one) for one in marked}
        return self._raised(dict.fromkeys(mark for mark in self._claim_marks(references) if mark not in borne))

    def _claim_marks(self, references: Sequence[str]) -> list[tuple[str, str]]:
        """Anchor and number of these claims; one that has no number in the annex has no mark."""
        numbers = self.case.citation_numbers
        return [(f"claim-{numbers[one]}", str(numbers[one])) for one in references if one in numbers]

    def _raised(self, marks: Mapping[tuple[str, str], None]) -> SafeString:
        if not marks:
            return SafeString("")
        links = format_html_join(
            SafeString(", "), "{}", ((self._link(anchor, self._recorded_mark(text)),) for anchor, text in marks)
        )
        return format_html('{}<sup class="m">{}</sup>', WORD_JOINER, links)

    def _link(self, anchor: str, text: str) -> str:
        """The text with a link to its row; without one where the row is not printed."""
        if self.printed is not None and ROWS[anchor.partition("-")[0]] not in self.printed:
            return text
        return format_html('<a href="#{}">{}</a>', anchor, text)

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

    def conflict(self, index: int, path: str) -> str:
        """A text of a conflict in the result, such as `reason`."""
        return self.recorder.record(str(self.case.conflicts[index][path]), kind="conflict", index=index, path=path)

    def reservation(self, place: int, part: str) -> str:
        """A text of what the report was issued in spite of: its `reason`, or who gave it (`by`)."""
        return self.recorder.record(
            str(self.case.reservations[place][part]), kind="reservation", place=place, part=part
        )

    def since(self, part: str) -> str:
        """A text of the report that this one supersedes (`texts.since_text`)."""
        return self.recorder.record(since_text(self.case, part), kind="since", part=part)

    def claim_reference(self, reference: str) -> str:
        """`slug@n`."""
        return self.claim(reference, "reference")

    def arithmetic(self, reference: str, part: str) -> str:
        """A text of what was found of a total that a claim states: `parts`, `computed`, `middle`, `gap`."""
        text = arithmetic_text(self.case.by_reference[reference].standing["arithmetic"], part, self.lang)
        return self.recorder.record(text, kind="arithmetic", claim=reference, part=part)

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

    def scope(self, question: int, part: str | int) -> str:
        """A text of a scope question: `title`, `note`, `by`, or the answer at a place."""
        text = scope_text(self.case.result, self.case.documents, question, part, self.lang)
        return self.recorder.record(text, kind="scope", question=question, part=part)

    def question(self, question_id: str) -> str:
        """A question as it was asked."""
        return self.recorder.record(question_text(question_id, self.lang), kind="question", question=question_id)

    def answer(self, question_id: str) -> str:
        """The client's answer in words."""
        meant = self.case.taken_as.get(question_id)
        text = answer_text(question_id, self.case.result["answers"][question_id], self.lang, meant)
        return self.recorder.record(text, kind="answer", question=question_id)

    def other_answer(self, unknown: int, choice: int | None = None) -> str:
        """What an unknown answer was taken as, or one of the other choices; both by their place in the result."""
        text = unknown_text(self.case, unknown, choice, self.lang)
        return self.recorder.record(text, kind="unknown", entry=unknown, choice=choice)

    def answer_marks(self, questions: Sequence[str]) -> SafeString:
        """The raised marks that lead to these questions in the list of answers."""
        texts = [f"Q{self.case.answer_numbers[one]}" for one in questions]
        return self._raised({(f"answer-{text}", text): None for text in texts})

    def word(self, group: str, code: str) -> str:
        """The words for a code."""
        return self.recorder.record(words(group, code, self.lang), kind="word", group=group, code=code)

    def framework(self, framework_id: str, part: str, code: str = "") -> str:
        """A text of a framework of the result: `title`, `verdict`, `reason` with its code, `mark` of a firm's own."""
        text = framework_text(self.case, framework_id, part, code)
        return self.recorder.record(text, kind="framework", framework=framework_id, part=part, code=code)

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

    def brand(self, part: str, paragraph: int | None = None) -> str:
        """What the firm says in its own words (`Brand.text`). Escaped by the template."""
        text = self.case.brand.text(part, paragraph)
        return self.recorder.record(text, kind="brand", part=part, paragraph=paragraph)

    def logo(self) -> SafeString:
        """The picture of the firm, with words for those who do not see it; nothing where it has none."""
        brand = self.case.brand
        if brand.logo is None:
            return SafeString("")
        return format_html('<img class="logo" src="{}" alt="{}">', brand.logo.name, brand.logo_alt)

    def reference(self) -> str:
        """The reference of the assessment."""
        return self.recorder.record(self.case.reference, kind="reference")

    def digest(self, groups: int = 4) -> str:
        """The beginning of the result's digest."""
        return self.recorder.record(digest_text(self.case.result["digest"], groups), kind="digest", groups=groups)

    @cached_property
    def seal_digest(self) -> str:
        """The seal of the document, whole: `manifest.seal`."""
        claims = [claim.as_dict() for claim in self.case.claims]
        return seal(result=self.case.result["digest"], claims=claims, document=self.case.described)

    def seal(self, groups: int = SHORT) -> str:
        """The beginning of the document's seal."""
        return self.recorder.record(digest_text(self.seal_digest, groups), kind="seal", groups=groups)

    def head(self, part: str) -> str:
        """The last revision of the chain at that moment: `sequence`, `digest`. For a case that has one."""
        assert self.case.head is not None, "nothing was published"
        return self.recorder.record(head_text(self.case.head, part, self.lang), kind="head", part=part)

    def verify_link(self) -> SafeString:
        """The address of the page that recognises a report; it leads to what that page says of this one."""
        text = self.recorder.record(verify_address(self.case.site), kind="address")
        return format_html('<a href="{}">{}</a>', verify_address(self.case.site, self.seal_digest), text)

    def verify_code(self) -> SafeString:
        """The same as a QR code, with words for those who do not see it."""
        title = gettext("QR code: leads to the page that says whether this report is genuine and still true")
        return SafeString(qr.svg(verify_address(self.case.site, self.seal_digest), title=title))

    def numbering(self, number: int) -> str:
        """A number that only counts: a section, a figure, a step."""
        return self.recorder.record(str(number), kind="numbering")

    def count(self, of: str) -> str:
        """How many of something the case has, as `texts.COUNTED` names it."""
        return self.recorder.record(count_text(self.case, of), kind="count", of=of)

    def chart(self, drawing: "Drawing") -> SafeString:
        """A chart with its caption, in the accent of the brand.

        The SVG is our own drawing, which escapes every text it is given: a quoted colour in it is an attribute of ours.
        """
        for text, origin in drawing.texts:
            self.recorder.record(text, **origin)
        svg = drawing.svg.replace(f'"{PLAIN.accent}"', f'"{self.case.brand.accent}"')
        return format_html('<div class="chart"><p class="caption">{}</p>{}</div>', drawing.title, SafeString(svg))

    def page(self, anchor: str) -> SafeString:
        """The number of the page on which `anchor` stands, put in by the stylesheet."""
        self.recorder.page_of(anchor)
        return format_html('<a class="page" href="#{}"></a>', anchor)
