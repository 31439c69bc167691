"""The only bridge from the database and the data files to the engine.

The engine is a pure function: this module hands it the claims that were
published on a day, the questionnaire and the decision tables.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assessments.engine import method, payback
from assessments.engine.choices import Choices, read_choices, read_what_if
from assessments.engine.claim import Claim, Claims
from assessments.engine.disagreements import among, with_disagreements
from assessments.engine.errors import AnswersError
from assessments.engine.evaluation import CURRENCY
from assessments.engine.evaluation import evaluate as judge
from assessments.engine.evidence import Evidence, Selection
from assessments.engine.facts import validate
from assessments.engine.payback import Band, Terms
from assessments.engine.questionnaire import Question, Questionnaire
from assessments.engine.result import Result
from assessments.engine.so_far import SoFar, so_far
from assessments.engine.tables import Framework
from claims import catalogue, published
from claims.models import Conflict, Revision
from claims.prices import METRIC, price_models


def questionnaire() -> Questionnaire:
    """The questions of an assessment, as this version ships them."""
    return method.shipped().questionnaire


def claim_documents(as_of: date) -> list[dict[str, Any]]:
    """The documents of all claims published by the end of a day, with their freshness on that day."""
    return published.documents(published.revisions(as_of=as_of), on=as_of, weighed=True)


def price_documents(as_of: date | None = None) -> list[dict[str, Any]]:
    """The published claims on token prices, as they were published by the end of a day (None: now)."""
    prices = published.revisions(as_of=as_of).filter(metric__slug=METRIC)
    return [json.loads(document) for document in prices.values_list("document", flat=True)]


def priced_models(as_of: date | None = None) -> list[str]:
    """Ids of the models that a published claim prices, in order."""
    return price_models(price_documents(as_of))


def models_priced_in(documents: Iterable[Mapping[str, Any]]) -> list[str]:
    """The same of some claim documents."""
    return price_models(documents)


def matters(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether a question is to be asked, given the answers so far."""
    return questionnaire().shown(question, answers)


def problems(answers: Mapping[str, Any], unread: Mapping[str, Any]) -> dict[str, str]:
    """What still keeps the answers from being judged: question → what would be right. Empty: nothing does."""
    asked = [question for question in questionnaire().questions if matters(question, answers)]
    found = {}
    try:
        validate(questionnaire().complete(answers), questionnaire())
    except AnswersError as error:
        found = dict(error.errors)
    for question in asked:
        if unread.get(question.id):
            found[question.id] = "is not a valid answer"
        elif question.id not in answers:  # a nullable question too wants its "none" said
            found[question.id] = "is not answered yet"
    return {question.id: found[question.id] for question in asked if question.id in found}


def completed(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with each question that does not matter at its documented neutral answer.

    Raises `AnswersError` with everything that is wrong or missing. Nothing is taken for granted about `answers`.
    """
    questions = questionnaire()
    neutral = {question.id: question.when_hidden for question in questions.questions if question.shown_when}
    errors: dict[str, str] = {}
    try:
        validate(neutral | dict(answers), questions)
    except AnswersError as error:
        errors = dict(error.errors)
    readable = {name: answer for name, answer in answers.items() if name not in errors}
    for question in questions.questions:
        unasked = question.id not in answers and not question.nullable
        if question.shown_when and unasked and matters(question, readable):
            errors[question.id] = "is missing"
    if errors:
        order = [question.id for question in questions.questions]
        known = [name for name in order if name in errors]
        raise AnswersError([(name, errors[name]) for name in (*sorted(errors.keys() - set(order)), *known)])
    return questions.complete(answers)


def decided_so_far(answers: Mapping[str, Any], *, on: "Registry") -> SoFar:
    """What some of the answers decide already in each framework and the house table, on the evidence of a day."""
    shipped = method.shipped()
    return so_far(
        answers,
        Claims(on.claims),
        as_of=on.as_of,
        questionnaire=shipped.questionnaire,
        tables=[*(framework.table for framework in shipped.frameworks), shipped.house.table],
    )


def choices(data: Mapping[str, Any]) -> Choices:
    """What a consultant decides, read from JSON. Raises `AnswersError` naming field and what would be right."""
    return read_choices(data, method.shipped().house)


def replacing_claims(as_of: date) -> dict[str, dict[str, Any]]:
    """Key of an assumption → document of the claim that takes its place, by the evidence of a day."""
    roles = {
        key: one.replaced_by for key, one in method.shipped().house.assumptions.items() if one.replaced_by is not None
    }
    metrics = {metric for role in roles.values() for metric in role.metrics}
    found = published.revisions(as_of=as_of).filter(metric__slug__in=metrics)
    documents = {document["slug"]: document for document in published.documents(found, on=as_of, weighed=True)}
    evidence = Evidence(Claims(list(documents.values())), as_of, CURRENCY, Selection(method.shipped().house.grades))
    claims = {key: evidence.claim_for(role) for key, role in roles.items()}
    return {key: documents[claim.slug] for key, claim in claims.items() if isinstance(claim, Claim)}


def payback_band(terms: Terms, *, as_of: date) -> tuple[Band, dict[str, dict[str, Any]]]:
    """The pay-back band on the evidence of a day, and the claims it may rest on by `slug@n`."""
    house = method.shipped().house
    roles = [house.roles[name] for name in ("break_even_band", "fine_tuning_project_cost", "cost_ratio")]
    metrics = {METRIC, *(metric for role in roles for metric in role.metrics)}
    revisions = published.revisions(as_of=as_of).filter(metric__slug__in=metrics)
    found = published.documents(revisions, on=as_of, weighed=True)
    band = payback.band(Claims(found), house, terms, as_of=as_of)
    return band, {f"{document['slug']}@{document['revision']}": document for document in found}


@dataclass(frozen=True, slots=True)
class Registry:
    """The evidence of a day, read once for as many cases as are judged on it.

    `claims` are the published documents with what contests each, `conflicts` those among them.
    """

    as_of: date
    claims: Sequence[Mapping[str, Any]]
    conflicts: Sequence[Mapping[str, Any]]

    def with_claim(self, document: Mapping[str, Any]) -> "Registry":
        """The same with this document in place of the published one of its claim."""
        kept = [claim for claim in self.claims if claim["slug"] != document["slug"]]
        return replace(self, claims=[*kept, document])


def registry(as_of: date) -> Registry:
    """All claims that were published by the end of a day, and the conflicts among them."""
    claims = claim_documents(as_of)
    # Read once: what is judged, and what is kept of it, must not differ by a decision that is taken in between.
    conflicts = among(claims, catalogue.conflicts(opened_by=as_of))
    contested = _contests(conflicts)
    for claim in claims:
        claim["contested_by"] = sorted(contested.get(claim["slug"], ()))
    return Registry(as_of, claims, conflicts)


def evaluate(
    answers: Mapping[str, Any],
    *,
    as_of: date,
    reference: str = "",
    currency: str = "USD",
    choices: Mapping[str, Any] | None = None,
    on: Registry | None = None,
    what_if: Mapping[str, Any] | None = None,
    frameworks: Sequence[Framework] | None = None,
) -> Result:
    """Judge answers on the evidence of a day; questions that do not matter take their documented neutral answer.

    `choices` are those of the consultant, as `engine.choices.read_choices` takes them. `on` is the evidence of that day
    where it was read before, for many cases at once. `what_if` holds values to try in place of some numbers, as
    `engine.choices.read_what_if` takes them. `frameworks` are those that are run: the founding ones if not given.

    Raises `AnswersError` with (question, what would be right) pairs, and `CurrencyError` where no
    published claim gives an exchange rate for `currency`.
    """
    evidence = on or registry(as_of)
    house = method.shipped().house
    result = judge(
        completed(answers),
        evidence.claims,
        as_of=as_of,
        frameworks=method.shipped().frameworks if frameworks is None else frameworks,
        reference=reference,
        currency=currency,
        choices=replace(read_choices(choices or {}, house), what_if=read_what_if(what_if or {}, house)),
    )
    return with_disagreements(result, evidence.conflicts)


def documents_named_in(result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`slug@n` → document of every claim revision that a result cites, set aside or names in a conflict, as it stood on
    the as-of day."""
    named = [cited["claim"] for cited in result["citations"]]
    named += [ruling["claim"] for part in ("applied", "set_aside") for ruling in result["evidence"][part]]
    named += [reference for conflict in result.get("conflicts", ()) for reference in conflict["revisions"]]
    documents = documents_of(named, on=date.fromisoformat(result["as_of"]))
    for document in documents.values():
        document["contested_by"] = contested_by(result, document)
    return documents


def contested_by(result: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    """Slugs of the claims that contest one, as the result has it; a decision that was taken since changes nothing.

    A result from before conflicts were kept in it has nothing to say: then what is in `document`.
    """
    if "conflicts" not in result:
        return list(document["contested_by"])
    return sorted(_contests(result["conflicts"]).get(document["slug"], ()))


def _contests(conflicts: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Slug → slugs of the claims that contest it."""
    contested: dict[str, list[str]] = defaultdict(list)
    for conflict in conflicts:
        if conflict["state"] in Conflict.CONTESTING:
            first, second = conflict["claims"]
            contested[first].append(second)
            contested[second].append(first)
    return contested


def documents_of(references: Iterable[str], *, on: date) -> dict[str, dict[str, Any]]:
    """`slug@n` → document of these revisions, with freshness and conflicts of the day `on`."""
    wanted = set(references)
    slugs = {reference.rpartition("@")[0] for reference in wanted}
    revisions = [
        revision
        for revision in Revision.objects.filter(claim__slug__in=slugs).select_related("claim")
        if f"{revision.claim.slug}@{revision.number}" in wanted
    ]
    return {f"{body['slug']}@{body['revision']}": body for body in published.documents(revisions, on=on, weighed=True)}
