"""What a half-filled questionnaire decides already: for each table the verdict no further answer can change, or what it
waits for.

A table goes through its ordered rules with unknown facts as not yet known. The first rule that may apply decides if it
applies in any case; otherwise the table is open and waits for the questions which that rule depends on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assessments.engine.claim import Claims, Standing
from assessments.engine.client_case import ClientCase
from assessments.engine.conditions import Condition, Lack
from assessments.engine.facts import Facts, Value, value_of
from assessments.engine.ledger import Ledger
from assessments.engine.outlook import Outlook, Prospect
from assessments.engine.possible import Possible, between, ends, known, unanswered
from assessments.engine.questionnaire import Question, Questionnaire
from assessments.engine.tables import Entry, Rule, Table, lacking


@dataclass(frozen=True, slots=True)
class TableSoFar:
    """A table on what is answered so far.

    `verdict` stands for every completion; None while it is open. `choices` are those beside the verdict that are
    decided (None: for want of evidence). `waits` are the questions that the next open rule depends on, `live` all
    that can still change the verdict or what is shown beside it.
    """

    verdict: str | None
    fired: str = ""
    use: str | None = None
    choices: Mapping[str, str | None] = field(default_factory=dict)
    waits: tuple[str, ...] = ()
    live: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SoFar:
    """Each table by its id. `unanswered` are the questions still to be answered, `settled` those of them that no longer
    change anything of any table; costs may need them all the same."""

    tables: Mapping[str, TableSoFar]
    unanswered: tuple[str, ...]
    settled: tuple[str, ...]


def so_far(
    answers: Mapping[str, Any], claims: Claims, *, as_of: date, questionnaire: Questionnaire, tables: Iterable[Table]
) -> SoFar:
    """What is decided by some of the answers, on the claims of a day. An answer that is not valid counts as not given."""
    case = ClientCase(Facts({}, {}), questionnaire, claims, as_of, Ledger())
    prospect = _prospect(answers, case)
    found = {table.id: look(table, prospect) for table in tables}
    live = {question for table in found.values() for question in table.live}
    settled = tuple(question for question in prospect.unanswered if question not in live)
    return SoFar(found, prospect.unanswered, settled)


def look(table: Table, prospect: Prospect) -> TableSoFar:
    """One table on a half-filled case."""
    judged = [(rule, prospect.judge(rule.when)) for rule in table.rules]
    reached = [pair for pair in _until_certain(judged) if not pair[1].certainly(False)]
    rule, outlook = reached[0]
    if len(outlook.outcomes) == 1:
        return _decided(table, rule, outlook, prospect)
    live = [one for rule, open_ in reached for one in (*open_.waits, *_beside(table, rule, prospect)[1])]
    return TableSoFar(None, waits=outlook.waits, live=tuple(dict.fromkeys(live)))


def _until_certain(judged: Sequence[tuple[Any, Outlook]]) -> Sequence[tuple[Any, Outlook]]:
    """All up to the first that cannot be passed over; the last one of a table never can."""
    end = next(place for place, (_, outlook) in enumerate(judged) if False not in outlook.outcomes)
    return judged[: end + 1]


def _decided(table: Table, rule: Rule, outlook: Outlook, prospect: Prospect) -> TableSoFar:
    """The first rule that is not ruled out applies, or lacks its evidence, in any case."""
    if outlook.certainly(None):
        return _without_evidence(rule.id, outlook.lacks, prospect, [rule.when])
    first = _first(rule.verdict, prospect)
    if first.codes == {None}:
        return _without_evidence(rule.id, first.lacks, prospect, [entry.when for entry in rule.verdict])
    choices, live = _beside(table, rule, prospect)
    if len(first.codes) > 1:
        return TableSoFar(None, waits=first.waits, live=live)
    return TableSoFar(next(iter(first.codes)), rule.id, rule.use, choices, live=live)


def _without_evidence(
    rule: str, lacks: Sequence[Lack], prospect: Prospect, conditions: Iterable[Condition]
) -> TableSoFar:
    """Expired or missing; open where facts that are not known decide which of the two it is."""
    waits = tuple(dict.fromkeys(one for condition in conditions for one in prospect.open_facts(condition)))
    if waits and len({lack.standing is Standing.EXPIRED for lack in lacks}) > 1:
        return TableSoFar(None, waits=waits, live=waits)
    return TableSoFar(lacking(tuple(lacks)), rule)


@dataclass(frozen=True, slots=True)
class _Codes:
    """The codes that may turn out to be the first that holds; None for "its evidence is lacking"."""

    codes: frozenset[str | None]
    waits: tuple[str, ...]
    lacks: tuple[Lack, ...]


def _first(entries: Sequence[Entry], prospect: Prospect) -> _Codes:
    judged = _until_certain([(entry, prospect.judge(entry.when)) for entry in entries])
    codes = {entry.code if value else None for entry, outlook in judged for value in outlook.outcomes - {False}}
    waits = dict.fromkeys(question for _, outlook in judged for question in outlook.waits)
    lacks = dict.fromkeys(lack for _, outlook in judged for lack in outlook.lacks)
    return _Codes(frozenset(codes), tuple(waits) if len(codes) > 1 else (), tuple(lacks))


def _beside(table: Table, rule: Rule, prospect: Prospect) -> tuple[dict[str, str | None], tuple[str, ...]]:
    """The decided choices of a rule, and the questions that still change its verdict, lists, choices or conditions."""
    choices: dict[str, str | None] = {}
    live = [*_first(rule.verdict, prospect).waits]
    entries = [*rule.conditions, *(entry for name in rule.show for entry in table.lists.get(name, ()))]
    for entry in entries:
        live += prospect.judge(entry.when).waits
    for name in rule.show:
        if name in table.choices:
            found = _first(table.choices[name], prospect)
            live += found.waits
            if len(found.codes) == 1:
                choices[name] = next(iter(found.codes))
    return choices, tuple(dict.fromkeys(live))


def _prospect(answers: Mapping[str, Any], case: ClientCase) -> Prospect:
    """What each fact may be. A question that may turn out not to matter may have its neutral answer."""
    facts: dict[str, Possible] = {}
    missing: list[str] = []
    for question in case.questionnaire.questions:
        shown = Prospect(case, facts).judge(question.shown_when) if question.shown_when else None
        if shown is not None and shown.certainly(False):
            facts[question.id] = known(value_of(question, question.when_hidden))
            continue
        facts[question.id] = _answered(question, answers)
        if shown is not None and not shown.certainly(True):
            neutral = value_of(question, question.when_hidden)
            facts[question.id] = facts[question.id].or_else(neutral, shown.waits)
        elif facts[question.id].waits:
            missing.append(question.id)
    return Prospect(case, facts | _derived(facts, case.questionnaire), tuple(missing))


def _answered(question: Question, answers: Mapping[str, Any]) -> Possible:
    if question.id not in answers:
        return unanswered(question)
    try:
        value: Value = value_of(question, answers[question.id])
    except ValueError:
        return unanswered(question)
    return known(value)


def _derived(facts: Mapping[str, Possible], questionnaire: Questionnaire) -> dict[str, Possible]:
    """The facts that follow from answers, as in `facts.validate`. None of their inputs is below zero."""
    requests, tokens_in, tokens_out = (facts[name] for name in ("requests_per_month", "tokens_in", "tokens_out"))
    days = questionnaire.conventions["days_per_month"]
    low, high = ends(requests)
    (least_in, most_in), (least_out, most_out) = ends(tokens_in), ends(tokens_out)
    waits = (*requests.waits, *tokens_in.waits, *tokens_out.waits)
    return {
        "monthly_tokens": between(low * (least_in + least_out), high * (most_in + most_out), waits),
        "requests_per_day": between(low / days, high / days, requests.waits),
    }
