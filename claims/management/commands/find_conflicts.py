from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims import operations


class Command(BaseCommand):
    help = "Compares all published claims with each other, as publishing does, and opens the conflicts it finds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be opened, and change nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        found = operations.find_conflicts(at=timezone.now(), dry_run=dry_run)
        for outcome in ("opened", "reopened", "lapsed"):
            for pair in getattr(found, outcome):
                self.stdout.write(f"{outcome} {pair}")
        counts = ", ".join(f"{len(getattr(found, name))} {name}" for name in ("opened", "reopened", "lapsed"))
        self.stdout.write(
            f"{found.compared} claims compared: {counts}{' (dry run: nothing was written)' if dry_run else ''}"
        )
