"""Texts in the cells of spreadsheets: never taken for formulas, and the same again when they are read back.

A spreadsheet runs a cell of a CSV file that begins with a formula sign. So `guarded` puts an apostrophe before such a
text, as people do in a sheet, and `unguarded` takes it off. A text that begins with apostrophes before such a sign gets
one more, so that what comes back is what went out. Numbers are never guarded: -5 stays a number.

A cell of a workbook has a type, so a text stays a text there; but XML cannot hold every character. The others are
written as `_xHHHH_`, as ECMA-376 (ST_Xstring) has it.
"""

import re

LONGEST = 32_767
"""Characters a cell of a workbook can hold."""

# After blanks that a spreadsheet may pass over: the signs a formula begins with, also as wide characters.
_RUNS = re.compile(r"'*(?:[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n])")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class CellTooLong(ValueError):
    """A text does not fit into a cell of a workbook."""


class Formula(str):
    """What a workbook holds in a cell that is computed. It is never evaluated, and never taken for a value."""

    __slots__ = ()


def guarded(text: str) -> str:
    """A text for a cell of a CSV file."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text[:1] == "'" and _RUNS.match(text) else text


def escaped(text: str) -> str:
    """A text for a cell of a workbook. Raises `CellTooLong`."""
    safe = _NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", _LOOKS_ESCAPED.sub("_x005F_", text))
    if len(safe) > LONGEST:
        raise CellTooLong(
            f"A text of {len(text):,} characters does not fit into a cell of a workbook, which holds {LONGEST:,}: "
            "use CSV or YAML."
        )
    return safe


def unescaped(text: str) -> str:
    """The text that `escaped` was given."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # half of a character is none
