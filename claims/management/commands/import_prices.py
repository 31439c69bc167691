from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from claims import price_changes, price_data
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

        parser.add_argument(
            "--propose",
            action="store_true",
            help="submit new and changed prices for review, signed by --author, instead of publishing all of them",
        )

    def handle(
        self, *, dry_run: bool, released_on: date | None, author: str, approver: str, propose: bool, **options: Any
    ) -> None:
        release = self.release(released_on)
        try:
            registry = price_data.registry(release)
        except price_data.PriceDataError as error:
            raise CommandError(str(error)) from error
        changes = self.changes(registry["claims"], on=release.released_on)
        if propose:
            registry = self.proposed(registry, {change.slug for change in changes if change.after is not None})
        records = (
            Record(kind=kind, cells=typed(kind, flatten(kind, row)), file=f"genai-prices {release.version}", row=number)
            for kind, rows in registry.items()
            for number, row in enumerate(rows, start=1)
        )
        self.load(records, author=author, approver=approver, at=release.reviewed_at, dry_run=dry_run)

    def changes(self, wanted: list[dict[str, Any]], *, on: date) -> list[price_changes.PriceChange]:
        """What is another price than the one published, a line each; at the first import every price is new."""
        before = price_changes.published_prices(on)
        changes = price_changes.since(before, wanted, on=on)
        for change in changes if before else ():
            self.stdout.write(str(change))
        return changes

    def proposed(self, registry: dict[str, list[dict[str, Any]]], slugs: set[str]) -> dict[str, list[dict[str, Any]]]:
        """The source, and the claims that are to be reviewed; one with an unpublished change is left as it is."""
        held = price_changes.held(sorted(slugs))
        for slug, person in held.items():
            self.stdout.write(f"waiting {slug}: it has an unpublished change by {person}")
        claims = [
            {**claim, "state": "review"}
            for claim in registry["claims"]
            if claim["slug"] in slugs and claim["slug"] not in held
        ]
        return {**registry, "claims": claims}

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
