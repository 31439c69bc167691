from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from claims import rate_data
from claims.management.loading_command import LoadingCommand
from claims.models import Claim, Source
from claims.records import Record, flatten, typed


class Command(LoadingCommand):
    help = "Brings the European Central Bank's dated exchange rates from US dollars into the registry as claims."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="DATE", help="the last rate on or before this day; else the last"
        )
        parser.add_argument(
            "--currency",
            action="append",
            metavar="C",
            help="into this currency; may be repeated (default: the selection)",
        )

    def handle(
        self, *, dry_run: bool, on: date | None, currency: list[str] | None, author: str, approver: str, **options: Any
    ) -> None:
        reviewed, selected = rate_data.selection()
        version = rate_data.installed_version()
        # What was reviewed is published at the moment of the review, so that it is the same wherever it is loaded.
        at = reviewed.get(version) if on is None and currency is None else None
        at = at or timezone.now()
        if on is not None and on > at.date():
            raise CommandError(f"There is no rate of {on} yet.")
        try:
            registry = rate_data.registry(
                currency or selected,
                on=on,
                accessed_on=at.date(),
                dated_on=Source.objects.filter(slug=rate_data.SOURCE).values_list("published_on", flat=True).first(),
            )
        except rate_data.RateDataError as error:
            raise CommandError(str(error)) from error
        newer = self.newer(list(registry["claims"]))
        registry["claims"] = [row for row in registry["claims"] if row["slug"] not in newer]
        if not registry["claims"]:
            self.stdout.write("Nothing to do.")
            return
        records = (
            Record(kind=kind, cells=typed(kind, flatten(kind, row)), file=f"{rate_data.PACKAGE} {version}", row=number)
            for kind, rows in registry.items()
            for number, row in enumerate(rows, start=1)
        )
        self.load(records, author=author, approver=approver, at=at, dry_run=dry_run)

    def newer(self, claims: list[dict[str, Any]]) -> set[str]:
        """Slugs of those of which the registry has a rate of a later day; that one is kept."""
        days = {row["slug"]: row["scope"]["on"] for row in claims}
        found = set()
        for claim in Claim.objects.filter(slug__in=days, current_revision__isnull=False).order_by("slug"):
            standing = str(claim.current_revision.scope.get("on")) if claim.current_revision else ""
            if standing > days[claim.slug]:
                self.stdout.write(f"kept {claim.slug}: the registry has the rate of {standing}, which is newer")
                found.add(claim.slug)
        return found
