from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from claims import price_data
from claims.management.loading_command import LoadingCommand
from claims.records import Record, flatten, typed


class Command(LoadingCommand):
    help = "Brings the token prices of the installed genai-prices package into the registry as price claims."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--released-on",
            type=date.fromisoformat,
            metavar="DATE",
            help="the day this version of the package appeared; needed for one that price_selection.yaml does not name",
        )

    def handle(self, *, dry_run: bool, released_on: date | None, author: str, approver: str, **options: Any) -> None:
        release = self.release(released_on)
        try:
            registry = price_data.registry(release)
        except price_data.PriceDataError as error:
            raise CommandError(str(error)) from error
        records = (
            Record(kind=kind, cells=typed(kind, flatten(kind, row)), file=f"genai-prices {release.version}", row=number)
            for kind, rows in registry.items()
            for number, row in enumerate(rows, start=1)
        )
        self.load(records, author=author, approver=approver, at=release.reviewed_at, dry_run=dry_run)

    def release(self, released_on: date | None) -> price_data.Release:
        version = price_data.installed_version()
        reviewed = price_data.selection()[0].get(version)
        if reviewed:
            if released_on and released_on != reviewed.released_on:
                raise CommandError(f"genai-prices {version} appeared on {reviewed.released_on}, not on {released_on}.")
            return reviewed
        if released_on is None:
            raise CommandError(
                f"It is not known when genai-prices {version} appeared. Name the day with --released-on, "
                "or review the selection against it and enter it in price_selection.yaml."
            )
        return price_data.Release(version, released_on, timezone.now())
