"""What may stand in a firm's words: names, functions, limits, and the sentences that say what is wrong."""

import re
from collections.abc import Collection
from difflib import get_close_matches

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 2000  # characters of a template
DEEPEST = 5  # conditions inside each other
LONGEST_TAG, DEEPEST_TAG = 60, 4  # pieces between the braces, and brackets inside each other there
SHOWN, MOST = 5, 40  # faults told at a time, of so many that are looked for

TEXTS = {
    "client": "the client",
    "title": "the title of the case",
    "firm": "your firm",
    "author": "who signs the report",
    "reference": "the reference of the case",
    "language": "the language of the report",
    "as_of": "the day of the evidence",
    "currency": "the currency of all money",
    "recommended": "what is recommended, as a title",
    "recommended_inside": "the same as it stands inside a sentence",
}
"""Names that print something, with what."""

FLAGS = {
    "lists": "the lists that the marks lead to are printed",
    "founding": "the frameworks are the founding ones, all of them and no other",
    "drawn": "the totals were drawn, so that it is known how likely they are",
}
"""Names that can be asked for in a condition and print nothing."""

FIGURES, ANSWER = ("figure", "figure_likely", "figure_range"), "answer"
QUESTIONS = ("has_figure", "has_answer")
"""Functions that can be asked in a condition and print nothing."""
FUNCTIONS = (*FIGURES, ANSWER, *QUESTIONS)
KEYWORDS = frozenset({"and", "or", "not"})
TAGS = frozenset({"if", "elif", "else", "endif"})
OPERATORS = frozenset({"(", ")", "==", "!="})

BEFORE, AFTER = frozenset("([“‘\"'«¿¡"), frozenset(".,;:!?)]”’\"'»…")
"""What may touch a figure or a name on either side beside a blank: never a sign or a letter that changes how it reads."""
OPENERS = {"variable_begin": "variable_end", "block_begin": "block_end"}
NO_WORDS = {
    "comment_begin": "A comment is not kept: take {# … #} out.",
    "raw_begin": "{% raw %} is not there: write plain words.",
}
FORMS = 'Write {{ client }}, {{ figure("recommended.tco") }} or {% if has_figure("recommended.tco") %} … {% endif %}.'
ENTITY = re.compile(r"&#?\w+;")
HEADING = re.compile(r"[ \t]*#")

environment = ImmutableSandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
environment.globals.clear()
environment.filters.clear()
environment.tests.clear()


class Unwritable(ValueError):
    """A template that cannot be used; the message says where and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")


def number_typed(text: str) -> str:
    """That a number has no place in the words themselves, and where it would come from."""
    return (
        f"“{text}” is a number typed into the text. Numbers come from figures and answers, so that each has an origin: "
        '{{ figure("recommended.tco") }} or {{ answer("horizon_months") }}.'
    )


def shortened(text: object) -> str:
    """What somebody wrote, quoted, as far as it has room in a sentence."""
    return repr(str(text)[:60])


def nearest(name: str, known: Collection[str]) -> str:
    """Which known name may have been meant; where none is near, what there is."""
    near = get_close_matches(name[:60], known, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(sorted(known)[:24])}."
