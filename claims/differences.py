"""What differs between two texts of a claim, part by part and in words: for readers, reviewers and whoever lost a race.

A text is a published document or the text of a working copy (`claims.working_copy`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from claims.templatetags.registry import day, scope_words
from claims.wording import CERTAINTY_REASON, RELIABILITY, REVISION_STATE, SOURCE_KIND, STANCE, STUDY_TYPE

SAME, REMOVED, ADDED = "same", "removed", "added"
# Two texts with more words than this are shown whole: comparing takes time by the product of their lengths.
MOST_WORDS = 1500
# Texts that share less than this of their words are two texts, and marking every other word would hide that.
LEAST_ALIKE = 0.3
# Parts that are read as a whole: half a figure means nothing.
_WHOLE = {"State", "Subject", "Metric", "Value", "Kind of evidence", "Hard stop"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether both texts have them."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a claim in two texts; empty where a text does not have it."""

    name: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """The parts that differ, in the order in which a claim is read; none where nothing does.

    What follows from the day (freshness) and from other claims (who contests it) is no part of a text.
    """
    old, new = parts(before), parts(after)
    names = [*new, *(name for name in old if name not in new)]
    return [
        _difference(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "") and not _is_record_of_one(name, old, new)
    ]


_RECORD = "Record of "


def _is_record_of_one(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Whether this is what is known of a source that only one text cites: that the citation says already."""
    return name.startswith(_RECORD) and (name in old) != (name in new)


def parts(text: Mapping[str, Any]) -> dict[str, str]:
    """Each part of a text in words."""
    found = {"State": REVISION_STATE[text["state"]].capitalize()} if text.get("state") in REVISION_STATE else {}
    found |= {
        "Statement": text["statement"],
        "Statement in Spanish": text["translations"].get("es", {}).get("statement", ""),
        "Subject": text["subject"]["name"],
        "Metric": text["metric"]["name"],
        "Topics": ", ".join(sorted(text["topics"])),
        "Value": text["value"]["text"],
        "Scope": _lines(scope_words(text["scope"])),
        "Assumptions": text["assumptions"],
        "Kind of evidence": STUDY_TYPE.get(text["study_type"], text["study_type"]).capitalize(),
        "Credibility": f"{text['credibility']}. {text['credibility_reason']}",
        "Certainty": _lines([("Grade", text["certainty"].replace("_", " ")), *reason_pairs(text["certainty_reasons"])]),
        "Hard stop": day(text["expires_on"]),
        "Citations": _lines([_citation(citation) for citation in text["citations"]]),
    }
    if "change_note" in text:
        found["Note on the change"] = text["change_note"]
    for citation in text["citations"]:
        source = citation["source"]
        found[f"{_RECORD}{source['publisher']}: {source['title']}"] = _lines(list(_record(source)))
    return found


def reason_pairs(reasons: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Why certainty was lowered: the reason in words with its note."""
    return [(CERTAINTY_REASON.get(reason["code"], reason["code"]), reason["note"]) for reason in reasons]


def _citation(citation: Mapping[str, Any]) -> tuple[str, str]:
    name = f"{citation['source']['publisher']} {STANCE[citation['stance']]}"
    rest = (citation["attributed_to"] and f"after {citation['attributed_to']}", citation["note"])
    return name, ". ".join(filter(None, (citation["printed"] or "no figure", citation["locator"], *rest)))


def _record(source: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a document says of a source that is cited."""
    letter = source["reliability"]
    yield "Reliability", f"{letter}, {RELIABILITY[letter]}"
    yield "Interest", source["interest"] or "none declared"
    yield "Kind", SOURCE_KIND.get(source["kind"], source["kind"])
    yield "Author", source["author"] or "not named"
    yield "Address", source["url"] or "none"
    yield "Published", day(source["published_on"]) or "undated"
    yield "Changed", day(source["updated_on"]) or "not said"


def _lines(pairs: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {words}" for name, words in pairs)


def _difference(name: str, before: str, after: str) -> Difference:
    # Each word carries the space after it, so that words that stand together are marked together.
    old, new = (re.findall(r"\s*\S+\s*", text) for text in (before, after))
    words = SequenceMatcher(None, old, new, autojunk=False)
    if name in _WHOLE or max(len(old), len(new)) > MOST_WORDS or words.ratio() < LEAST_ALIKE:
        return Difference(name, _pieces([(REMOVED, before)]), _pieces([(ADDED, after)]))
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for _, a, b, c, d in words.get_opcodes():
        same = old[a:b] == new[c:d]
        left.append((SAME if same else REMOVED, "".join(old[a:b])))
        right.append((SAME if same else ADDED, "".join(new[c:d])))
    return Difference(name, _pieces(left), _pieces(right))


def _pieces(found: list[tuple[str, str]]) -> tuple[Piece, ...]:
    """Runs of words as pieces; the space after a run is nobody's change."""
    split: list[Piece] = []
    for kind, words in found:
        marked = words if kind == SAME else words.rstrip()
        split += [Piece(kind, marked), Piece(SAME, words[len(marked) :])]
    return tuple(piece for piece in split if piece.words)
