"""From an assessment to the document that is printed. Every query ends here; templates touch no database.

`stored` and `unsaved` gather a `Case`; `build` makes the sections; `Document.print` renders them to markup and the
manifest of every number in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from assessments import operations as assessing
from assessments.engine import method
from assessments.facts import contested_by
from assessments.models import Assessment
from claims import published
from claims.models import Revision
from reports import claims_table, manifest, since
from reports.branding.brand import PLAIN, Brand
from reports.branding.versions import brand_of
from reports.case import Case, PinnedClaim
from reports.layouts import FULL, Layout, check_reservations
from reports.manifest import Recorder
from reports.own_words import PASSAGES
from reports.own_words_printing import unknown_passages
from reports.printing import Printer
from reports.sections import laid_out
from reports.sections.base import Section
from reports.texts import footer_text, heading_text

TEMPLATE = "reports/report.html"
STANDING = ("freshness", "checked_on", "check_due_on", "expires_on", "contested_by", "arithmetic", "freshness_weight")


@dataclass(frozen=True, slots=True)
class Printed:
    """A document ready for the press: its markup, the manifest that is attached to the PDF, and what else is.

    `files`: their bytes by name. The manifest holds the digest of each. `pictures`: what the markup asks for by name.
    `notes`: sentences for consultants on what is printed otherwise than their firm wrote it.
    """

    html: str
    manifest: Mapping[str, Any]
    stylesheets: tuple[str, ...]
    files: Mapping[str, bytes]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A case with its sections in order. `at` dates the file: the same case gives the same bytes at any time."""

    case: Case
    at: datetime
    sections: tuple[Section, ...]

    def print(self) -> Printed:
        """Render. Raises UnrecordedNumber where a template printed a number past the printer."""
        case, recorder = self.case, Recorder()
        with translation.override(case.language):
            mark = "" if case.issued else gettext("DRAFT")
            printer = Printer(case, recorder, printed={section.slug for section in self.sections})
            context = {
                "document": self,
                "case": case,
                "sections": self.sections,
                "lang": case.language,
                "printer": printer,
                "heading": recorder.on_every_page(heading_text(case)),
                "reference_text": recorder.on_every_page(case.reference),
                "footer": recorder.on_every_page(case.brand.footer_text),
                "style": case.brand.sheet,
                "evidence": recorder.on_every_page(footer_text(case, printer.seal_digest)),
                "draft_mark": mark,
                "written": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            html = render_to_string(TEMPLATE, context)
        manifest.check_recorded(html, recorder)
        files = {claims_table.NAME: claims_table.encode(case)}
        described = {
            **case.described,
            "seal": printer.seal_digest,
            "draft_mark": mark,
            "written_at": context["written"],
            "files": {name: manifest.file_digest(content) for name, content in files.items()},
        }
        whole = manifest.build(
            result=case.result,
            claims=[claim.as_dict() for claim in case.claims],
            recorder=recorder,
            document=described,
        )
        sheets = ("report.css",) if case.issued else ("report.css", f"report-draft-{case.language}.css")
        return Printed(
            html=html,
            manifest=whole,
            stylesheets=sheets,
            files=files,
            pictures=case.brand.pictures,
            notes=(*printer.notes, *unknown_passages(case.words)),
        )


def build(case: Case, *, at: datetime) -> Document:
    """The document of a case. `at`: when it was finalised; for a draft `draft_date(case)`, so that bytes repeat.

    Raises `layouts.LayoutError` for a layout that leaves out the reservations.
    """
    check_reservations(case.layout, case.reservations)
    with translation.override(case.language):
        made = [section.build(case) for section in laid_out(case.layout)]
    sections = tuple(section for section in made if section is not None)
    as_printed = Layout(case.layout.name, tuple(section.slug for section in sections))
    return Document(case=replace(case, layout=as_printed, words=_of_these(case, as_printed)), at=at, sections=sections)


def _of_these(case: Case, layout: Layout) -> dict[str, str]:
    """The firm's words for what is printed; the others are nobody's business and stay out of the manifest."""
    return {
        name: template
        for name, template in case.words.items()
        if name not in PASSAGES or layout.has(PASSAGES[name].section)
    }


def draft_date(case: Case) -> datetime:
    """The moment that dates a draft: the start of its as-of day, never the clock."""
    return datetime.combine(case.as_of, time.min, tzinfo=UTC)


def stored(
    assessment: Assessment,
    *,
    as_of: date,
    language: str,
    issued: bool = False,
    reservations: Sequence[Mapping[str, Any]] = (),
    layout: Layout = FULL,
    brand: Brand | None = None,
) -> Case:
    """The case of a stored assessment: the frozen result of a final one, else judged now on the evidence of `as_of`.

    `reservations`: with what reasons it is issued in spite of what (`gate.reservation`). `brand`: how
    it looks; that of its client as it is now if not given. Raises `assessments.facts.AnswersIncomplete` for a draft that cannot be judged yet.
    """
    if assessment.is_final:
        result = assessment.result_document
    else:
        result = assessing.evaluate(assessment, as_of=as_of).as_dict()
    signatory = assessment.finalised_by or assessment.changed_by
    case = unsaved(
        result=result,
        title=assessment.title,
        client=assessment.client.name,
        firm=assessment.firm.name,
        author=signatory.get_full_name() or signatory.get_username(),
        language=language,
        issued=issued,
        at=assessment.finalised_at if issued else None,
        layout=layout,
        brand=brand or brand_of(assessment.firm, assessment.client),
    )
    return replace(case, reservations=tuple(reservations), since=since.of(assessment, result, language=language))


def unsaved(  # noqa: PLR0913 – keyword-only, each a part of the case
    *,
    result: Mapping[str, Any],
    title: str,
    client: str,
    firm: str = "",
    author: str = "",
    language: str = "en",
    issued: bool = False,
    at: datetime | None = None,
    layout: Layout = FULL,
    brand: Brand = PLAIN,
) -> Case:
    """The case of a result that is stored nowhere. Reads the claim revisions that it names.

    `at`: the moment that dates the document; that of a draft if not given.
    """
    claims = pinned(result)
    day = datetime.combine(date.fromisoformat(result["as_of"]), time.min, tzinfo=UTC)
    return Case(
        reference=result["reference"],
        title=title,
        client=client,
        firm=firm,
        author=author,
        language=language,
        issued=issued,
        result=result,
        claims=claims,
        head=_head(claims, at=at or day),
        site=settings.SITE_URL,
        layout=layout,
        brand=replace(brand, words={}),
        words=brand.said_in(language),
    )


def _head(claims: Sequence[PinnedClaim], *, at: datetime) -> Mapping[str, Any] | None:
    """The last revision that was published up to a moment, or that the report rests on where that is a later one.

    A draft is dated by the start of its day and may rest on what was published on that day.
    """
    known = Q(published_at__lte=at) | Q(digest__in=[claim.document["digest"] for claim in claims])
    return Revision.objects.filter(known).order_by("-sequence").values("sequence", "digest").first()


def pinned(result: Mapping[str, Any]) -> tuple[PinnedClaim, ...]:
    """The revisions behind a result, as they stood on its as-of day: those that its citations and its evidence name,
    those that disagree with them, then those that the decision tables would have asked for, then the parts of totals
    that any of them states, so that the file alone is enough to judge and to add up again. Who contests whom is as the
    result has it.
    """
    on = date.fromisoformat(result["as_of"])
    named = [cited["claim"] for cited in result["citations"]]
    named += [entry["claim"] for part in ("applied", "set_aside") for entry in result["evidence"][part]]
    named += [reference for conflict in result.get("conflicts", ()) for reference in conflict["revisions"]]
    slugs = {reference.rpartition("@")[0] for reference in named}
    found = {
        f"{revision.claim.slug}@{revision.number}": revision
        for revision in Revision.objects.filter(claim__slug__in=slugs).select_related("claim")
    }
    revisions = [found[reference] for reference in dict.fromkeys(named)]
    asked = published.revisions(as_of=on).filter(claim__slug__in=_asked_for(result) - slugs)
    revisions += asked.select_related("claim").order_by("claim__slug")
    claims = _standing(result, revisions, on)
    while missing := _missing_parts(claims):
        revisions = list(published.revisions(as_of=on).filter(claim__slug__in=missing).select_related("claim"))
        claims += _standing(result, sorted(revisions, key=lambda one: one.claim.slug), on)
    return tuple(claims)


def _asked_for(result: Mapping[str, Any]) -> frozenset[str]:
    """Slugs of the claims that the tables of a result name: ours, and those of the firm."""
    own = [one["own"]["definition"] for one in result["frameworks"] if "own" in one]
    return claims_in_tables() | frozenset(_named_claims(own))


def _standing(result: Mapping[str, Any], revisions: list[Revision], on: date) -> list[PinnedClaim]:
    return [
        PinnedClaim(
            document=revision.body,
            previous=revision.previous_digest or None,
            standing={key: standing[key] for key in STANDING} | {"contested_by": contested_by(result, standing)},
        )
        for revision, standing in zip(revisions, published.documents(revisions, on=on, weighed=True), strict=True)
    ]


def _missing_parts(claims: list[PinnedClaim]) -> set[str]:
    """Slugs of published claims that a stated total is made of, as far as they are not there yet."""
    found = [claim.standing["arithmetic"] for claim in claims if claim.standing["arithmetic"]]
    needed = {part["claim"] for one in found for part in one["parts"] if part["revision"] is not None}
    return needed - {claim.document["slug"] for claim in claims}


@cache
def claims_in_tables() -> frozenset[str]:
    """Slugs of all claims that a decision table names, whether its rule was reached or not."""
    tables = [method.DIRECTORY / name for name in ("house.yaml", "warnings.yaml", "unasked.yaml")]
    tables += (method.DIRECTORY / "frameworks").glob("*.yaml")
    return frozenset(_named_claims([yaml.safe_load(path.read_text("utf-8")) for path in tables]))


def _named_claims(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _named_claims(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == "claim":
                yield value
            elif key == "claims":
                yield from value or ()
            else:
                yield from _named_claims(value)
