"""What differs between two results, in words: advice, frameworks, figures with their origin, answers and assumptions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assessments import facts, scope_rows
from assessments.engine.changes import Changes, FigureChange, changes
from assessments.engine.choices import SETTLED
from assessments.engine.method import shipped
from assessments.figure_text import figure_text
from assessments.progress import answer_text, taken_as
from assessments.traced import NOT_KNOWN, Origins, Shown, Traced
from assessments.wording import framework, has, sentence, verdict, word

NOT_ASKED = "not asked"
AS_HOUSE = "as the house has it"
NOT_SETTLED = "not settled"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure before and after. `by` is the relative change in words; empty where it cannot be put as a share."""

    label: str
    before: Shown
    after: Shown
    by: str
    material: bool


@dataclass(frozen=True, slots=True)
class Differing:
    """Something that people said, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """Two results, `before` and `after`."""

    before: Traced
    after: Traced

    @cached_property
    def found(self) -> Changes:
        """The comparison itself."""
        return changes(self.before.result, self.after.result)

    @property
    def flips(self) -> bool:
        """Whether another option is recommended."""
        return self.found.recommendation.flips

    @property
    def verdict(self) -> str:
        """One sentence on the whole."""
        return word("comparison", self.found.verdict)

    @property
    def headlines(self) -> tuple[str, str]:
        """The two recommendations."""
        return self.before.page.headline, self.after.page.headline

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said otherwise besides the option: confidence, conditions, frameworks."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        old, new = self.found.recommendation.before, self.found.recommendation.after
        if old.confidence != new.confidence:
            yield f"Confidence: {word('confidence', old.confidence).lower()} → {word('confidence', new.confidence).lower()}."
        for verb, codes in (
            ("Said now", [code for code in new.conditions if code not in old.conditions]),
            ("No longer said", [code for code in old.conditions if code not in new.conditions]),
        ):
            for code in codes:
                yield f"{verb}: {sentence(_condition(code))}"
        yield from (framework_change(one.as_dict()) for one in self.found.frameworks)
        for other in self.found.versions:
            yield (
                f"{other.title['en']}: version {other.before} of the firm's framework → version {other.after}. "
                "What differs may come from that."
            )

    @cached_property
    def figures(self) -> tuple[Moved, ...]:
        """The figures that differ, those that moved far enough to matter first."""
        moved = (self._moved(one) for one in self.found.figures)
        return tuple(sorted(moved, key=lambda one: not one.material))

    def _moved(self, change: FigureChange) -> Moved:
        relative = change.relative
        what = word("compared", change.key)
        return Moved(
            label=f"{word('option', change.option)}: {what}" if change.option else what,
            before=_side(self.before, change.before, change.word_before),
            after=_side(self.after, change.after, change.word_after),
            by=f"{relative:+.1%}".replace("-", MINUS) if relative else "",
            material=change.material,
        )

    @property
    def answers(self) -> tuple[Differing, ...]:
        """The questions that were answered otherwise, in their order."""
        old, new = self.before.result["answers"], self.after.result["answers"]
        return tuple(
            Differing(question.text["en"], _said(question, self.before.result), _said(question, self.after.result))
            for question in facts.questionnaire().questions
            if old.get(question.id) != new.get(question.id) or (question.id in old) is not (question.id in new)
        )

    @property
    def assumptions(self) -> tuple[Differing, ...]:
        """The consultant's own assumptions that are others, or set on one side only."""
        old, new = (side.result.get("choices", {}).get("assumptions", {}) for side in (self.before, self.after))
        return tuple(
            Differing(word("figure", key), _declared(key, old), _declared(key, new))
            for key in shipped().house.assumptions
            if old.get(key, {}).get("value") != new.get(key, {}).get("value")
        )

    @property
    def settled(self) -> tuple[Differing, ...]:
        """The scope questions that were settled otherwise, or on one side only."""
        found = []
        for kind, part in SETTLED.items():
            old, new = (side.result.get("choices", {}).get(part, {}) for side in (self.before, self.after))
            for name in sorted({*old, *new}):
                before, after = (side[name]["value"] if name in side else None for side in (old, new))
                if before != after:
                    label = scope_rows.title({"kind": kind, "id": name})
                    found.append(Differing(label, _meant(kind, before), _meant(kind, after)))
        return tuple(found)

    @property
    def method_changed(self) -> bool:
        """Whether the two were computed by other rules."""
        return bool(self.before.result["method"] != self.after.result["method"])

    @property
    def origins(self) -> tuple[Origins, Origins]:
        """Where the figures of either side come from."""
        old = [one.before["id"] for one in self.found.figures if one.before]
        new = [one.after["id"] for one in self.found.figures if one.after]
        return self.before.origins(old), self.after.origins(new)


def _side(traced: Traced, figure: Mapping[str, Any] | None, said: str | None) -> Shown:
    if figure is not None:
        return traced.shown(figure["id"])
    return Shown(word("break_even", said)) if said else NOT_KNOWN


def _condition(code: str) -> str:
    """A condition in words; some stand in the recommendation's sentence only."""
    kind = next((kind for kind in ("condition", "qualifier", "clause") if has(kind, code)), "condition")
    return word(kind, code)


def framework_change(one: Mapping[str, Any]) -> str:
    """A framework that says something else, as `VerdictChange.as_dict` has it: `Payback: prompting → Fine-tune.`"""
    sides = [
        verdict({"verdict": code, **named}) if code else "Not run."
        for code, named in zip((one["before"], one["after"]), one["named"], strict=True)
    ]
    own = next((named for named in one["named"] if "own" in named), {})
    return f"{framework({'id': one['framework'], **own})}: {sides[0].rstrip('.')} → {sides[1]}"


def _said(question: Any, result: Mapping[str, Any]) -> str:
    if question.id not in result["answers"]:
        return NOT_ASKED
    return answer_text(question, result["answers"][question.id], stands_for=taken_as(result).get(question.id))


def _meant(kind: str, value: str | None) -> str:
    """What somebody settled; the reading of a claim by its slug, as on its page."""
    if value is None:
        return NOT_SETTLED
    return scope_rows.scope_value(value) if kind == "scope" else value


def _declared(key: str, declared: Mapping[str, Any]) -> str:
    if key not in declared:
        return AS_HOUSE
    measure = shipped().house.assumptions[key].measure("USD")
    value = {"likely": declared[key]["value"], "unit": measure.unit, "currency": measure.currency, "per": measure.per}
    return figure_text(value)
