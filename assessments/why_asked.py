"""Why a question is asked: what its answer decides, in the words in which the result reports it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assessments.engine.method import shipped
from assessments.engine.question_uses import Use, Uses, question_uses
from assessments.wording import word

# A rule, or what stands beside a verdict, has the words of a reason; the others have a kind of their own.
KINDS = {
    "framework": "reason",
    "house": "reason",
    "objection": "inadequate",
    "warning": "warning",
    "unasked": "question",
}


@dataclass(frozen=True, slots=True)
class Decides:
    """One table in a question's list: its title, and its rules as sentences."""

    title: str
    rules: tuple[str, ...]


def decides(question: str, lang: str = "en") -> tuple[Decides, ...]:
    """What the answer to a question decides, table by table. Raises KeyError for no question of ours."""
    found: dict[str, dict[str, None]] = {}
    for title, rule in _told(_uses()[question], lang):
        found.setdefault(title, {})[rule] = None
    return tuple(Decides(title, tuple(rules)) for title, rules in found.items())


@cache
def _uses() -> dict[str, Uses]:
    return dict(question_uses(shipped()))


def _told(uses: Uses, lang: str) -> Iterator[tuple[str, str]]:
    for use in uses.rules:
        yield _title(use, lang), word(KINDS[use.place], use.code, lang)
    if uses.costs:
        yield word("use", "costs", lang), word("use", "enters_costs", lang)
    if uses.constrains:
        yield word("use", "costs", lang), word("use", "constrains", lang)


def _title(use: Use, lang: str) -> str:
    title = word("framework", use.table, lang) if use.table else word("use", use.place, lang)
    return f"{title}: {word('use', 'chooses', lang)}" if use.chooses else title
