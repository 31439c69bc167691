"""The claim list that a query string asks for: filters, order and page read together, for pages and API alike."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, F, QuerySet
from django.http import QueryDict

from claims import catalogue, published
from claims.filters import ClaimFilterSet
from claims.forms import Flag, OneOf, Whole, Words, WrongParameter, wrong_parameters
from claims.models import Revision
from claims.pagination import LARGEST_PAGE, NEWEST_FIRST, ORDERINGS, PAGE_SIZE, Cursor, Page, checksum, paginate

# What can be counted, and the column that holds it.
FACETS = {
    "subject": "subject__slug",
    "metric": "metric__slug",
    "topic": "topics__slug",
    "source": "sources__slug",
    "unit": "unit",
    "currency": "currency",
    "reliability": "reliability",
    "credibility": "credibility",
    "certainty": "certainty",
}


class PageForm(forms.Form):
    """Order and page of the claim list."""

    ordering = OneOf(
        ORDERINGS,
        required=False,
        help_text="What to sort by; with - in front, downwards. `value` sorts by the lower end (else the upper one), "
        "claims without a number last; `checked_on` takes what nobody read as read longest ago. "
        f"Else {NEWEST_FIRST}.",
    )
    page_size = Whole(
        low=1,
        high=LARGEST_PAGE,
        required=False,
        help_text=f"How many claims an answer holds: 1 to {LARGEST_PAGE}, else {PAGE_SIZE}.",
    )
    cursor = forms.CharField(
        max_length=1000,
        required=False,
        help_text="Where the page begins: taken from `next` or `previous` of an answer to the same query.",
    )
    facets = Words(
        tuple(FACETS),
        required=False,
        help_text="Names with commas between; adds how many of the claims found there are for each of their values.",
    )
    count = Flag(required=False, help_text="true adds how many claims were found in all.")


PAGING = tuple(PageForm.base_fields)


class Listing:
    """One reading of a query string. Ask `wrong` first; the rest answers only where nothing is."""

    def __init__(self, query: QueryDict, *, today: date) -> None:
        self.query = query
        filter_query = query.copy()
        for name in PAGING:
            filter_query.pop(name, None)
        self.filters = ClaimFilterSet(filter_query, today=today)
        self.paging = PageForm(query)
        self.checksum = checksum(filter_query.lists())
        self.wrong: list[WrongParameter] = wrong_parameters(query, [self.filters.form, self.paging])
        self.ordering = self.paging.cleaned_data.get("ordering") or NEWEST_FIRST
        self.cursor = None if self.wrong else self._cursor()

    def _cursor(self) -> Cursor | None:
        text = self.paging.cleaned_data["cursor"]
        try:
            return Cursor.decode(text, ordering=self.ordering, filters=self.checksum) if text else None
        except ValidationError as error:
            self.wrong.append(WrongParameter("cursor", error.message))
            return None

    @property
    def found(self) -> QuerySet[Revision]:
        """All that is asked for, in no order."""
        found: QuerySet[Revision] = self.filters.qs
        return found

    def page(self) -> Page:
        """The page that is asked for, in one query."""
        return paginate(
            self.found,
            ordering=self.ordering,
            filters=self.checksum,
            size=self.paging.cleaned_data["page_size"] or PAGE_SIZE,
            cursor=self.cursor,
            on=self.filters.on,
        )

    def documents(self, page: Page, *, lang: str) -> list[dict[str, Any]]:
        """The documents of a page on the day that is asked about."""
        return published.documents(page.revisions, on=self.filters.on, lang=lang)

    def address(self, cursor: Cursor | None) -> str | None:
        """The query string of the page at a cursor."""
        if cursor is None:
            return None
        query = self.query.copy()
        query["cursor"] = cursor.encode()
        return query.urlencode()


def facet(queryset: QuerySet[Revision], name: str) -> list[dict[str, Any]]:
    """How many revisions there are for each value of a facet, the most frequent first; values that are empty left out.

    As in the filter, a topic includes what is filed under it.
    """
    if name == "topic":
        counted = list(catalogue.filed_under(queryset).items())
    else:
        rows = queryset.order_by().values(facet_value=F(FACETS[name])).annotate(claims=Count("pk", distinct=True))
        counted = [(str(row["facet_value"]), row["claims"]) for row in rows if row["facet_value"] not in (None, "")]
    return [{"value": value, "count": count} for value, count in sorted(counted, key=lambda pair: (-pair[1], pair[0]))]


def facets(queryset: QuerySet[Revision], names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """`facet` for several names, one query each."""
    return {name: facet(queryset, name) for name in names}
