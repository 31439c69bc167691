"""What the firm that advises says at the end of each of its reports."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True)
class Terms(Section):
    """The disclaimer of the brand. `paragraphs`: the place of each."""

    paragraphs: tuple[int, ...]

    slug = "terms"
    name = _("Terms")

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """None for a brand without one."""
        places = tuple(range(len(case.brand.paragraphs)))
        return cls(places) if places else None
