import io
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claims import exporting, published, registry_files


class Command(BaseCommand):
    help = "Writes the registry to standard output or a file; loading what was exported changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", required=True, choices=("yaml", "csv", "xlsx", "jsonl"))
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="the registry at the end of a day")
        parser.add_argument("--output", metavar="FILE", help="write here instead of to standard output")

    def handle(self, *, format: str, as_of: date | None, output: str | None, **options: Any) -> None:
        buffer = io.BytesIO()
        if format == "jsonl":
            revisions = published.revisions(as_of=as_of).order_by("sequence")
            registry_files.write_jsonl(published.documents(revisions, on=as_of or timezone.now().date()), buffer)
        else:
            write = {
                "yaml": registry_files.write_yaml,
                "csv": registry_files.write_csv,
                "xlsx": registry_files.write_xlsx,
            }[format]
            write(exporting.registry(as_of=as_of), buffer)
        if output:
            try:
                Path(output).write_bytes(buffer.getvalue())
            except OSError as error:
                raise CommandError(f"--output: {output}: {error.strerror}") from error
        else:
            # Bytes, not text: a workbook is no text, and a terminal's encoding must not touch the rest.
            sys.stdout.buffer.write(buffer.getvalue())
            sys.stdout.buffer.flush()
