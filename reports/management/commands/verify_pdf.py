from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.verification import UnreadableReport, refuse_large, verify


class Command(BaseCommand):
    help = (
        "Reads a report: is it one of ours, unaltered, not superseded, signed as it was issued; does every number in its "
        "text trace to its manifest. Exit status 0 only if all of it holds, 1 if something does not, 2 if there is no "
        "such file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the PDF")
        parser.add_argument(
            "--password-file",
            type=Path,
            help="a file whose first line is the password of a protected copy; without it the text of one is not read",
        )

    def handle(self, *, file: Path, password_file: Path | None, **options: Any) -> None:
        password = "" if password_file is None else self.password(password_file)
        try:
            refuse_large(file.stat().st_size)
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
        except UnreadableReport as error:
            raise CommandError(f"{file}: {error}", returncode=1) from error
        try:
            verification = verify(content, password=password)
        except UnreadableReport as error:
            raise CommandError(f"{file}: {error}", returncode=1) from error
        for check in verification.checks:
            mark = "ok    " if check.holds else "FAILED"
            self.stdout.write(f"{mark}  {check.name}: {check.detail}")
        if not verification.holds:
            failed = sum(not check.holds for check in verification.checks)
            closed = "; give its password with --password-file" if self.closed(verification.checks) else ""
            raise CommandError(f"{file}: {failed} of {len(verification.checks)} checks failed{closed}", returncode=1)
        self.stdout.write(f"{file}: every number traces to its evidence")

    def password(self, file: Path) -> str:
        """The first line of a file. A password on the command line would be read by everybody on the machine."""
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file}: is not text in UTF-8", returncode=2) from error
        if not lines or not lines[0]:
            raise CommandError(f"{file}: the first line is empty, so there is no password", returncode=2)
        return lines[0]

    def closed(self, checks: Any) -> bool:
        """Whether the text stayed unread."""
        return any(check.name == "text" for check in checks)
