import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.claims import factories as registry

pytestmark = pytest.mark.django_db

# The worked client of the cost model.
WORKED = {
    "months": 12,
    "requests_per_month": 1000000,
    "rate_per_hour": 100,
    "discount_per_month": 0,
    "tokens": {
        "system": 600,
        "examples": 5,
        "example": 200,
        "query": 300,
        "context": 2000,
        "output": 150,
        "finetuned_prompt": 400,
    },
    "price": {"input": 2, "output": 10, "cached": 0.1},
    "cached": False,
    "upfront": {"few_shot": 1250, "rag": 28000, "fine_tune_lora": 17500, "hybrid_rag_lora": 45500},
    "hours_per_month": {"few_shot": 2, "rag": 7.5, "fine_tune_lora": 20, "hybrid_rag_lora": 27.5},
    "infrastructure_per_month": {"rag": 300, "hybrid_rag_lora": 300},
    "gpu": {"per_hour": 5.49, "hours_per_month": 730, "count": 1},
    "retraining": {"per_year": 4, "cost": 1500},
}


def run(tmp_path, params, *options):
    path = tmp_path / "params.json"
    path.write_text(params if isinstance(params, str) else json.dumps(params))
    out = io.StringIO()
    call_command("economics", str(path), *options, stdout=out)
    return out.getvalue()


def publish_price(direction, value, **scope):
    registry.publish(
        f"token-price-openai-gpt-9-{direction.replace('_', '-')}{scope.get('from', '')}",
        statement="A price.",
        subject=registry.subject("base-model"),
        metric=registry.metric("token-price"),
        low=value,
        likely=value,
        high=value,
        per="million_tokens",
        scope={"provider": "openai", "model": "gpt-9", "direction": direction, **scope},
    )


def test_the_worked_client_to_the_digit(tmp_path):
    result = json.loads(run(tmp_path, WORKED))
    assert result["cost_per_request"]["few_shot"] == 0.0053
    assert result["cost_per_request"]["rag"] == 0.0073
    assert result["tco"] == {
        "few_shot": 67250,
        "rag": 128200,
        "fine_tune_lora": 95592.4,
        "hybrid_rag_lora": 136192.4,
    }
    even = result["break_even"]["few_shot"]
    assert (even["upfront_delta"], even["monthly_delta"]) == (16250, 6307.7)
    assert round(even["requests_per_month"]) == 1445635


def test_the_worked_client_with_its_prefix_cached(tmp_path):
    result = json.loads(run(tmp_path, WORKED | {"cached": True}))
    assert (result["cost_per_request"]["few_shot"], result["cost_per_request"]["rag"]) == (0.00226, 0.00616)
    assert (result["tco"]["few_shot"], result["tco"]["rag"]) == (30770, 114520)
    assert round(result["break_even"]["few_shot"]["requests_per_month"]) == 3390206


def test_the_result_is_written_where_it_is_wanted(tmp_path):
    printed = run(tmp_path, WORKED, "--json", str(tmp_path / "out" / "result.json"))
    assert printed == ""
    assert json.loads((tmp_path / "out" / "result.json").read_text())["tco"]["few_shot"] == 67250


def test_yaml_is_read_too(tmp_path):
    text = (
        "months: 12\nrequests_per_month: 1000\nprice: {input: 2, output: 10}\n"
        "tokens: {system: 600, query: 300, output: 150}\nupfront: {prompting: 100}\n"
    )
    assert json.loads(run(tmp_path, text))["cost_per_request"] == {"prompting": 0.0033}


def test_a_model_is_priced_by_published_claims_each_month_at_its_own_date(tmp_path):
    publish_price("input", 2)
    publish_price("output", 10)
    publish_price("output", 20, **{"from": "2026-12-01"})
    params = WORKED | {
        "months": 2,
        "price": {"model": "gpt-9", "from": "2026-11"},
        "upfront": {"few_shot": 0},
        "hours_per_month": {},
        "infrastructure_per_month": {},
    }
    result = json.loads(run(tmp_path, params))
    assert result["cost_per_request_by_month"] == {"few_shot": [0.0053, 0.0068]}
    assert result["tco"] == {"few_shot": 12100}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"months": 0}, "months: must be a whole number from 1 to 60"),
        ({"upfront": {}}, "upfront: is missing"),
        ({"volume": 5}, "volume: is not a parameter"),
        ({"price": {"model": "gpt-9", "from": "2026-11"}}, "price.model: There is no published price of gpt-9"),
        ({"price": {"model": "gpt-9", "from": "soon"}}, "price.model: "),
    ],
)
def test_a_bad_parameter_is_named_and_the_status_is_2(tmp_path, change, message):
    with pytest.raises(CommandError) as refused:
        run(tmp_path, WORKED | change)
    assert str(refused.value).startswith(message)
    assert refused.value.returncode == 2


@pytest.mark.parametrize(("text", "message"), [("[1, 2]", "a mapping is expected"), ("{a: [", "neither JSON nor YAML")])
def test_a_file_that_is_no_mapping_is_refused(tmp_path, text, message):
    with pytest.raises(CommandError, match=message) as refused:
        run(tmp_path, text)
    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("economics", str(tmp_path / "nothing.json"))
