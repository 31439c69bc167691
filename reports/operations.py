"""What can be done with reports: write a draft, issue. Every write of the app is one of these verbs."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assessments.models import Assessment, Firm
from claims.models import Person
from claims.operations import OperationRefused
from reports import document, manifest
from reports.case import Case
from reports.models import Report, WrittenFile
from reports.pdf import Attachment, Rendered, Renderer

__all__ = ["OperationRefused", "Written", "issue", "typeset", "write_draft"]


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
    *, assessment: Assessment, by: Person, at: datetime, language: str = "", renderer: Renderer | None = None
) -> Report:
    """Issue a final assessment in one language: store the bytes, and supersede what its predecessor issued.

    Rendering comes first and holds no lock. Raises OperationRefused for a draft, for a stranger, and for a
    language in which it was issued already.
    """
    language = language or assessment.language
    if not Firm.objects.visible_to(by).filter(pk=assessment.firm_id).exists():
        raise OperationRefused(f"{by.get_username()} does not work for this firm.")
    if not assessment.is_final or assessment.finalised_at is None or assessment.as_of is None:
        raise OperationRefused(f"{assessment.reference} is a draft: finalise it before issuing a report.")
    if assessment.reports.filter(language=language).exists():
        raise OperationRefused(f"{assessment.reference} was issued in this language already.")
    case = document.stored(assessment, as_of=assessment.as_of, language=language, issued=True)
    written = typeset(case, at=assessment.finalised_at, renderer=renderer)
    return _store(written, assessment=assessment, language=language, by=by, at=at)


@transaction.atomic
def _store(written: Written, *, assessment: Assessment, language: str, by: Person, at: datetime) -> Report:
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
    )
    Report.objects.filter(assessment__in=_predecessors(assessment), state=Report.State.ISSUED).update(
        state=Report.State.SUPERSEDED, superseded_by=report
    )
    return report


def _predecessors(assessment: Assessment) -> list[Assessment]:
    """All cases that this one re-runs, the nearest first: one between may never have been issued."""
    found: list[Assessment] = []
    before = assessment.predecessor
    while before is not None:
        found.append(before)
        before = before.predecessor
    return found
