"""What can be done to firms, clients and assessments. Every write of the app is one of these verbs.

Each is atomic and takes who does it (`by`) and when (`at`, an aware datetime
read at the edge). A rule that people run into raises `OperationRefused` with a
message for them; columns that break the schema raise `ValidationError`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from assessments import facts, framework_choice, gaps
from assessments.drafts import AnswersChanged, lock, require_draft
from assessments.engine.errors import AnswersError, CurrencyError, FrameworkUnfit
from assessments.engine.result import Result
from assessments.membership import require_membership as _require_membership
from assessments.models import Assessment, CitedRevision, Client, Firm, Membership, ReferenceYear
from claims.models import Person, Revision
from claims.operations import OperationRefused
from claims.projection import canonical

__all__ = [
    "AnswersChanged",
    "AnswersError",
    "CurrencyError",
    "FrameworkUnfit",
    "OperationRefused",
    "add_member",
    "begin_case",
    "create_assessment",
    "create_client",
    "create_firm",
    "evaluate",
    "finalise",
    "remove_member",
    "rename_firm",
    "rerun",
    "save_answers",
]


@transaction.atomic
def create_firm(*, slug: str, name: str) -> Firm:
    """Found a firm. Done by the operator of the site, from the admin or a command."""
    firm = Firm(slug=slug, name=name)
    firm.full_clean()
    firm.save()
    return firm


@transaction.atomic
def add_member(
    *, by: Person, at: datetime, firm: Firm, person: Person, role: str, client: Client | None = None
) -> Membership:
    """Give a person a role in a firm; a client reader is tied to one of its clients."""
    membership = Membership(firm=firm, person=person, role=role, client=client, added_by=by, added_at=at)
    membership.full_clean()
    membership.save()
    return membership


@transaction.atomic
def rename_firm(*, firm: Firm, name: str) -> Firm:
    """Give a firm another name; its slug stays."""
    firm.name = name
    firm.full_clean()
    firm.save(update_fields=["name"])
    return firm


@transaction.atomic
def remove_member(*, membership: Membership) -> None:
    """Take a role away. What the person did in it stays signed with their name."""
    membership.delete()


@transaction.atomic
def create_client(*, by: Person, at: datetime, firm: Firm, name: str, sector: str = "") -> Client:
    """Enter a client of a firm that `by` works for."""
    _require_membership(by, firm)
    client = Client(firm=firm, name=name.strip(), sector=sector.strip(), created_by=by, created_at=at)
    client.full_clean()
    client.save()
    return client


def _next_reference(year: int) -> str:
    """`A-2026-0001` and so on, without gaps: two at once wait for each other on the row of the year."""
    ReferenceYear.objects.bulk_create([ReferenceYear(year=year)], ignore_conflicts=True)
    counter = ReferenceYear.objects.select_for_update().get(year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    return f"A-{year}-{counter.last_number:04d}"


@transaction.atomic
def create_assessment(
    *,
    by: Person,
    at: datetime,
    client: Client,
    title: str,
    language: str = Assessment.Language.ENGLISH,
    currency: str = "USD",
    answers: Mapping[str, Any] | None = None,
    choices: Mapping[str, Any] | None = None,
) -> Assessment:
    """Begin a client's case. The firm is the client's; `answers` and `choices` may carry valid ones that are there."""
    _require_membership(by, client.firm)
    return _create(
        Assessment(
            firm=client.firm,
            client=client,
            title=title.strip(),
            language=language,
            currency=currency,
            answers=dict(answers or {}),
            choices=dict(choices or {}),
        ),
        by=by,
        at=at,
    )


def _create(assessment: Assessment, *, by: Person, at: datetime) -> Assessment:
    assessment.questionnaire_version = facts.questionnaire().version
    assessment.created_by = assessment.changed_by = by
    assessment.created_at = assessment.changed_at = at
    assessment.full_clean(exclude=["reference"])
    assessment.reference = _next_reference(at.year)
    assessment.save()
    return assessment


@transaction.atomic
def begin_case(
    *,
    by: Person,
    at: datetime,
    firm: Firm,
    client: Client | None,
    new_client: str,
    title: str,
    language: str,
    currency: str,
) -> Assessment:
    """Begin a case of a firm for a client that is there, or else for a new one of this name: both are made, or neither."""
    client = client or create_client(by=by, at=at, firm=firm, name=new_client)
    return create_assessment(by=by, at=at, client=client, title=title, language=language, currency=currency)


@transaction.atomic
def save_answers(
    *,
    by: Person,
    at: datetime,
    assessment: Assessment,
    version: int,
    answers: Mapping[str, Any],
    unread: Mapping[str, Any] | None = None,
) -> Assessment:
    """Store the answers of a page; those of other pages stay as they are.

    `answers` are valid, by question; None means "not answered". `unread` is what was typed and is
    no valid answer yet: it is kept as typed and shown again. `version` is the one the page was
    opened with: where somebody has changed one of the same answers since, this raises
    `AnswersChanged` and stores nothing.
    """
    _require_membership(by, assessment.firm)
    unread = unread or {}
    assessment = lock(assessment)
    require_draft(assessment)
    _refuse_overwriting(assessment, version=version, answers=answers, unread=unread)

    touched = {*answers, *unread}
    changed = {
        question
        for question in touched
        if _state(assessment.answers, assessment.unread_answers, question) != _state(answers, unread, question)
    }
    if not changed:
        return assessment
    assessment.version += 1
    kept = {key: value for key, value in assessment.answers.items() if key not in touched}
    assessment.answers = kept | {key: value for key, value in answers.items() if key not in unread}
    assessment.unread_answers = {
        key: value for key, value in assessment.unread_answers.items() if key not in touched
    } | dict(unread)
    assessment.answer_versions = assessment.answer_versions | dict.fromkeys(sorted(changed), assessment.version)
    assessment.questionnaire_version = facts.questionnaire().version
    assessment.changed_by, assessment.changed_at = by, at
    assessment.save()
    return assessment


_ABSENT = object()


def _state(answers: Mapping[str, Any], unread: Mapping[str, Any], question: str) -> tuple[object, object]:
    """What a question holds: the valid answer (an absent one differs from the answer None) and the unread text."""
    if question in unread:
        return _ABSENT, unread[question]
    return answers.get(question, _ABSENT), _ABSENT


def _refuse_overwriting(
    assessment: Assessment, *, version: int, answers: Mapping[str, Any], unread: Mapping[str, Any]
) -> None:
    stale = {
        question
        for question in {*answers, *unread}
        if assessment.answer_versions.get(question, 0) > version
        and _state(assessment.answers, assessment.unread_answers, question) != _state(answers, unread, question)
    }
    if stale:
        current = assessment.answers | assessment.unread_answers
        raise AnswersChanged(
            {question: current.get(question) for question in sorted(stale)},
            version=assessment.version,
            by=assessment.changed_by.get_username(),
        )


def evaluate(
    assessment: Assessment,
    *,
    as_of: date,
    on: facts.Registry | None = None,
    what_if: Mapping[str, Any] | None = None,
) -> Result:
    """Judge the case on the evidence published by the end of `as_of`. Stores nothing.

    `on` is that evidence where it was read before, for many cases at once. `what_if` holds values to try in place of
    some numbers, by control.

    Raises `AnswersError` where a question that matters has no valid answer, `FrameworkUnfit`, one of these, where a
    framework of the firm does not fit the questionnaire any more, and `CurrencyError` where no published exchange rate
    leads to the assessment's currency.
    """
    if missing := facts.problems(assessment.answers, assessment.unread_answers):
        raise AnswersError(list(missing.items()))
    return facts.evaluate(
        assessment.answers,
        as_of=as_of,
        reference=assessment.reference,
        currency=assessment.currency,
        choices=assessment.choices,
        on=on,
        what_if=what_if,
        frameworks=framework_choice.of_case(assessment),
    )


@transaction.atomic
def finalise(*, by: Person, at: datetime, assessment: Assessment, as_of: date | None = None) -> Assessment:
    """Freeze the case: its result, its digest, its day, and the revisions it cites. Nothing of it changes after.

    `as_of` is the day whose evidence counts, that of `at` if not given. Raises `AnswersError` and
    `CurrencyError` as `evaluate` does.
    """
    _require_membership(by, assessment.firm)
    assessment = lock(assessment)
    require_draft(assessment)
    as_of = as_of or at.date()
    if as_of > at.date():
        raise OperationRefused("The evidence of a day in the future is not known yet.")
    document = evaluate(assessment, as_of=as_of).as_dict()
    revisions = {
        revision.digest: revision
        for revision in Revision.objects.filter(digest__in=[cited["digest"] for cited in document["citations"]])
    }
    assessment.state = Assessment.State.FINAL
    assessment.as_of = as_of
    assessment.result = canonical(document)
    assessment.digest = document["digest"]
    assessment.finalised_by, assessment.finalised_at = by, at
    assessment.changed_by, assessment.changed_at = by, at
    # Citations first: from the moment the state is final the database refuses any change.
    CitedRevision.objects.bulk_create(
        CitedRevision(assessment=assessment, revision=revisions[cited["digest"]], n=cited["n"])
        for cited in document["citations"]
    )
    assessment.save()
    gaps.note({assessment.pk: document.get("gaps", [])}, at=at, on=as_of)
    return assessment


@transaction.atomic
def rerun(*, by: Person, at: datetime, assessment: Assessment) -> Assessment:
    """Begin a successor of a final case: the same client and answers, to be judged on today's evidence."""
    _require_membership(by, assessment.firm)
    assessment = lock(assessment)
    if not assessment.is_final:
        raise OperationRefused(f"{assessment.reference} is a draft: change its answers instead of running it again.")
    return _create(
        Assessment(
            firm=assessment.firm,
            client=assessment.client,
            title=assessment.title,
            language=assessment.language,
            currency=assessment.currency,
            answers=assessment.answers,
            choices=assessment.choices,
            shown_frameworks=assessment.shown_frameworks,
            predecessor=assessment,
        ),
        by=by,
        at=at,
    )
