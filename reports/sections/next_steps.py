"""What to do, in order."""

from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.sections.base import Section


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: the wording's kind and code."""

    kind: str
    code: str


# What a condition or a test says already, by the remedy that would repeat it.
COVERED = {
    "build_evaluation_first": "build_evals_first",
    "clean_examples": "clean_data_first",
    "plan_the_move": "leave_ending_provider",
    "pilot_larger_base_model": "pilot_larger_base_model",
    "collect_examples": "collect_examples",
}
# Remedies that are advice on the decision itself, not something to do once it is taken.
NO_STEP = frozenset({"prefer_prompting_or_retrieval", "check_remaining_gates", "consider_both_together"})
LAST = "reassess_after_tests"


@dataclass(frozen=True)
class NextSteps(Section):
    """Tests first, then conditions, then remedies that neither covers; at the end when to look at it again."""

    steps: tuple[Step, ...]
    review: Step | None
    review_on: str | None

    slug = "next_steps"
    name = _("Next steps")

    @classmethod
    def build(cls, case: Case) -> Self:
        """From the result's steps, conditions, warnings and the day of the next check."""
        advice = case.result["recommendation"]
        said = {*advice["conditions"], *(["test_cheapest_first"] if advice["steps"] else [])} | NO_STEP
        steps = [Step("step_action", step) for step in advice["steps"]]
        steps += [Step("condition", code) for code in sorted(advice["conditions"], key=lambda code: code == LAST)]
        for warning in case.result["warnings"]:
            remedy = warning["remedy"]
            if remedy and remedy not in said and COVERED.get(remedy) not in said:
                said.add(remedy)
                steps.append(Step("remedy", remedy))
        review = next((one for one in case.result["questions"] if one["id"] == "review_on"), None)
        known = review is not None and review["answer"] != "unknown"
        return cls(
            steps=tuple(steps),
            review=Step("answer", review["answer"]) if review is not None and known else None,
            review_on=review["params"].get("date") if review is not None else None,
        )
