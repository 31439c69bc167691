"""`assess` without paper: answers in, a recommendation out. The PDF is looked at in the tests of the report."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from assessments.models import Assessment
from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def assess(tmp_path):
    """Runs the command on some answers; gives what it printed, complained of, and wrote as JSON."""

    def run(answers, *options):
        path = tmp_path / "answers.json"
        path.write_text(answers if isinstance(answers, str) else json.dumps(answers))
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("assess", str(path), *options, stdout=out, stderr=err)
        except CommandError as error:
            error.complaints = err.getvalue().splitlines()
            raise
        return out.getvalue()

    return run


@pytest.mark.parametrize("case", factories.worked_cases(), ids=lambda case: case["id"])
def test_the_same_verdicts_that_need_no_evidence(assess, case):
    """On an empty registry nothing is made up: what needs a claim says that it is missing, the rest still stands."""
    result = json.loads(assess(case["answers"]))
    by_id = {framework["id"]: framework for framework in result["frameworks"]}
    assert by_id["simplest-first"]["verdict"] == case["expected"]["frameworks"]["simplest-first"]["verdict"]
    assert result["citations"] == []
    assert by_id["five-gates"]["verdict"] == "evidence_missing"


def test_the_same_answers_give_the_same_bytes(assess, tmp_path):
    first, second = (assess(factories.worked_answers("W05")) for _ in range(2))
    assert first == second
    assert re.fullmatch(r"D-[0-9a-f]{10}", json.loads(first)["reference"])
    assert json.loads(assess(factories.worked_answers("W02")))["reference"] != json.loads(first)["reference"]


def test_another_registry_gives_another_reference(assess):
    gate = factories.examples_gate()
    before = json.loads(assess(factories.worked_answers("W05")))
    registry.change(gate, at=timezone.now(), low=20000)
    after = json.loads(assess(factories.worked_answers("W05")))
    assert before["reference"] != after["reference"]
    assert [cited["claim"] for cited in after["citations"]] == ["fine-tuning-examples-gate@2"]


def test_the_evidence_of_an_earlier_day(assess):
    before, after = (factories.NOON - timedelta(days=days) for days in (5, 3))
    registry.change(factories.examples_gate(at=before), at=after, low=20000)
    for moment, revision in ((before, 1), (after, 2)):
        result = json.loads(assess(factories.worked_answers("W05"), "--as-of", moment.date().isoformat()))
        assert result["as_of"] == moment.date().isoformat()
        assert [cited["claim"] for cited in result["citations"]] == [f"fine-tuning-examples-gate@{revision}"]


def test_nothing_is_stored(assess):
    assess(factories.worked_answers())
    assert not Assessment.objects.exists()


def test_the_result_is_written_where_it_is_wanted(assess, tmp_path):
    assert assess({"answers": factories.worked_answers()}, "--json", str(tmp_path / "r.json")) == ""
    assert json.loads((tmp_path / "r.json").read_text())["recommendation"]["option"] == "evidence_missing"


def test_bad_answers_are_named_one_by_one_and_the_status_is_2(assess):
    answers = factories.worked_answers() | {"n_examples": "many", "task_type": "magic", "colour": "blue"}
    del answers["tokens_in"]
    with pytest.raises(CommandError, match="4 answers are not right") as refused:
        assess(answers)
    assert refused.value.returncode == 2
    assert [line.split(":")[0] for line in refused.value.complaints] == [
        "colour",
        "task_type",
        "n_examples",
        "tokens_in",
    ]


def test_a_question_that_matters_may_not_be_left_out(assess):
    answers = factories.worked_answers("W02")
    del answers["knowledge_change"]
    with pytest.raises(CommandError) as refused:
        assess(answers)
    assert refused.value.complaints == ["knowledge_change: is missing"]


def test_a_question_that_does_not_matter_may_be_left_out(assess):
    answers = factories.worked_answers("W01")
    del answers["knowledge_change"]
    assert json.loads(assess(answers))["answers"]["knowledge_change"] == "never"


def test_another_currency_needs_a_published_rate(assess):
    with pytest.raises(CommandError, match="--currency: no exchange rate from USD to CHF is published") as refused:
        assess(factories.worked_answers(), "--currency", "CHF")
    assert refused.value.returncode == 2


def test_the_future_is_not_known(assess):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(CommandError, match="a day in the future"):
        assess(factories.worked_answers(), "--as-of", tomorrow.isoformat())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--issue needs --firm"),
        (["--firm", "nobody"], "there is no firm 'nobody'"),
        (["--firm", "northwind", "--client", "X"], "Northwind has 0 admins: say with --by who signs"),
        (["--firm", "northwind", "--client", "X", "--by", "ghost"], "there is nobody called 'ghost'"),
        (["--firm", "northwind", "--by", "consultant-northwind"], "--issue needs --client"),
    ],
)
def test_issuing_says_what_it_needs_and_stores_nothing(assess, options, message):
    factories.consultant()
    with pytest.raises(CommandError, match=message):
        assess(factories.worked_answers(), "--issue", *options)
    assert not Assessment.objects.exists()


OWN = {"hourly_rate": {"value": 140, "note": "The client's own rate.", "by": "ana"}}


def test_scope_questions_are_settled_beside_the_answers(assess):
    tier = {"value": "basic", "note": "A pilot."}
    own = json.loads(assess({"answers": factories.worked_answers("W05"), "scope": {"tier": tier}}))
    assert own["choices"]["scope"] == {"tier": {"by": "Set in the file of answers", **tier}}
    [question] = [one for one in own["scope_questions"] if one["id"] == "tier"]
    assert question["taken"] == "basic"


def test_assumptions_beside_the_answers_count_and_change_the_reference(assess):
    answers = factories.worked_answers("W05")
    plain = json.loads(assess(answers))
    own = json.loads(assess({"answers": answers, "assumptions": OWN}))
    assert own["choices"]["assumptions"] == OWN
    assert own["reference"] != plain["reference"]
    assert json.loads(assess(answers | {"assumptions": OWN})) == own


def test_an_assumption_without_a_name_says_that_it_came_with_the_answers(assess):
    given = {"hourly_rate": {"value": 140, "note": "The client's own rate."}}
    own = json.loads(assess({"answers": factories.worked_answers("W05"), "assumptions": given}))
    assert own["choices"]["assumptions"]["hourly_rate"]["by"] == "Set in the file of answers"


def test_choices_that_are_not_right_are_named_one_by_one_and_the_status_is_2(assess):
    bad = {"assumptions": {"magic": {}, "hourly_rate": {"value": -1, "note": "x"}}}
    with pytest.raises(CommandError, match="2 answers are not right") as refused:
        assess({"answers": factories.worked_answers("W05")} | bad)
    assert refused.value.returncode == 2
    assert [line.split(":")[0] for line in refused.value.complaints] == [
        "assumptions.magic", "assumptions.hourly_rate",
    ]  # fmt: skip


def test_a_range_in_the_answers_is_printed_and_traces(assess, tmp_path):
    volume = {"low": 1000, "likely": 1500, "high": 4000}
    answers = factories.worked_answers("W05") | {
        "requests_per_month": volume,
        "cacheable_share": {"low": 0, "likely": 0.1, "high": 0.4},
    }
    assess(answers, "--pdf", str(tmp_path / "range.pdf"), "--json", str(tmp_path / "range.json"))
    result = json.loads((tmp_path / "range.json").read_text())
    assert result["answers"]["requests_per_month"] == volume
    [figure] = [one for one in result["figures"] if one["origin"].get("question") == "requests_per_month"]
    assert {end: figure[end] for end in volume} == volume
    call_command("verify_pdf", str(tmp_path / "range.pdf"), stdout=io.StringIO())
