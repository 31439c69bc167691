"""How certain a body of evidence is, judged by a person (GRADE)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from claims import bodies, projection
from claims.models import CertaintyJudgement, Claim, Metric, Person, Subject
from claims.operations.acts import record
from claims.operations.rules import OperationRefused, require

REASONS = ("bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
"""GRADE's reasons for lowering certainty. Its reasons for raising it are about effects of treatments, and left out."""
LADDER = (Claim.Certainty.HIGH, Claim.Certainty.MODERATE, Claim.Certainty.LOW, Claim.Certainty.VERY_LOW)


def certainty_after(starts_from: str, steps: int) -> str:
    """The certainty so many steps down from where it starts; under very low there is nothing."""
    return LADDER[min(LADDER.index(Claim.Certainty(starts_from)) + steps, len(LADDER) - 1)].value


@transaction.atomic
def judge_certainty(
    *,
    by: Person,
    at: datetime,
    subject: Subject,
    metric: Metric,
    scope: Mapping[str, Any],
    starts_from: str,
    reasons: Sequence[Mapping[str, Any]] = (),
    note: str = "",
) -> CertaintyJudgement:
    """Judge the published claims on one question: a subject, a metric and a scope (what every claim's scope must hold).

    `reasons` are `{"code", "steps", "note"}`. The newest judgement of a question counts; earlier ones stay.
    """
    require(by, "claims.add_certaintyjudgement", "judge bodies of evidence")
    lowered = check_judgement(
        subject=subject, metric=metric, scope=scope, starts_from=starts_from, reasons=reasons, note=note
    )
    judgement = CertaintyJudgement(
        subject=subject,
        metric=metric,
        scope=dict(scope),
        scope_key=scope_key(scope),
        starts_from=starts_from,
        certainty=certainty_after(starts_from, sum(one["steps"] for one in lowered)),
        reasons=lowered,
        note=note.strip(),
        by=by,
        at=at,
    )
    judgement.full_clean()
    judgement.save()
    record(
        "judge_certainty",
        by=by,
        at=at,
        note=judgement.note,
        about=f"{subject.name}, {metric.name}",
        subject=subject.slug,
        metric=metric.slug,
        scope=judgement.scope,
        certainty=judgement.certainty,
    )
    return judgement


def check_judgement(
    *,
    subject: Subject,
    metric: Metric,
    scope: Mapping[str, Any],
    starts_from: str,
    reasons: Sequence[Mapping[str, Any]],
    note: str,
) -> list[dict[str, Any]]:
    """The reasons as they are stored; raises `OperationRefused` where this is no judgement."""
    if starts_from not in LADDER:
        raise OperationRefused(f"Certainty starts from {', '.join(LADDER)}.", field="starts_from")
    lowered = [_reason(one) for one in reasons]
    codes = [one["code"] for one in lowered]
    if len(set(codes)) < len(codes):
        raise OperationRefused("Name each reason once; where it weighs heavily, give it two steps.", field="reasons")
    if not lowered and not note.strip():
        raise OperationRefused("Nothing lowers it? Say why in the note.", field="note")
    if not bodies.has_claims(subject, metric, scope):
        raise OperationRefused(
            f"No claim on {metric.slug} of {subject.slug} in this scope is published: there is nothing to judge.",
            field="scope",
        )
    return lowered


def scope_key(scope: Mapping[str, Any]) -> str:
    """The scope as canonical JSON, by which judgements of one question find one another."""
    return projection.canonical(scope)


def _reason(given: Mapping[str, Any]) -> dict[str, Any]:
    code, steps, note = given.get("code"), given.get("steps", 1), str(given.get("note") or "").strip()
    if code not in REASONS:
        raise OperationRefused(
            f"{code} is no reason for lowering certainty. Use {', '.join(REASONS)}.", field="reasons"
        )
    if steps not in (1, 2) or isinstance(steps, bool):
        raise OperationRefused(f"{code} lowers certainty by one step or by two, not by {steps}.", field="reasons")
    if not note:
        raise OperationRefused(f"Say in a sentence why {code} lowers it.", field="reasons")
    return {"code": code, "steps": steps, "note": note}
