"""What can be done with a firm's own frameworks: upload, withdraw, restore, and choose which ones count."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from assessments import framework_choice
from assessments.engine.framework_files import definition_of
from assessments.engine.result import digest
from assessments.framework_checking import Checked, check
from assessments.membership import require_membership
from assessments.models import Assessment, Firm, FirmFramework, FrameworkVersion
from claims.models import Person
from claims.operations import OperationRefused

MOST_FRAMEWORKS = 12  # of one firm: each is run for each of its cases


class FrameworkRefused(OperationRefused):
    """The file does not pass its checks; `checked` holds what was found."""

    def __init__(self, checked: Checked) -> None:
        count = len(checked.problems)
        super().__init__(f"The file was not taken: {count} problem{'s' if count > 1 else ''}.")
        self.checked = checked


def upload(*, by: Person, at: datetime, firm: Firm, content: bytes) -> FrameworkVersion:
    """Add a framework to a firm, or a new version of one, once its cases come out on the evidence of the day of `at`.

    Raises `FrameworkRefused` with all that is wrong with the file, and `OperationRefused` for somebody who is no admin of
    the firm, for a file that is the newest version already, and for more frameworks than a firm can have.
    """
    _require_admin(by, firm)
    checked = check(content, as_of=at.date(), firm=firm.name)
    if checked.problems:
        raise FrameworkRefused(checked)
    return _store(by=by, at=at, firm=firm, text=content.decode("utf-8-sig"), checked=checked)


@transaction.atomic
def _store(*, by: Person, at: datetime, firm: Firm, text: str, checked: Checked) -> FrameworkVersion:
    firm = Firm.objects.select_for_update().get(pk=firm.pk)  # two uploads at once take two numbers
    slug = checked.data["id"]
    framework = FirmFramework.objects.filter(firm=firm, slug=slug).first()
    if framework is None:
        if FirmFramework.objects.filter(firm=firm).count() >= MOST_FRAMEWORKS:
            raise OperationRefused(f"{firm.name} has {MOST_FRAMEWORKS} frameworks, as many as a firm can have.")
        framework = FirmFramework.objects.create(firm=firm, slug=slug)
    newest = framework.versions.first()
    if newest is not None and newest.text == text:
        raise OperationRefused(f"This file is version {newest.number} of {slug} already: nothing was changed.")
    return FrameworkVersion.objects.create(
        framework=framework,
        number=1 if newest is None else newest.number + 1,
        text=text,
        content=json.dumps(checked.data),
        digest=digest(definition_of(checked.data)),
        uploaded_by=by,
        uploaded_at=at,
    )


@transaction.atomic
def withdraw(*, by: Person, at: datetime, framework: FirmFramework) -> FirmFramework:
    """Run a framework no more for drafts and new cases. Its versions stay, and so does what they were used for."""
    _require_admin(by, framework.firm)
    framework = FirmFramework.objects.select_for_update().get(pk=framework.pk)
    if framework.withdrawn_at is None:
        framework.withdrawn_by, framework.withdrawn_at = by, at
        framework.save()
    return framework


@transaction.atomic
def restore(*, by: Person, framework: FirmFramework) -> FirmFramework:
    """Let a withdrawn framework be run again where it is chosen."""
    _require_admin(by, framework.firm)
    framework = FirmFramework.objects.select_for_update().get(pk=framework.pk)
    framework.withdrawn_by = framework.withdrawn_at = None
    framework.save()
    return framework


@transaction.atomic
def choose_for_firm(*, by: Person, firm: Firm, frameworks: Sequence[str] | None) -> Firm:
    """Say which frameworks a firm's cases run and show; None: the founding ones."""
    _require_admin(by, firm)
    firm = Firm.objects.select_for_update().get(pk=firm.pk)
    firm.shown_frameworks = _chosen(firm, frameworks)
    firm.save(update_fields=["shown_frameworks"])
    return firm


@transaction.atomic
def choose_for_assessment(
    *, by: Person, at: datetime, assessment: Assessment, frameworks: Sequence[str] | None
) -> Assessment:
    """Say which frameworks a draft runs and shows; None: those of its firm, whatever they are when it is judged."""
    require_membership(by, assessment.firm)
    assessment = Assessment.objects.select_for_update().select_related("firm").get(pk=assessment.pk)
    if assessment.is_final:
        raise OperationRefused(f"{assessment.reference} is final and does not change: run it again instead.")
    wanted = _chosen(assessment.firm, frameworks)
    if wanted != assessment.shown_frameworks:
        assessment.shown_frameworks = wanted
        assessment.version += 1
        assessment.changed_by, assessment.changed_at = by, at
        assessment.save()
    return assessment


def _chosen(firm: Firm, frameworks: Sequence[str] | None) -> list[str] | None:
    """The ids in the order in which they are offered. Raises `OperationRefused` for none and for unknown ones."""
    if frameworks is None:
        return None
    offered = [one.id for one in framework_choice.offered(firm)]
    if unknown := [name for name in frameworks if name not in offered]:
        raise OperationRefused(f"{firm.name} has no framework {unknown[0]} in use.")
    if not frameworks:
        raise OperationRefused("Choose at least one framework: without any there is nothing to recommend by.")
    return [name for name in offered if name in frameworks]


def _require_admin(person: Person, firm: Firm) -> None:
    if not Firm.objects.managed_by(person).filter(pk=firm.pk).exists():
        raise OperationRefused(f"{person.get_username()} is no admin of this firm.")
