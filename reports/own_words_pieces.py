"""The pieces of a firm's template, checked as they come, before anything is parsed."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError

from reports.own_words_syntax import (
    DEEPEST,
    DEEPEST_TAG,
    ENTITY,
    FLAGS,
    FORMS,
    FUNCTIONS,
    HEADING,
    KEYWORDS,
    LONGEST_TAG,
    NO_WORDS,
    OPENERS,
    OPERATORS,
    TAGS,
    TEXTS,
    Unwritable,
    environment,
    nearest,
    number_typed,
    shortened,
)


def piece_faults(template: str) -> Iterator[Unwritable]:
    """What is wrong with the pieces of a template, in their order."""
    return _Pieces(template).faults()


@dataclass
class _Pieces:
    """Walks the pieces of a template as they come, before anything is parsed."""

    template: str
    conditions: list[tuple[int, bool]] = field(default_factory=list)
    """The conditions that are open: their lines, and whether their {% else %} was there."""

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
            yield Unwritable(
                error.lineno, f"This is not understood ({error.message}). Look at the braces and the quotation marks."
            )
            return
        if opened[0]:
            yield Unwritable(opened[0], "A brace is opened here and never closed: write {{ … }} or {% … %}.")
        for line, _ in self.conditions:
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
            if name in ("else", "endif"):
                if tag:
                    yield Unwritable(line, f"{{% {name} %}} stands alone: take out what comes after {name}.")
                return
        if not tag:
            yield Unwritable(line, f"Something is lacking between the braces. {FORMS}")
        yield from _between_braces(line, tag)

    def _nesting_faults(self, line: int, name: str) -> Iterator[Unwritable]:
        if name == "if":
            self.conditions.append((line, False))
            if len(self.conditions) == DEEPEST + 1:
                yield Unwritable(
                    line, f"More than {DEEPEST} conditions stand inside each other. Write them one by one."
                )
        elif not self.conditions:
            yield Unwritable(line, f"{{% {name} %}} closes or continues a condition, and none is open here.")
        elif name == "endif":
            self.conditions.pop()
        elif self.conditions[-1][1]:
            yield Unwritable(line, f"{{% {name} %}} comes after {{% else %}}, which is the last way of a condition.")
        elif name == "else":
            self.conditions[-1] = (self.conditions[-1][0], True)


def _between_braces(line: int, tag: list[tuple[str, str]]) -> Iterator[Unwritable]:
    """What may not stand between braces."""
    if len(tag) > LONGEST_TAG:
        yield Unwritable(line, "Too much stands between one pair of braces. Write several conditions.")
        return
    depth = deepest = 0
    for kind, value in tag:
        depth += (value == "(") - (value == ")")
        deepest = max(deepest, depth)
        if kind == "name" and value not in {*TEXTS, *FLAGS, *FUNCTIONS, *KEYWORDS}:
            yield Unwritable(line, f"There is no {shortened(value)}. {nearest(value, [*TEXTS, *FLAGS, *FUNCTIONS])}")
        elif kind == "operator" and value not in OPERATORS:
            yield Unwritable(
                line, f"{shortened(value)} cannot stand between braces: there is nothing to compute or to look into."
            )
        elif kind in ("integer", "float"):
            yield Unwritable(line, number_typed(value))
    if deepest > DEEPEST_TAG:
        yield Unwritable(line, f"More than {DEEPEST_TAG} brackets stand inside each other. Write several conditions.")


def _text_faults(line: int, text: str) -> Iterator[Unwritable]:
    """What may not stand in the words themselves."""
    for place, row in enumerate(text.split("\n"), start=line):
        number = "".join(one for one in row if unicodedata.numeric(one, None) is not None)
        if number:
            yield Unwritable(place, number_typed(number[:20]))
        elif "<" in row or ENTITY.search(row):
            yield Unwritable(place, "There is markup. A passage is plain words; an empty line begins a new paragraph.")
        elif "{" in row or "}" in row:
            yield Unwritable(place, f"A brace stands alone and would be printed. {FORMS}")
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
