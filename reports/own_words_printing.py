"""Fills in what a firm wrote for a passage of a report. What cannot be filled in for a case leaves no trace but a note."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from babel import Locale
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from jinja2 import TemplateError

from assessments.engine.questionnaire import UNKNOWN
from reports.manifest import Recorder, UnrecordedNumber, check_recorded, text_of
from reports.own_words import PASSAGES, faults
from reports.own_words_figures import find
from reports.own_words_language import compiled
from reports.printing import Printer

LONGEST_PRINTED = 4000  # characters
PARAGRAPH = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


class NotThere(LookupError):
    """A case does not have what a template asks for; the message is the end of a sentence."""


@dataclass(frozen=True)
class Word:
    """Something a template can print or compare. It is recorded when it is printed, and only then."""

    code: str
    write: Callable[[], str]

    def __html__(self) -> str:
        return str(conditional_escape(self.write()))

    def __bool__(self) -> bool:
        return bool(self.code)

    def __eq__(self, other: object) -> bool:
        return self.code == other

    def __hash__(self) -> int:
        return hash(self.code)


def passage(printer: Printer, name: str) -> tuple[SafeString, ...]:
    """The paragraphs that a firm wrote for a passage, filled in and recorded; none where ours is to be printed.

    Why ours is printed although the firm wrote something is kept in `printer.notes`.
    """
    template = printer.case.words.get(name, "")
    if not template.strip():
        return ()
    trial = Recorder()
    try:
        paragraphs = _filled_in(Printer(printer.case, trial, printed=printer.printed), name, template)
    except (NotThere, TemplateError, UnrecordedNumber) as fault:
        printer.notes.append(f"{PASSAGES[name].title}: our own text is printed. {_why(fault)}")
        return ()
    printer.recorder.add(trial)
    return paragraphs


def _why(fault: Exception) -> str:
    if isinstance(fault, UnrecordedNumber):
        return "In yours two numbers would run together: put words between them."
    return str(fault)


def _filled_in(printer: Printer, name: str, template: str) -> tuple[SafeString, ...]:
    """Raises NotThere, TemplateError, UnrecordedNumber."""
    wrong = faults(name, template)
    if wrong:
        raise NotThere(wrong[0])
    html = compiled(template).render(_reach(printer)).strip()
    length = len(text_of(html))
    if length > LONGEST_PRINTED:
        raise NotThere(f"Yours would have {length:,} characters, and {LONGEST_PRINTED:,} are the most.")
    if not html and PASSAGES[name].own(printer.lang):
        raise NotThere("Yours says nothing for this case.")
    check_recorded(html, printer.recorder)
    return tuple(SafeString(one) for one in PARAGRAPH.split(html) if one)


def _reach(printer: Printer) -> Mapping[str, object]:
    """All that a template can reach."""
    case = printer.case
    advised = case.result["recommendation"]["option"]
    texts = {
        **{name: Word(text, partial(printer.name, name)) for name, text in case.names.items()},
        "reference": Word(case.reference, printer.reference),
        "language": Word(case.language, lambda: str(Locale(case.language).get_language_name(case.language))),
        "as_of": Word(case.as_of.isoformat(), lambda: printer.date(case.as_of)),
        "currency": Word(case.currency, lambda: case.currency),
        "recommended": Word(advised, lambda: printer.word("option", advised)),
        "recommended_inside": Word(advised, lambda: printer.word("inside", advised)),
    }
    flags = {
        "lists": not case.layout.without_rows,
        "founding": case.founding_frameworks,
        "drawn": bool(case.result.get("uncertainty")),
    }
    functions = {
        "figure": lambda name: _figure(printer, name, "full"),
        "figure_likely": lambda name: _figure(printer, name, "likely"),
        "figure_range": lambda name: _figure(printer, name, "range"),
        "has_figure": lambda name: find(case, name) is not None,
        "answer": lambda question: _answer(printer, question),
        "has_answer": lambda question: case.result["answers"].get(question) not in (None, UNKNOWN),
    }
    return {**texts, **flags, **functions}


def _figure(printer: Printer, name: str, form: str) -> SafeString:
    found = find(printer.case, name)
    if found is None:
        raise NotThere(
            f'Yours asks for figure("{name}"), which this case does not have: ask has_figure("{name}") first.'
        )
    return printer.figure(found, form=form)


def _answer(printer: Printer, question: str) -> Word:
    """An answer with its mark. What was left open cannot be printed; what is not known can, and says so."""
    answers = printer.case.result["answers"]
    value = answers.get(question)
    if value is None:
        raise NotThere(
            f'Yours asks for answer("{question}"), which nobody gave in this case: ask has_answer("{question}") first.'
        )
    code = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return Word(code, lambda: format_html("{}{}", printer.answer(question), printer.answer_marks([question])))


def block(paragraphs: tuple[SafeString, ...], css: str) -> SafeString:
    """Paragraphs as markup, each with the class of the passage."""
    opened = format_html('<p class="{}">', css) if css else SafeString("<p>")
    return format_html_join("\n", "{}{}</p>", ((opened, one) for one in paragraphs))


def unknown_passages(words: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each text of a firm that has no place in a report any more."""
    for name in words:
        if name not in PASSAGES:
            yield f"There is no passage {name[:60]!r}: what you wrote for it is printed nowhere."
