from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claims import loading, registry_files


class Command(BaseCommand):
    help = "Reads YAML, CSV or XLSX files into the registry: all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of files")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--author", default="registry-import", help="who signs the changes as author")
        parser.add_argument("--approver", default="registry-review", help="who signs the review; somebody else")

    def handle(self, *, paths: list[Path], dry_run: bool, author: str, approver: str, **options: Any) -> None:
        records, refused, moments = [], [], []
        try:
            for path in registry_files.files_below(paths):
                read, errors, published_at = registry_files.read(path)
                records += read
                refused += [str(error) for error in errors]
                moments += [published_at] if published_at else []
        except registry_files.FileError as error:
            raise CommandError(str(error)) from error
        if not records and not refused:
            raise CommandError("No record in these files.")
        report = loading.LoadReport(refused=refused)
        if not refused:
            report = loading.load(
                records,
                author=loading.registry_person(author, group="editor"),
                approver=loading.registry_person(approver, group="reviewer"),
                at=max(moments, default=timezone.now()),
                dry_run=dry_run,
            )
        self.report(report, dry_run=dry_run)

    def report(self, report: loading.LoadReport, *, dry_run: bool) -> None:
        for outcome in ("added", "changed"):
            for name in getattr(report, outcome):
                self.stdout.write(f"{outcome} {name}")
        for refusal in report.refused:
            self.stderr.write(f"refused {refusal}")
        counts = ", ".join(f"{len(getattr(report, key))} {key}" for key in ("added", "changed", "unchanged", "refused"))
        self.stdout.write(f"{counts}{' (dry run: nothing was written)' if dry_run else ''}")
        if report.refused:
            raise CommandError("Nothing was written: correct the refused rows and load again.")
