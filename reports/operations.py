"""What can be done with reports: write a draft, issue. Every write of the app is one of these verbs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments.models import Assessment, Firm
from claims.models import Person
from claims.operations import OperationRefused
from reports import document, gate, manifest, since
from reports.case import Case
from reports.gate import Obstacle
from reports.models import Download, Report, WrittenFile
from reports.pdf import Attachment, Rendered, Renderer

__all__ = ["InTheWay", "OperationRefused", "Written", "issue", "log_download", "typeset", "write_draft"]

SHORTEST_REASON, LONGEST_REASON = 10, 500  # characters


class InTheWay(OperationRefused):
    """A report cannot be issued as it is: `blocking` must be mended, `unexplained` need a reason."""

    def __init__(self, reference: str, obstacles: Sequence[Obstacle]) -> None:
        self.blocking = [one for one in obstacles if one.blocks]
        self.unexplained = [one for one in obstacles if not one.blocks]
        wrong = [f"{one.title}: {one.text}" for one in self.blocking] + [
            f"{one.title}: {one.text} Give a reason." for one in self.unexplained
        ]
        super().__init__(f"{reference} cannot be issued yet. {' '.join(wrong)}")


@dataclass(frozen=True, slots=True)
class Written:
    """A PDF with its digest and the bytes of its manifest."""

    content: bytes
    digest: str
    manifest: bytes
    pages: int


def typeset(case: Case, *, at: datetime, renderer: Renderer | None = None) -> Written:
    """Render a case to PDF and store nothing. `at` dates the file; `renderer` is a warm one, else one is started.

    Raises `pdf.RenderError` where the child passes a limit or refuses.
    """
    printed = document.build(case, at=at).print()
    evidence = manifest.encode(printed.manifest)
    attachment = Attachment(
        name=manifest.NAME, content=evidence, description="Every figure of this report with its evidence", modified=at
    )
    if renderer is None:
        with Renderer() as own:
            rendered = _render(own, printed, attachment)
    else:
        rendered = _render(renderer, printed, attachment)
    return Written(rendered.pdf, manifest.file_digest(rendered.pdf), evidence, rendered.pages)


def _render(renderer: Renderer, printed: document.Printed, attachment: Attachment) -> Rendered:
    return renderer.render(
        printed.html,
        stylesheets=printed.stylesheets,
        attachments=[attachment],
        identifier=str(printed.manifest["manifest_digest"]),
    )


def write_draft(*, case: Case, at: datetime, renderer: Renderer | None = None) -> Written:
    """Render a draft and remember its digest, by which `verify_pdf` knows it. `at`: now.

    The same case gives the same bytes whenever it is written.
    """
    if case.issued:
        raise OperationRefused("A draft says so: build its case with issued=False.")
    written = typeset(case, at=document.draft_date(case), renderer=renderer)
    WrittenFile.objects.get_or_create(
        digest=written.digest,
        defaults={"reference": case.reference, "state": WrittenFile.State.DRAFT, "written_at": at},
    )
    return written


def issue(
    *,
    assessment: Assessment,
    by: Person,
    at: datetime,
    language: str = "",
    to: str = "",
    reasons: Mapping[str, str] | None = None,
    because: str = "",
    renderer: Renderer | None = None,
) -> Report:
    """Issue a final assessment in one language: store the bytes, and supersede what its predecessor issued.

    `to`: for whom, in words. `reasons`: why it is issued in spite of a warning, by `Obstacle.code`; `because` stands for
    those that are not given. Rendering comes first and holds no lock. Raises OperationRefused for a draft, for a
    stranger, and for a language in which it was issued already; InTheWay where `gate.obstacles` finds what blocks, or
    a warning has no reason of 10 to 500 characters.
    """
    language = language or assessment.language
    if not Firm.objects.visible_to(by).filter(pk=assessment.firm_id).exists():
        raise OperationRefused(f"{by.get_username()} does not work for this firm.")
    if not assessment.is_final or assessment.finalised_at is None or assessment.as_of is None:
        raise OperationRefused(f"{assessment.reference} is a draft: finalise it before issuing a report.")
    if assessment.reports.filter(language=language).exists():
        raise OperationRefused(f"{assessment.reference} was issued in this language already.")
    reservations = _reservations(assessment, language, by=by, at=at, reasons=reasons or {}, because=because)
    case = document.stored(
        assessment, as_of=assessment.as_of, language=language, issued=True, reservations=reservations
    )
    written = typeset(case, at=assessment.finalised_at, renderer=renderer)
    return _store(written, case=case, assessment=assessment, by=by, at=at, to=to)


def _reservations(
    assessment: Assessment, language: str, *, by: Person, at: datetime, reasons: Mapping[str, str], because: str
) -> list[Mapping[str, Any]]:
    """What the report is issued in spite of. Raises InTheWay."""
    found = gate.obstacles(assessment, language=language, on=at.date())
    given = {one.code: " ".join((reasons.get(one.code) or because).split()) for one in found}
    left = [one for one in found if one.blocks or not SHORTEST_REASON <= len(given[one.code]) <= LONGEST_REASON]
    if left:
        raise InTheWay(assessment.reference, left)
    signed = by.get_full_name() or by.get_username()
    return [gate.reservation(one, reason=given[one.code], by=signed) for one in found]


def log_download(*, report: Report, by: Person, at: datetime) -> None:
    """Remember that somebody fetched an issued report."""
    Download.objects.create(report=report, person=by, at=at)


@transaction.atomic
def _store(written: Written, *, case: Case, assessment: Assessment, by: Person, at: datetime, to: str) -> Report:
    language = case.language
    if Report.objects.select_for_update().filter(assessment=assessment, language=language).exists():
        raise OperationRefused(f"{assessment.reference} was issued in this language already.")
    WrittenFile.objects.create(
        digest=written.digest, reference=assessment.reference, state=WrittenFile.State.ISSUED, written_at=at
    )
    report = Report.objects.create(
        assessment=assessment,
        reference=assessment.reference,
        language=language,
        content=written.content,
        digest=written.digest,
        manifest=written.manifest.decode(),
        issued_by=by,
        issued_at=at,
        issued_to=" ".join(to.split()),
        reservations=list(case.reservations),
    )
    Report.objects.filter(assessment__in=since.predecessors(assessment), state=Report.State.ISSUED).update(
        state=Report.State.SUPERSEDED, superseded_by=report
    )
    return report
