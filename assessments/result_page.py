"""The result page as typed objects, built from the result document before anything is rendered.

The words come from `wording`, the numbers only from the figures of the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from assessments import (
    facts,
    result_evidence,
    result_gaps,
    result_uncertainty,
    result_unknown,
    scope_rows,
    wording,
)
from assessments.engine.offer import chosen_variant, variant_of
from assessments.progress import answer_text, taken_as
from assessments.result_gaps import GapRow
from assessments.result_rows import (
    Answered,
    Caution,
    Document,
    EvidenceRow,
    Flip,
    FrameworkRow,
    OptionRow,
    Pool,
    Reason,
    bar_of,
)
from assessments.result_uncertainty import Uncertainty
from assessments.result_unknown import UnknownAnswer
from assessments.scope_rows import QuestionRow


@dataclass(frozen=True)
class ResultPage:
    """Everything the page shows. `result` is the result document, `documents` the claims it names by `slug@n`."""

    result: Mapping[str, Any]
    documents: Mapping[str, Document]

    @cached_property
    def figures(self) -> dict[str, Mapping[str, Any]]:
        """Figures by id."""
        return {figure["id"]: figure for figure in self.result["figures"]}

    @cached_property
    def citation_numbers(self) -> dict[str, int]:
        """`slug@n` → number in the evidence."""
        return {cited["claim"]: cited["n"] for cited in self.result["citations"]}

    @cached_property
    def _assumption_numbers(self) -> dict[str, int]:
        return {figure: n for n, figure in enumerate(self.result["assumptions"], start=1)}

    @cached_property
    def _answer_numbers(self) -> dict[str, int]:
        """In the order of the questionnaire, as in the report; a stored result sorts its answers by name."""
        asked = (question.id for question in facts.questionnaire().questions)
        return {question: n for n, question in enumerate((q for q in asked if q in self.result["answers"]), start=1)}

    def mark(self, figure_id: str) -> tuple[str, str]:
        """Where the mark of a figure leads, and what it says: evidence number, A and Q numbers, or its own id."""
        origin = self.figures[figure_id]["origin"]
        if origin["kind"] == "claim":
            number = self.citation_numbers[origin["claim"]]
            return f"claim-{number}", str(number)
        if origin["kind"] == "assumption":
            text = f"A{self._assumption_numbers[figure_id]}"
            return f"assumption-{text}", text
        if origin["kind"] == "answer":
            text = f"Q{self._answer_numbers[origin['question']]}"
            return f"answer-{text}", text
        return f"figure-{figure_id}", figure_id

    @property
    def as_of(self) -> date:
        """The day whose evidence was used."""
        return date.fromisoformat(self.result["as_of"])

    @property
    def advice(self) -> Mapping[str, Any]:
        """The recommendation of the result document."""
        advice: Mapping[str, Any] = self.result["recommendation"]
        return advice

    @property
    def headline(self) -> str:
        """The recommendation in one sentence."""
        return wording.headline(self.advice)

    @property
    def decided_by(self) -> tuple[Reason, ...]:
        """Why the house recommends this: the rule that fired and what else was found."""
        return tuple(
            Reason(wording.word("reason", one["code"]), tuple(one["figures"]))
            for one in self.advice["reasons"]
            if one["code"] not in self.advice["conditions"]
        )

    @property
    def confidence(self) -> str:
        """One word."""
        return wording.word("confidence", self.advice["confidence"])

    @property
    def confidence_reasons(self) -> tuple[Reason, ...]:
        """Why the confidence is what it is."""
        return tuple(
            Reason(
                wording.word("reason", one["code"]),
                tuple(one["figures"]),
                tuple(one["claims"]),
                _note(
                    [self._title_of[framework] for framework in one["frameworks"]],
                    [*one["evidence"], *(self._question_label(name) for name in one.get("questions", ()))],
                ),
            )
            for one in self.advice["confidence_reasons"]
        )

    @property
    def to_do(self) -> tuple[Reason, ...]:
        """Steps of a staged recommendation, then conditions, in order."""
        behind = {one["code"]: tuple(one["figures"]) for one in self.advice["reasons"]}
        steps = [Reason(wording.word("step_action", step)) for step in self.advice["steps"]]
        conditions = [
            Reason(wording.word("condition", code), behind.get(code, ())) for code in self.advice["conditions"]
        ]
        return (*steps, *conditions)

    @property
    def flips(self) -> tuple[Flip, ...]:
        """The values at which the advice turns."""
        return tuple(
            Flip(self.label(one["figure"]), one["figure"], one["at_figure"], wording.word("option", one["to"]))
            for one in self.advice["flips"]
        )

    @cached_property
    def frameworks(self) -> tuple[FrameworkRow, ...]:
        """What each framework says, in their order."""
        return tuple(self._framework(one) for one in self.result["frameworks"])

    def _framework(self, found: Mapping[str, Any]) -> FrameworkRow:
        return FrameworkRow(
            title=wording.framework(found),
            verdict=wording.verdict(found),
            agrees=self.advice["option"] in found["options"],
            undecided=not found["options"],
            claims=tuple(found["claims"]),
            reasons=tuple(
                Reason(wording.sentence(wording.reason(found, one["code"])), tuple(one["figures"]))
                for one in found["reasons"]
                if "own" in found or one["code"] not in ("fallback", "band")
            ),
            band=wording.word("band", found["band"]) if found.get("band") and "own" not in found else "",
            mark=f"Framework of {found['own']['firm']}, version {found['version']}" if "own" in found else "",
        )

    @cached_property
    def _title_of(self) -> dict[str, str]:
        """Titles of the frameworks by id."""
        return {found["id"]: wording.framework(found) for found in self.result["frameworks"]}

    @property
    def frameworks_agree(self) -> bool:
        """Whether no framework that has a verdict speaks for another option."""
        return all(row.agrees or row.undecided for row in self.frameworks)

    @cached_property
    def options(self) -> tuple[OptionRow, ...]:
        """The ways to build, in their order."""
        ends = [one["tco"][end] for one in self.result["options"] for end in ("low", "likely", "high")]
        scale = max((end for end in ends if end is not None), default=0)
        return tuple(self._option(one, scale) for one in self.result["options"])

    def _option(self, found: Mapping[str, Any], scale: float) -> OptionRow:
        names = ("upfront", "monthly", "tco", "cost_per_request", "time_to_production")
        variant = variant_of(found)
        return OptionRow(
            name=wording.word("option", variant),
            inside=wording.word("inside", variant),
            chosen=variant == self._chosen_variant,
            eligible=found["eligible"],
            why_not=tuple(wording.word("not_offered", code) for code in found["reasons"]),
            missing=tuple(wording.word("missing", code) for code in found["missing"]),
            notes=tuple(wording.word("note", code) for code in found["notes"]),
            covered=tuple((one, self.documents[one]["statement"]) for one in found.get("covered", ())),
            figures={name: found["figures"].get(name) for name in names},
            bar=bar_of(found["tco"], scale) if "tco" in found["figures"] and scale else None,
        )

    @cached_property
    def uncertainty(self) -> Uncertainty | None:
        """What the draws say; None where nothing was drawn."""
        return result_uncertainty.build(self.result, self._chosen_variant)

    @cached_property
    def _chosen_variant(self) -> str | None:
        return chosen_variant(self.result["options"], self.advice["option"])

    @property
    def has_totals(self) -> bool:
        """Whether an option that may be chosen has a total, so that there is something to draw."""
        return any(row.eligible and row.figures["tco"] for row in self.options)

    @property
    def chosen(self) -> OptionRow | None:
        """The recommended option, where it is one that is priced."""
        return next((row for row in self.options if row.chosen), None)

    @property
    def rival(self) -> OptionRow | None:
        """The option with the lowest likely total beside the recommended one."""
        totals = {
            row.name: self.figures[total]["likely"]
            for row in self.options
            if row.eligible and not row.chosen and (total := row.figures["tco"])
        }
        known = {name: total for name, total in totals.items() if total is not None}
        cheapest = min(known, key=known.__getitem__, default=None)
        return next((row for row in self.options if row.name == cheapest), None)

    @property
    def horizon(self) -> str | None:
        """The figure of the planning horizon."""
        origin = {"kind": "answer", "question": "horizon_months"}
        return next((figure["id"] for figure in self.result["figures"] if figure["origin"] == origin), None)

    @property
    def break_even(self) -> dict[str, str]:
        """Name → figure id or word of the break-even; what is unknown is left out."""
        even = self.result["break_even"]
        names = (
            "requests_per_month",
            "tokens_per_month",
            "month",
            "uncached_requests_per_month",
            "upfront_delta",
            "monthly_delta",
        )
        band = {f"band_{name}": figure for name, figure in even["band"].items() if figure}
        return {name: even[name] for name in names if even[name]} | band

    @property
    def break_even_rows(self) -> tuple[tuple[str, str], ...]:
        """Label with figure id or word."""
        return tuple(
            (wording.word("break_even", name), value if value in self.figures else wording.word("break_even", value))
            for name, value in self.break_even.items()
        )

    @property
    def break_even_notes(self) -> tuple[str, ...]:
        """What should be known about the break-even, and what is missing for it."""
        even = self.result["break_even"]
        notes = [wording.word("note", code) for code in even["notes"]]
        return (*notes, *(wording.word("missing", code) for code in even["missing"]))

    @property
    def warnings(self) -> tuple[Caution, ...]:
        """Warnings with their remedies; what speaks in favour stands last."""
        found = [
            Caution(
                Reason(wording.word("warning", one["code"]), tuple(one["figures"]), tuple(one["claims"])),
                wording.word("remedy", one["remedy"]),
                wording.word("basis", one["basis"]),
                one["code"] == "good_candidate",
            )
            for one in self.result["warnings"]
        ]
        return tuple(sorted(found, key=lambda caution: caution.is_good_news))

    @property
    def questions(self) -> tuple[Answered, ...]:
        """The questions nobody asked."""
        return tuple(
            Answered(
                wording.word("question", one["id"]),
                Reason(wording.word("answer", one["answer"]), tuple(one["figures"]), tuple(one["claims"])),
                date.fromisoformat(one["params"]["date"]) if "date" in one["params"] else None,
            )
            for one in self.result["questions"]
        )

    @cached_property
    def evidence(self) -> tuple[EvidenceRow, ...]:
        """The cited claims by number, with why they apply."""
        return result_evidence.cited(self.result, self.documents)

    @property
    def evidence_note(self) -> str:
        """What deserves a look among the cited claims, in a few words; empty where nothing does."""
        return result_evidence.attention(self.evidence)

    @cached_property
    def set_aside(self) -> tuple[EvidenceRow, ...]:
        """The claims that speak on the same inputs and were not used, with why."""
        return result_evidence.set_aside(self.result, self.documents, self.citation_numbers)

    @cached_property
    def gaps(self) -> tuple[GapRow, ...]:
        """What no published claim gives."""
        return result_gaps.build(self.result)

    @cached_property
    def scope_questions(self) -> tuple[QuestionRow, ...]:
        """Where claims are apart, and what each answer would lead to."""
        return scope_rows.rows(self.result, self.documents)

    @property
    def pools(self) -> tuple[Pool, ...]:
        """The claims that were pooled, with what each weighs."""
        return tuple(
            Pool(self.label(pool["figure"]), pool["figure"], tuple(pool["members"]))
            for pool in self.result.get("pools", ())
        )

    @property
    def assumptions(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Mark and figure of each assumption."""
        return tuple((self.mark(one)[1], self.figures[one]) for one in self.result["assumptions"])

    @property
    def formulas(self) -> tuple[Mapping[str, Any], ...]:
        """The figures that were computed, each with its formula."""
        return tuple(figure for figure in self.result["figures"] if figure["origin"]["kind"] == "formula")

    @property
    def answers(self) -> tuple[tuple[str, str, str], ...]:
        """Mark, question and answer in words."""
        questions, meant = facts.questionnaire().by_id, taken_as(self.result)
        said = self.result["answers"]
        return tuple(
            (f"Q{n}", questions[name].text["en"], answer_text(questions[name], said[name], stands_for=meant.get(name)))
            for name, n in self._answer_numbers.items()
        )

    @property
    def unknown(self) -> tuple[UnknownAnswer, ...]:
        """The answers nobody knows that are choices, each with what the advice would be with another one."""
        return result_unknown.build(self.result)

    def _question_label(self, name: str) -> str:
        text = facts.questionnaire().by_id[name].label["en"]
        return f"“{text}”" if text.endswith("?") else text

    def label(self, figure_id: str) -> str:
        """What a figure is, with a capital."""
        figure = self.figures[figure_id]
        if (worded := wording.figure(figure)) is not None:
            return worded
        label: str = figure["label"].removesuffix(".")
        return label[:1].upper() + label[1:]


def build(result: Mapping[str, Any], documents: Mapping[str, Document]) -> ResultPage:
    """The page of a result. `documents`: every claim the result names, by `slug@n`."""
    return ResultPage(result, documents)


def _note(frameworks: list[str], evidence: list[str]) -> str:
    if frameworks:
        return f"In favour: {wording.listing(frameworks)}."
    return f"{wording.listing(evidence)}." if evidence else ""
