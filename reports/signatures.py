"""The signatures of a file: whose, whether they hold, and whether the certificate is one of a firm here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from claims.child import Child, ChildError, Limits
from reports.signing_models import SigningIdentity

LIMITS = Limits(seconds=30, cpu_seconds=20, memory=768 * 1024 * 1024)
MARK = b"/ByteRange"  # stands in the clear in every signed file
UNREAD = "it cannot be read: it was damaged"


@dataclass(frozen=True, slots=True)
class Signature:
    """`subject` and `fingerprint` of its certificate, the time it names; `fault`: why it does not hold, empty if it does.

    `known`: whether a firm here signs, or signed, with that certificate. The authority behind it is not judged.
    """

    subject: str
    fingerprint: str
    at: datetime | None
    fault: str
    known: bool

    @property
    def holds(self) -> bool:
        """Whether the file is, to the last byte, what was signed with the key of the certificate."""
        return not self.fault

    @property
    def in_words(self) -> str:
        """Who signed and when, as a part of a sentence."""
        when = f" on {self.at:%Y-%m-%d at %H:%M} UTC" if self.at is not None else ""
        return (
            f"signed by {self.subject or 'nobody that can be read'}{when}, certificate {self.fingerprint or 'unknown'}"
        )


@dataclass(frozen=True, slots=True)
class Found:
    """All signatures of a file, and the seal that the manifest in it names; empty where there is none."""

    signatures: tuple[Signature, ...] = ()
    seal: str = ""


def look(content: bytes, *, password: str = "") -> Found:
    """What there is of signatures in a file from anywhere; it is read in a child with limits."""
    try:
        with Child("reports.signature_reader", limits=LIMITS) as child:
            told, _ = child.ask({"password": password}, content)
    except ChildError:
        return Found((Signature("", "", None, UNREAD, known=False),) if MARK in content else ())
    prints = [one["fingerprint"] for one in told["signatures"]]
    known = set(SigningIdentity.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True))
    return Found(tuple(_signature(one, known) for one in told["signatures"]), str(told["seal"]))


def _signature(told: dict[str, Any], known: set[str]) -> Signature:
    at = datetime.fromisoformat(told["at"]) if told["at"] else None
    return Signature(told["subject"], told["fingerprint"], at, told["fault"], told["fingerprint"] in known)
