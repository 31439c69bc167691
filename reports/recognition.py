"""What the public may know of a report: whether it is ours, its standing, and what became of its evidence.

Nothing here names a client, a firm, a title or an amount: reference, dates, and public claims by their slug.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims import published
from claims.models import Claim, Revision
from reports.manifest import file_digest
from reports.models import Report, WrittenFile
from reports.verification import UnreadableReport, open_pdf

STANDING = {
    Revision.State.RETRACTED: "retracted",
    Revision.State.SUPERSEDED: "superseded",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A cited claim that is no longer as it was: revised, retracted, superseded, overdue or expired."""

    slug: str
    cited: int
    current: int
    what: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """`state`: draft, issued, superseded; empty for a file that was not written here. `changes` None: not known."""

    digest: str
    state: str
    as_of: str | None = None
    written_on: date | None = None
    superseded_on: date | None = None
    cited: int = 0
    changes: Sequence[Change] | None = None

    @property
    def known(self) -> bool:
        """Whether the file was written here, byte for byte."""
        return bool(self.state)


def of_digest(digest: str, *, on: date, manifest: Mapping[str, Any] | None = None) -> Recognised:
    """What is known of the file with this digest. The manifest of a draft is only in the file itself."""
    written = WrittenFile.objects.filter(digest=digest).first()
    if written is None:
        return Recognised(digest=digest, state="")
    report = Report.objects.filter(digest=digest).select_related("superseded_by").first()
    if report is not None:
        manifest = report.manifest_document
    later = report.superseded_by if report is not None else None
    cited = manifest["citations"] if manifest is not None else []
    return Recognised(
        digest=digest,
        state="superseded" if later is not None else str(written.state),
        as_of=manifest["as_of"] if manifest is not None else None,
        written_on=written.written_at.date(),
        superseded_on=later.issued_at.date() if later is not None else None,
        cited=len(cited),
        changes=changes(cited, on=on) if manifest is not None else None,
    )


def of_file(content: bytes, *, on: date) -> Recognised:
    """What is known of a file that somebody sent. It is opened only where its digest is known."""
    digest = file_digest(content)
    if not WrittenFile.objects.filter(digest=digest).exists():
        return Recognised(digest=digest, state="")
    try:
        manifest = json.loads(open_pdf(content).attached)
    except (UnreadableReport, ValueError):
        manifest = None
    return of_digest(digest, on=on, manifest=manifest)


def changes(cited: Sequence[Mapping[str, Any]], *, on: date) -> list[Change]:
    """Which of these citations say something else today, in the order of their numbers."""
    numbers = {slug: int(number) for slug, _, number in (one["claim"].rpartition("@") for one in cited)}
    claims = Claim.objects.filter(slug__in=numbers, current_revision__isnull=False).select_related("current_revision")
    current = {claim.slug: claim.current_revision for claim in claims}
    bodies = published.documents([one for one in current.values() if one is not None], on=on)
    fresh = {body["slug"]: body["freshness"] for body in bodies}
    found = []
    for slug, number in numbers.items():
        revision = current.get(slug)
        if revision is None:
            continue
        what = STANDING.get(revision.state) or ("revised" if revision.number > number else "")  # type: ignore[call-overload]
        what = what or (fresh[slug] if fresh[slug] in ("overdue", "expired") else "")
        if what:
            found.append(Change(slug=slug, cited=number, current=revision.number, what=what))
    return found
