"""The assumptions of the cost model as one case has them: the house's own, a claim's, or the consultant's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from assessments import facts, wording
from assessments.engine.choices import Choices, read_choices
from assessments.engine.house import Assumption
from assessments.engine.method import shipped
from assessments.engine.numbers import to_json
from assessments.figure_text import figure_text
from assessments.models import Assessment
from assessments.result_rows import revision_url
from claims.quantity_words import language_of

NO_VALUE = "nothing is assumed"


def house_assumptions() -> Mapping[str, Assumption]:
    """The assumptions of the house file, in its order."""
    return shipped().house.assumptions


def choices_of(case: Assessment) -> Choices:
    """What the consultants of a case declared."""
    return read_choices(case.choices, shipped().house)


@dataclass(frozen=True)
class AssumptionRow:
    """One assumption. `declared` is the consultants' own as stored, `claim` the document that replaces the house's."""

    assumption: Assumption
    declared: Mapping[str, Any] | None
    claim: Mapping[str, Any] | None

    @property
    def key(self) -> str:
        """The key in the house file and in a file of answers."""
        return self.assumption.key

    @property
    def title(self) -> str:
        """What it is."""
        return wording.word("figure", self.key)

    @property
    def house_text(self) -> str:
        """The value of the house with its unit."""
        value = self.assumption.value
        return NO_VALUE if value is None else self.text(to_json(value))

    @cached_property
    def value_text(self) -> str:
        """The value that counts."""
        if self.declared is not None:
            return self.text(self.declared["value"])
        return self.claim_text or self.house_text

    @property
    def claim_text(self) -> str:
        """What the claim says, empty where there is none."""
        return figure_text(self.claim["value"]) if self.claim else ""

    @property
    def claim_reference(self) -> str:
        """`slug@n` of the claim."""
        return f"{self.claim['slug']}@{self.claim['revision']}" if self.claim else ""

    @property
    def claim_url(self) -> str:
        """The page of exactly this revision."""
        return revision_url(self.claim_reference)

    @property
    def unit_text(self) -> str:
        """What a number in its field counts: `US$ per hour`, `hours per month`; empty for a bare share."""
        measure, language = self.assumption.measure("USD"), language_of("en")
        unit = "US$" if measure.unit == "currency" else language.units.get(measure.unit, ("", ""))[1]
        return f"{unit} {language.pers.get(measure.per or '', '')}".strip()

    @property
    def moves(self) -> str:
        """The ways to build that cost something else when it is another one."""
        if len(self.assumption.moves) == 0:
            return "It moves the break-even."
        return wording.sentence(
            f"It moves {wording.listing(wording.word('inside', one) for one in self.assumption.moves)}"
        )

    def text(self, value: Any) -> str:
        """A value of it with its unit."""
        measure = self.assumption.measure("USD")
        return figure_text({"likely": value, "unit": measure.unit, "currency": measure.currency, "per": measure.per})


def rows(case: Assessment, *, as_of: date) -> list[AssumptionRow]:
    """Every assumption of the house as the case has it, with the claim of the day that takes its place."""
    declared = case.choices.get("assumptions", {})
    replacing = facts.replacing_claims(as_of)
    return [AssumptionRow(one, declared.get(key), replacing.get(key)) for key, one in house_assumptions().items()]


def of_ones_own(case: Assessment) -> int:
    """How many the consultants of a case declared."""
    return len(case.choices.get("assumptions", {}))
