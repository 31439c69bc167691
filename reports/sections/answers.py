"""What the client told us, as it was used."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its number in the list."""

    mark: str
    question: str


@dataclass(frozen=True)
class Answers(Section):
    """All answers, in the order of the result."""

    rows: tuple[Answer, ...]

    slug = "answers"
    name = _("Your answers")

    @classmethod
    def build(cls, case: Case) -> Self:
        """Every answer that the engine read."""
        return cls(rows=tuple(Answer(f"Q{n}", question) for question, n in case.answer_numbers.items()))
