"""The assessment of one client: a pure function of answers, claims, tables and a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from assessments.engine import method as methods
from assessments.engine.break_even import BreakEven, break_even
from assessments.engine.citations import citations
from assessments.engine.claim import ClaimDocument, Claims, Standing
from assessments.engine.client_case import ClientCase, Reached
from assessments.engine.conditions import Lack
from assessments.engine.confidence import confidence
from assessments.engine.costing import Costing, Offer
from assessments.engine.currencies import convert_break_even, convert_offers, exchange_rate
from assessments.engine.evidence import Evidence
from assessments.engine.facts import validate
from assessments.engine.inputs import Inputs
from assessments.engine.ledger import Ledger, Measure
from assessments.engine.notices import answered, raised, review
from assessments.engine.prices import models
from assessments.engine.questionnaire import Questionnaire
from assessments.engine.recommendation import Recommendation, recommend
from assessments.engine.result import Result
from assessments.engine.tables import Framework
from assessments.engine.verdicts import Verdict, judge, on_the_table

CURRENCY = "USD"
"""What answers, thresholds and token prices are in, and so what every amount is computed in."""


def evaluate(
    answers: Mapping[str, Any],
    claims: Sequence[ClaimDocument],
    *,
    as_of: date,
    questionnaire: Questionnaire,
    frameworks: Sequence[Framework],
    reference: str = "",
    currency: str = CURRENCY,
    method: methods.Method | None = None,
) -> Result:
    """Judge one client's answers by the claims in force on a day.

    `claims` are the published revision documents as of that day. House table, warnings and unasked questions are
    those of `method`, by default the shipped ones. What the options cost is given in `currency`. Raises AnswersError
    for answers that cannot be judged and CurrencyError for a currency without a published rate.
    """
    tables = method or methods.shipped()
    known = Claims(claims)
    facts = validate(answers, questionnaire, models(known) or None)
    ledger = Ledger()
    case = ClientCase(facts, questionnaire, known, as_of, ledger)
    verdicts = [judge(framework, case) for framework in frameworks]
    shown = tuple(verdict.as_dict(case) for verdict in verdicts)

    evidence = Evidence(known, as_of, CURRENCY)
    costing = Costing(Inputs(facts, questionnaire, tables.house, evidence, ledger, CURRENCY))
    even = break_even(costing)
    case = replace(case, figures=_house_figures(costing, even))
    recommendation = recommend(case, tables.house)
    recommended = _recommended(recommendation, verdicts, case, costing)

    offers = _offers(costing, recommendation)
    case = _beside(case, offers, recommendation, verdicts)
    warnings = tuple(raised(tables.warnings, case))
    if currency != CURRENCY:
        rate = ledger.claim(exchange_rate(known, CURRENCY, currency, as_of), "exchange rate")
        offers = convert_offers(offers, rate, currency, ledger)
        even = convert_break_even(even, rate, currency, ledger)
        case = _beside(case, offers, recommendation, verdicts)
    questions = tuple(answered(tables.unasked, case))
    told = [*shown, recommended, *warnings, *questions]
    cited = citations(known, ledger, [reference for part in told for reference in part["claims"]], evidence, as_of)
    evidence.note_rules(cited.used)
    return Result(
        reference=reference,
        as_of=as_of.isoformat(),
        method=methods.version(questionnaire, frameworks, tables),
        currency=currency,
        answers=facts.answers,
        frameworks=shown,
        recommendation=recommended,
        options=tuple(offer.as_dict() for offer in offers),
        break_even=even.as_dict(),
        warnings=warnings,
        questions=(*questions, review(cited.used, as_of)),
        evidence=evidence.as_dict(),
        assumptions=tuple(figure.id for figure in ledger if figure.origin.kind == "assumption"),
        figures=tuple(figure.as_dict() for figure in ledger),
        citations=cited.as_list(),
    )


def _house_figures(costing: Costing, even: BreakEven) -> dict[str, Reached]:
    """The computed figures that the house table's thresholds name; what a start lacks is the claim it lacks."""
    figures: dict[str, Reached] = {"break_even_requests": even.threshold}
    for option, roles in (
        ("fine_tune_lora", ("fine_tuning_project_cost",)),
        ("hybrid_rag_lora", ("rag_build_cost", "fine_tuning_project_cost")),
    ):
        upfront = costing.offers[option].figures.get("upfront")
        lacking = (claim for role in roles if isinstance(claim := costing.inputs.claim(role), Lack))
        figures[f"upfront_{option}"] = upfront or next(lacking, Lack(option, Standing.MISSING))
    return figures


def _recommended(
    recommendation: Recommendation, verdicts: Sequence[Verdict], case: ClientCase, costing: Costing
) -> dict[str, Any]:
    """The recommendation as in the result document, with the confidence it deserves."""
    agreeing = [verdict for verdict in verdicts if verdict.speaks_for(recommendation.option)]
    against = [verdict for verdict in verdicts if verdict.options and verdict not in agreeing]
    sources = [*recommendation.sources, *(source for verdict in agreeing for source in verdict.finding.sources)]
    slugs = dict.fromkeys(
        [source.name for source in sources if source.kind == "claim"]
        + [reference.rpartition("@")[0] for reference in recommendation.claims]
    )
    usable = (case.claims.usable(slug, case.as_of) for slug in slugs)
    lacks = [*recommendation.lacks, *(lack for verdict in verdicts for lack in verdict.finding.lacks)]
    sure = confidence(
        [verdict.framework.id for verdict in agreeing],
        [verdict.framework.id for verdict in against],
        [claim for claim in usable if claim is not None],
        sorted({lack.name for lack in lacks}),
        case.as_of,
    )
    offer = costing.offers.get(recommendation.option)
    serving = [("own_serving_needed", ())] if offer is not None and not offer.eligible else []
    return {
        "option": recommendation.option,
        "fired": recommendation.fired,
        "conditional": recommendation.conditional,
        "conditions": list(recommendation.conditions),
        "steps": list(recommendation.steps),
        "confidence": sure.word,
        "confidence_reasons": list(sure.reasons),
        "reasons": [{"code": code, "figures": list(figures)} for code, figures in [*recommendation.reasons, *serving]],
        "flips": [flip.as_dict() for flip in recommendation.flips],
        "claims": list(recommendation.claims),
        "lacking": sorted({lack.name for lack in recommendation.lacks}),
    }


def _offers(costing: Costing, recommendation: Recommendation) -> list[Offer]:
    """The options side by side; a recommended combination that the cost model does not price stands last, unpriced."""
    offers = list(costing.offers.values())
    if recommendation.option == "chaining_plus_rag":
        offers.append(Offer(recommendation.option, missing=["chain_steps"]))
    return offers


def _beside(
    case: ClientCase, offers: Sequence[Offer], recommendation: Recommendation, verdicts: Sequence[Verdict]
) -> ClientCase:
    """The case as warnings and unasked questions see it: with what was recommended and what it costs."""
    option = recommendation.option
    figures: dict[str, Reached] = {}
    for offer in offers:
        names = [offer.option, "recommended"] if offer.option == option else [offer.option]
        for kind, figure in (("tco", "tco"), ("time", "time_to_production")):
            if figure in offer.figures:
                figures |= {f"{kind}_{name}": offer.figures[figure] for name in names}
    figures |= _retraining_by_change(case)
    extra = {"recommended": option, "on_the_table": on_the_table(verdicts, option)}
    return replace(case, figures=figures, extra=extra)


def _retraining_by_change(case: ClientCase) -> dict[str, Reached]:
    """What a year costs if every change of the facts is trained in: changes a year × the sourced cost of a run."""
    question = case.questionnaire.by_id["knowledge_change"]
    per_year = {option.value: option.per_year for option in question.options}[str(case.facts["knowledge_change"])]
    if per_year is None:
        return {}
    changes = case.ledger.answer(
        question.id, "changes of the facts per year", per_year, Measure("count", per="year"), key="changes_per_year"
    )
    figures: dict[str, Reached] = {"changes_per_year": changes}
    for method, slug in (("lora", "fine-tuning-run-cost-lora-7b"), ("full", "fine-tuning-run-cost-full-40b")):
        run = case.claims.usable(slug, case.as_of)
        if run is not None and run.numeric:
            figure = case.ledger.formula(
                f"retraining_by_change_{method}",
                f"a year of training in every change, {method} fine-tuning",
                "{changes} × {run}",
                {"changes": changes, "run": case.ledger.claim(run)},
                lambda changes, run: changes * run,
                Measure("currency", run.currency, "year"),
            )
            figures |= {f"retraining_by_change_{method}": figure} if figure else {}
    return figures
