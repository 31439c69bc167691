"""The evidence read one way, and what follows from it: costs, break-even, recommendation.

Where claims are apart and nobody settled which of them is meant, each way to read them is a world of its own: it is
computed like the first one and shown beside it. One question is moved at a time, all else staying as it was taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from assessments.engine.break_even import BreakEven, break_even
from assessments.engine.choices import Choices, Settled
from assessments.engine.claim import Standing
from assessments.engine.client_case import ClientCase, Reached
from assessments.engine.conditions import Lack
from assessments.engine.costing import Costing
from assessments.engine.currencies import converted
from assessments.engine.evidence import Evidence, Selection
from assessments.engine.house import House
from assessments.engine.inputs import Inputs
from assessments.engine.ledger import Figure, Ledger
from assessments.engine.offer import Offer
from assessments.engine.recommendation import Recommendation, recommend
from assessments.engine.roles import ClientScope

TOTALS = ("upfront", "monthly", "tco")
"""What of an option tells two worlds apart."""


@dataclass(frozen=True)
class World:
    """One consistent reading of the evidence: what each option costs in it and what the house then recommends."""

    case: ClientCase
    costing: Costing
    even: BreakEven
    recommendation: Recommendation

    @property
    def evidence(self) -> Evidence:
        """Which claims were taken, and which not."""
        return self.costing.inputs.evidence

    def differs(self, other: World) -> bool:
        """Whether another recommendation, another condition of it or another cost comes out."""
        mine, theirs = self.recommendation, other.recommendation
        return (mine.option, mine.conditions) != (theirs.option, theirs.conditions) or bool(self.moved(other))

    def moved(self, other: World) -> list[Offer]:
        """The options that cost something else in this world than in another one."""
        return [
            offer
            for variant, offer in self.costing.offers.items()
            if any(offer.figures.get(one) is not other.costing.offers[variant].figures.get(one) for one in TOTALS)
        ]


def world(case: ClientCase, house: House, choices: Choices, currency: str) -> World:
    """Price the options, find the break-even and run the house table, all into the ledger of the case.

    `currency` is the one the sums are made in.
    """
    selection = Selection(
        house.grades,
        ClientScope(house.client_scope, case.facts),
        {key: settled.value for key, settled in choices.scope.items()},
        {role: settled.value for role, settled in choices.readings.items()},
    )
    evidence = Evidence(case.claims, case.as_of, currency, selection)
    costing = Costing(Inputs(case.facts, case.questionnaire, house, evidence, case.ledger, currency, choices))
    even = break_even(costing)
    case = replace(case, figures=_house_figures(costing, even))
    return World(case, costing, even, recommend(case, house))


def _house_figures(costing: Costing, even: BreakEven) -> dict[str, Reached]:
    """The computed figures that the house table's thresholds name; what a start lacks is the claim it lacks."""
    figures: dict[str, Reached] = {"break_even_requests": even.threshold}
    for option, roles in (
        ("fine_tune_lora", ("fine_tuning_project_cost",)),
        ("hybrid_rag_lora", ("rag_build_cost", "fine_tuning_project_cost")),
    ):
        upfront = costing.offers[option].figures.get("upfront")
        lacking = (claim for role in roles if isinstance(claim := costing.inputs.claim(role), Lack))
        figures[f"upfront_{option}"] = upfront or next(lacking, Lack(option, Standing.MISSING))
    return figures


@dataclass(frozen=True)
class Answer:
    """One answer to a scope question: its value, the claims it means by role, and the world in which it is taken."""

    value: str
    world: World

    def as_dict(self, question: ScopeQuestion, first: World) -> dict[str, Any]:
        """As in the result document. What differs from the first world is told; the first tells nothing of itself."""
        found = self.world.evidence.taken()
        taken = {role: found[role] for role in question.roles if role in found}
        claims = dict.fromkeys(one.claim.reference for reading in taken.values() for one in reading.pooled)
        inputs = self.world.costing.inputs
        figures = {role: inputs.claim(role) for role in taken}
        told: dict[str, Any] = {
            "value": self.value,
            "claims": list(claims),
            "figures": {role: figure.id for role, figure in figures.items() if isinstance(figure, Figure)},
            "option": None,
            "conditions": [],
            "totals": {},
        }
        if self.world is not first:
            recommendation = self.world.recommendation
            told["option"] = recommendation.option
            told["conditions"] = list(recommendation.conditions)
            before = first.costing.offers
            told["totals"] = {
                offer.variant: _total(offer)
                for offer in self.world.moved(first)
                if _total(offer) or _total(before[offer.variant])
            }
        return told


def _total(offer: Offer) -> str | None:
    total = offer.figures.get("tco")
    return None if total is None else total.id


@dataclass(frozen=True)
class ScopeQuestion:
    """What has to be settled before claims that are apart can be told apart.

    `kind` is `scope`, then `id` is a key of the claims' scopes and a value of it settles the question; or `reading`,
    then `id` is a role and the slug of a claim does. `roles` are the inputs it moves; the first of `answers` is the one
    that was taken. `settled` is what somebody decided, None where nobody did.
    """

    id: str
    kind: str
    roles: tuple[str, ...]
    answers: tuple[Answer, ...]
    settled: Settled | None

    def as_dict(self) -> dict[str, Any]:
        """As in the result document."""
        first = self.answers[0]
        return {
            "id": self.id,
            "kind": self.kind,
            "roles": list(self.roles),
            "taken": first.value,
            "settled": None if self.settled is None else self.settled.as_dict(),
            "answers": [answer.as_dict(self, first.world) for answer in self.answers],
        }

    @property
    def disagree(self) -> bool:
        """Whether it is open and another answer leads to another recommendation."""
        options = {answer.world.recommendation.option for answer in self.answers}
        return self.settled is None and len(options) > 1


def scope_questions(first: World, house: House, choices: Choices) -> list[ScopeQuestion]:
    """Every question whose other answers would change a cost or the recommendation, in the order of keys, then roles.

    One that was settled is among them whatever it changes today.
    """
    currency = first.costing.inputs.currency
    found = []
    for asked in (*_by_scope(first, house), *_by_reading(first)):
        others = [
            Answer(value, world(_bare(first.case), house, _with(choices, asked.kind, asked.id, value), currency))
            for value in asked.others
        ]
        differing = [answer for answer in others if answer.world.differs(first)]
        settled = _in_force((choices.scope if asked.kind == "scope" else choices.readings).get(asked.id), asked.taken)
        if differing or settled:
            answers = (Answer(asked.taken, first), *(differing or others))
            found.append(ScopeQuestion(asked.id, asked.kind, asked.roles, answers, settled))
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question before anybody knows whether its answer matters."""

    id: str
    kind: str
    roles: tuple[str, ...]
    taken: str
    others: tuple[str, ...]


def _by_scope(first: World, house: House) -> Iterator[_Asked]:
    """Keys of a scope that a role asks about and on which published claims say something else than was taken."""
    evidence = first.evidence
    for key in sorted(house.asked):
        roles = {name: role for name, role in evidence.roles.items() if key in role.ask}
        values = {
            str(reason.params["claim"])
            for ruling in evidence.set_aside
            for reason in ruling.because[:1]
            if reason.code == "scope_differs" and reason.params["key"] == key and ruling.role in roles
        }
        taken = {str(role.settled(evidence.selection.scope).scope[key]) for role in roles.values()}
        for value in sorted(taken):
            yield _Asked(key, "scope", tuple(roles), value, tuple(sorted(values - taken)))


def _by_reading(first: World) -> Iterator[_Asked]:
    """Roles that claims fill which are apart."""
    taken = first.evidence.taken()
    for role, others in first.evidence.others.items():
        if others:
            slugs = tuple(reading.lead.claim.slug for reading in others)
            yield _Asked(role, "reading", (role,), taken[role].lead.claim.slug, slugs)


def _with(choices: Choices, kind: str, name: str, value: str) -> Choices:
    settled = {name: Settled(value, "", "")}
    if kind == "scope":
        return replace(choices, scope={**choices.scope, **settled})
    return replace(choices, readings={**choices.readings, **settled})


def _bare(case: ClientCase) -> ClientCase:
    """The case without the figures of another world."""
    return replace(case, figures={})


def _in_force(settled: Settled | None, taken: str) -> Settled | None:
    """A decision, as long as what it decided for can be taken; a claim that is gone leaves its question open."""
    return settled if settled is not None and settled.value == taken else None


def in_currency(questions: list[dict[str, Any]], rate: Figure, currency: str, ledger: Ledger) -> list[dict[str, Any]]:
    """The questions of a result document with their totals in another currency."""

    def total(figure: str | None) -> str | None:
        return None if figure is None else converted(ledger[figure], rate, currency, ledger).id

    return [
        question
        | {
            "answers": [
                answer | {"totals": {variant: total(one) for variant, one in answer["totals"].items()}}
                for answer in question["answers"]
            ]
        }
        for question in questions
    ]
