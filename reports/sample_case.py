"""A case that is nobody's, to show how a report looks before a firm has one of its own."""

from datetime import datetime

from assessments import facts
from reports import document
from reports.branding.brand import Brand
from reports.case import Case
from reports.layouts import EXECUTIVE

REFERENCE = "SAMPLE"
TITLE = "Claims triage: fine-tune, or go on prompting?"
CLIENT = "A client of yours"
# A case where the frameworks disagree and prompt caching alone turns the decision. Nobody's real figures.
ANSWERS = {
    "task_type": "classification",
    "task_narrow": True,
    "task_pattern_stable": True,
    "domain_stable_12m": True,
    "needs_private_facts": False,
    "knowledge_change": "never",
    "citation_required": False,
    "regulated": False,
    "prompt_result": "falls_short",
    "few_shot_result": "falls_short",
    "few_shot_relative_pct": 94,
    "rag_result": "not_applicable",
    "gaps": ["cost_at_volume"],
    "n_examples": 4000,
    "example_quality": "high_consistent",
    "distribution_shift_months": None,
    "retrain_cadence_months": 6,
    "requests_per_month": 2000000,
    "tokens_in": 1900,
    "cacheable_share": 0.84,
    "tokens_out": 150,
    "latency_target_ms": None,
    "eval_infra": "manual",
    "small_model_gap": "small",
    "budget_total_usd": 60000,
    "deployment": "open_weights_ok",
    "provider_ft_status": "none",
    "horizon_months": 12,
    "baseline_model": "gpt-6.1-sol",
}


def sample(*, at: datetime, language: str, firm: str, client: str, author: str, brand: Brand) -> Case:
    """The short report of the sample on the evidence of a day, in two pages."""
    result = facts.evaluate(ANSWERS, as_of=at.date(), reference=REFERENCE).as_dict()
    return document.unsaved(
        result=result,
        title=TITLE,
        client=client or CLIENT,
        firm=firm,
        author=author,
        language=language,
        layout=EXECUTIVE,
        brand=brand,
    )
