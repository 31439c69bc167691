"""What a program sends to issue a report: every part of the kind that it should be, all faults named at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.api_problems import wrong_fields
from assessments.models import Assessment
from reports.forms import LayoutForm
from reports.gate import BLOCKING, TITLES
from reports.layouts import Layout

MEMBERS = ("version", "language", "layout", "sections", "to", "reasons")
WARNINGS = tuple(code for code in TITLES if code not in BLOCKING)
"""For what a reason can be given."""


@dataclass(frozen=True, slots=True)
class IssueBody:
    """How a report is to be issued. `version`: of the draft that was read, None where it was not said."""

    version: int | None
    language: str
    layout: Layout
    to: str
    reasons: Mapping[str, str]


def read(body: Mapping[str, Any], case: Assessment) -> IssueBody:
    """The body as what it means. Raises with everything that is wrong with it."""
    given = {name: value for name, value in body.items() if value is not None}
    wrong = _of_another_kind(given) | _reasons_for_nothing(given)
    language = given.get("language", case.language)
    if language not in Assessment.Language.values:
        wrong["language"] = f"Choose one of {', '.join(Assessment.Language.values)}."
    if wrong:
        raise wrong_fields({name: [message] for name, message in wrong.items()})
    version = LayoutForm.asked({"layout": given.get("layout", ""), "sections": ",".join(given.get("sections", ()))})
    if not version.is_valid():
        raise wrong_fields({name: [str(one) for one in messages] for name, messages in version.errors.items()})
    return IssueBody(given.get("version"), language, version.chosen, given.get("to", ""), given.get("reasons", {}))


def _of_another_kind(given: Mapping[str, Any]) -> dict[str, str]:
    def texts(values: Any) -> bool:
        return all(isinstance(value, str) for value in values)

    kinds: dict[str, tuple[Callable[[Any], bool], str]] = {
        "version": (lambda value: isinstance(value, int) and not isinstance(value, bool), "Send a whole number."),
        "layout": (lambda value: isinstance(value, str), "Send the name of a version."),
        "sections": (lambda value: isinstance(value, list) and texts(value), "Send a list of slugs of sections."),
        "to": (lambda value: isinstance(value, str), "Send a text."),
        "reasons": (
            lambda value: isinstance(value, dict) and texts(value.values()),
            "Send an object with a text for each code.",
        ),
    }
    return {name: says for name, (fits, says) in kinds.items() if name in given and not fits(given[name])}


def _reasons_for_nothing(given: Mapping[str, Any]) -> dict[str, str]:
    reasons = given.get("reasons")
    says = f"No reason is asked for under this code. There are: {', '.join(WARNINGS)}."
    return {f"reasons.{code}": says for code in reasons if code not in WARNINGS} if isinstance(reasons, dict) else {}
