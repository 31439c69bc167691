"""No number without a source: tried on a thousand assessments at random.

Each figure is recomputed from claims, answers and assumptions by the formula that is printed for it.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from assessments.engine import evaluate
from assessments.engine.answer_figures import NOT_KNOWN
from assessments.engine.ledger import HOUSE
from assessments.engine.method import shipped
from assessments.engine.numbers import ONE, to_json
from assessments.engine.prices import first_day
from assessments.engine.questionnaire import UNKNOWN
from assessments.engine.what_if import BY, MOVED
from tests.assessments.engine.conftest import AS_OF
from tests.assessments.engine.random_cases import RandomCase, random_case
from tests.assessments.engine.recomputing import SOUGHT, Ends, Recomputed, drawn, exact, segments

METHOD = shipped()
ENDS = ("low", "likely", "high")
SIXTH = Decimal("1e-6")
COUNTED = {
    ("citations", "n"),  # the number of a claim in the list of evidence
    ("uncertainty", "draws"),  # how many draws were made, and the number they start from: the method's own
    ("uncertainty", "seed"),
}


class Judged:
    """One assessment at random, judged, with what its figures are said to come from."""

    def __init__(self, case: RandomCase) -> None:
        self.case = case
        self.result = evaluate(
            case.answers,
            case.claims,
            as_of=AS_OF,
            frameworks=METHOD.frameworks,
            currency=case.currency,
            choices=case.choices,
        ).as_dict()
        self.figures = {figure["id"]: figure for figure in self.result["figures"]}
        self.claims = {f"{one['slug']}@{one['revision']}": one for one in case.claims}

    @property
    def months(self) -> int:
        """The horizon."""
        answer = self.case.answers["horizon_months"]
        return int(METHOD.questionnaire.by_id["horizon_months"].unknown[1] if answer == UNKNOWN else answer)

    def given(self, figure: Mapping[str, Any]) -> Ends:
        """What a figure that is no formula must be, read at its origin."""
        origin = figure["origin"]
        if origin["kind"] == "claim":
            stated = self.claims[origin["claim"]]["value"]
            return exact(stated["low"]), exact(stated["likely"]), exact(stated["high"])
        if origin["kind"] == "answer":
            return self._answered(figure)
        if origin["kind"] == "assumption":
            return self._assumed(figure)
        return exact(figure["low"]), exact(figure["likely"]), exact(figure["high"])

    def _answered(self, figure: Mapping[str, Any]) -> Ends:
        question = METHOD.questionnaire.by_id[figure["origin"]["question"]]
        answer = self.case.answers[question.id]
        if figure["key"] == "changes_per_year":
            chosen = question.unknown if answer == UNKNOWN else answer
            [answer] = [option.per_year for option in question.options if option.value == chosen]
        if isinstance(answer, Mapping):
            return exact(answer["low"]), exact(answer["likely"]), exact(answer["high"])
        return (exact(answer),) * 3

    def _assumed(self, figure: Mapping[str, Any]) -> Ends:
        """The number of an assumption where somebody declared it, after a look at who and why."""
        key, note, by = figure["key"], figure["origin"]["note"], figure["origin"]["by"]
        what_if, declared = self.case.choices.what_if, self.case.choices.assumptions
        if by == BY:
            assert note == MOVED
            moved = {**what_if.answers, **what_if.assumptions, "price_factor": what_if.price_factor}
            return (exact(moved[key.removeprefix("what_if_")]),) * 3
        if key in declared:
            assert (note, by) == (declared[key].note, declared[key].by)
            return (declared[key].value,) * 3
        assert by == HOUSE
        if key == "days_per_month":
            return (METHOD.questionnaire.conventions[key],) * 3
        if key in METHOD.house.assumptions:
            assert note == METHOD.house.assumptions[key].note
            return (METHOD.house.assumptions[key].value,) * 3
        question = METHOD.questionnaire.by_id[key.removeprefix("unknown_")]
        assert note == NOT_KNOWN
        assert self.case.answers[question.id] == UNKNOWN
        return question.unknown

    def recomputed(self, moved: Mapping[str, Decimal] | None = None) -> Recomputed:
        return Recomputed(self.figures, self.given, self._held(), self._peak, moved)

    def _held(self) -> list[int]:
        """The months of each tariff of the client's model, from the days on which its prices start."""
        months = self.months
        starts = sorted({str(one["scope"].get("from", "")) for one in self._prices()})
        return segments(
            [sum(start <= first_day(AS_OF, month).isoformat() for start in starts) for month in range(months)]
        )

    def _prices(self) -> list[dict[str, Any]]:
        model = self.case.answers["baseline_model"]
        return [one for one in self.case.claims if one["scope"].get("model") == model and one["freshness"] != "expired"]

    def _peak(self, figure: Mapping[str, Any]) -> Decimal:
        return Decimal(str(self.claims[figure["origin"]["claim"]]["scope"]["peak_hours_per_day"]))


def each(number: int) -> Judged:
    return Judged(random_case(number))


def origins_resolve(judged: Judged) -> None:
    """Each figure has an origin that is there, and one that is a formula stands on figures before it."""
    usable = {name for name, one in judged.claims.items() if one["freshness"] != "expired"}
    seen: set[str] = set()
    for one, figure in judged.figures.items():
        origin = figure["origin"]
        if origin["kind"] == "claim":
            assert origin["claim"] in usable
        elif origin["kind"] == "answer":
            assert origin["question"] in judged.case.answers
        elif origin["kind"] == "assumption":
            assert origin["note"]
            assert origin["by"]
            assert one in judged.result["assumptions"]
        else:
            assert origin["inputs"]
            assert set(origin["inputs"]) <= seen
        seen.add(one)


def figures_recompute(judged: Judged) -> None:
    """Low, likely and high of each figure, to the last of the six decimals given out.

    What draws found is known to six decimals here, so in another currency the last one may differ.
    """
    again = judged.recomputed()
    for one, figure in judged.figures.items():
        expected, stated = tuple(to_json(end) for end in again.ends(one)), tuple(figure[end] for end in ENDS)
        if figure["origin"].get("names") == ["amount", "rate"] and drawn(judged.figures[figure["origin"]["inputs"][0]]):
            expected = pytest.approx(expected, abs=1.000001e-6)
        assert stated == expected, (figure, expected)


def numbers(part: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int | float]]:
    """Each number of a document that is no part of a string, with its place."""
    if isinstance(part, Mapping):
        for key, inner in part.items():
            yield from numbers(inner, (*place, key))
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from numbers(inner, place)
    elif isinstance(part, int | float) and not isinstance(part, bool):
        yield place, part


def nothing_else_is_a_number(judged: Judged) -> None:
    """What stands outside the figures is an answer or a choice as given, a count of the list above, or a figure."""
    shown = {figure[end] for figure in judged.figures.values() for end in ENDS}
    for place, number in numbers({name: part for name, part in judged.result.items() if name != "figures"}):
        if place in COUNTED or place[:2] == ("unknown", "taken_as"):
            continue
        if place[0] == "answers":
            assert number in {given for _, given in numbers(judged.case.answers[place[1]])}
        elif place[0] == "choices":
            assert number in {given for _, given in numbers(judged.case.choices.as_dict())}
        elif place[:2] == ("options", "phases"):  # the months of the horizon that it holds for
            assert 1 <= number <= judged.months
        elif place == ("options", "p_cheapest"):  # a share of one; the figure counts in percent
            assert any(to_json(exact(one) / 100) == number for one in shown if one is not None)
        else:
            assert number in shown, (place, number)


def what_is_not_known_was_taken_as_the_questionnaire_says(judged: Judged) -> None:
    """A number nobody knows stands as the range that the questionnaire declares for it."""
    for one in judged.result["unknown"]:
        declared = METHOD.questionnaire.by_id[one["question"]].unknown
        if isinstance(declared, tuple):
            assert one["taken_as"] == dict(zip(ENDS, map(to_json, declared), strict=True))


def what_was_drawn_lies_within(judged: Judged) -> None:
    """Percentiles in order and inside the range of their total; shares of the draws add up."""
    shares = []
    for option in judged.result["options"]:
        found = {name: judged.figures[one] for name, one in option["figures"].items()}
        if "p50" in found:
            drawn_ends = [found[name]["likely"] for name in ("p10", "p50", "p90")]
            assert drawn_ends == sorted(drawn_ends)
            low, high = found["tco"]["low"], found["tco"]["high"]
            slack = 1e-6 + 1e-9 * abs(drawn_ends[1])
            assert low is None or low - slack <= drawn_ends[0]
            assert high is None or drawn_ends[2] <= high + slack
        if "p_cheapest" in found:
            shares.append(found["p_cheapest"]["likely"])
    assert not shares or sum(shares) == pytest.approx(100, abs=1e-6)
    worth = [one["likely"] for one in judged.figures.values() if one["key"] == "evppi"]
    all_of_it = [one["likely"] for one in judged.figures.values() if one["key"] == "evpi"]
    assert not worth or max(worth) <= max(all_of_it) * (1 + 1e-6)


def two_totals_are_equal_at_a_threshold(judged: Judged) -> None:
    """With the input of a threshold at its value, its two totals are recomputed to the same amount, or change places."""
    for figure in judged.figures.values():
        if SOUGHT not in figure["origin"].get("pattern", "") or judged.case.currency != "USD":
            continue
        one, now, then = figure["origin"]["inputs"]
        at = exact(figure["likely"])
        just = max(at, ONE) * SIXTH  # the value is given with six decimals
        gaps = [_gap(judged.recomputed({one: value}), now, then) for value in (at - just, at, at + just)]
        assert abs(gaps[1]) < SIXTH or min(gaps) <= 0 <= max(gaps), (figure, gaps)


def _gap(again: Recomputed, now: str, then: str) -> Decimal:
    return again.ends(then)[1] - again.ends(now)[1]


CHECKS: tuple[Callable[[Judged], None], ...] = (
    origins_resolve,
    figures_recompute,
    nothing_else_is_a_number,
    what_is_not_known_was_taken_as_the_questionnaire_says,
    what_was_drawn_lies_within,
    two_totals_are_equal_at_a_threshold,
)
ASSESSMENTS, AT_ONCE = 1000, 50


@pytest.mark.parametrize(
    "first",
    [pytest.param(first, marks=[pytest.mark.slow] if first else []) for first in range(0, ASSESSMENTS, AT_ONCE)],
)
def test_no_number_lacks_a_source_and_each_formula_gives_its_figure_again(first):
    for number in range(first, first + AT_ONCE):
        judged = each(number)
        for check in CHECKS:
            try:
                check(judged)
            except Exception as error:
                error.add_note(f"in {check.__name__}, assessment {number}")
                raise
