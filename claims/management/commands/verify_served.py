from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from claims import served_check


class Command(BaseCommand):
    help = (
        "Makes what readers are served anew from the revisions and compares: documents, feed, counts and the index of "
        "words. Exit status 0 only if nothing differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="keep what was made anew where something differs")

    def handle(self, *, repair: bool, **options: Any) -> None:
        served, found = served_check.drift(repair=repair)
        if not served and not found:
            raise CommandError("Nothing was ever published: there is nothing to verify.")
        for one in found:
            self.stderr.write(
                f"{one.table}: {one.extra} rows that should not be there, {one.missing} that are missing."
            )
            for example in one.examples:
                self.stderr.write(f"  {example}")
        if found and not repair:
            raise CommandError("What is served differs from the registry: `verify_served --repair` makes it anew.")
        self.stdout.write(
            f"{served} claims are served as the registry has them." + (" It was made anew." if found else "")
        )
