from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.verification import UnreadableReport, refuse_large, verify


class Command(BaseCommand):
    help = (
        "Reads a report: is it one of ours, unaltered, not superseded; does every number in its text trace to its "
        "manifest. Exit status 0 only if all of it holds, 1 if something does not, 2 if there is no such file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the PDF")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            refuse_large(file.stat().st_size)
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
        except UnreadableReport as error:
            raise CommandError(f"{file}: {error}", returncode=1) from error
        try:
            verification = verify(content)
        except UnreadableReport as error:
            raise CommandError(f"{file}: {error}", returncode=1) from error
        for check in verification.checks:
            mark = "ok    " if check.holds else "FAILED"
            self.stdout.write(f"{mark}  {check.name}: {check.detail}")
        if not verification.holds:
            failed = sum(not check.holds for check in verification.checks)
            raise CommandError(f"{file}: {failed} of {len(verification.checks)} checks failed", returncode=1)
        self.stdout.write(f"{file}: every number traces to its evidence")
