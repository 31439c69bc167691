"""Is this file one of ours, unaltered, and does every number in it trace to its evidence?

`verify` runs every check it can and says of each whether it holds; a report is good only if all do. The file is opened
in a child process with limits (`pdf_reader.py`): it may come from anybody.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from assessments.engine.result import digest as result_part_digest
from assessments.models import FrameworkVersion
from claims.child import Child, ChildError, Limits
from claims.models import Revision
from reports import claims_table, signatures, tracing
from reports import manifest as manifests
from reports.case import Case
from reports.models import Report, WrittenFile
from reports.numbers import count, numbers
from reports.recomputing import recompute

LARGEST = 48 * 1024 * 1024
LIMITS = Limits(seconds=60, cpu_seconds=45, memory=1024 * 1024 * 1024)
SHOWN = 8  # offending items named in one message


class UnreadableReport(ValueError):
    """The file is not a PDF that can be opened; the message says why. `closed`: it wants a password, or another one."""

    def __init__(self, message: str, *, closed: bool = False) -> None:
        super().__init__(message)
        self.closed = closed


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `detail` says what was found, or what does not hold and where."""

    name: str
    holds: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one file. `manifest` is None where none could be read."""

    digest: str
    checks: tuple[Check, ...]
    manifest: Mapping[str, Any] | None

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


@dataclass(frozen=True, slots=True)
class Opened:
    """A PDF as the child read it: runs of text by page, and what else could carry a number.

    `files`: name and digest of everything attached beside the manifest. `pictures`: page and digest of what each shows.
    """

    pages: Sequence[Sequence[str]]
    others: Sequence[str]
    anchors: Mapping[str, int]
    attached: bytes
    files: Sequence[tuple[str, str]]
    pictures: Sequence[tuple[int, str]] = ()


Look = Callable[[Mapping[str, Any], Opened], Check]


def refuse_large(size: int) -> None:
    """Raises UnreadableReport for a file of so many bytes that it is no report, before it is read."""
    if size > LARGEST:
        raise UnreadableReport(f"The file is larger than {LARGEST // 1024 // 1024} MB.")


def open_pdf(content: bytes, *, password: str = "") -> Opened:
    """Read a file from anywhere; `password` opens one that has one. Raises UnreadableReport."""
    refuse_large(len(content))
    try:
        with Child("reports.pdf_reader", limits=LIMITS) as child:
            reply, attached = child.ask({"attachment": manifests.NAME, "password": password}, content)
    except ChildError as error:
        closed = error.reason == "encrypted"
        raise UnreadableReport(f"The file could not be read: {error}.", closed=closed) from error
    pages = reply["pages"]
    others = [f"{kind.strip('/')} on page {n}" for n, page in enumerate(pages, 1) for kind in page["annotations"]]
    others += ["a form"] if reply["forms"] else []
    files = [(name, digest) for name, digest in reply["attachments"] if name != manifests.NAME]
    pictures = [(n, shown) for n, page in enumerate(pages, 1) for shown in page["pictures"]]
    return Opened([page["runs"] for page in pages], others, reply["anchors"], attached, files, pictures)


def verify(content: bytes, *, password: str = "") -> Verification:
    """Check one file. Raises UnreadableReport for what is no PDF; everything else is a check that does not hold.

    `password` opens a copy that has one. Without it a copy of ours is known by its bytes, and its text was not read.
    """
    digest = manifests.file_digest(content)
    known = _known(digest)
    try:
        opened = open_pdf(content, password=password)
    except UnreadableReport as error:
        if not error.closed or not WrittenFile.objects.filter(digest=digest).exists():
            raise
        why = "the password given does not open the file" if password else "the file opens only with its password"
        return Verification(digest, (known, Check("text", False, f"was not read: {why}")), None)
    signed = _signature(content, digest, password, opened.attached)
    if not opened.attached:
        missing = Check("manifest", False, f"{manifests.NAME} is not attached")
        return Verification(digest, (known, signed, missing, *_numbers_alone(opened)), None)
    try:
        manifest = json.loads(opened.attached)
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or not manifest.keys() >= manifests.KEYS:
        broken = Check("manifest", False, f"{manifests.NAME} is not of our making")
        return Verification(digest, (known, signed, broken), None)
    made = (_carried_out(name, look, manifest, opened) for name, look in CHECKS.items())
    return Verification(digest, (known, signed, *made), manifest)


def _carried_out(name: str, look: Look, manifest: Mapping[str, Any], opened: Opened) -> Check:
    """One check; a manifest that somebody bent out of shape fails it instead of ending all."""
    try:
        return look(manifest, opened)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        return Check(name, False, f"could not be carried out ({type(error).__name__}: {str(error)[:120]})")


def _manifest(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    own = manifests.digest(manifest)
    return Check("manifest", manifest["manifest_digest"] == own, f"digest {own[7:19]} of {manifests.NAME}")


def _result(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    own = manifests.result_digest(manifest)
    return Check("result", manifest["digest"] == own, f"digest {own[7:19]} of the result")


def _seal(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    if "seal" not in manifest["document"]:
        return Check("seal", True, "from before reports had one")
    own = manifests.seal_of(manifest)
    return Check("seal", manifest["document"]["seal"] == own, f"digest {own[7:19]} of what the report says")


def _claims(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    return _all("claims", tracing.claim_faults(manifest), f"{len(manifest['claims'])} revisions give their digests")


def _figures(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    return _all("figures", tracing.figure_faults(manifest), f"{len(manifest['figures'])} figures trace to their base")


def _arithmetic(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    good = f"{len(tracing.stated_totals(manifest))} stated totals come out as they are said to"
    return _all("arithmetic", tracing.arithmetic_faults(manifest), good)


def _printed(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    good = f"{len(manifest['printed'])} texts are what they stand for"
    return _all("printed", tracing.printed_faults(manifest), good)


def _nothing_else(manifest: Mapping[str, Any], opened: Opened) -> Check:
    """Text, the manifest, and the table of claims that the manifest names by its digest: no more and no less.

    A file from before there was a table has none. The one picture that there may be is the logo.
    """
    named = manifest["document"].get("files", {})
    faults = [f"there is {one}" for one in opened.others] + _picture_faults(manifest, opened)
    faults += [f"there is attachment {name}" for name, _ in opened.files if name != claims_table.NAME]
    tables = [digest for name, digest in opened.files if name == claims_table.NAME]
    if tables != [named[name] for name in named]:
        faults.append(f"{claims_table.NAME} is not the one that the manifest names")
    elif tables and tables != [manifests.file_digest(claims_table.encode(Case.from_manifest(manifest)))]:
        faults.append(f"{claims_table.NAME} does not say what the claims of the manifest say")
    what = "text and the logo" if opened.pictures else "text only"
    return _all("nothing else", faults, f"{what}, {1 + len(tables)} attached")


def _picture_faults(manifest: Mapping[str, Any], opened: Opened) -> list[str]:
    """A picture could show any number: there is the logo that the manifest describes, to the pixel, and no other."""
    logo = manifest["document"].get("brand", {}).get("logo")
    wanted = logo["pixels"] if logo else None
    faults = []
    if logo and not any(shown == wanted for _, shown in opened.pictures):
        faults.append("the logo is not there as it was")
    if strange := sorted({page for page, shown in opened.pictures if shown != wanted}):
        faults.append(f"there is a picture on page {', '.join(map(str, strange[:SHOWN]))}")
    return faults


def _all(name: str, faults: Sequence[str], good: str) -> Check:
    if not faults:
        return Check(name, True, good)
    more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return Check(name, False, "; ".join(faults[:SHOWN]) + more)


def _known(digest: str) -> Check:
    """Known by its digest, so not one byte was changed; and not replaced by a later report."""
    written = WrittenFile.objects.filter(digest=digest).first()
    if written is None:
        return Check("file", False, "no file with this digest was written here: altered, or not ours")
    report = written.report
    a_copy = "a protected copy of " if written.copy_of_id is not None else ""
    if report is not None and report.superseded_by is not None:
        later = report.superseded_by.reference
        return Check("file", False, f"{a_copy}{report.reference} is ours and unaltered, and superseded by {later}")
    when = f"written {written.written_at:%Y-%m-%d}, unaltered"
    return Check("file", True, f"{a_copy}{written.reference}, {written.state}, {when}")


def _signature(content: bytes, digest: str, password: str, attached: bytes) -> Check:
    """The firm's signature where the report was issued with one: there, of that firm, over the whole file, and holding."""
    found = signatures.look(content, password=password).signatures if signatures.MARK in content else ()
    theirs = _signers(digest, _named_seal(attached))
    if not found:
        missing = "is missing: the report was issued with one"
        return Check("signature", not theirs, missing if theirs else "none, as issued")
    faults = [f"{one.in_words}: {one.fault}" for one in found if one.fault]
    faults += [f"{one.in_words}: nobody who signs here" for one in found if one.holds and not one.known]
    if not faults and theirs and theirs.isdisjoint(one.fingerprint for one in found):
        faults.append("is not that of the firm whose report it is")
    whose = "; ".join(one.in_words for one in found)
    return _all("signature", faults, f"{whose}, holds; the authority behind the certificate is not judged")


def _signers(digest: str, seal: str) -> set[str]:
    """The certificates with which this file was signed here; of an unknown file, the reports that say what it says."""
    files = WrittenFile.objects.filter(digest=digest) or WrittenFile.objects.filter(seal=seal).exclude(seal="")
    return {one.signed_by.fingerprint for one in files if one.signed_by is not None}


def _named_seal(attached: bytes) -> str:
    """The seal that an attached manifest names; empty where it names none."""
    try:
        return str(json.loads(attached)["document"]["seal"])
    except (ValueError, LookupError, TypeError):
        return ""


def _registry(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    """Where this registry has a cited revision, it is the same text in the same place of the chain; and so is the head."""
    attached = {entry["claim"]: entry for entry in manifest["claims"]}
    slugs = {entry["document"]["slug"] for entry in manifest["claims"]}
    faults, found = [], 0
    for revision in Revision.objects.filter(claim__slug__in=slugs).select_related("claim"):
        entry = attached.get(f"{revision.claim.slug}@{revision.number}")
        if entry is not None:
            found += 1
            if (revision.digest, revision.previous_digest) != (entry["document"]["digest"], entry["previous"] or ""):
                faults.append(f"{entry['claim']} differs from the registry")
    head = manifest["document"].get("head")
    if head and Revision.objects.filter(sequence=head["sequence"]).exclude(digest=head["digest"]).exists():
        faults.append(f"revision {head['sequence']} of the chain is another here")
    return _all("registry", faults, f"{found} of {len(attached)} revisions are in this registry, unchanged")


def _frameworks(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    """A firm's own framework is attached as it was used, and is that version wherever this installation has it."""
    own = [one for one in manifest["frameworks"] if "own" in one]
    faults, found = [], 0
    for one in own:
        name, digest = f"{one['id']}, version {one['version']}", one["own"]["digest"]
        if result_part_digest(one["own"]["definition"]) != digest:
            faults.append(f"the definition of {name} does not give its digest")
        of = Q(framework__firm__name=one["own"]["firm"], framework__slug=one["id"], number=int(one["version"]))
        kept = set(FrameworkVersion.objects.filter(of).values_list("digest", flat=True))
        found += digest in kept
        if kept and digest not in kept:
            faults.append(f"{name} is another here")
    good = (
        f"{found} of {len(own)} of the firm's own are in this installation, unchanged" if own else "the founding ones"
    )
    return _all("frameworks", faults, good)


def _predecessor(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    """What is said of the report that this one supersedes is what that report says, wherever it is kept here."""
    told = manifest["document"].get("since")
    if told is None:
        return Check("predecessor", True, "none")
    report = Report.objects.filter(digest=told["digest"]).first()
    if report is None:
        return Check("predecessor", True, f"{told['reference']} is not kept here")
    then = {figure["id"]: figure for figure in report.manifest_document["figures"]}
    before = [one["before"] for one in told["changes"]["figures"] if one["before"] is not None]
    faults = [f"{one['id']} of {told['reference']} was another" for one in before if then.get(one["id"]) != one]
    return _all("predecessor", faults, f"{len(before)} figures of {told['reference']} are as they were issued")


def _recomputed(manifest: Mapping[str, Any], _opened: Opened) -> Check:
    """The engine, run again on the answers and the attached claims, gives the same figures."""
    again = recompute(manifest)
    if again.method != manifest["method"]:
        return Check("recomputed", True, f"not run: made by method {manifest['method']}, this is {again.method}")
    return _all("recomputed", again.faults, f"{len(manifest['figures'])} figures come out the same")


def _numbers(manifest: Mapping[str, Any], opened: Opened) -> Check:
    """Every number in the text is in the manifest, as often as there; and nothing in the manifest is missing.

    Declared beside it: the running header and footer, page numbers, and references to pages.
    """
    found = Counter(number for page in opened.pages for number in count(page).elements())
    declared = _declared(manifest, opened)
    if not found - declared:
        return Check("numbers", False, "no number was found in the text")
    expected = count(entry["text"] for entry in manifest["printed"]) + declared
    surplus, absent = found - expected, expected - found
    faults = [f"{token} on page {_pages(token, opened)} is not in the manifest" for token in sorted(surplus)]
    faults += [f"{token} of the manifest is not in the text" for token in sorted(absent)]
    return _all("numbers", faults, f"{found.total()} numbers on {len(opened.pages)} pages are all accounted for")


def _declared(manifest: Mapping[str, Any], opened: Opened) -> Counter[str]:
    """Numbers that the pages themselves bring: header and footer, `2 / 14`, and the pages referred to."""
    pages = len(opened.pages)
    running = count(manifest["running"])
    declared = Counter({token: times * (pages - 1) for token, times in running.items()})
    declared.update(str(page) for page in range(2, pages + 1))
    declared.update({str(pages): pages - 1})
    declared.update(str(opened.anchors[anchor] + 1) for anchor in manifest["page_references"])
    return declared


def _pages(token: str, opened: Opened) -> str:
    where = [str(n) for n, page in enumerate(opened.pages, 1) if any(token in numbers(run) for run in page)]
    return ", ".join(where)


def _numbers_alone(opened: Opened) -> Iterator[Check]:
    if not any(numbers(run) for page in opened.pages for run in page):
        yield Check("numbers", False, "no number was found in the text")


def _draft_mark(manifest: Mapping[str, Any], opened: Opened) -> Check:
    mark = manifest["document"]["draft_mark"]
    if manifest["document"]["state"] == "issued":
        return Check("state", not mark, "issued")
    bare = [str(n) for n, page in enumerate(opened.pages, 1) if not any(run.split()[:1] == [mark] for run in page)]
    return Check("state", bool(mark) and not bare, f"{mark} is missing on page {', '.join(bare)}" if bare else "draft")


CHECKS: Mapping[str, Look] = {
    "manifest": _manifest,
    "result": _result,
    "seal": _seal,
    "claims": _claims,
    "registry": _registry,
    "frameworks": _frameworks,
    "figures": _figures,
    "arithmetic": _arithmetic,
    "recomputed": _recomputed,
    "predecessor": _predecessor,
    "printed": _printed,
    "numbers": _numbers,
    "nothing else": _nothing_else,
    "state": _draft_mark,
}
