"""What all sections have in common."""

from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.functional import Promise

from reports.case import Case


@dataclass(frozen=True)
class Section:
    """One part of a report: plain data for the template of the same name, built from a case before rendering.

    `slug` names template and anchor; `name` stands in the contents; `opens` says whether it begins a page.
    """

    slug: ClassVar[str]
    name: ClassVar[str | Promise]
    opens: ClassVar[bool] = False
    listed: ClassVar[bool] = True  # in the contents

    @property
    def template(self) -> str:
        """The template that prints this section."""
        return f"reports/sections/{self.slug}.html"

    @classmethod
    def build(cls, case: Case) -> Self | None:
        """The section for a case; None where it has nothing to say."""
        raise TypeError(f"{cls.__name__} does not say how it is built from {case.reference}")
