from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django_tasks_db.management.commands import db_worker

from config import workers


class Command(db_worker.Command):
    help = (
        "Runs background work from the database. Also takes up again what a worker that was killed left half-way. "
        "Ends at SIGTERM when the task at hand is done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lost-after",
            type=float,
            default=workers.LOST_AFTER.total_seconds(),
            metavar="SECONDS",
            help="for how long a worker may be silent before its task is taken up again (default: %(default)s)",
        )

    def handle(self, *, worker_id: str, lost_after: float, **options: Any) -> None:  # type: ignore[override]  # Django passes each option by its name
        with workers.beating(worker_id, timedelta(seconds=lost_after)):
            super().handle(worker_id=worker_id, **options)
