"""What the evidence of a result lacks, as the result page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments import wording
from assessments.result_rows import revision_url


@dataclass(frozen=True, slots=True)
class GapRow:
    """An input without a number: what it is, why there is none, and the options that have no total because of it.

    `near` are the claims that came near and were set aside, as `slug@n` and address.
    """

    what: str
    why: str
    scope: str
    options: tuple[str, ...]
    near: tuple[tuple[str, str], ...]


def build(result: Mapping[str, Any]) -> tuple[GapRow, ...]:
    """In the order of the result; empty where nothing is lacking, or where it was made before gaps were kept."""
    return tuple(_row(one) for one in result.get("gaps", ()))


def _assumed(found: Mapping[str, Any]) -> tuple[str, ...]:
    return ("assumption",) if found.get("assumption") else ()


def _row(found: Mapping[str, Any]) -> GapRow:
    what = wording.word("role", found["role"])
    return GapRow(
        what=what[:1].upper() + what[1:],
        why=" ".join(wording.word("gap", code) for code in (found["code"], *_assumed(found))),
        scope=", ".join(f"{key}: {value}" for key, value in sorted(found["scope"].items())).replace("_", " "),
        options=tuple(wording.word("option", option) for option in found["options"]),
        near=tuple((reference, revision_url(reference)) for reference in found["claims"]),
    )
