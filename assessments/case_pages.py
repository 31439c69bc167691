"""Pages of the API's list of cases, newest first: one begins behind the last case of another, wherever that lies.

A case is never put before one that was begun later, so who walks the pages meets each case once, whatever is changed
meanwhile.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict

from assessments.models import Assessment, AssessmentQuerySet
from claims.forms import LONGEST_TEXT, OneOf, Text, Whole, WrongParameter, wrong_parameters

PAGE_SIZE, LARGEST_PAGE = 50, 500
FILTERS = ("q", "client", "state")


def holding(words: str) -> Q:
    """The cases whose reference, title or client's name holds a text, in capitals or small letters.

    Which letters are the same is said here, letter by letter: SQLite knows it of A to Z alone, PostgreSQL of what the
    language of the database has.
    """
    if len(words) > LONGEST_TEXT:  # as is none of the three
        return Q(pk__in=())
    written = "".join(_either(letter) for letter in words)
    return Q(reference__regex=written) | Q(title__regex=written) | Q(client__name__regex=written)


def _either(letter: str) -> str:
    """A regular expression for a letter, small or capital."""
    forms = sorted({form for form in (letter, letter.lower(), letter.upper()) if len(form) == 1})
    return f"[{''.join(forms)}]" if len(forms) > 1 else re.escape(letter)


class CaseListForm(forms.Form):
    """Filters and page of the list."""

    q = Text(required=False, help_text="Words in the reference, the title or the name of the client.")
    client = Text(required=False, help_text="The client's name, in full.")
    state = OneOf(Assessment.State.values, required=False, help_text="Drafts may change; what is final may not.")
    page_size = Whole(
        low=1,
        high=LARGEST_PAGE,
        required=False,
        help_text=f"How many cases an answer holds: 1 to {LARGEST_PAGE}, else {PAGE_SIZE}.",
    )
    cursor = forms.CharField(
        max_length=200,
        required=False,
        help_text="Where the page begins: taken from `next` or `previous` of an answer to the same query.",
    )


@dataclass(frozen=True, slots=True)
class Cursor:
    """The edge of a page: the id of a case, the direction, and a checksum of the filters."""

    backward: bool
    case: int
    filters: str

    def encode(self) -> str:
        """As text for an address."""
        content = json.dumps([int(self.backward), self.case, self.filters], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, *, filters: str) -> "Cursor":
        """The cursor of a text. Raises ValidationError for one that was not made here, or for another query."""
        try:
            content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            backward, case, of = json.loads(content)
            found = cls(bool(backward), int(case), str(of))
        except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError):
            raise ValidationError("This is no cursor: take it from `next` or `previous`.") from None
        if found.filters != filters or not 0 <= found.case < 2**63:
            raise ValidationError("This cursor belongs to a query with other filters.")
        return found


class CaseList:
    """One reading of a query string. Ask `wrong` first."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.form = CaseListForm(query)
        self.wrong: list[WrongParameter] = wrong_parameters(query, [self.form])
        filters = [[name, query.get(name, "")] for name in FILTERS]
        self.checksum = hashlib.sha256(json.dumps(filters).encode()).hexdigest()[:12]
        self.cursor: Cursor | None = None
        text = "" if self.wrong else self.form.cleaned_data["cursor"]
        if text:
            try:
                self.cursor = Cursor.decode(text, filters=self.checksum)
            except ValidationError as error:
                self.wrong.append(WrongParameter("cursor", error.message))

    def page(self, cases: AssessmentQuerySet) -> tuple[list[Assessment], str, str]:
        """The cases of the page out of those that may be seen, and the query strings of the pages after and before it."""
        given, cursor = self.form.cleaned_data, self.cursor
        backward = cursor is not None and cursor.backward
        found = cases.filter(**self._filters(given))
        if words := given["q"]:
            found = found.filter(holding(words))
        if cursor is not None:
            found = found.filter(**{"pk__gt" if backward else "pk__lt": cursor.case})
        size = given["page_size"] or PAGE_SIZE
        rows = list(found.order_by("pk" if backward else "-pk")[: size + 1])
        more, shown = len(rows) > size, rows[:size]
        if backward:
            shown.reverse()
        after = shown and (backward or more)
        before = shown and (more if backward else cursor is not None)
        return (
            shown,
            self._address(shown[-1], backward=False) if after else "",
            self._address(shown[0], backward=True) if before else "",
        )

    def _filters(self, given: dict[str, str]) -> dict[str, str]:
        columns: Iterable[tuple[str, str]] = (("client__name", given["client"]), ("state", given["state"]))
        return {column: value for column, value in columns if value}

    def _address(self, case: Assessment, *, backward: bool) -> str:
        query = self.query.copy()
        query["cursor"] = Cursor(backward, case.pk, self.checksum).encode()
        return query.urlencode()
