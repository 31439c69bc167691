"""The command that brings token prices into the registry."""

import re
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from claims import operations, price_changes, price_data, published, validity
from claims.models import Claim, Revision, Source
from claims.prices import monthly_prices, price_models
from tests.claims import factories as make
from tests.claims.factories import NOON

STARTER = Path(__file__).resolve().parents[2] / "claims" / "starter"


@pytest.fixture
def vocabulary(db) -> None:
    call_command("load_claims", STARTER / "00-policy.yaml", STARTER / "10-vocabulary.yaml", stdout=StringIO())


@pytest.fixture
def few_models(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A selection of three models: one price, a price that changes, a price by the hour."""
    content = yaml.safe_load(price_data.SELECTION_FILE.read_text(encoding="utf-8"))
    content["providers"] = {"openai": ["gpt-6.1-sol"], "google": ["gemini-4-argon"], "deepseek": ["deepseek-flash"]}
    file = tmp_path / "price_selection.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setattr(price_data, "SELECTION_FILE", file)
    return file


def test_importing_twice_changes_nothing(vocabulary, few_models) -> None:
    call_command("import_prices", stdout=StringIO())
    head = Revision.objects.order_by("-sequence").first()
    assert head is not None
    assert Source.objects.get(slug="genai-prices").published_on == date(2026, 11, 10)
    again = StringIO()
    call_command("import_prices", stdout=again)
    assert again.getvalue().startswith("0 added, 0 changed, ")
    assert Revision.objects.order_by("-sequence").first() == head


def test_imported_prices_are_served_and_read_by_month(vocabulary, few_models) -> None:
    call_command("import_prices", stdout=StringIO())
    documents = published.documents(published.revisions(), on=date(2026, 11, 22))
    assert price_models(documents) == ["deepseek-flash", "gemini-4-argon", "gpt-6.1-sol"]
    assert [
        prices["input"] for _, prices in monthly_prices(documents, "gemini-4-argon", start="2026-11", months=3)
    ] == [
        2,
        4,
        4,
    ]
    assert monthly_prices(documents, "deepseek-flash", start="2026-11", months=1)[0][1]["input"] == Decimal("0.19375")
    # Two weeks after the release somebody has to look again; nobody has read the prices at the providers.
    assert {(body["freshness"], body["checked_on"], body["check_due_on"]) for body in documents} == {
        ("due", None, "2026-11-24")
    }


def test_dry_run_writes_no_price(vocabulary, few_models) -> None:
    out = StringIO()
    call_command("import_prices", "--dry-run", stdout=out)
    assert "nothing was written" in out.getvalue()
    assert not Claim.objects.exists()


def test_release_of_unknown_date_is_refused_unless_the_day_is_named(db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(price_data, "version", lambda _: "99.0")
    with pytest.raises(CommandError, match=r"not known when genai-prices 99\.0 appeared"):
        call_command("import_prices")
    # With the day named it goes on, to the registry's own refusal: nothing of the vocabulary is there.
    errors = StringIO()
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_prices", "--released-on", "2027-01-02", stdout=StringIO(), stderr=errors)
    assert "There is no subject base-model" in errors.getvalue()


def test_day_that_contradicts_the_reviewed_one_is_refused(db) -> None:
    with pytest.raises(CommandError, match="appeared on 2026-11-10, not on 2026-11-11"):
        call_command("import_prices", "--released-on", "2026-11-11")


def test_selection_that_the_package_cannot_price_is_refused(db, few_models) -> None:
    few_models.write_text(few_models.read_text(encoding="utf-8").replace("gpt-6.1-sol", "gpt-nought"), encoding="utf-8")
    with pytest.raises(CommandError, match="openai gpt-nought: not in the package"):
        call_command("import_prices")


# --- What a release changes --------------------------------------------------------------------------------------


@pytest.fixture
def standing(vocabulary, few_models) -> None:
    """The registry after the last release: three models, published."""
    call_command("import_prices", stdout=StringIO())


@pytest.fixture
def next_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release in which one price is another, one model is new and one has left the selection."""
    made = price_data.registry

    def changed(release, **options):
        models = {"openai": ["gpt-6.1-sol", "gpt-6-luna"], "deepseek": ["deepseek-flash"]}
        registry = made(release, models=models, **options)
        for claim in registry["claims"]:
            if claim["slug"] == "token-price-openai-gpt-6-1-sol-input":
                claim["value"] |= dict.fromkeys(("low", "likely", "high"), 9)
                claim["expires_on"] = date(2027, 3, 1)
        return registry

    monkeypatch.setattr(price_data, "registry", changed)
    monkeypatch.setattr(price_data, "version", lambda _: "99.0")


def run(*options: str) -> list[str]:
    out = StringIO()
    call_command("import_prices", "--released-on", "2026-11-22", *options, stdout=out)
    return out.getvalue().splitlines()


def changes(lines: list[str]) -> list[str]:
    return [line for line in lines if " price " in line]


def test_the_command_says_what_a_release_changes(standing, next_release) -> None:
    said = changes(run("--dry-run"))
    assert said[0] == (
        "changed price openai gpt-6.1-sol input: US$2 per million tokens → US$9 per million tokens until 2027-03-01"
    )
    assert [line.split(":")[0] for line in said[1:4]] == [
        f"new price openai gpt-6-luna {direction}" for direction in ("input", "output", "cached input")
    ]
    assert sorted(line.split(":")[0] for line in said[4:]) == sorted(
        f"gone price google gemini-4-argon {direction}{start}"
        for start in ("", " from 2026-12-01")
        for direction in ("input", "output", "cached input")
    )
    assert all(line.endswith("retract it or give it a hard stop") for line in said if line.startswith("gone"))


def test_the_first_import_and_the_same_release_again_compare_nothing(vocabulary, few_models) -> None:
    first, again = StringIO(), StringIO()
    call_command("import_prices", stdout=first)
    call_command("import_prices", stdout=again)
    assert changes(first.getvalue().splitlines()) == changes(again.getvalue().splitlines()) == []


def test_a_proposal_is_reviewed_by_a_person_and_readers_see_the_old_price_until_then(standing, next_release) -> None:
    before = {revision.claim.slug: revision.digest for revision in published.revisions().select_related("claim")}
    lines = run("--propose")
    assert lines[-1].startswith("3 added, 2 changed, ")  # the three new prices; the changed one and the source
    in_review = Claim.objects.filter(state="review").order_by("slug")
    assert [claim.slug for claim in in_review] == [
        "token-price-openai-gpt-6-1-sol-input",
        "token-price-openai-gpt-6-luna-cached-input",
        "token-price-openai-gpt-6-luna-input",
        "token-price-openai-gpt-6-luna-output",
    ]
    assert {
        revision.claim.slug: revision.digest for revision in published.revisions().select_related("claim")
    } == before
    changed = in_review[0]
    assert (changed.high, changed.submitted_by.get_username()) == (9, "registry-import")
    revision = operations.publish(by=make.reviewer(), at=NOON, claim=changed)
    assert (revision.number, revision.body["value"]["high"], revision.approver) == (2, 9, make.reviewer())


def test_nothing_is_proposed_twice_or_over_somebodys_draft(standing, next_release) -> None:
    claim = Claim.objects.get(slug="token-price-openai-gpt-6-1-sol-input")
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields={"assumptions": "Being looked at."})
    assert f"waiting {claim.slug}: it has an unpublished change by ed" in run("--propose")
    states = list(Claim.objects.order_by("pk").values_list("slug", "state", "edit_number"))
    again = run("--propose")
    assert [line.split(":")[0] for line in again if line.startswith("waiting")] == [
        "waiting token-price-openai-gpt-6-1-sol-input",
        "waiting token-price-openai-gpt-6-luna-cached-input",
        "waiting token-price-openai-gpt-6-luna-input",
        "waiting token-price-openai-gpt-6-luna-output",
    ]
    assert list(Claim.objects.order_by("pk").values_list("slug", "state", "edit_number")) == states


def test_a_price_that_has_ended_has_not_gone() -> None:
    ended = {"value": {"low": 1, "likely": 1, "high": 1, "unit": "currency", "currency": "USD"}, "scope": {}}
    before = {"old": ended | {"slug": "old", "expires_on": "2026-11-22"}}
    assert price_changes.since(before, [], on=date(2026, 11, 22)) == []
    assert len(price_changes.since(before, [], on=date(2026, 11, 21))) == 1


# --- A price that starts on a day --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "words", "is_marked"),
    [
        ("2026-11-22", "From 1 December 2026: not yet in force", True),
        ("2026-12-01", "From 1 December 2026: in force", False),
    ],
)
def test_the_page_says_when_a_price_holds(standing, client, time_machine, today, words, is_marked) -> None:
    time_machine.move_to(f"{today}T12:00:00+00:00")
    (slug,) = Claim.objects.filter(slug__endswith="from-2026-12-01", slug__contains="-input-").exclude(
        slug__contains="cached"
    ).values_list("slug", flat=True)  # fmt: skip
    page = re.sub(r"<[^>]+>", "", client.get(f"/claims/{slug}/").content.decode())
    assert words in page
    assert ("Nothing uses it for an earlier day." in page) == is_marked


@pytest.mark.parametrize(
    ("scope", "expires_on", "on", "standing"),
    [
        ({}, None, date(2026, 1, 1), None),
        ({"from": "soon"}, None, date(2026, 1, 1), None),
        ({"from": 2026}, None, date(2026, 1, 1), None),
        ({"from": "2026-02-01"}, None, date(2026, 1, 31), "not yet in force"),
        ({"from": "2026-02-01"}, None, date(2026, 2, 1), "in force"),
        ({"from": "2026-02-01"}, "2026-03-01", date(2026, 2, 28), "in force"),
        ({"from": "2026-02-01"}, "2026-03-01", date(2026, 3, 1), "no longer in force"),
    ],
)
def test_a_day_lies_before_in_or_after_the_days_of_a_claim(scope, expires_on, on, standing) -> None:
    found = validity.of({"scope": scope, "expires_on": expires_on}, on=on)
    assert (found and found.standing) == standing
