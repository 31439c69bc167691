"""How the file of a report is called when somebody saves it: a pattern of the firm's, made safe for every system."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

LONGEST = 120  # characters of a whole name, with what stands behind the pattern
MOST_BYTES = 240  # in UTF-8: file systems count them, and take 255
LONGEST_PATTERN = 80
PLACES = {
    "reference": "A-2026-0001",
    "client": "the client's name",
    "title": "the title of the assessment",
    "date": "the day it was issued, of a draft the day of its evidence, as 2027-01-31",
    "language": "en or es",
    "version": "full, executive, annex or custom",
}
"""What a pattern may name, and what that is."""
PLACE = re.compile(r"\{([^{}]*)\}")
UNSAFE = re.compile(r'[<>:"/\\|?*]+')
RESERVED = frozenset(["CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in "123456789¹²³")])
"""Names of devices, which Windows takes for no file whatever stands behind their first dot."""
NAMES = ("client", "title")
LONGEST_NAME = 60  # characters of a name, of which fewer are taken where there is no room


def faults(pattern: str) -> list[str]:
    """What is wrong with a pattern, in sentences; nothing: it can be used."""
    known = ", ".join(f"{{{name}}}" for name in PLACES)
    named = PLACE.findall(pattern)
    found = [
        f"There is no {{{name}}}. A file name can hold {known}." for name in dict.fromkeys(named) if name not in PLACES
    ]
    if set("{}") & set(PLACE.sub("", pattern)):
        found.append(f"A brace stands alone. Braces are for {known}.")
    found += [f"{{{name}}} stands there twice. Name it once." for name in PLACES if named.count(name) > 1]
    if "reference" not in named:
        found.append("{reference} is missing: without it two reports could have one name. Add it, as in {reference}.")
    if len(pattern) > LONGEST_PATTERN:
        found.append(f"The pattern has {len(pattern)} characters; it can have {LONGEST_PATTERN}. Shorten it.")
    if len(pattern.encode()) > LONGEST_PATTERN * 2:
        found.append("The pattern has too many letters beyond the Latin ones. Shorten it.")
    if unsafe := UNSAFE.search(pattern):
        found.append(f"“{unsafe[0]}” cannot stand in a file name on every system. Take it out, or write - there.")
    return found


@dataclass(frozen=True, slots=True)
class Named:
    """What the name of one file is made of. `day` as in `PLACES`; `version`: the name of its layout."""

    reference: str
    client: str
    title: str
    day: date
    language: str
    version: str
    draft: bool = False


def file_name(pattern: str, named: Named, *, part: str = "", form: str = "pdf") -> str:
    """The name of a file of a report, at most `LONGEST` characters. `part`: evidence or costs, for a table.

    A version that is not the full one, and a draft, are told apart whatever the pattern says.
    """
    ends = [named.version] if named.version != "full" and "{version}" not in pattern and not part else []
    ends += [part] if part else []
    ends += ["draft"] if named.draft else []
    tail = "".join(f"-{one}" for one in ends) + f".{form}"
    for room in range(LONGEST_NAME, -1, -1):
        stem = safe(_filled(pattern, named, room))
        if len(stem) + len(tail) <= LONGEST and len((stem + tail).encode()) <= MOST_BYTES:
            break
    return stem + tail


def _filled(pattern: str, named: Named, room: int) -> str:
    values = {
        "reference": named.reference,
        "client": _plain(named.client)[:room].strip(),
        "title": _plain(named.title)[:room].strip(),
        "date": named.day.isoformat(),
        "language": named.language,
        "version": named.version,
    }
    return PLACE.sub(lambda place: values.get(place[1], ""), pattern)


def safe(stem: str) -> str:
    """A name, without what stands behind its last dot, that every system takes: no path, no device, nothing unseen."""
    stem = UNSAFE.sub("-", _plain(stem)).strip(" .")
    return f"_{stem}" if stem.partition(".")[0].strip().upper() in RESERVED else stem or "report"


def _plain(text: str) -> str:
    """Without control and format characters, and with single blanks."""
    kept = (one if unicodedata.category(one)[0] != "C" else " " for one in unicodedata.normalize("NFC", text))
    return " ".join("".join(kept).split())


def unlike(name: str, taken: Collection[str]) -> str:
    """The name, or with a number before its ending where a system would take it for one of `taken` (in lower case)."""
    stem, _, form = name.rpartition(".")
    found, count = name, 1
    while found.casefold() in taken:
        count += 1
        found = f"{stem[: LONGEST - len(form) - len(str(count)) - 2]}-{count}.{form}"
    return found
