"""The command that brings token prices into the registry."""

from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from claims import price_data, published
from claims.models import Claim, Revision, Source
from claims.prices import monthly_prices, price_models

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
