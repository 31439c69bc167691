"""The language in which a firm writes its words: names, figures, answers and conditions, and nothing that runs for long.

It is a small part of Jinja. The pieces of a template are checked one by one before it is parsed, and the parsed tree
against a list of what may stand in it; so there is nothing that repeats, reaches out or computes, and what a template
costs is bounded by its length.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assessments.engine.questionnaire import UNKNOWN, Question
from assessments.facts import questionnaire
from assessments.wording import LANGUAGES, kinds
from reports.own_words_figures import names as figure_names

LONGEST = 2000  # characters of a template
DEEPEST = 5  # conditions inside each other
LONGEST_TAG, DEEPEST_TAG = 60, 4  # pieces between the braces, and brackets inside each other there
SHOWN = 5  # faults told at a time

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


def faults(template: str) -> list[str]:
    """What is wrong with a template, each as a sentence that begins with its line; at most five are told."""
    if len(template) > LONGEST:
        return [f"The text has {len(template):,} characters, and {LONGEST:,} are the most. Shorten it."]
    text = _of_one_kind(template)
    found = [str(one) for one in _Pieces(text).faults()]
    if not found:
        try:
            _check_tree(environment.parse(text))
        except Unwritable as fault:
            found = [str(fault)]
        except TemplateSyntaxError as error:
            found = [str(Unwritable(error.lineno, f"{error.message}."))]
    return found[:SHOWN]


@lru_cache(maxsize=256)
def compiled(template: str) -> Template:
    """A template in which there is no fault, ready to be filled in."""
    return environment.from_string(_of_one_kind(template))


def _of_one_kind(template: str) -> str:
    """With letters and their accents as one character each, so that an accent alone is something else."""
    return unicodedata.normalize("NFC", template)


# ---- The pieces of a template ----


@dataclass
class _Pieces:
    """Walks the pieces of a template as they come, before anything is parsed."""

    template: str
    conditions: list[int] = field(default_factory=list)
    """Lines of the conditions that are open."""

    def faults(self) -> Iterator[Unwritable]:
        opened, tag = (0, ""), list[tuple[str, str]]()
        try:
            for line, kind, value in environment.lex(self.template):
                if kind in NO_WORDS:
                    yield Unwritable(line, NO_WORDS[kind])
                elif kind == "data":
                    yield from _text_faults(line, value)
                elif kind in OPENERS:
                    opened, tag = (line, kind), []
                elif kind in OPENERS.values():
                    yield from self._tag_faults(*opened, tag)
                    opened = (0, "")
                elif kind != "whitespace":
                    tag.append((kind, value))
        except TemplateSyntaxError as error:
            yield Unwritable(error.lineno, f"{error.message}. Look at the braces and the quotation marks.")
            return
        if opened[0]:
            yield Unwritable(opened[0], "A brace is opened here and never closed: write {{ … }} or {% … %}.")
        for line in self.conditions:
            yield Unwritable(line, "{% if … %} begins here and is never closed: write {% endif %} where it ends.")

    def _tag_faults(self, line: int, kind: str, tag: list[tuple[str, str]]) -> Iterator[Unwritable]:
        if kind == "block_begin":
            name = tag[0][1] if tag else ""
            if name not in TAGS:
                there = "{% if … %}, {% elif … %}, {% else %} and {% endif %} are all there is"
                yield Unwritable(line, f"{{% {name[:40]} %}} is not there; {there}.")
                return
            yield from self._nesting_faults(line, name)
            tag = tag[1:]
        yield from _piece_faults(line, tag)

    def _nesting_faults(self, line: int, name: str) -> Iterator[Unwritable]:
        if name == "if":
            self.conditions.append(line)
            if len(self.conditions) == DEEPEST + 1:
                yield Unwritable(
                    line, f"More than {DEEPEST} conditions stand inside each other. Write them one by one."
                )
        elif not self.conditions:
            yield Unwritable(line, f"{{% {name} %}} closes or continues a condition, and none is open here.")
        elif name == "endif":
            self.conditions.pop()


def _piece_faults(line: int, tag: list[tuple[str, str]]) -> Iterator[Unwritable]:
    """What may not stand between braces."""
    if len(tag) > LONGEST_TAG:
        yield Unwritable(line, "Too much stands between one pair of braces. Write several conditions.")
        return
    depth = deepest = 0
    for kind, value in tag:
        depth += (value == "(") - (value == ")")
        deepest = max(deepest, depth)
        if kind == "name" and value not in {*TEXTS, *FLAGS, *FUNCTIONS, *KEYWORDS}:
            yield Unwritable(line, f"There is no {_short(value)}. {_nearest(value, [*TEXTS, *FLAGS, *FUNCTIONS])}")
        elif kind == "operator" and value not in OPERATORS:
            yield Unwritable(
                line, f"{_short(value)} cannot stand between braces: there is nothing to compute or to look into."
            )
        elif kind in ("integer", "float"):
            yield Unwritable(line, _number(value))
    if deepest > DEEPEST_TAG:
        yield Unwritable(line, f"More than {DEEPEST_TAG} brackets stand inside each other. Write several conditions.")


def _text_faults(line: int, text: str) -> Iterator[Unwritable]:
    """What may not stand in the words themselves."""
    for place, row in enumerate(text.split("\n"), start=line):
        number = "".join(one for one in row if unicodedata.numeric(one, None) is not None)
        if number:
            yield Unwritable(place, _number(number[:20]))
        elif "<" in row or ENTITY.search(row):
            yield Unwritable(place, "There is markup. A passage is plain words; an empty line begins a new paragraph.")
        elif HEADING.match(row):
            yield Unwritable(place, "A line begins with #. There are no headings: write plain words.")
        else:
            odd = next((one for one in row if _is_odd(one)), None)
            if odd is not None:
                code = f"U+{ord(odd):04X}"
                yield Unwritable(
                    place, f"There is a character ({code}) that cannot be seen or is no word. Take it out."
                )


def _is_odd(character: str) -> bool:
    """Whether a character is unseen, turns or covers its neighbours, or is none at all."""
    return unicodedata.category(character)[0] in "CM" and character != "\t"


def _number(text: str) -> str:
    return (
        f"“{text}” is a number typed into the text. Numbers come from figures and answers, so that each has an origin: "
        '{{ figure("recommended.tco") }} or {{ answer("horizon_months") }}.'
    )


def _short(text: object) -> str:
    return repr(str(text)[:60])


def _nearest(name: str, known: list[str] | frozenset[str]) -> str:
    near = get_close_matches(name[:60], known, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(sorted(known)[:24])}."


# ---- The parsed tree ----


def _check_tree(tree: nodes.Template) -> None:
    """Raises Unwritable for what is not on the list."""
    _check_body(tree.body)
    _ends(tree.body, frozenset({""}))


def _check_body(body: list[nodes.Node]) -> None:
    for node in body:
        if type(node) is nodes.If:
            _check_test(node.test)
            for part in (node.body, node.elif_, node.else_):
                _check_body(part)
        elif type(node) is nodes.Output:
            for one in node.nodes:
                _check_printed(one)
        else:
            raise Unwritable(node.lineno, "Only words, figures, answers and conditions can stand here.")


def _check_printed(node: nodes.Expr) -> None:
    if type(node) is nodes.TemplateData:
        return
    if type(node) is nodes.Name and node.name in TEXTS:
        return
    if type(node) is nodes.Call and _check_call(node) in (*FIGURES, ANSWER):
        return
    raise Unwritable(
        node.lineno, "Between {{ and }} stands one name, one figure or one answer; the rest is asked with {% if … %}."
    )


def _check_test(node: nodes.Expr) -> None:
    if type(node) in (nodes.And, nodes.Or):
        _check_test(node.left)
        _check_test(node.right)
    elif type(node) is nodes.Not:
        _check_test(node.node)
    elif type(node) is nodes.Compare:
        _check_comparison(node)
    elif type(node) is nodes.Call:
        if _check_call(node) not in QUESTIONS:
            raise Unwritable(
                node.lineno, 'Ask {% if has_figure("…") %} or {% if has_answer("…") %} whether something is there.'
            )
    elif type(node) is not nodes.Name or node.name not in {*TEXTS, *FLAGS}:
        raise Unwritable(
            node.lineno, "A condition asks for a name, has_figure, has_answer, or compares with == and !=."
        )


def _check_comparison(node: nodes.Compare) -> None:
    """A code against one of those that it can be; numbers are not compared, for that is what the rules do."""
    compared = node.expr
    if type(compared) is nodes.Name and compared.name == "language":
        known = list(LANGUAGES)
    elif type(compared) is nodes.Name and compared.name == "recommended":
        known = list(kinds()["option"])
    elif type(compared) is nodes.Call and _check_call(compared) == ANSWER:
        known = _choices(questionnaire().by_id[_argument(compared)])
    else:
        known = []
    if not known:
        raise Unwritable(
            node.lineno, "Only language, recommended, and an answer that is one of several can be compared with a word."
        )
    [operand, *more] = node.ops
    if more or operand.op not in ("eq", "ne") or type(operand.expr) is not nodes.Const:
        raise Unwritable(node.lineno, 'One comparison at a time, with a word: {% if language == "es" %}.')
    if operand.expr.value not in known:
        raise Unwritable(
            node.lineno, f"It is never {_short(operand.expr.value)}. {_nearest(str(operand.expr.value), known)}"
        )


def _choices(question: Question) -> list[str]:
    """What an answer can be compared with; nothing where it is a number or several at once."""
    if question.type == "bool":
        return ["yes", "no", UNKNOWN]
    return [*(one.value for one in question.options), UNKNOWN] if question.type == "enum" else []


def _check_call(node: nodes.Call) -> str:
    """The name of the function; raises Unwritable where there is none, or not one known name is given to it."""
    name = node.node.name if type(node.node) is nodes.Name else ""
    if name not in FUNCTIONS or node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) != 1:
        raise Unwritable(node.lineno, f"One name in quotation marks is given to each of {', '.join(FUNCTIONS)}.")
    if type(node.args[0]) is not nodes.Const or not isinstance(node.args[0].value, str):
        raise Unwritable(node.lineno, f'Give {name} one name in quotation marks: {name}("…").')
    wanted = _argument(node)
    if name in (ANSWER, "has_answer"):
        if wanted not in questionnaire().by_id:
            raise Unwritable(
                node.lineno, f"There is no question {_short(wanted)}. {_nearest(wanted, list(questionnaire().by_id))}"
            )
    elif wanted not in figure_names():
        raise Unwritable(node.lineno, f"No case has a figure {_short(wanted)}. {_nearest(wanted, figure_names())}")
    return name


def _argument(node: nodes.Call) -> str:
    return str(node.args[0].value)  # type: ignore[attr-defined] # a Const, as `_check_call` saw


# ---- What touches a figure ----

PRINTED = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for what an expression prints


def _ends(body: list[nodes.Node], before: frozenset[str]) -> frozenset[str]:
    """The characters that this can end with, given those that may stand before it. Raises Unwritable.

    Conditions leave no trace in the text, so what stands before one touches what stands in it and after it.
    """
    for node in body:
        if type(node) is nodes.If:
            ways = [node.body, *(one.body for one in node.elif_), node.else_]
            before = frozenset().union(*(_ends(way, before) for way in ways))
            continue
        for one in node.nodes:  # type: ignore[attr-defined] # an Output, as `_check_body` saw
            before = _after(one, before)
    return before


def _after(node: nodes.Expr, before: frozenset[str]) -> frozenset[str]:
    if type(node) is not nodes.TemplateData:
        for last in before:
            if last and not last.isspace() and last not in BEFORE:
                raise Unwritable(node.lineno, _touching(last, "before"))
        return frozenset({PRINTED})
    if not node.data:
        return before
    first = node.data[0]
    if PRINTED in before and not first.isspace() and first not in AFTER:
        raise Unwritable(node.lineno, _touching(first, "after"))
    return frozenset({node.data[-1]})


def _touching(character: str, where: str) -> str:
    what = "Another name or figure" if character == PRINTED else f"“{character}”"
    return f"{what} stands right {where} a name or figure, and could be read as part of it. Put a blank between them."
