"""Advice to look at again, as pages and letters tell it: what changed, why, and how far the work has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Prefetch, Q, QuerySet, When

from assessments.change_words import framework_change
from assessments.figure_text import UNKNOWN, figure_text
from assessments.models import Assessment, Reappraisal
from assessments.wording import has, sentence, word
from claims.models import Person

MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure before and after, in words. `by` is the relative change; empty where it is no share."""

    label: str
    before: str
    after: str
    by: str


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in words. `flip` is the advice from and to; `changes` sentences beside the figures."""

    case: Assessment
    outcome: str
    outcome_words: str
    as_of: date
    because: str
    why_not: str
    flip: tuple[str, str] | None
    changes: tuple[str, ...]
    figures: tuple[Moved, ...]
    method_changed: bool
    draft: Assessment | None

    @property
    def attention(self) -> bool:
        """Whether the advice itself is in question, and not only figures."""
        return self.outcome in (Reappraisal.Outcome.RECOMMENDATION_FLIPS, Reappraisal.Outcome.NOT_JUDGED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the newest round's cases were looked at."""

    done: int
    cases: int


def whole(rows: QuerySet[Reappraisal]) -> QuerySet[Reappraisal]:
    """The rows with all that `told` reads, in a fixed number of queries."""
    drafts = Assessment.objects.filter(state=Assessment.State.DRAFT).order_by("-pk").defer("result")
    return (
        rows.select_related("assessment__client", "assessment__firm")
        .defer("assessment__result")
        .prefetch_related(
            "round__events__claim__subject",
            "round__events__claim__metric",
            "assessment__citations__revision",
            Prefetch("assessment__successors", queryset=drafts, to_attr="draft_successors"),
        )
    )


def to_look_at(person: Person) -> QuerySet[Reappraisal]:
    """What somebody's firms should act on: where the advice is in question first, then the newest."""
    figures_only = Case(When(outcome=Reappraisal.Outcome.FIGURES_MOVED, then=1), default=0)
    return whole(Reappraisal.objects.visible_to(person).to_look_at()).order_by(figures_only, "-pk")


def standing(case: Assessment) -> Told | None:
    """The last finding on a case, whatever it is; None where it was never looked at again."""
    row = whole(Reappraisal.objects.filter(assessment=case).standing()).first()
    return told(row) if row else None


def progress(person: Person) -> Progress | None:
    """How far the cases of somebody's firms have come that are still being looked at; None where none is."""
    rows = Reappraisal.objects.visible_to(person)
    rounds = rows.open().values("round")
    counts = rows.filter(round__in=rounds).aggregate(
        cases=Count("pk"), done=Count("pk", filter=Q(state__in=(Reappraisal.State.DONE, Reappraisal.State.FAILED)))
    )
    return Progress(counts["done"], counts["cases"]) if counts["cases"] else None


def told(row: Reappraisal) -> Told:
    """A finding in words. The row comes from `whole`."""
    found, case = row.differences, row.assessment
    assert row.as_of is not None  # it is done
    drafts: list[Assessment] = case.draft_successors  # type: ignore[attr-defined]  # prefetched by `whole`
    return Told(
        case=case,
        outcome=row.outcome,
        outcome_words=word("reappraisal", row.outcome),
        as_of=row.as_of,
        because=_because(row),
        why_not=word("not_judged", row.reason) if row.reason else "",
        flip=_flip(row.advice),
        changes=tuple(_changes(found)),
        figures=tuple(_moved(figure) for figure in found.get("figures", ())),
        method_changed=bool(found.get("method")),
        draft=drafts[0] if drafts else None,
    )


def _because(row: Reappraisal) -> str:
    """The events of the round that touch the case: `RAG, build cost has a new revision`."""
    cited = {citation.revision.claim_id for citation in row.assessment.citations.all()}
    events = [event for event in row.round.events.all() if event.claim_id in cited]
    said = list(
        dict.fromkeys(
            f"{one.claim.subject.name}, {one.claim.metric.name.lower()} {one.get_kind_display()}" for one in events
        )
    )
    more = len(said) - MOST_REASONS
    return "; ".join(said[:MOST_REASONS]) + (f"; and {more} more" if more > 0 else "")


def _flip(advice: Mapping[str, Any]) -> tuple[str, str] | None:
    if not advice or not advice["flips"]:
        return None
    return word("inside", advice["before"]["option"]), word("inside", advice["after"]["option"])


def _changes(found: Mapping[str, Any]) -> Iterable[str]:
    """What is said otherwise besides the option: confidence, conditions, frameworks."""
    if not found:
        return
    before, after = found["recommendation"]["before"], found["recommendation"]["after"]
    if before["confidence"] != after["confidence"]:
        yield f"Confidence: {before['confidence']} → {after['confidence']}."
    for verb, codes in (
        ("New", set(after["conditions"]) - set(before["conditions"])),
        ("No longer said", set(before["conditions"]) - set(after["conditions"])),
    ):
        for code in sorted(codes):
            yield f"{verb}: {sentence(_condition(code))}"
    for one in found["frameworks"]:
        yield framework_change(one)


def _condition(code: str) -> str:
    """A condition in words; some stand in the recommendation's sentence only."""
    kind = next((kind for kind in ("condition", "qualifier", "clause") if has(kind, code)), "condition")
    return word(kind, code)


def _label(figure: Mapping[str, Any]) -> str:
    """What of which option it is. The figure's own label may be a claim's statement, with the number that has changed."""
    what = word("compared", figure["key"])
    return f"{word('option', figure['option'])}: {what}" if figure["option"] else what


def _moved(figure: Mapping[str, Any]) -> Moved:
    sides = [
        figure_text(figure[side]) if figure[side] else figure[f"word_{side}"] or UNKNOWN["en"]
        for side in ("before", "after")
    ]
    relative = figure["relative"]
    return Moved(
        label=_label(figure),
        before=sides[0],
        after=sides[1],
        by=f"{relative:+.0%}".replace("-", "\N{MINUS SIGN}") if relative else "",
    )
