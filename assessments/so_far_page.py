"""What is decided already, beside the questions: plain data for a template."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from assessments import evidence_cache, facts, operations, wording
from assessments.engine.errors import AnswersError, CurrencyError
from assessments.engine.method import shipped
from assessments.engine.questionnaire import Question
from assessments.engine.so_far import TableSoFar
from assessments.facts import Registry
from assessments.models import Assessment

MOST_NAMED = 4  # questions that one table is said to wait for; the others are counted

_CHOICES = frozenset({"bool", "enum", "multi_enum"})


@dataclass(frozen=True, slots=True)
class QuestionLink:
    """A question by its short name, and where it is answered."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table: its verdict in words, or the questions that it waits for and how many more."""

    title: str
    verdict: str
    waits: tuple[QuestionLink, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """All tables, the recommendation last; `said` is the whole in a few words, for listeners."""

    lines: tuple[TableLine, ...]
    settled: tuple[QuestionLink, ...]
    said: str


def summary(case: Assessment, *, today: date) -> Summary:
    """What the answers of a draft decide on today's evidence."""
    on = evidence_cache.of_day(today)
    found = facts.decided_so_far(case.answers, on=on)
    lines = [
        _line(case, wording.word("framework", framework.id), found.tables[framework.table.id])
        for framework in shipped().frameworks
    ]
    house = found.tables[shipped().house.table.id]
    if house.verdict is None and not found.unanswered:
        lines.append(_recommended(case, on))
    else:
        lines.append(_house(case, house))
    decided = sum(bool(line.verdict) for line in lines)
    said = f"{decided} of {len(lines)} verdicts are decided."
    return Summary(tuple(lines), _links(case, found.settled), said)


def _line(case: Assessment, title: str, table: TableSoFar) -> TableLine:
    if table.verdict is None:
        return _open(case, title, table.waits)
    undecided = wording.word("so_far", "fallback")
    fallback = table.choices.get("fallback")
    names = {"use": table.use, "fallback": fallback}
    words = {key: wording.word("inside", name) if name else undecided for key, name in names.items()}
    return TableLine(title, wording.sentence(wording.word("verdict", table.verdict, **words)))


def _house(case: Assessment, table: TableSoFar) -> TableLine:
    title = wording.word("so_far", "recommendation")
    if table.verdict is None:
        return _open(case, title, table.waits)
    return TableLine(title, wording.sentence(wording.word("option", table.verdict)))


def _recommended(case: Assessment, on: Registry) -> TableLine:
    """With every answer there, the costs that the house table compares can be worked out: the result says the rest."""
    title = wording.word("so_far", "recommendation")
    try:
        result = operations.evaluate(case, as_of=on.as_of, on=on).as_dict()
    except (AnswersError, CurrencyError) as error:
        return TableLine(title, wording.sentence(str(error)))
    return TableLine(title, wording.sentence(wording.word("option", result["recommendation"]["option"])))


def _open(case: Assessment, title: str, waits: tuple[str, ...]) -> TableLine:
    named = waits[:MOST_NAMED]
    return TableLine(title, "", _links(case, named), len(waits) - len(named))


def _links(case: Assessment, names: Iterable[str]) -> tuple[QuestionLink, ...]:
    questions = (facts.questionnaire().by_id[name] for name in names)
    return tuple(QuestionLink(wording.word("asked", one.id), _url(case, one)) for one in questions)


def _url(case: Assessment, question: Question) -> str:
    """The question on its page; where it is a choice, the first of its boxes takes the focus."""
    page = reverse("assessments:step", args=[case.reference, question.step])
    return f"{page}#id_{question.id}{'_0' if question.type in _CHOICES else ''}"
