"""What a consultant decides beside the answers, as JSON: read, refused with the key, and given back."""

import pytest

from assessments.engine.choices import read_choices
from assessments.engine.errors import AnswersError
from assessments.engine.method import shipped

HOUSE = shipped().house
SIGNED = {"value": 120, "note": "As agreed.", "by": "ana"}
KEYS = ", ".join(HOUSE.assumptions)
THREE = "needs value, note and by: what counts, why, and who says so"
SETTLED = {"value": "basic", "note": "A pilot.", "by": "ana"}
ROLES = ", ".join(sorted(HOUSE.roles))


def test_what_is_read_is_given_back():
    data = {
        "assumptions": {"hourly_rate": SIGNED},
        "scope": {"tier": SETTLED},
        "readings": {"fine_tuning_project_cost": SETTLED | {"value": "some-claim"}},
    }
    assert read_choices(data, HOUSE).as_dict() == data
    assert read_choices({}, HOUSE).as_dict() == {"assumptions": {}}


REFUSED = [
    ("a key that is no choice", {"answers": {}}, "answers", "is not a choice"),
    ("assumptions that are a list", {"assumptions": [1]}, "assumptions", "must be a mapping, not [1]"),
    ("an assumption nobody knows", {"assumptions": {"luck": SIGNED}}, "assumptions.luck", f"is not an assumption; those are {KEYS}"),
    ("an assumption without its signatory", {"assumptions": {"hourly_rate": {"value": 1, "note": "n"}}}, "assumptions.hourly_rate", THREE),
    ("a bare number", {"assumptions": {"hourly_rate": 120}}, "assumptions.hourly_rate", THREE),
    ("a scope key that no input asks about", {"scope": {"colour": SETTLED}}, "scope.colour", "cannot be settled; what can is tier"),
    ("a reading of an input that is none", {"readings": {"luck": SETTLED}}, "readings.luck", f"cannot be settled; what can is {ROLES}"),
    ("a settled question without a reason", {"scope": {"tier": SETTLED | {"note": ""}}}, "scope.tier", "note must be a text of at most 1000 characters"),
    ("a settled question without its signatory", {"scope": {"tier": {"value": "basic", "note": "n"}}}, "scope.tier", THREE),
    ("a settled question with a number", {"scope": {"tier": SETTLED | {"value": 3}}}, "scope.tier", "value must be a text of at most 1000 characters"),
    ("settled questions that are a list", {"readings": ["x"]}, "readings", "must be a mapping, not ['x']"),
    ("a value in words", {"assumptions": {"hourly_rate": SIGNED | {"value": "120"}}}, "assumptions.hourly_rate", "value must be a number, not '120'"),
    ("a value that is a truth", {"assumptions": {"hourly_rate": SIGNED | {"value": True}}}, "assumptions.hourly_rate", "value must be a number, not True"),
    ("a value without end", {"assumptions": {"hourly_rate": SIGNED | {"value": float("inf")}}}, "assumptions.hourly_rate", "value must be a number, not inf"),
    ("a value below what may be declared", {"assumptions": {"hourly_rate": SIGNED | {"value": -1}}}, "assumptions.hourly_rate", "value must be a number from 0, not -1"),
    ("calls that are no whole number", {"assumptions": {"chain_steps": SIGNED | {"value": 2.5}}}, "assumptions.chain_steps", "value must be a whole number from 2 to 50, not 2.5"),
    ("no reason", {"assumptions": {"hourly_rate": SIGNED | {"note": " "}}}, "assumptions.hourly_rate", "note must be a text of at most 1000 characters"),
    ("a name that never ends", {"assumptions": {"hourly_rate": SIGNED | {"by": "a" * 1001}}}, "assumptions.hourly_rate", "by must be a text of at most 1000 characters"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "key", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused_with_its_key_and_what_would_be_right(data, key, message):
    with pytest.raises(AnswersError) as error:
        read_choices(data, HOUSE)
    assert error.value.errors == [(key, message)]


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(AnswersError) as error:
        read_choices({"answers": {}, "assumptions": {"luck": SIGNED, "hourly_rate": 120, "gpu_hour": SIGNED}}, HOUSE)
    assert [key for key, _ in error.value.errors] == ["answers", "assumptions.luck", "assumptions.hourly_rate"]


def test_a_reason_may_have_a_thousand_characters_and_loses_the_blanks_around_it():
    long = SIGNED | {"note": "n" * 1000, "by": " ana "}
    found = read_choices({"assumptions": {"hourly_rate": long}}, HOUSE).assumptions["hourly_rate"]
    assert (found.note, found.by) == ("n" * 1000, "ana")


def test_a_declared_assumption_counts_and_is_signed(judge):
    choices = read_choices({"assumptions": {"hourly_rate": SIGNED}}, HOUSE)
    result = judge(choices=choices)
    rate = next(figure for figure in result["figures"] if figure["key"] == "hourly_rate")
    assert rate["likely"] == 120
    assert rate["origin"] == {"kind": "assumption", "note": "As agreed.", "by": "ana"}
    assert result["choices"] == choices.as_dict()
