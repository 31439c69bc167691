"""What the commands share that bring records into the registry: who signs, and how they report."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from claims import loading
from claims.records import Record


class LoadingCommand(BaseCommand):
    """A command that ends in `loading.load`."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of every load."""
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--author", default="registry-import", help="who signs the changes as author")
        parser.add_argument("--approver", default="registry-review", help="who signs the review; somebody else")

    def load(self, records: Iterable[Record], *, author: str, approver: str, at: datetime, dry_run: bool) -> None:
        """Load, say what happened, and fail where a record was refused. Nothing stays of a dry run or a failure."""
        with transaction.atomic():
            report = loading.load(
                records,
                author=loading.registry_person(author, group="editor"),
                approver=loading.registry_person(approver, group="reviewer"),
                at=at,
                dry_run=dry_run,
            )
            if dry_run or report.refused:
                transaction.set_rollback(True)
        self.report(report, dry_run=dry_run)

    def report(self, report: loading.LoadReport, *, dry_run: bool = False) -> None:
        """A line for each record that is new or changed, one for each refusal, and the counts."""
        for outcome in ("added", "changed"):
            for name in getattr(report, outcome):
                self.stdout.write(f"{outcome} {name}")
        for refusal in report.refused:
            self.stderr.write(f"refused {refusal}")
        counts = ", ".join(f"{len(getattr(report, key))} {key}" for key in ("added", "changed", "unchanged", "refused"))
        self.stdout.write(f"{counts}{' (dry run: nothing was written)' if dry_run else ''}")
        if report.refused:
            raise CommandError("Nothing was written: correct what was refused and load again.")
