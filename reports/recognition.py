"""What the public may know of a report: whether it is ours, its standing, what became of its evidence and its advice.

Nothing here names a client, a firm, a title, an option or an amount: dates, public claims by their slug, and whether
the advice would still be the same.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.db.models import Q

from assessments import evidence_cache
from claims import published, registry_version
from claims.models import Claim, Revision
from reports.advice_today import Advice, judge
from reports.manifest import file_digest
from reports.models import Report, WrittenFile
from reports.signatures import Found, Signature, look
from reports.verification import UnreadableReport, open_pdf

STANDING = {
    Revision.State.RETRACTED: "retracted",
    Revision.State.SUPERSEDED: "superseded",
}
AGED = {"overdue": 1, "expired": 2}
KEPT = 24 * 60 * 60  # seconds
LOOKED_AT = 50  # files that may begin with the same digits: drafts of one content are few

PDF = b"%PDF-"
LONGEST_WAIT = 20.0  # seconds for a turn at looking

_looking = Lock()
_judging = Lock()  # whoever asks at the same time waits for one judgement and then finds it


@dataclass(frozen=True, slots=True)
class Change:
    """A cited claim that does not stand as cited.

    `whats`, the weightiest first: retracted, superseded or revised; expired or overdue; contested. `before`: those of them
    that were so already on the day whose evidence was used.
    """

    slug: str
    cited: int
    current: int
    whats: tuple[str, ...]
    before: frozenset[str] = frozenset()

    @property
    def what(self) -> str:
        """The weightiest."""
        return self.whats[0]

    @property
    def since(self) -> bool:
        """Whether anything of it has happened since."""
        return not self.before.issuperset(self.whats)

    @property
    def told(self) -> list[tuple[str, bool]]:
        """Each of `whats`, and whether it was so already."""
        return [(what, what in self.before) for what in self.whats]


@dataclass(frozen=True, slots=True)
class Told:
    """What a manifest says that may be told: `standing` maps `slug@n` to freshness and contesting claims of its day."""

    as_of: str
    standing: Mapping[str, tuple[str, frozenset[str]]]
    advice: Advice


@dataclass(frozen=True, slots=True)
class Recognised:
    """`state`: draft, issued, superseded; empty for what was not written here.

    `digest` is that of the file, `seal` is given where the report was recognised by it. `changes` and `advice` are None
    where they are not known. `copy`: it is a copy with a password; `signed`: it was written with a signature, or, of what
    was not written here, a report that says the same was. `signatures` are those of a file that was sent, None where
    nobody looked.
    """

    digest: str
    state: str
    seal: str = ""
    as_of: str | None = None
    written_on: date | None = None
    superseded_on: date | None = None
    cited: int = 0
    changes: Sequence[Change] | None = None
    advice: Advice | None = None
    copy: bool = False
    signed: bool = False
    signatures: Sequence[Signature] | None = None

    @property
    def known(self) -> bool:
        """Whether it was written here: the file byte for byte, or a report with this seal."""
        return bool(self.state)

    @property
    def since(self) -> int:
        """How many cited claims have changed since."""
        return sum(change.since for change in self.changes or ())


def beginning_with(digits: str) -> str:
    """The one digest or seal, in hex, that begins with these digits; nothing where there is none or more than one."""
    prefix = f"sha256:{digits}"
    files = WrittenFile.objects.filter(Q(digest__startswith=prefix) | Q(seal__startswith=prefix))
    pairs = files.values_list("digest", "seal")[:LOOKED_AT]
    found = {one for pair in pairs for one in pair if one.startswith(prefix)}
    return found.pop().removeprefix("sha256:") if len(found) == 1 else ""


def of_digest(digest: str, *, on: date) -> Recognised:
    """What is known of the file with this digest, else of the newest with this seal."""
    written = WrittenFile.objects.filter(digest=digest).first()
    if written is not None:
        return _recognised(written, on=on)
    written = WrittenFile.objects.filter(seal=digest, copy_of__isnull=True).first()
    return _recognised(written, on=on, seal=digest) if written is not None else Recognised(digest=digest, state="")


def of_file(content: bytes, *, on: date) -> Recognised:
    """What is known of a file that somebody sent.

    It is opened where it is a draft of ours, since those are not kept; and for its signatures, unless it is a copy with a
    password, which is known by its bytes.
    """
    digest = file_digest(content)
    written = WrittenFile.objects.filter(digest=digest).first()
    if written is None:
        found = _look(content) if content.startswith(PDF) else None
        if found is None:
            return Recognised(digest=digest, state="")
        signed = WrittenFile.was_signed(found.seal)
        return Recognised(digest=digest, state="", signed=signed, signatures=found.signatures)
    recognised = _recognised(written, on=on, content=content)
    if not recognised.signed or recognised.copy:
        return recognised
    found = _look(content)
    return replace(recognised, signatures=found.signatures if found is not None else None)


def _look(content: bytes) -> Found | None:
    """The signatures of a file; one file at a time, so that nobody takes all processors by sending many. None: no turn."""
    if not _looking.acquire(timeout=LONGEST_WAIT):
        return None
    try:
        return look(content)
    finally:
        _looking.release()


def _recognised(written: WrittenFile, *, on: date, seal: str = "", content: bytes = b"") -> Recognised:
    report = written.report
    told = _told(report.digest if report is not None else written.digest, report, content, on=on)
    later = report.superseded_by if report is not None else None
    return Recognised(
        digest=written.digest,
        state="superseded" if later is not None else str(written.state),
        seal=seal,
        as_of=told.as_of if told is not None else None,
        written_on=written.written_at.date(),
        superseded_on=later.issued_at.date() if later is not None else None,
        cited=len(told.standing) if told is not None else 0,
        changes=changes([{"claim": one} for one in told.standing], on=on, then=told.standing) if told else None,
        advice=told.advice if told is not None else None,
        copy=written.copy_of_id is not None,
        signed=written.signed_by_id is not None,
    )


def _told(digest: str, report: Report | None, content: bytes, *, on: date) -> Told | None:
    """From the stored manifest, or that of a draft in the file that was sent; judged once for a state of the registry.

    A page for everybody must cost little however often it is asked for. What is kept holds nothing of the client.
    """
    state = hashlib.sha256(registry_version.current().encode()).hexdigest()[:16]
    key = f"told:{digest}:{on.isoformat()}:{state}"
    kept: Told | None = cache.get(key)
    if kept is None and (report is not None or content):
        with _judging:
            kept = cache.get(key)
            manifest = _manifest(report, content) if kept is None else None
            if manifest is not None:
                kept = _read(manifest, on=on)
                cache.set(key, kept, KEPT)
    return kept


def _manifest(report: Report | None, content: bytes) -> Mapping[str, Any] | None:
    if report is not None:
        return report.manifest_document
    try:
        manifest: Mapping[str, Any] = json.loads(open_pdf(content).attached)
    except (UnreadableReport, ValueError):
        return None
    return manifest


def _read(manifest: Mapping[str, Any], *, on: date) -> Told:
    attached = {entry["claim"]: entry["standing"] for entry in manifest["claims"]}
    cited = {one["claim"]: attached[one["claim"]] for one in manifest["citations"]}
    return Told(
        as_of=manifest["as_of"],
        standing={one: (then["freshness"], frozenset(then["contested_by"])) for one, then in cited.items()},
        advice=judge(manifest, on=evidence_cache.of_day(on)),
    )


def changes(
    cited: Sequence[Mapping[str, Any]],
    *,
    on: date,
    then: Mapping[str, tuple[str, frozenset[str]]] | None = None,
) -> list[Change]:
    """Which of these citations say something else today, in the order of their numbers. `then` as `Told.standing`."""
    numbers = {slug: int(number) for slug, _, number in (one["claim"].rpartition("@") for one in cited)}
    claims = Claim.objects.filter(slug__in=numbers, current_revision__isnull=False).select_related("current_revision")
    current = {claim.slug: claim.current_revision for claim in claims}
    bodies = published.documents([one for one in current.values() if one is not None], on=on)
    today = {body["slug"]: (body["freshness"], frozenset(body["contested_by"])) for body in bodies}
    found = []
    for slug, number in numbers.items():
        revision = current.get(slug)
        if revision is None:
            continue
        whats = _whats(revision, number, *today[slug])
        if whats:
            before = _before(today[slug], (then or {}).get(f"{slug}@{number}", ("", frozenset())))
            found.append(Change(slug=slug, cited=number, current=revision.number, whats=whats, before=before))
    return found


def _whats(revision: Revision, cited: int, freshness: str, contested: frozenset[str]) -> tuple[str, ...]:
    """What is to be said of a claim by its current revision. Of one that has ended, nothing but that."""
    if revision.state in STANDING:
        return (STANDING[Revision.State(revision.state)],)
    told = {
        "revised": revision.number > cited,
        freshness: freshness in AGED,
        "contested": bool(contested),
    }
    return tuple(what for what, holds in told.items() if holds)


def _before(today: tuple[str, frozenset[str]], then: tuple[str, frozenset[str]]) -> frozenset[str]:
    """What is so today of a claim's age and of its being contested, and was so then."""
    aged = AGED.get(then[0], 0) >= AGED.get(today[0], 0) > 0
    return frozenset(({today[0]} if aged else set()) | ({"contested"} if today[1] and today[1] <= then[1] else set()))
