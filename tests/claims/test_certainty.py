"""How certain a body of evidence is: judged by people, never changed, judged again; on its page, in files, in the admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from claims import operations
from claims.models import Act, CertaintyJudgement
from claims.operations import OperationRefused, certainty_after
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db

BIAS = {"code": "bias", "steps": 1, "note": "They sell it."}
WIDE = {"code": "imprecision", "steps": 2, "note": "One case."}


@pytest.fixture(autouse=True)
def claims() -> None:
    make.publish("rag-production", scope={"tier": "production", "months": 3})
    make.publish("rag-basic", low=5000, likely=None, high=15000, scope={"tier": "basic"})


def judge(**changes: Any) -> CertaintyJudgement:
    given = {
        "by": make.editor(),
        "at": NOON,
        "subject": make.subject(),
        "metric": make.metric(),
        "scope": {},
        "starts_from": "moderate",
        "reasons": [BIAS],
        "note": "",
    }
    return operations.judge_certainty(**given | changes)


@pytest.mark.parametrize(
    ("starts_from", "steps", "expected"),
    [
        ("high", 0, "high"),
        ("high", 1, "moderate"),
        ("high", 3, "very_low"),
        ("moderate", 2, "very_low"),
        ("low", 1, "very_low"),
        ("low", 5, "very_low"),
        ("very_low", 1, "very_low"),
    ],
)
def test_each_step_goes_down_and_nothing_lies_under_very_low(starts_from, steps, expected) -> None:
    assert certainty_after(starts_from, steps) == expected


def test_a_judgement_is_kept_with_its_reasons_and_put_into_the_log() -> None:
    judgement = judge(scope={"tier": "production"}, reasons=[BIAS, WIDE], note=" Plan for yourself. ")
    judgement.refresh_from_db()
    assert (judgement.certainty, judgement.starts_from, judgement.note) == (
        "very_low",
        "moderate",
        "Plan for yourself.",
    )
    assert judgement.reasons == [BIAS, WIDE]
    assert (judgement.scope, judgement.scope_key) == ({"tier": "production"}, '{"tier":"production"}')
    act = Act.objects.get(verb="judge_certainty")
    assert (act.by, act.detail["certainty"], act.detail["about"]) == (make.editor(), "very_low", "RAG, build cost")


def test_a_step_that_is_not_counted_is_one() -> None:
    assert judge(reasons=[{"code": "bias", "note": "They sell it."}]).reasons == [BIAS]


def test_the_newest_judgement_of_a_scope_counts_and_the_earlier_one_stays() -> None:
    judge()
    wide = judge(reasons=[WIDE], at=NOON + timedelta(days=1))
    narrow = judge(scope={"tier": "basic"})
    newest = CertaintyJudgement.objects.newest(subject=make.subject(), metric=make.metric())
    assert newest == {"{}": wide, '{"tier":"basic"}': narrow}
    assert CertaintyJudgement.objects.count() == 3


def test_the_database_refuses_to_change_a_judgement() -> None:
    judgement = judge()
    for statement in (
        "UPDATE claims_certaintyjudgement SET certainty = 'high'",
        "DELETE FROM claims_certaintyjudgement",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    judgement.refresh_from_db()
    assert judgement.certainty == "low"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"starts_from": "certain"}, "starts_from", "Certainty starts from high, moderate, low, very_low."),
        (
            {"reasons": [{"code": "hunch", "steps": 1, "note": "I feel so."}]},
            "reasons",
            "hunch is no reason for lowering certainty. Use bias, inconsistency, indirectness, imprecision, publication_bias.",
        ),
        (
            {"reasons": [{**BIAS, "steps": 3}]},
            "reasons",
            "bias lowers certainty by one step or by two, not by 3.",
        ),
        (
            {"reasons": [{**BIAS, "steps": True}]},
            "reasons",
            "bias lowers certainty by one step or by two, not by True.",
        ),
        ({"reasons": [{**BIAS, "note": "  "}]}, "reasons", "Say in a sentence why bias lowers it."),
        (
            {"reasons": [BIAS, BIAS]},
            "reasons",
            "Name each reason once; where it weighs heavily, give it two steps.",
        ),
        ({"reasons": []}, "note", "Nothing lowers it? Say why in the note."),
        (
            {"scope": {"tier": "golden"}},
            "scope",
            "No claim on build-cost of rag in this scope is published: there is nothing to judge.",
        ),
    ],
)
def test_what_is_no_judgement_is_refused(changes, field, message) -> None:
    with pytest.raises(OperationRefused) as refusal:
        judge(**changes)
    assert (refusal.value.message, refusal.value.field) == (message, field)
    assert not CertaintyJudgement.objects.exists()


def test_who_has_no_role_judges_nothing() -> None:
    with pytest.raises(OperationRefused, match="somebody may not judge bodies of evidence"):
        judge(by=make.person("somebody"))


def test_nothing_lowers_it_is_a_judgement_with_a_note() -> None:
    assert judge(reasons=[], note="Official documentation.", starts_from="high").certainty == "high"


# ---- Files ----


@pytest.mark.parametrize("form", ["yaml", "csv", "xlsx"])
def test_judgements_come_back_from_every_format_unchanged(form, tmp_path, capsys) -> None:
    judge(scope={"tier": "basic"}, note="Weak.")
    judge(reasons=[BIAS, WIDE])
    path = tmp_path / f"registry.{form}"
    call_command("export_claims", "--format", form, "--output", str(path))
    call_command("load_claims", str(path))
    assert "0 added, 0 changed" in capsys.readouterr().out
    judge(scope={"tier": "basic"}, starts_from="low")
    call_command("load_claims", str(path))
    assert "changed judgement build-cost of rag (tier basic)\n0 added, 1 changed" in capsys.readouterr().out
    newest = CertaintyJudgement.objects.newest(subject=make.subject(), metric=make.metric())['{"tier":"basic"}']
    assert (newest.starts_from, newest.note, newest.reasons, newest.certainty) == ("moderate", "Weak.", [BIAS], "low")


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ("reasons: [{code: hunch, note: So.}]", "column reasons: hunch is no reason for lowering certainty."),
        ("reasons: [bias]", "column reasons: Expected a list of mappings with code, note, steps."),
        ("reasons: [{note: So.}]", "column reasons: None is no reason for lowering certainty."),
        ("scope: [tier]", "column scope: Expected a mapping of keys to texts, numbers or true/false."),
        (
            "scope: {tier: golden}, note: Fine.",
            "column scope: No claim on build-cost of rag in this scope is published",
        ),
    ],
)
def test_a_judgement_in_a_file_is_refused_with_its_place(columns, refusal, tmp_path, capsys) -> None:
    path = tmp_path / "judgements.yaml"
    line = f"{{subject: rag, metric: build-cost, starts_from: low, {columns}}}"
    path.write_text(f"judgements:\n  - {line}\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_claims", str(path))
    assert f"judgements.yaml, row 2, {refusal}" in capsys.readouterr().err


def test_two_judgements_of_one_question_in_a_file_are_refused(tmp_path, capsys) -> None:
    path = tmp_path / "judgements.yaml"
    line = "  - {subject: rag, metric: build-cost, starts_from: low, note: So.}\n"
    path.write_text(f"judgements:\n{line}{line}", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_claims", str(path))
    assert "stands in these files twice" in capsys.readouterr().err


# ---- The admin ----


@pytest.fixture
def desk(client):
    client.force_login(make.editor())
    return client


ADD = "/admin/claims/certaintyjudgement/add/?subject=rag&metric=build-cost"


def form(**changes: Any) -> dict[str, Any]:
    empty = {f"{part}_{code}": "" for code in operations.judging.REASONS for part in ("steps", "note")}
    return {
        **empty,
        "subject": make.subject().pk,
        "metric": make.metric().pk,
        "scope": "",
        "starts_from": "moderate",
        "note": "",
        "steps_bias": "1",
        "note_bias": "They sell it.",
    } | changes


def test_the_page_to_judge_shows_the_claims_and_the_last_judgement(desk) -> None:
    judge(reasons=[WIDE], note="Weak.")
    page = desk.get(ADD).content.decode()
    assert "US$18,000–45,000" in page
    assert "US$5,000–15,000" in page
    assert 'value="One case."' in page
    assert "Weak." in page


def test_an_editor_judges_and_comes_back_to_the_body(desk) -> None:
    response = desk.post(ADD, form(scope="tier: production"), follow=True)
    assert response.redirect_chain == [("/compare/build-cost/rag/", 302)]
    page = response.content.decode()
    assert "Judged: low certainty." in page
    assert "They sell it." in page
    judgement = CertaintyJudgement.objects.get()
    assert (judgement.by, judgement.scope, judgement.reasons) == (make.editor(), {"tier": "production"}, [BIAS])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"note_bias": ""}, "Say in a sentence why this lowers it."),
        ({"steps_bias": "0"}, "Say by how many steps, or leave the sentence out."),
        ({"steps_bias": "", "note_bias": ""}, "Nothing lowers it? Say why in the note."),
        ({"scope": "tier: golden"}, "there is nothing to judge."),
        ({"starts_from": ""}, "This field is required."),
    ],
)
def test_what_is_missing_is_said_at_its_field(desk, changes, message) -> None:
    response = desk.post(ADD, form(**changes))
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not CertaintyJudgement.objects.exists()


def test_a_judgement_is_read_and_not_changed(desk) -> None:
    judgement = judge(reasons=[BIAS, WIDE])
    address = f"/admin/claims/certaintyjudgement/{judgement.pk}/change/"
    page = desk.get(address).content.decode()
    assert "Risk of bias (one step)" in page
    assert "(two steps)" in page
    assert desk.post(address, form()).status_code == 403
    assert "rag: build cost" in desk.get("/admin/claims/certaintyjudgement/").content.decode().lower()
