"""The manifest of a document: what it prints, where each number of it comes from, and the evidence itself.

A template prints a number through a tag of `templatetags/printing.py`; the tag tells the `Recorder`. What the
recorder holds becomes `printed` in `evidence.json`, beside the result (contract.md) and the documents of the
claims it cites, so that everything can be followed and computed again from the file alone.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from claims.projection import canonical
from reports.numbers import count, numbers

NAME = "evidence.json"
VERSION = 1
SEALED = ("language", "state", "reference", "names", "reservations", "since", "layout")
"""What the seal covers of the description of a document, beside its result and its claims."""
SEALED_WHERE_SAID = ("words", "brand")
"""What it covers where the description has it: a report in the house's words and brand, and any from before, has none."""


class UnrecordedNumber(AssertionError):
    """A template printed a number past the recorder: a defect of ours, never of the data."""


@dataclass(slots=True)
class Recorder:
    """Every text with a number in it that the document prints, in order, with its origin."""

    printed: list[dict[str, Any]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)

    def record(self, text: str, **origin: Any) -> str:
        """Note a text and return it. `origin`: `kind` and what it needs to be found again (tracing.py)."""
        if numbers(text):
            self.printed.append({"text": text, "origin": origin})
        return text

    def add(self, other: "Recorder") -> None:
        """Note all that another recorder holds, after what this one does."""
        self.printed += other.printed
        self.pages += other.pages
        self.running += other.running

    def page_of(self, anchor: str) -> None:
        """Note that the number of the page where `anchor` stands is printed (by the stylesheet)."""
        self.pages.append(anchor)

    def on_every_page(self, text: str) -> str:
        """Note a text in the margin of every page but the first."""
        if numbers(text):
            self.running.append(text)
        return text


class _Words(HTMLParser):
    """The text of a document as a reader sees it: without head, styles and descriptions of drawings."""

    UNSEEN = frozenset({"head", "style", "script", "title", "desc", "metadata"})

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self.UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in self.UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(data)


def check_recorded(html: str, recorder: Recorder) -> None:
    """Compare the numbers in the markup with those recorded. Raises UnrecordedNumber with what differs."""
    found = count(_texts(html))
    recorded = count(entry["text"] for entry in recorder.printed)
    if found != recorded:
        raise UnrecordedNumber(
            f"printed past the recorder: {_listed(found - recorded)}; recorded, not printed: {_listed(recorded - found)}"
        )


def text_of(html: str) -> str:
    """The text of a document as a reader sees it, each piece on a line of its own."""
    return "\n".join(_texts(html))


def _texts(html: str) -> list[str]:
    words = _Words()
    words.feed(html)
    words.close()
    return words.texts


def _listed(tokens: Counter[str]) -> str:
    return ", ".join(f"{token} × {times}" for token, times in sorted(tokens.items())) or "none"


def build(
    *, result: Mapping[str, Any], claims: Sequence[Mapping[str, Any]], recorder: Recorder, document: Mapping[str, Any]
) -> dict[str, Any]:
    """The whole of `evidence.json`.

    `claims`: `{"claim": slug@n, "previous": digest or null, "document": …, "standing": …}`, `standing` being the
    freshness, check dates and contesting claims on the as-of day. `document`: `language`, `state`, `reference`,
    `names` (what people typed: client, title, firm, author), `words` (what the firm wrote, if anything), `brand` (what is
    printed of it, `Brand.described`; absent for the house's), `reservations`, `seal`, `site` (where it can be verified),
    `head` (`sequence` and `digest` of the last revision of the chain at that moment, or null), `draft_mark`,
    `files` (the digest of what else is attached, by name).
    """
    manifest = {
        **result,
        "document": {"version": VERSION, **document},
        "claims": list(claims),
        "printed": recorder.printed,
        "page_references": recorder.pages,
        "running": recorder.running,
    }
    return {**manifest, "manifest_digest": digest(manifest)}


def seal(*, result: str, claims: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> str:
    """`sha256:` and the hex digest of what a report says, which can stand in the report itself.

    The digest of the file cannot, and that of the manifest covers what is printed. `result`: the digest of the result;
    `claims` and `document` as `build` takes them. A file with other bytes and the same content has the same seal.
    """
    content = {
        "result": result,
        "claims": [{"claim": entry["claim"], "digest": entry["document"]["digest"]} for entry in claims],
        **{part: document[part] for part in SEALED},
        **{part: document[part] for part in SEALED_WHERE_SAID if part in document},
    }
    return "sha256:" + hashlib.sha256(canonical(content).encode()).hexdigest()


def seal_of(manifest: Mapping[str, Any]) -> str:
    """The seal that a manifest should have."""
    return seal(result=manifest["digest"], claims=manifest["claims"], document=manifest["document"])


def digest(manifest: Mapping[str, Any]) -> str:
    """`sha256:` and the hex digest of the canonical manifest without its own digest."""
    content = {key: value for key, value in manifest.items() if key != "manifest_digest"}
    return "sha256:" + hashlib.sha256(canonical(content).encode()).hexdigest()


def file_digest(content: bytes) -> str:
    """The digest by which a written file is known."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def encode(manifest: Mapping[str, Any]) -> bytes:
    """The bytes that are attached."""
    return canonical(manifest).encode()


# What the manifest adds to the result of the contract; the rest is the result, with the result's own digest.
ADDED = frozenset({"document", "claims", "printed", "page_references", "running", "manifest_digest"})

# What a manifest must have to be looked into.
KEYS = ADDED | {
    "reference",
    "as_of",
    "method",
    "currency",
    "answers",
    "frameworks",
    "recommendation",
    "figures",
    "assumptions",
    "citations",
    "evidence",
    "questions",
    "digest",
}


def result_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The result inside a manifest, as the engine gave it."""
    return {key: value for key, value in manifest.items() if key not in ADDED}


def result_digest(manifest: Mapping[str, Any]) -> str:
    """The digest that the result inside a manifest should have."""
    content = {key: value for key, value in result_of(manifest).items() if key != "digest"}
    return "sha256:" + hashlib.sha256(canonical(content).encode()).hexdigest()
