"""By what names a firm's words reach figures: names that mean the same in every case, whatever ids its figures have."""

from collections.abc import Iterator
from functools import cache

from assessments.engine.method import shipped
from assessments.engine.offer import VARIANTS, chosen_variant, variant_of
from assessments.facts import questionnaire
from reports.case import Case

RECOMMENDED = "recommended"
OF_AN_OPTION = (
    "upfront",
    "monthly",
    "tco",
    "cost_per_request",
    "time_to_production",
    "examples",
    "hours_per_month",
    "p10",
    "p50",
    "p90",
    "p_cheapest",
)
"""What is known of a way to build, as the options of a result have it."""

OF_THE_BREAK_EVEN = (
    "requests_per_month",
    "uncached_requests_per_month",
    "tokens_per_month",
    "month",
    "upfront_delta",
    "monthly_delta",
)


@cache
def names() -> frozenset[str]:
    """Every name that some case can have a figure for, such as `recommended.tco` or `answer.horizon_months`."""
    return frozenset(_names())


def _names() -> Iterator[str]:
    for option in (RECOMMENDED, *VARIANTS):
        yield from (f"{option}.{one}" for one in OF_AN_OPTION)
    yield from (f"break_even.{one}" for one in OF_THE_BREAK_EVEN)
    yield from (f"answer.{one.id}" for one in questionnaire().by_id.values() if one.numeric)
    yield from (f"assumption.{key}" for key in shipped().house.assumptions)
    yield "uncertainty.evpi"


def find(case: Case, name: str) -> str | None:
    """The id of the figure with a name; None where the case has none. Raises KeyError for what is no name."""
    if name not in names():
        raise KeyError(name)
    of, _, what = name.partition(".")
    if of == "break_even":
        found = case.result["break_even"].get(what)
    elif of == "answer":
        found = case.answer_figure(what)
    elif of == "assumption":
        found = next((one for one in case.result["assumptions"] if case.figures[one]["key"] == what), None)
    elif of == "uncertainty":
        drawn = case.result.get("uncertainty")
        found = drawn["evpi"]["figure"] if drawn else None
    else:
        found = _of_an_option(case, of, what)
    return str(found) if found in case.figures else None


def _of_an_option(case: Case, option: str, what: str) -> str | None:
    """A figure of the recommended way to build, or of one by its name."""
    options = case.result["options"]
    wanted = chosen_variant(options, case.result["recommendation"]["option"]) if option == RECOMMENDED else option
    return next((one["figures"].get(what) for one in options if variant_of(one) == wanted), None)
