from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from assessments import reappraising
from assessments.models import ReappraisalRound

NAME = "reappraise command"


class Command(BaseCommand):
    help = (
        "Says how far the re-evaluation of cases has come. --due puts down claims that have expired and changes that "
        "were missed; let it run once a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--due", action="store_true", help="put down what has expired or was missed")
        parser.add_argument("--failed", action="store_true", help="let cases in which something broke be judged again")
        parser.add_argument("--here", action="store_true", help="do what waits in this process, without a worker")

    def handle(self, *, due: bool, failed: bool, here: bool, **options: Any) -> None:
        if due:
            self.stdout.write(f"{reappraising.note_due(at=timezone.now())} events put down")
        if failed:
            self.stdout.write(f"{reappraising.try_again()} cases to judge again")
        while here and reappraising.work(NAME):
            pass
        newest = ReappraisalRound.objects.with_progress().first()
        if newest is None:
            self.stdout.write("No round yet")
        else:
            self.stdout.write(
                f"Round of {newest}: {newest.looked_at} of {newest.cases} cases looked at, "
                f"{newest.unaffected} unaffected, {newest.moved} with figures moved, {newest.flips} recommendations flip, "
                f"{newest.not_judged} could not be judged, {newest.failed} failed"
            )
