"""What a case keeps and shows of those who disagree with its claims, as it was known when the case was judged."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from assessments import facts, operations
from claims import operations as curating
from claims.models import Claim, Conflict
from tests import factories
from tests.claims import factories as registry
from tests.claims.reading import page, words

NOON = factories.NOON
FEW = {"low": None, "likely": None, "high": 500, "bound": "at_most", "statement": "A few hundred examples are enough."}
BOTH = {
    "fine-tuning-examples-gate@1": ["examples-enough"],
    "examples-enough@1": ["fine-tuning-examples-gate"],
}


def rival(gate, *, at=NOON):
    """A claim on the same question whose range does not meet that of the gate."""
    return registry.publish("examples-enough", at=at, **of(gate))


def of(gate):
    shared = {
        "subject": gate.subject,
        "metric": gate.metric,
        "unit": "examples",
        "currency": "",
        "per": "",
        "scope": {},
    }
    return shared | FEW


def settle(conflict, *, at=NOON):
    curating.settle_conflict(
        by=registry.editor(), at=at, conflict=conflict, state="scope_differs", reason="Other tasks need 10 times less."
    )


def judged(on: datetime = NOON):
    return facts.evaluate(factories.worked_answers(), as_of=on.date(), reference="D-1").as_dict()


def contested(result) -> dict[str, list[str]]:
    """What the judgement was told: each contested claim that it names, and by which."""
    rulings = [ruling for part in ("applied", "set_aside") for ruling in result["evidence"][part]]
    return {
        ruling["claim"]: one["params"]["by"]
        for ruling in rulings
        for one in ruling["because"]
        if one["code"] == "contested"
    }


def shown(client, assessment) -> str:
    client.force_login(factories.consultant())
    return words(page(client, reverse("assessments:result", args=[assessment.reference])))


def test_a_conflict_that_nobody_decided_is_on_the_result_page(client, examples_gate):
    rival(examples_gate)
    draft = factories.assessment(answers=factories.worked_answers())
    said = "Open: A few hundred examples are enough. at most 500 examples Their ranges do not meet. Nobody has decided yet."
    assert said in shown(client, draft)


def test_a_later_decision_is_on_new_results_and_not_on_a_final_one(client, examples_gate):
    rival(examples_gate)
    draft = factories.assessment(answers=factories.worked_answers())
    final = operations.finalise(
        by=factories.consultant(), at=NOON, assessment=factories.assessment(answers=factories.worked_answers())
    )
    settle(Conflict.objects.get())
    assert (
        "The scope differs: A few hundred examples are enough. at most 500 examples Their ranges do not meet. "
        "Other tasks need 10 times less. Decided on 22 November 2026."
    ) in shown(client, draft)
    before = shown(client, final)
    assert "Nobody has decided yet." in before
    assert "Other tasks need" not in before


def test_a_decision_ends_the_contest_for_the_judgement_too(examples_gate):
    rival(examples_gate)
    assert contested(judged()) == BOTH
    settle(Conflict.objects.get())
    result = judged()
    assert contested(result) == {}
    assert result["conflicts"] == [
        {
            "claims": ["fine-tuning-examples-gate", "examples-enough"],
            "revisions": ["fine-tuning-examples-gate@1", "examples-enough@1"],
            "subject": "fine-tuning",
            "metric": "training-examples",
            "relation": "disjoint",
            "state": "scope_differs",
            "reason": "Other tasks need 10 times less.",
            "decided_on": "2026-11-22",
        }
    ]


@pytest.mark.parametrize("days", [0, 1])
def test_who_was_not_published_on_the_day_contests_nothing_on_it(examples_gate, days):
    """Put down by hand before the other claim was out: what is judged and what is kept say the same."""
    other: Claim = registry.draft("examples-enough", **of(examples_gate))
    curating.record_conflict(by=registry.editor(), at=NOON, claims=(examples_gate.claim, other), relation="disjoint")
    next_day = NOON + timedelta(days=1)
    curating.submit(by=registry.editor(), at=next_day, claim=other)
    curating.publish(by=registry.reviewer(), at=next_day, claim=other)
    result = judged(NOON + timedelta(days=days))
    assert contested(result) == (BOTH if days else {})
    assert len(result["conflicts"]) == days
