"""Whom the report is for, what it decides, and what is in it."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section

LONG = 64  # characters of title and client from which they are set smaller


@dataclass(frozen=True)
class Cover(Section):
    """Title page with the contents. `long`: title and client need smaller type to leave room for them.

    `brief`: a few lines at the head of the first page instead; `layout` names what this version is.
    """

    long: bool
    brief: bool
    layout: str
    rows: bool

    slug = "cover"
    name = _("Cover")
    listed = False

    @classmethod
    def build(cls, case: Case) -> Self:
        """Everything else on it is read from the case itself."""
        return cls(
            long=len(case.title) + len(case.client) > LONG,
            brief=case.layout.brief,
            layout=case.layout.name,
            rows=not case.layout.without_rows,
        )
