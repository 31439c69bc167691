"""What is wrong with a framework file, gathered so that its author reads all of it at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("en", "es")
MOST_CHARACTERS = 300  # of a title, a sentence, the name of a case
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
LONGEST_SLUG = 60
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Which rule, list, case or part of the file; which key of it; and what would be right."""

    rule: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.key}: {self.message}"


@dataclass(slots=True)
class Findings:
    """Problems in the order in which they were found. What has the wrong type is noted and read as empty."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, rule: str, key: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(rule, key, message))

    def mapping(self, value: Any, rule: str, key: str) -> dict[str, Any]:
        """A mapping; None counts as one without entries."""
        if isinstance(value, dict):
            return value
        if value is not None:
            self.add(rule, key, f"needs a mapping, not {shown(value)}")
        return {}

    def entries(self, value: Any, rule: str, key: str, *, most: int) -> list[Any]:
        """A list of at most `most`; None counts as empty."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.add(rule, key, f"needs a list, not {shown(value)}")
            return []
        if len(value) > most:
            self.add(rule, key, f"has {len(value)} entries; {most} are allowed")
        return value[:most]

    def keys(self, data: Mapping[str, Any], rule: str, *, needed: Collection[str], allowed: Collection[str]) -> None:
        """Every key is allowed, and none that is needed is missing."""
        for key in data:
            if key not in allowed and key not in needed:
                self.add(rule, shown(key), "is not a key here")
        for key in needed:
            if data.get(key) is None:
                self.add(rule, key, "is missing")

    def code(self, value: Any, rule: str, key: str) -> str:
        """A code: small letters, digits and underscores. Empty where it is none."""
        if isinstance(value, str) and CODE.match(value):
            return value
        if value is not None:
            self.add(rule, key, f"{shown(value)} is not a code: small letters, digits and _, at most sixty")
        return ""

    def one_of(self, value: Any, known: Collection[str], rule: str, key: str, what: str) -> None:
        """One of these names."""
        if not isinstance(value, str) or value not in known:
            self.add(rule, key, f"{shown(value)} is not {what}")

    def sentence(self, value: Any, rule: str, key: str) -> str:
        """A text for people, of one line, as far as it may be long. Empty where it is none."""
        if not isinstance(value, str) or not value.strip() or "\n" in value.strip():
            self.add(rule, key, f"needs a text of one line, not {shown(value)}")
            return ""
        if len(value) > MOST_CHARACTERS:
            self.add(rule, key, f"is longer than {MOST_CHARACTERS} characters")
        return value.strip()[:MOST_CHARACTERS]

    def words(self, value: Any, rule: str, key: str, *, names: Iterable[str] = ()) -> None:
        """Words in both languages. `names` are what may stand in braces.

        They hold no number: one reaches a report with its claim beside it, or not at all.
        """
        entry = self.mapping(value, rule, key)
        self.keys(entry, f"{rule}, {key}", needed=LANGUAGES, allowed=())
        for language in LANGUAGES:
            if entry.get(language) is None:
                continue
            text = self.sentence(entry[language], f"{rule}, {key}", language)
            if any(letter.isnumeric() for letter in text):
                self.add(f"{rule}, {key}", language, "holds a number: a number is told by its claim, not in words")
            unknown = [name for name in _PLACEHOLDER.findall(text) if name not in names]
            if unknown or not text.count("{") == text.count("}") == len(_PLACEHOLDER.findall(text)):
                allowed = ", ".join(f"{{{name}}}" for name in names) or "nothing"
                self.add(f"{rule}, {key}", language, f"braces may name {allowed} here")


def shown(value: Any) -> str:
    """A value as a message can hold it."""
    return shortened(f"{value!r}", 60)


def shortened(text: str, most: int = MOST_CHARACTERS) -> str:
    """A text of which no more is told than a reader needs to find it."""
    return text if len(text) <= most else f"{text[:most]}…"


def placeholders(words: Any) -> set[str]:
    """What stands in braces in some words, in any language."""
    texts = words.values() if isinstance(words, dict) else ()
    return {name for text in texts if isinstance(text, str) for name in _PLACEHOLDER.findall(text[:MOST_CHARACTERS])}
