import shutil
import sys
import tempfile
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claims import exporting, file_formats, published
from claims.sheet_cells import CellTooLong

MOST_IN_MEMORY = 16_000_000


class Command(BaseCommand):
    help = "Writes the registry to standard output or a file; loading what was exported changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", required=True, choices=("yaml", "csv", "xlsx", "jsonl"))
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="the registry at the end of a day")
        parser.add_argument("--output", metavar="FILE", help="write here instead of to standard output")

    def handle(self, *, format: str, as_of: date | None, output: str | None, **options: Any) -> None:
        records = exporting.registry(as_of=as_of)
        try:
            with Path(output).open("wb") if output else nullcontext(sys.stdout.buffer) as out:
                # Bytes, not text: a workbook is no text, and a terminal's encoding must not touch the rest.
                if format == "xlsx":
                    with tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY) as buffer:
                        file_formats.write_xlsx(records, cast(BinaryIO, buffer))
                        buffer.seek(0)
                        shutil.copyfileobj(buffer, out)
                elif format == "jsonl":
                    revisions = published.revisions(as_of=as_of).order_by("sequence")
                    on = as_of or timezone.now().date()
                    out.writelines(file_formats.jsonl_lines(exporting.documents(revisions, on=on)))
                else:
                    lines = {"yaml": file_formats.yaml_lines, "csv": file_formats.csv_lines}[format]
                    out.writelines(lines(records))
                out.flush()
        except CellTooLong as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"--output: {output}: {error.strerror}") from error
