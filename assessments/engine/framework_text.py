"""From the bytes of a framework file to plain data, within bounds: text, numbers, lists and mappings, nothing else.

YAML can do more than a decision table needs, and some of it is a trap. Anchors and aliases, tags, merge keys, dates and
keys given twice are refused, each with its line. The events are counted before anything is built from them.
"""

from __future__ import annotations

from collections.abc import Hashable
from math import isfinite
from typing import Any
from unicodedata import category

import yaml

LARGEST = 64 * 1024  # bytes
DEEPEST = 16  # lists and mappings inside each other
MOST_PARTS = 8000  # texts, numbers, lists and mappings together
LARGEST_NUMBER = 10**15

_TEXT = "tag:yaml.org,2002:str"
_READ = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "null"))


class UnreadableFramework(ValueError):
    """The file is not a framework written in plain YAML; the message says where and why."""


class _PlainLoader(yaml.SafeLoader):
    """YAML without dates, merge keys and keys that stand twice."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag in _READ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != _TEXT:
                raise UnreadableFramework(f"{_place(key)}: a key is a word; put it in quotes if it looks like a number")
            if key.value in seen:
                raise UnreadableFramework(f"{_place(key)}: the key {key.value} stands twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_text(content: bytes) -> dict[str, Any]:
    """The mapping that a file holds. Raises UnreadableFramework."""
    if len(content) > LARGEST:
        raise UnreadableFramework(f"the file is larger than {LARGEST // 1024} KB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFramework("the file is not text in UTF-8") from error
    try:
        _count(text)
        # A subclass of the safe loader, with less than it can do.
        data = yaml.load(text, Loader=_PlainLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        raise UnreadableFramework(f"{_line(error.problem_mark)}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UnreadableFramework("the file holds characters that are no text") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise UnreadableFramework(str(error)) from error
    if not isinstance(data, dict):
        raise UnreadableFramework("the file is empty" if data is None else "the file is not a mapping of keys to parts")
    check_bounds(data)
    return data


def check_bounds(data: Any) -> None:
    """Refuse what is nested too deeply, has too many parts, or holds what JSON does not. Raises UnreadableFramework."""
    parts, level, depth = 0, [data], 0
    while level:
        parts += len(level)
        if depth > DEEPEST:
            raise UnreadableFramework(f"more than {DEEPEST} levels inside each other")
        if parts > MOST_PARTS:
            raise UnreadableFramework(f"more than {MOST_PARTS} parts")
        for one in level:
            _check_single(one)
        level = [part for one in level for part in _inside(one)]
        depth += 1


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _check_single(value: Any) -> None:
    if isinstance(value, str) and any(category(letter) in ("Cc", "Cs") and letter != "\n" for letter in value):
        raise UnreadableFramework("a text holds control characters, or half of a character")
    number = isinstance(value, int | float)
    if number and not (isfinite(value) and abs(value) <= LARGEST_NUMBER):
        raise UnreadableFramework(f"a number beyond {LARGEST_NUMBER:,}")
    if not number and value is not None and not isinstance(value, str | dict | list):
        raise UnreadableFramework(f"neither text, number, list nor mapping: {type(value).__name__}")


def _count(text: str) -> None:
    """Go through the file without building anything from it."""
    depth = parts = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        where = _line(event.start_mark)
        documents += isinstance(event, yaml.DocumentStartEvent)
        parts += isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if getattr(event, "anchor", None):
            raise UnreadableFramework(f"{where}: anchors and aliases (& and *) are not read: write the part out")
        if getattr(event, "tag", None):
            raise UnreadableFramework(f"{where}: tags (!) are not read")
        if depth > DEEPEST:
            raise UnreadableFramework(f"{where}: more than {DEEPEST} levels inside each other")
        if parts > MOST_PARTS:
            raise UnreadableFramework(f"{where}: more than {MOST_PARTS} parts")
        if documents > 1:
            raise UnreadableFramework(f"{where}: one file holds one framework")


def _line(mark: Any) -> str:
    return f"line {mark.line + 1}"


def _place(node: yaml.Node) -> str:
    return _line(node.start_mark)
