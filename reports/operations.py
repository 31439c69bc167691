"""What can be done with reports: write a draft, issue. Every write of the app is one of these verbs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from assessments.membership import require_membership
from assessments.models import Assessment
from assessments.webhooks import telling
from claims.models import Person
from claims.operations import OperationRefused
from reports import document, drafts, gate, identities, manifest, pool, signing, since
from reports.branding.versions import Counting, counting
from reports.case import Case
from reports.document import Document
from reports.drafts import Written
from reports.gate import Obstacle
from reports.layouts import FULL, Layout
from reports.models import Download, Report, WrittenFile
from reports.pdf import Attachment, Rendered, Renderer, RenderError
from reports.signing_models import SigningIdentity

__all__ = ["InTheWay", "OperationRefused", "Written", "issue", "log_download", "press", "typeset", "write_draft"]

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


class MissingCharacters(OperationRefused):
    """A report says something for which this machine has no font: it cannot be read, nor kept as PDF/A."""

    def __init__(self, characters: Sequence[str]) -> None:
        shown = ", ".join(f"{one} (U+{ord(one):04X})" for one in characters[:12])
        more = f" and {len(characters) - 12} more" if len(characters) > 12 else ""
        super().__init__(
            f"The report has characters for which there is no font here: {shown}{more}. Write it without them, or have "
            "a font installed that has them. The draft shows boxes in their places."
        )


def typeset(case: Case, *, at: datetime, renderer: Renderer | None = None) -> Written:
    """Render a case to PDF and store nothing. `at` dates the file; `renderer`: else one of the process's pool.

    Raises what `press` raises.
    """
    if renderer is None:
        pool.own().warm_up()
    return press(document.build(case, at=at), renderer=renderer)


def press(made: Document, *, renderer: Renderer | None = None) -> Written:
    """A document as PDF, with its evidence and its other files attached. `renderer`: else one of the process's pool.

    Raises `pdf.RenderError` where the child passes a limit or refuses, none is free, or a text holds what cannot be
    printed; MissingCharacters where there is no font for what an issued report says.
    """
    case = made.case
    _check_texts(case)
    printed = made.print()
    evidence = manifest.encode(printed.manifest)
    every = {manifest.NAME: evidence, **printed.files}
    attachments = [Attachment(name, content, _described(name, case), made.at) for name, content in every.items()]
    if renderer is None:
        with pool.own().lent() as lent:
            rendered = _render(lent, printed, attachments)
    else:
        rendered = _render(renderer, printed, attachments)
    if case.issued and rendered.missing:
        raise MissingCharacters(rendered.missing)
    seal = str(printed.manifest["document"]["seal"])
    return Written(rendered.pdf, manifest.file_digest(rendered.pdf), seal, evidence, rendered.pages, printed.notes)


def _check_texts(case: Case) -> None:
    """Raises RenderError that names the first text that cannot be printed."""
    for where, fault in gate.unprintable_texts(case):
        raise RenderError(f"The PDF could not be made: {where} {fault}", reason="text")


def _described(name: str, case: Case) -> str:
    """What an attached file is, in the language of the report."""
    with translation.override(case.language):
        if name == manifest.NAME:
            return gettext("Every figure of this report with its evidence")
        return gettext("The claims that this report cites, as a table")


def _render(renderer: Renderer, printed: document.Printed, attachments: Sequence[Attachment]) -> Rendered:
    return renderer.render(
        printed.html,
        stylesheets=printed.stylesheets,
        attachments=attachments,
        pictures=printed.pictures,
        identifier=str(printed.manifest["manifest_digest"]),
    )


def write_draft(*, case: Case, at: datetime, renderer: Renderer | None = None) -> Written:
    """Render a draft and remember its digest, by which `verify_pdf` knows it. `at`: now.

    The same case gives the same bytes whenever it is written, so what was rendered before is not rendered again.
    """
    if case.issued:
        raise OperationRefused("A draft says so: build its case with issued=False.")
    key = drafts.key(case)
    written = drafts.kept(key)
    if written is None:
        written = typeset(case, at=document.draft_date(case), renderer=renderer)
        drafts.keep(key, written)
    WrittenFile.objects.get_or_create(
        digest=written.digest,
        defaults={
            "seal": written.seal,
            "reference": case.reference,
            "state": WrittenFile.State.DRAFT,
            "written_at": at,
        },
    )
    return written


def issue(  # noqa: PLR0913 – keyword-only, each a part of how it is issued
    *,
    assessment: Assessment,
    by: Person,
    at: datetime,
    language: str = "",
    to: str = "",
    reasons: Mapping[str, str] | None = None,
    because: str = "",
    layout: Layout = FULL,
    renderer: Renderer | None = None,
) -> Report:
    """Issue a final assessment in one language: store the bytes, and supersede what its predecessor issued.

    Where the firm has a certificate, the file is signed with it, at `at`, before anything is taken from its bytes.
    `to`: for whom, in words. `reasons`: why it is issued in spite of a warning, by `Obstacle.code`; `because` stands for
    those that are not given; `layout`: with which sections. Rendering comes first and holds no lock. Raises
    OperationRefused for a draft, for a stranger, for a language in which it was issued already, and for a layout that
    hides the reservations; InTheWay where `gate.obstacles` finds what blocks, or
    a warning has no reason of 10 to 500 characters; `signing.NotSigned` where the firm signs and it cannot be done.
    """
    language = language or assessment.language
    require_membership(by, assessment.firm)
    if not assessment.is_final or assessment.finalised_at is None or assessment.as_of is None:
        raise OperationRefused(f"{assessment.reference} is a draft: finalise it before issuing a report.")
    if assessment.reports.filter(language=language).exists():
        raise OperationRefused(f"{assessment.reference} was issued in this language already.")
    reservations = _reservations(assessment, language, layout, by=by, at=at, reasons=reasons or {}, because=because)
    look = counting(assessment.firm, assessment.client)
    case = document.stored(
        assessment,
        as_of=assessment.as_of,
        language=language,
        issued=True,
        reservations=reservations,
        layout=layout,
        brand=look.brand,
    )
    written = typeset(case, at=assessment.finalised_at, renderer=renderer)
    identity = identities.current(assessment.firm)
    if identity is not None:
        written = _signed(written, case=case, identity=identity, at=at)
    return _store(written, case=case, look=look, assessment=assessment, by=by, at=at, to=to, identity=identity)


def _signed(written: Written, *, case: Case, identity: SigningIdentity, at: datetime) -> Written:
    """The file with the firm's signature behind it."""
    with translation.override(case.language):
        reason = gettext("Issued by %(firm)s") % {"firm": case.firm}
        called = gettext("Signature of the firm")
    content = signing.sign(written.content, identity=identity, at=at, reason=reason, called=called)
    return replace(written, content=content, digest=manifest.file_digest(content))


def _reservations(
    assessment: Assessment,
    language: str,
    layout: Layout,
    *,
    by: Person,
    at: datetime,
    reasons: Mapping[str, str],
    because: str,
) -> list[Mapping[str, Any]]:
    """What the report is issued in spite of. Raises InTheWay."""
    found = gate.obstacles(assessment, language=language, on=at.date(), layout=layout)
    given = {one.code: " ".join((reasons.get(one.code) or because).split()) for one in found}
    left = [one for one in found if one.blocks or not SHORTEST_REASON <= len(given[one.code]) <= LONGEST_REASON]
    if left:
        raise InTheWay(assessment.reference, left)
    signed = by.get_full_name() or by.get_username()
    return [gate.reservation(one, reason=given[one.code], by=signed) for one in found]


def log_download(*, report: Report, by: Person, at: datetime, file: str = Download.File.REPORT) -> None:
    """Remember that somebody fetched an issued report, or a table of it."""
    Download.objects.create(report=report, person=by, at=at, file=file)


@transaction.atomic
def _store(
    written: Written,
    *,
    case: Case,
    look: Counting,
    assessment: Assessment,
    by: Person,
    at: datetime,
    to: str,
    identity: SigningIdentity | None,
) -> Report:
    language = case.language
    if Report.objects.select_for_update().filter(assessment=assessment, language=language).exists():
        raise OperationRefused(f"{assessment.reference} was issued in this language already.")
    WrittenFile.objects.create(
        digest=written.digest,
        seal=written.seal,
        reference=assessment.reference,
        state=WrittenFile.State.ISSUED,
        written_at=at,
        signed_by=identity,
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
        layout=case.layout.as_dict(),
        firm_brand=look.firm,
        client_brand=look.client,
    )
    replaced = Report.objects.filter(assessment__in=since.predecessors(assessment), state=Report.State.ISSUED)
    earlier = list(replaced.select_for_update().order_by("pk").only("reference", "digest"))
    replaced.filter(pk__in=[one.pk for one in earlier]).update(state=Report.State.SUPERSEDED, superseded_by=report)
    telling.report_issued(
        firm=assessment.firm,
        reference=report.reference,
        digest=report.digest,
        page=report.verification_path,
        superseded=[(one.reference, one.digest, one.verification_path) for one in earlier],
        at=at,
    )
    return report
