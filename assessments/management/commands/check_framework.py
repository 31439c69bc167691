from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.framework_checking import check


class Command(BaseCommand):
    help = (
        "Checks a framework file as an upload does: the table against questionnaire and registry, and its cases on "
        "today's evidence. Stores nothing. Exit status 2 where it would not be taken, with a message for each problem."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the framework, YAML")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
        found = check(content, as_of=timezone.localdate())
        for one in found.outcomes:
            mark = "as expected" if one.holds else "NOT as expected"
            self.stdout.write(f"{one.case.name}: {one.verdict} by {one.rule}, {mark}")
        for problem in found.problems:
            self.stderr.write(str(problem))
        if found.problems:
            raise CommandError(f"{file}: {len(found.problems)} problems", returncode=2)
        self.stdout.write(f"{file}: {len(found.outcomes)} cases come out as expected, and every rule is reached.")
