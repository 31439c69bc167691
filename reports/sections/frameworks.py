"""What the decision frameworks say, and where they disagree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from reports.case import Case
from reports.chart_texts import Chart
from reports.claim_charts import budget, examples, latency
from reports.framework_charts import agreement
from reports.sections.base import Section

SAME = {"too_few_examples": "examples", "rapidly_changing": "stable"}  # flag → the gate that says the same


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground of a verdict: the kind and code of its words, and its figures."""

    kind: str
    code: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One framework: the rule that fired, and what else it saw. `own`: it is the firm's."""

    id: str
    own: bool
    rule: str
    rule_figures: tuple[str, ...]
    grounds: tuple[Reason, ...]
    claims: tuple[str, ...]
    lacking: tuple[str, ...]
    agrees: bool
    silent: bool


@dataclass(frozen=True)
class Frameworks(Section):
    """The frameworks in their order, and those that speak against the recommendation.

    `founding`: they are the founding ones, all of them and no other. `standing`: where the client stands against the
    thresholds that the frameworks read.
    """

    opinions: tuple[Opinion, ...]
    agreeing: tuple[str, ...]
    disagreeing: tuple[str, ...]
    silent: tuple[str, ...]
    founding: bool
    agreement: Chart | None
    standing: tuple[Chart, ...]

    slug = "frameworks"
    name = _("The frameworks")

    @classmethod
    def build(cls, case: Case) -> Self:
        """One opinion for each framework of the result."""
        opinions = tuple(_opinion(case, framework) for framework in case.result["frameworks"])
        return cls(
            opinions=opinions,
            agreeing=tuple(one.id for one in opinions if one.agrees),
            disagreeing=tuple(one.id for one in opinions if not one.agrees and not one.silent),
            silent=tuple(one.id for one in opinions if one.silent),
            founding=case.founding_frameworks,
            agreement=agreement(case),
            standing=tuple(chart for draw in (examples, latency, budget) if (chart := draw(case)) is not None),
        )


def _opinion(case: Case, framework: Mapping[str, Any]) -> Opinion:
    advised = case.result["recommendation"]["option"]
    by_code = {reason["code"]: tuple(reason["figures"]) for reason in framework["reasons"]}
    grounds = _own_grounds(framework) if "own" in framework else _grounds(framework, by_code)
    return Opinion(
        id=framework["id"],
        own="own" in framework,
        rule=framework["fired"],
        rule_figures=by_code.get(framework["fired"], ()),
        grounds=tuple(grounds),
        claims=tuple(framework["claims"]),
        lacking=tuple(framework["lacking"]),
        agrees=advised in framework["options"],
        silent=not framework["options"],
    )


def _own_grounds(framework: Mapping[str, Any]) -> list[Reason]:
    """What a firm's own framework shows beside its verdict, in its own words."""
    return [Reason("own", one["code"], tuple(one["figures"])) for one in framework["reasons"][1:]]


def _grounds(framework: Mapping[str, Any], by_code: Mapping[str, tuple[str, ...]]) -> list[Reason]:
    grounds = [Reason("gate", code, by_code.get(code, ())) for code in framework.get("failed", ())]
    # A flag that repeats a gate which failed says nothing new.
    flags = [code for code in framework.get("flags", ()) if not {code, SAME.get(code)} & set(framework["failed"])]
    grounds += [Reason("flag", code, by_code.get(code, ())) for code in flags]
    if framework.get("band"):
        grounds.append(Reason("band", framework["band"], by_code.get("band", ())))
    return grounds
