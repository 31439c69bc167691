"""The assumptions of the house file: what each moves, and what may be declared for it."""

import pytest

from assessments.engine.costing import VARIANTS
from assessments.engine.errors import AnswersError, FrameworkError
from assessments.engine.method import shipped

HOUSE = shipped().house
ALL = {
    "gpu_capacity": 7_000,
    "chain_steps": 3,
    "tuned_input_price": 0.3,
    "tuned_output_price": 1.2,
    "tuned_training_price": 3,
}


@pytest.mark.parametrize("key", list(HOUSE.assumptions))
def test_an_assumption_moves_the_options_it_says(judge, declared, key):
    # The chain's build is an "at most" in the registry: its low end shows what moves.
    first = judge(choices=declared(**ALL))
    assumption = HOUSE.assumptions[key]
    value = ALL.get(key, float(assumption.value or 0)) * 2 or 0.02
    second = judge(choices=declared(**{**ALL, key: value}))
    moved = [
        one["variant"]
        for one, other in zip(first["options"], second["options"], strict=True)
        if (one["tco"]["low"], one["tco"]["high"]) != (other["tco"]["low"], other["tco"]["high"])
    ]
    assert moved == [variant for variant in VARIANTS if variant in assumption.moves]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda a: a["hourly_rate"].pop("value"),
            "house.yaml: hourly_rate: value: is missing: the cost model cannot do without it",
        ),
        (lambda a: a.pop("gpu_capacity"), "house.yaml: assumptions: gpu_capacity: is missing: the cost model reads it"),
        (lambda a: a.update(other=a["gpu_hour"]), "house.yaml: assumptions: other: is not read by the cost model"),
        (lambda a: a["gpu_hour"].update(value="dear"), "house.yaml: gpu_hour: value: must be a number, not 'dear'"),
        (lambda a: a["gpu_hour"].update(value=True), "house.yaml: gpu_hour: value: must be a number, not True"),
        (
            lambda a: a["gpu_hour"].update(moves=["magic"]),
            "house.yaml: gpu_hour: moves: 'magic' is not one of prompting, few_shot, prompt_chaining, rag, fine_tune_lora, fine_tune_lora_provider, fine_tune_full, hybrid_rag_lora",
        ),
        (lambda a: a["gpu_hour"].update(value=-1), "house.yaml: gpu_hour: value: must be a number from 0"),
    ],
    ids=["no value", "left out", "unknown", "text", "truth", "unknown option", "out of bounds"],
)
def test_a_house_file_that_is_not_right_is_refused_when_it_is_read(tables, change, message):
    with pytest.raises(FrameworkError) as error:
        tables("house.yaml", lambda data: change(data["assumptions"]))
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("chain_steps", 2.5, "a whole number from 2 to 50"),
        ("chain_steps", 1, "a whole number from 2 to 50"),
        ("discount", 0.6, "a number from 0 to 0.5"),
        ("gpu_capacity", 0, "a number from 1"),
    ],
)
def test_a_declared_value_out_of_bounds_says_what_would_be_right(declared, key, value, expected):
    with pytest.raises(AnswersError) as refused:
        declared(**{key: value})
    assert refused.value.errors == [(f"assumptions.{key}", f"value must be {expected}, not {value!r}")]
