from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments import facts
from assessments.engine import economics
from assessments.engine.errors import EconomicsError
from assessments.engine.parameters import MonthPrices
from assessments.input_files import UnreadableInput, json_text, read_mapping, to_json_file
from claims.prices import monthly_prices


class Command(BaseCommand):
    help = (
        "The cost model alone: parameters in, cost per request, totals and break-even out. A price is given as figures "
        "per million tokens, or as a model and the month the service starts, read from the published price claims. "
        "Exit status 2 for parameters that are not right, with the field."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("params", type=Path, help="parameters, JSON or YAML")
        parser.add_argument("--json", type=Path, metavar="PATH", help="write the result there instead of printing it")

    def handle(self, *, params: Path, json: Path | None, **options: Any) -> None:
        try:
            result = economics.run(read_mapping(params), price_lookup=published_prices)
        except (UnreadableInput, EconomicsError) as error:
            raise CommandError(str(error), returncode=2) from error
        if json:
            to_json_file(json, result)
        else:
            self.stdout.write(json_text(result), ending="")


def published_prices(model: str, first: str, months: int, prompt_tokens: int) -> Sequence[MonthPrices]:
    """The published price of each month. Raises `claims.prices.PriceMissing` and `ValueError` for a bad month."""
    prices = monthly_prices(
        facts.price_documents(), model, start=first, months=months, prompt_tokens=prompt_tokens or None
    )
    return [dict(price) for _, price in prices]
