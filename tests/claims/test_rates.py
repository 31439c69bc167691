"""Exchange rates: read from the bank's file with their real days, kept as claims, and used where amounts meet."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from claims import published, rate_data
from claims.models import Claim, Revision, Source
from claims.rate_data import Fixing, RateDataError
from claims.rates import Rate, Rates

STARTER = Path(__file__).resolve().parents[2] / "claims" / "starter"
FRIDAY, MONDAY = date(2026, 11, 13), date(2026, 11, 16)


def rate(base: str, currency: str, factor: str, on: date = FRIDAY) -> Rate:
    return Rate(base, currency, Decimal(factor), on, f"{base}-{currency}@1".lower())


# --- From one currency into another ------------------------------------------------------------------------------


def test_a_rate_serves_both_ways() -> None:
    rates = Rates([rate("USD", "GBP", "0.8")])
    there, back = rates.between("USD", "GBP"), rates.between("GBP", "USD")
    assert there is not None
    assert back is not None
    assert (there.factor, back.factor, there.on) == (Decimal("0.8"), Decimal("1.25"), FRIDAY)
    assert [one.claim for one in back.through] == ["usd-gbp@1"]


def test_two_rates_lead_through_a_shared_currency_and_the_older_day_counts() -> None:
    rates = Rates([rate("USD", "GBP", "0.8", MONDAY), rate("USD", "EUR", "0.9")])
    found = rates.between("GBP", "EUR")
    assert found is not None
    assert (found.factor, found.on) == (Decimal("1.125"), FRIDAY)
    assert [one.claim for one in found.through] == ["usd-gbp@1", "usd-eur@1"]
    assert [(one.currency, one.factor) for one in rates.from_("USD")] == [
        ("EUR", Decimal("0.9")), ("GBP", Decimal("0.8")),
    ]  # fmt: skip


def test_the_latest_rate_counts_and_none_is_made_up() -> None:
    rates = Rates([rate("USD", "GBP", "0.8", MONDAY), rate("USD", "GBP", "0.5"), rate("CHF", "JPY", "180")])
    found = rates.between("USD", "GBP")
    assert found is not None
    assert (found.factor, found.on) == (Decimal("0.8"), MONDAY)
    assert rates.between("USD", "CHF") is None
    assert [one.currency for one in rates.from_("USD")] == ["GBP"]
    assert (bool(rates), bool(Rates())) == (True, False)


# --- The bank's file ---------------------------------------------------------------------------------------------

FOUND = (
    Fixing(MONDAY, {"USD": "1.2500", "GBP": "0.87510"}),
    Fixing(FRIDAY, {"USD": "1.2000", "GBP": "0.84000", "BGN": "1.9558"}),
)


@pytest.mark.parametrize(
    ("currency", "on", "day"),
    [
        ("GBP", None, MONDAY),
        ("GBP", MONDAY, MONDAY),
        pytest.param("GBP", date(2026, 11, 15), FRIDAY, id="a Sunday has the rate of its Friday"),
        pytest.param("BGN", None, FRIDAY, id="a currency that left has its last rate"),
        pytest.param("EUR", FRIDAY, FRIDAY, id="the currency of the bank itself"),
    ],
)
def test_the_last_known_rate_counts_with_its_own_day(currency: str, on: date | None, day: date) -> None:
    assert rate_data.last_known(currency, on, FOUND).on == day


def test_what_the_bank_did_not_publish_is_refused() -> None:
    with pytest.raises(RateDataError, match=r"There is no rate from USD to BGN on or before 2026-11-12\."):
        rate_data.last_known("BGN", date(2026, 11, 12), FOUND)
    with pytest.raises(RateDataError, match=r"There is no rate from USD to XAU\."):
        rate_data.last_known("XAU", None, FOUND)
    with pytest.raises(RateDataError, match="Name a currency other than USD"):
        rate_data.registry(["USD"], on=None, accessed_on=MONDAY, found=FOUND)


def test_a_claim_prints_the_figures_that_its_rate_was_made_from() -> None:
    made = rate_data.registry(["GBP", "EUR", "USD", "GBP"], on=None, accessed_on=MONDAY, found=FOUND)
    pounds, euros = made["claims"]
    assert (str(pounds["value"]["low"]), pounds["scope"]) == (
        "0.70008", {"from": "USD", "to": "GBP", "on": "2026-11-16"},
    )  # fmt: skip
    assert pounds["citations"][0]["printed"] == "EUR 1 = USD 1.2500; EUR 1 = GBP 0.87510"
    assert "(0.87510 ÷ 1.2500)" in pounds["assumptions"]
    assert pounds["statement"] == "On 16 November 2026 one US dollar was worth 0.70008 GBP (British Pound)."
    assert euros["value"]["low"] == 0.8
    assert euros["citations"][0]["printed"] == "EUR 1 = USD 1.2500"
    assert "(1 ÷ 1.2500)" in euros["assumptions"]


def test_an_older_rate_does_not_turn_the_source_back() -> None:
    made = rate_data.registry(["GBP"], on=FRIDAY, accessed_on=MONDAY, dated_on=MONDAY, found=FOUND)
    assert made["sources"][0]["published_on"] == MONDAY
    assert made["claims"][0]["scope"]["on"] == "2026-11-13"


def test_the_file_is_read_as_it_is_printed_and_a_weekend_has_its_friday() -> None:
    for day in (date(2024, 5, 31), date(2024, 6, 2)):
        fixing = rate_data.last_known("GBP", day, rate_data.fixings())
        assert (fixing.on, fixing.worth("USD"), fixing.worth("GBP")) == (
            date(2024, 5, 31), Decimal("1.0852"), Decimal("0.85365"),
        )  # fmt: skip
    assert rate_data.fixings()[0].on > rate_data.fixings()[-1].on == date(1999, 1, 4)


# --- The command -------------------------------------------------------------------------------------------------


@pytest.fixture
def vocabulary(db) -> None:
    call_command("load_claims", STARTER / "00-policy.yaml", STARTER / "10-vocabulary.yaml", stdout=StringIO())


@pytest.fixture
def bank(vocabulary, monkeypatch: pytest.MonkeyPatch, time_machine) -> Iterator[None]:
    """Two days of the bank, looked at a few days later."""
    time_machine.move_to("2026-11-22T12:00:00+00:00", tick=False)
    monkeypatch.setattr(rate_data, "fixings", lambda: FOUND)
    return


def run(*options: str) -> list[str]:
    out = StringIO()
    call_command("import_rates", *options, stdout=out)
    return out.getvalue().splitlines()


def standing() -> dict[str, tuple[int, str, Decimal]]:
    return {
        one.claim.slug: (one.number, one.scope["on"], one.low)
        for one in Revision.objects.filter(claim__current_revision__sequence__gt=0).select_related("claim")
        if one == one.claim.current_revision
    }


def test_what_was_reviewed_is_loaded_once_at_the_moment_of_the_review(vocabulary) -> None:
    reviewed, currencies = rate_data.selection()
    assert run()[-1] == f"{1 + len(currencies)} added, 0 changed, 0 unchanged, 0 refused"
    head = Revision.objects.order_by("-sequence").first()
    assert head is not None
    assert head.published_at.date() == reviewed[rate_data.installed_version()].date()
    newest = rate_data.fixings()[0]
    rates = {one["slug"]: one for one in published.documents(published.revisions(), on=date(2026, 11, 25))}
    assert rates["exchange-rate-usd-eur"]["scope"] == {"from": "USD", "to": "EUR", "on": newest.on.isoformat()}
    assert Source.objects.get(slug="ecb-reference-rates").published_on == newest.on
    assert run()[-1].startswith("0 added, 0 changed, ")
    assert Revision.objects.order_by("-sequence").first() == head


def test_a_later_rate_revises_the_claim_and_an_older_one_is_left_out(bank) -> None:
    run("--on", "2026-11-15", "--currency", "GBP")
    assert standing() == {"exchange-rate-usd-gbp": (1, "2026-11-13", Decimal("0.7"))}
    run("--currency", "GBP")
    assert standing() == {"exchange-rate-usd-gbp": (2, "2026-11-16", Decimal("0.70008"))}
    assert run("--on", "2026-11-15", "--currency", "GBP") == [
        "kept exchange-rate-usd-gbp: the registry has the rate of 2026-11-16, which is newer",
        "Nothing to do.",
    ]
    said = run("--on", "2026-11-15", "--currency", "GBP", "--currency", "BGN")
    assert said[0].startswith("kept exchange-rate-usd-gbp")
    assert standing()["exchange-rate-usd-bgn"][:2] == (1, "2026-11-13")
    assert standing()["exchange-rate-usd-gbp"][:2] == (2, "2026-11-16")
    assert Source.objects.get(slug="ecb-reference-rates").published_on == MONDAY


def test_dry_run_writes_no_rate(bank) -> None:
    assert run("--dry-run")[-1].endswith("(dry run: nothing was written)")
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--currency", "XAU"], r"There is no rate from USD to XAU\."),
        (["--currency", "BGN", "--on", "2026-11-12"], "There is no rate from USD to BGN on or before 2026-11-12"),
        (["--on", "2026-11-23"], "There is no rate of 2026-11-23 yet"),
        (["--currency", "USD"], "Name a currency other than USD"),
    ],
)
def test_a_rate_that_is_not_there_is_refused(bank, options, said) -> None:
    with pytest.raises(CommandError, match=said):
        run(*options)
    assert not Claim.objects.exists()
