from argparse import ArgumentParser
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.models import Assessment
from claims.models import Person
from reports import batch_files, batches
from reports.batch_models import Batch, BatchItem
from reports.operations import OperationRefused


class Command(BaseCommand):
    help = (
        "Makes many reports without a worker: final assessments are issued, of the others a draft is made. One that "
        "fails keeps no other waiting. Exit status 1 if some could not be made, 2 if the batch could not be started. "
        "What was interrupted goes on with --resume."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("references", nargs="*", metavar="REFERENCE", help="assessments, all of one firm")
        parser.add_argument("--by", required=True, metavar="NAME", help="who signs")
        parser.add_argument("--lang", choices=Assessment.Language.values, help="language (that of each assessment)")
        parser.add_argument("--because", default="", metavar="TEXT", help="why they are issued in spite of warnings")
        parser.add_argument("--to", default="", metavar="TEXT", help="whom they are issued for")
        parser.add_argument("--resume", type=int, metavar="NUMBER", help="go on with this batch, and with what failed")
        parser.add_argument("--zip", type=Path, metavar="PATH", help="write PDFs and index there when all is done")

    def handle(self, *, references: list[str], by: str, resume: int | None, zip: Path | None, **options: Any) -> None:
        person = Person.objects.filter(username=by).first()
        if person is None:
            raise CommandError(f"--by: there is nobody called {by!r}", returncode=2)
        if (resume is None) != bool(references):
            raise CommandError("Name assessments, or a batch with --resume; not both", returncode=2)
        try:
            if resume is None:
                batch = self.started(references, person, **options)
            else:
                batch = self.found(resume)
                batches.go_on(by=person, batch=batch, in_background=False)
        except OperationRefused as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"Batch {batch.pk}: {batch.items.count()} reports")
        batches.work(batch.pk, taker=f"report_batch {batch.pk}")
        failed = batch.items.without_bytes().filter(state=BatchItem.State.FAILED)
        for item in failed:
            self.stderr.write(f"{item.assessment.reference} ({item.language}): {item.error}")
        left = batch.items.exclude(state__in=(BatchItem.State.DONE, BatchItem.State.FAILED)).count()
        if left:
            raise CommandError(f"{left} reports are with another task; go on with --resume {batch.pk}", returncode=1)
        if zip is not None:
            write(batch, zip)
        if failed:
            raise CommandError(f"{len(failed)} of {batch.items.count()} reports failed", returncode=1)
        self.stdout.write(f"All {batch.items.count()} reports are made")

    def started(self, references: list[str], person: Person, *, lang: str | None, because: str, to: str, **_: Any) -> Batch:  # fmt: skip
        """A new batch. An unknown reference is named."""
        found = {one.reference: one for one in Assessment.objects.filter(reference__in=references)}
        unknown = [reference for reference in references if reference not in found]
        if unknown:
            raise CommandError(f"There is no assessment {unknown[0]!r}", returncode=2)
        return batches.start(
            by=person,
            at=timezone.now(),
            assessments=[found[reference] for reference in references],
            language=lang or "",
            to=to,
            because=because,
            in_background=False,
        )

    def found(self, number: int) -> Batch:
        """The batch of this number."""
        batch = Batch.objects.filter(pk=number).first()
        if batch is None:
            raise CommandError(f"--resume: there is no batch {number}", returncode=2)
        return batch


def write(batch: Batch, path: Path) -> None:
    """The ZIP, whole or not at all: it gets its name when its last byte is written."""
    with batch_files.zipped(batch) as made, NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            copyfileobj(made, file)
            file.close()
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
