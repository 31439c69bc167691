from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from claims import loading, registry_files
from claims.management.loading_command import LoadingCommand


class Command(LoadingCommand):
    help = "Reads YAML, CSV or XLSX files into the registry: all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder of files")
        super().add_arguments(parser)

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
        if refused:
            self.report(loading.LoadReport(refused=refused))
        if not records:
            raise CommandError("No record in these files.")
        at = max(moments, default=timezone.now())
        self.load(records, author=author, approver=approver, at=at, dry_run=dry_run)
