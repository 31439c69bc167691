"""Totals that claims state: said, computed from published revisions, shown to readers, kept in files."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from claims import operations, published, totals
from claims.models import Act, Claim, Revision, StatedTotal, Task
from claims.operations import OperationRefused
from tests import starter
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db

TODAY = NOON.date()


def figure(slug: str, low: int, high: int | None = None, *, per: str = "build", **rest: Any) -> Revision:
    high = low if high is None else high
    return make.publish(slug, low=low, likely=low if low == high else None, high=high, per=per, **rest)


@pytest.fixture
def yearly() -> Claim:
    """200,000 a year, stated as the sum of 5,000 and 3,000 a month and 20,000 a quarter."""
    total = figure("total", 200_000, per="year").claim
    parts = [
        (figure("upkeep", 5_000, per="month").claim, 12),
        (figure("watching", 3_000, per="month").claim, 12),
        (figure("retraining", 20_000, per="quarter").claim, 4),
    ]
    operations.state_total(by=make.editor(), at=NOON, claim=total, operation="sum", parts=parts, note=" Hidden costs. ")
    return total


def arithmetic(slug: str = "total", on: date = TODAY, lang: str = "en") -> Any:
    rows = published.revisions(as_of=on).filter(claim__slug=slug)
    return published.documents(rows, on=on, lang=lang)[0]["arithmetic"]


# ---- Said ----


def test_a_total_is_stated_and_put_into_the_log(yearly) -> None:
    total = StatedTotal.objects.get()
    assert (total.claim, total.operation, total.note, total.stated_at) == (yearly, "sum", "Hidden costs.", NOON)
    assert [str(part) for part in total.parts.all()] == ["12 × upkeep", "12 × watching", "4 × retraining"]
    act = Act.objects.get(verb="state_total")
    assert (act.by, act.claim, act.note) == (make.editor(), yearly, "Hidden costs.")
    assert act.detail["parts"][0] == {"claim": "upkeep", "times": "12"}


def test_stating_it_again_replaces_its_parts_and_keeps_its_date(yearly) -> None:
    part = Claim.objects.get(slug="upkeep")
    later = NOON + timedelta(days=2)
    operations.state_total(
        by=make.editor(), at=later, claim=yearly, operation="product", parts=[(part, Decimal("2.5"))]
    )
    total = StatedTotal.objects.get()
    assert (total.operation, total.note, total.stated_at) == ("product", "", NOON)
    assert [(one.claim, one.times) for one in total.parts.all()] == [(part, Decimal("2.5"))]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "A total has parts: name at least one claim."),
        ([("total", 1)], "A total is not a part of itself: name other claims."),
        ([("elsewhere", 1)], "elsewhere is read in no source of total: a total is checked against figures of its own source."),
    ],
)  # fmt: skip
def test_what_cannot_be_a_part_is_refused(yearly, parts, message) -> None:
    figure("elsewhere", 1, citations=[make.citation(source=make.source("other"))])
    claims = [(Claim.objects.get(slug=slug), times) for slug, times in parts]
    with pytest.raises(OperationRefused) as refusal:
        operations.state_total(by=make.editor(), at=NOON, claim=yearly, operation="sum", parts=claims)
    assert (refusal.value.message, refusal.value.field) == (message, "parts")
    assert StatedTotal.objects.get().parts.count() == 3


@pytest.mark.parametrize("times", [0, -1, Decimal("0.00001")])
def test_a_part_counts_a_little_at_least(yearly, times) -> None:
    part = Claim.objects.get(slug="upkeep")
    with pytest.raises(Exception, match=r"above zero|decimal places"):
        operations.state_total(by=make.editor(), at=NOON, claim=yearly, operation="sum", parts=[(part, times)])


def test_a_part_stands_once(yearly) -> None:
    part = Claim.objects.get(slug="upkeep")
    with pytest.raises(Exception, match="This part is named already"):
        operations.state_total(by=make.editor(), at=NOON, claim=yearly, operation="sum", parts=[(part, 1), (part, 2)])


def test_who_only_reviews_states_and_withdraws_no_totals(yearly) -> None:
    part = Claim.objects.get(slug="upkeep")
    with pytest.raises(OperationRefused, match="rev may not state totals"):
        operations.state_total(by=make.reviewer(), at=NOON, claim=yearly, operation="sum", parts=[(part, 1)])
    with pytest.raises(OperationRefused, match="rev may not withdraw totals"):
        operations.withdraw_total(by=make.reviewer(), at=NOON, claim=yearly, reason="No.")


def test_a_total_is_withdrawn_with_a_reason(yearly) -> None:
    with pytest.raises(OperationRefused, match="Say why: the log keeps it"):
        operations.withdraw_total(by=make.editor(), at=NOON, claim=yearly, reason="  ")
    operations.withdraw_total(by=make.editor(), at=NOON, claim=yearly, reason="It is a survey's.")
    assert arithmetic() is None
    assert Act.objects.get(verb="withdraw_total").note == "It is a survey's."
    with pytest.raises(OperationRefused, match="total states no total"):
        operations.withdraw_total(by=make.editor(), at=NOON, claim=yearly, reason="Again.")


# ---- Found ----


def test_what_is_found_stands_in_the_document(yearly, client) -> None:
    body = client.get("/api/v1/claims/total/").json()
    assert body["arithmetic"] == arithmetic()
    found = arithmetic()
    assert {key: found[key] for key in ("operation", "note", "finding", "relation", "middle", "reason")} == {
        "operation": "sum",
        "note": "Hidden costs.",
        "finding": "does_not_follow",
        "relation": "above",
        "middle": None,
        "reason": "",
    }
    assert [(one["claim"], one["times"], one["revision"], one["value"]["text"]) for one in found["parts"]] == [
        ("upkeep", 12, 1, "US$5,000 per month"),
        ("watching", 12, 1, "US$3,000 per month"),
        ("retraining", 4, 1, "US$20,000 per quarter"),
    ]
    assert found["computed"]["text"] == "US$176,000 per year"
    assert found["gap"] == {
        **found["computed"],
        "low": 24000,
        "likely": 24000,
        "high": 24000,
        "text": "US$24,000 per year",
    }


def test_it_is_found_in_the_language_that_is_asked_for(yearly, client) -> None:
    body = client.get("/api/v1/claims/total/", headers={"accept-language": "es"}).json()
    assert body["arithmetic"]["computed"]["text"] == "176.000\xa0US$ al año"
    assert body["arithmetic"]["parts"][0]["value"]["text"] == "5.000\xa0US$ al mes"


def test_a_new_revision_of_a_part_changes_the_finding(yearly) -> None:
    later = NOON + timedelta(days=3)
    make.change(Revision.objects.get(claim__slug="upkeep"), at=later, low=7000, likely=7000, high=7000)
    found = arithmetic(on=later.date())
    assert (found["finding"], found["computed"]["low"], found["parts"][0]["revision"]) == ("follows", 200_000, 2)
    assert arithmetic(on=TODAY)["finding"] == "does_not_follow"


def test_the_registry_of_an_earlier_day_does_not_know_the_total(yearly) -> None:
    StatedTotal.objects.update(stated_at=NOON + timedelta(days=1))
    assert arithmetic(on=TODAY) is None
    assert arithmetic(on=TODAY + timedelta(days=1)) is not None


def test_a_part_that_is_not_published_leaves_it_unchecked(yearly) -> None:
    later = NOON + timedelta(days=1)
    for slug in ("upkeep", "watching"):
        operations.retract(by=make.manager(), at=later, claim=Claim.objects.get(slug=slug), reason="Wrong.")
    found = arithmetic(on=later.date())
    assert (found["finding"], found["relation"], found["computed"]) == ("cannot_be_checked", None, None)
    assert found["reason"] == "upkeep and watching are not published."
    assert [one["value"] for one in found["parts"][:2]] == [None, None]


def test_how_parts_are_put_together_is_said_in_words(yearly) -> None:
    assert totals.in_words(arithmetic()) == (
        "12 × US$5,000 per month + 12 × US$3,000 per month + 4 × US$20,000 per quarter"
    )
    assert totals.times_text(4.5, lang="es") == "4,5"


def test_a_claim_without_a_total_has_none(yearly) -> None:
    assert arithmetic("upkeep") is None


def test_the_number_of_queries_does_not_grow_with_the_totals(yearly, django_assert_num_queries) -> None:
    part = Claim.objects.get(slug="upkeep")
    for number in range(5):
        total = figure(f"more-{number}", 10_000).claim
        operations.state_total(by=make.editor(), at=NOON, claim=total, operation="sum", parts=[(part, 2)])
    with django_assert_num_queries(6):  # rows, conflicts, totals, parts, claims of parts, documents of parts
        found = published.documents(published.revisions(), on=TODAY)
    assert sum(body["arithmetic"] is not None for body in found) == 6


# ---- Noticed ----


def test_a_total_that_no_longer_follows_since_a_part_changed_is_a_task(yearly) -> None:
    assert not Task.objects.exists()  # who stated it saw that it does not follow
    part = Revision.objects.get(claim__slug="upkeep")
    fits = make.change(part, at=NOON, low=7000, likely=7000, high=7000)
    assert not Task.objects.exists()
    breaks = make.change(fits, at=NOON, low=6000, likely=6000, high=6000)
    task = Task.objects.get()
    assert (task.kind, task.claim, task.note, task.closed_at) == (
        "total_does_not_follow",
        yearly,
        "Since the new revision of upkeep its parts give US$188,000 per year.",
        None,
    )
    again = make.change(breaks, at=NOON, low=6500, likely=6500, high=6500)
    assert Task.objects.get() == task
    make.change(again, at=NOON, low=7000, likely=7000, high=7000)
    task.refresh_from_db()
    assert (task.closed_at, task.closed_by, task.outcome) == (NOON, None, "A new revision of upkeep settled it.")
    assert [act.verb for act in Act.objects.filter(verb__endswith="_task").order_by("pk")] == [
        "open_task",
        "close_task",
    ]


def test_withdrawing_a_total_closes_its_task(yearly) -> None:
    part = make.change(Revision.objects.get(claim__slug="upkeep"), at=NOON, low=7000, likely=7000, high=7000)
    make.change(part, at=NOON, low=6000, likely=6000, high=6000)
    operations.withdraw_total(by=make.editor(), at=NOON, claim=yearly, reason="It is a survey's.")
    assert Task.objects.get().outcome == "The total was withdrawn."


def test_a_part_that_is_published_for_the_first_time_is_no_news() -> None:
    total, part = figure("total", 10).claim, make.draft("part", low=5, likely=5, high=5)
    operations.state_total(by=make.editor(), at=NOON, claim=total, operation="sum", parts=[(part, 1)])
    assert arithmetic()["reason"] == "part is not published."
    operations.submit(by=make.editor(), at=NOON, claim=part)
    operations.publish(by=make.reviewer(), at=NOON, claim=part)
    assert arithmetic()["finding"] == "does_not_follow"
    assert Task.objects.get().note == "Since the new revision of part its parts give US$5."


# ---- Shown ----


def test_the_page_of_a_claim_shows_its_arithmetic(yearly, client) -> None:
    page = client.get("/claims/total/").content.decode()
    for words in (
        "It does not follow from its parts.", "The total lies above what the parts give.", "12 times",
        "US$176,000 per year", "US$24,000 per year", "Hidden costs.",
    ):  # fmt: skip
        assert words in page
    part = client.get("/claims/upkeep/").content.decode()
    assert "What it goes into" in part
    assert "/claims/total/#arithmetic" in part


def test_a_part_that_was_withdrawn_is_named_and_unknown(yearly, client) -> None:
    operations.retract(by=make.manager(), at=NOON, claim=Claim.objects.get(slug="upkeep"), reason="Wrong.")
    page = client.get("/claims/total/").content.decode()
    assert "upkeep is not published." in page
    assert "unknown: not published" in page
    assert client.get("/claims/total@1/").status_code == 200


# ---- Kept in files ----


@pytest.mark.parametrize("form", ["yaml", "csv", "xlsx"])
def test_totals_come_back_from_every_format_unchanged(yearly, form, tmp_path, capsys) -> None:
    path = tmp_path / f"registry.{form}"
    call_command("export_claims", "--format", form, "--output", str(path))
    call_command("load_claims", str(path))
    assert "0 added, 0 changed" in capsys.readouterr().out
    operations.withdraw_total(by=make.editor(), at=NOON, claim=yearly, reason="To load it again.")
    call_command("load_claims", str(path))
    assert "added total total\n1 added, 0 changed" in capsys.readouterr().out
    assert [str(part) for part in StatedTotal.objects.get().parts.all()] == [
        "12 × upkeep", "12 × watching", "4 × retraining",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ("[{claim: nothing}]", "column parts: There is no claim nothing."),
        ("[{claim: upkeep, times: often}]", "column parts: A part counts a number of times, not 'often'."),
        ("[{claim: upkeep, often: 2}]", "column parts: Expected a list of mappings with claim, times."),
        ("[upkeep]", "column parts: Expected a list of mappings with claim, times."),
        ("[{times: 2}]", "column parts: A part names a claim."),
        ("[]", "column parts: This column is required."),
    ],
)
def test_a_total_in_a_file_is_refused_with_its_place(yearly, parts, refusal, tmp_path, capsys) -> None:
    path = tmp_path / "totals.yaml"
    path.write_text(f"totals:\n  - {{claim: total, operation: sum, parts: {parts}}}\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_claims", str(path))
    assert f"totals.yaml, row 2, {refusal}" in capsys.readouterr().err


def test_a_total_changed_in_a_file_is_changed(yearly, tmp_path, capsys) -> None:
    path = tmp_path / "totals.yaml"
    path.write_text(
        "totals:\n  - {claim: total, operation: sum, parts: [{claim: upkeep, times: 12}]}\n", encoding="utf-8"
    )
    call_command("load_claims", str(path))
    assert "changed total total" in capsys.readouterr().out
    assert StatedTotal.objects.get().parts.count() == 1


# ---- The starter registry ----

FOUND = {
    # slug: finding, relation, what the parts give, middle, gap
    "few-shot-build-cost": ("partly", "contains", "US$1,270", None, None),
    "fine-tuning-budget-gate": ("partly", "contains", "US$303,000", None, None),
    "fine-tuning-hidden-cost-yearly": ("does_not_follow", "above", "US$176,000 per year", None, "US$24,000 per year"),
    "fine-tuning-project-cost-average-aiformaking": ("within", "inside", "US$86,500–317,500", "US$202,000", None),
    "fine-tuning-project-cost-range": ("does_not_follow", "above", "US$150–2,500", "US$1,100", "US$2,500"),
    "full-fine-tuning-retraining-cost-yearly": ("follows", "equal", "at least US$140,000 per year", None, None),
    "lora-study-models": ("follows", "equal", "310 models", None, None),
    "prompt-chaining-build-cost": ("partly", "contains", "US$1,270", None, None),
    "rag-build-cost-basic": ("does_not_follow", "above", "US$1,270", None, "US$3,730"),
}


def test_the_totals_of_the_documents_that_follow_and_those_that_do_not() -> None:
    starter.load()
    rows = published.revisions().filter(claim__stated_total__isnull=False)
    found = {body["slug"]: body for body in published.documents(rows, on=TODAY)}

    def said(value: dict[str, Any] | None) -> str | None:
        return value["text"] if value else None

    assert {
        slug: (one["finding"], one["relation"], *(said(one[key]) for key in ("computed", "middle", "gap")))
        for slug, one in ((slug, body["arithmetic"]) for slug, body in found.items())
    } == FOUND
    broken = {slug for slug, one in FOUND.items() if one[0] == "does_not_follow"}
    founding = {c["source"]["slug"] for slug in broken for c in found[slug]["citations"]}
    assert founding == {"aiformaking-fine-tuning-cost", "pairprogramming-fine-tuning"}
    assert not Task.objects.filter(kind="total_does_not_follow").exists()  # known from the first day
