"""The assessment of one client: a pure function of answers, claims, tables and a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from assessments.engine import method as methods
from assessments.engine.choices import NONE_MADE, Choices
from assessments.engine.citations import citations
from assessments.engine.claim import ClaimDocument, Claims
from assessments.engine.client_case import ClientCase, Reached
from assessments.engine.confidence import confidence
from assessments.engine.costing import Costing
from assessments.engine.currencies import convert_break_even, convert_offers
from assessments.engine.exchange_rates import exchange_rate
from assessments.engine.facts import Facts, suppose, validate
from assessments.engine.gaps import gaps
from assessments.engine.house import House
from assessments.engine.inputs import Inputs
from assessments.engine.ledger import Ledger, Measure
from assessments.engine.notices import answered, raised, review
from assessments.engine.offer import Offer, chosen_variant
from assessments.engine.prices import models
from assessments.engine.recommendation import Recommendation
from assessments.engine.result import Result
from assessments.engine.tables import Framework, every
from assessments.engine.thresholds import Limits, thresholds
from assessments.engine.uncertainty import study
from assessments.engine.unknown_answers import unknown_answers, weighing
from assessments.engine.verdicts import Verdict, judge, on_the_table
from assessments.engine.worlds import in_currency, scope_questions, world

CURRENCY = "USD"
"""What answers, thresholds and token prices are in, and so what every amount is computed in."""


def evaluate(
    answers: Mapping[str, Any],
    claims: Sequence[ClaimDocument],
    *,
    as_of: date,
    frameworks: Sequence[Framework],
    reference: str = "",
    currency: str = CURRENCY,
    method: methods.Method | None = None,
    choices: Choices = NONE_MADE,
) -> Result:
    """Judge one client's answers by the claims in force on a day.

    `claims` are the published revision documents as of that day. Questionnaire, house table, warnings and unasked
    questions are those of `method`, by default the shipped ones. What the options cost is given in `currency`;
    `choices` are the consultant's, with a what-if where one is tried. Raises AnswersError for answers that cannot be judged and CurrencyError for a
    currency without a published rate.
    """
    tables = method or methods.shipped()
    questionnaire = tables.questionnaire
    known = Claims(claims)
    priced = models(known) or None
    facts = validate(answers, questionnaire, priced)
    if choices.what_if:
        facts = suppose(facts, choices.what_if.answers, questionnaire, priced)
    ledger = Ledger()
    case = ClientCase(facts, questionnaire, known, as_of, ledger)
    verdicts = [judge(framework, case) for framework in frameworks]
    shown = tuple(verdict.as_dict(case) for verdict in verdicts)

    first = world(case, tables.house, choices, CURRENCY)
    case, evidence, even, recommendation = first.case, first.evidence, first.even, first.recommendation
    asked = scope_questions(first, tables.house, choices)
    offers = _offers(first.costing, recommendation)
    by_variant = {offer.variant: offer for offer in offers}
    for offer in offers:
        held, _ = every(tables.house.objections.get(offer.variant, ()), case)
        offer.objections = tuple(code for code, _ in held)
    chosen = chosen_variant([offer.as_dict() for offer in offers], recommendation.option)
    drawn = study(ledger, by_variant, chosen or "")
    turning = thresholds(ledger, by_variant, questionnaire, _not_movable(offers), _limits(first.costing.inputs))
    lacking = gaps(evidence, tables.house, offers, CURRENCY)
    untold = unknown_answers(facts, questionnaire, partial(_advice, case, tables.house, choices))
    divided = any(question.disagree for question in asked)
    recommended = _recommended(recommendation, verdicts, case, by_variant.get(chosen or ""), divided=divided)
    questioned = [question.as_dict() for question in asked]
    case = _beside(case, offers, recommendation, verdicts)
    warnings = tuple(raised(tables.warnings, case))
    if currency != CURRENCY:
        rate = ledger.claim(exchange_rate(known, CURRENCY, currency, as_of), "exchange rate")
        offers = convert_offers(offers, rate, currency, ledger)
        even = convert_break_even(even, rate, currency, ledger)
        drawn = drawn and drawn.converted(rate, currency, ledger)
        questioned = in_currency(questioned, rate, currency, ledger)
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
        choices=choices.as_dict(),
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
        uncertainty=None if drawn is None else drawn.as_dict(),
        thresholds=tuple(threshold.as_dict() for threshold in turning),
        pools=tuple(ledger.pools()),
        scope_questions=tuple(questioned),
        gaps=tuple(lacking),
        unknown=untold,
    )


def _advice(case: ClientCase, house: House, choices: Choices, moved: Facts) -> str:
    """What is recommended with some answers at other values, in a ledger of its own: what is tried enters no result."""
    return world(
        replace(case, facts=moved, ledger=Ledger(), figures={}), house, choices, CURRENCY
    ).recommendation.option


def _recommended(
    recommendation: Recommendation,
    verdicts: Sequence[Verdict],
    case: ClientCase,
    offer: Offer | None,
    *,
    divided: bool,
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
        None if offer is None else offer.figures.get("p_cheapest"),
        weighing(case.facts, case.questionnaire, sources),
        divided=divided,
    )
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


def _not_movable(offers: Sequence[Offer]) -> tuple[str, ...]:
    """The horizon, where prices change within it: each month's price is in the formulas then."""
    return ("horizon_months",) if any(len(offer.phases) > 1 for offer in offers) else ()


def _limits(inputs: Inputs) -> Limits:
    """Where the formulas end before the questions do: prices up to a length of prompt, and what may be assumed."""
    assumed = {key: (one.minimum, one.maximum) for key, one in inputs.house.assumptions.items()}
    return {**assumed, "tokens_in": (None, inputs.longest_input())}


def _offers(costing: Costing, recommendation: Recommendation) -> list[Offer]:
    """The options side by side; a recommended combination stands last."""
    offers = list(costing.offers.values())
    if recommendation.option == "chaining_plus_rag":
        offers.append(costing.combination())
    return offers


def _beside(
    case: ClientCase, offers: Sequence[Offer], recommendation: Recommendation, verdicts: Sequence[Verdict]
) -> ClientCase:
    """The case as warnings and unasked questions see it: with what was recommended and what it costs."""
    option = recommendation.option
    figures: dict[str, Reached] = {}
    chosen = chosen_variant([offer.as_dict() for offer in offers], option)
    for offer in offers:
        names = [offer.variant, "recommended"] if offer.variant == chosen else [offer.variant]
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
