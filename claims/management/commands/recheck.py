from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from claims import published, rechecking
from claims.models import Check, Source

DAYS = 30


class Command(BaseCommand):
    help = (
        "Runs the machine checks: fetches each source once, and looks for the printed figures of the published claims "
        "that cite it. Bad findings become tasks for people; the exit status is 0 all the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--due",
            action="store_true",
            help="the sources of claims that are due or overdue, and those not visited for some time; "
            "none that was visited today",
        )
        parser.add_argument(
            "--unvisited-days", type=int, default=DAYS, metavar="N", help=f"with --due: that time, {DAYS} days"
        )
        parser.add_argument(
            "--claim", action="append", default=[], metavar="SLUG", help="the sources of this claim; may be repeated"
        )
        parser.add_argument(
            "--source", action="append", default=[], metavar="SLUG", help="this source; may be repeated"
        )

    def handle(self, *, due: bool, unvisited_days: int, claim: list[str], source: list[str], **options: Any) -> None:
        if due and (claim or source):
            raise CommandError("--due chooses the sources itself: leave --claim and --source out.")
        if unvisited_days < 1:
            raise CommandError("--unvisited-days is at least 1.")
        if due:
            chosen = rechecking.due_sources(at=timezone.now(), unvisited_days=unvisited_days)
        elif claim or source:
            chosen = self.named(claim, source)
        else:
            chosen = list(rechecking.sources_cited_by(published.revisions()))
        visited = 0
        for outcome in rechecking.recheck(chosen, clock=timezone.now):
            visited += outcome.visit is not None
            self.report(outcome)
        self.stdout.write(f"{visited} of {len(chosen)} sources visited.")

    def named(self, claims: list[str], sources: list[str]) -> list[Source]:
        """The sources that were asked for; refuses a name that is not there."""
        revisions = published.revisions().filter(claim__slug__in=claims)
        unknown = set(claims) - set(revisions.values_list("claim__slug", flat=True))
        if unknown:
            raise CommandError(f"No published claim is called {', '.join(sorted(unknown))}.")
        named = Source.objects.filter(slug__in=sources)
        unknown = set(sources) - set(named.values_list("slug", flat=True))
        if unknown:
            raise CommandError(f"No source is called {', '.join(sorted(unknown))}.")
        chosen = {one.slug: one for one in [*rechecking.sources_cited_by(revisions), *named]}
        return [chosen[slug] for slug in sorted(chosen)]

    def report(self, outcome: rechecking.Outcome) -> None:
        """A line for the source and one for each claim, in words of ours: nothing that was fetched is printed."""
        visit = outcome.visit
        if visit is None:
            self.stdout.write(f"{outcome.source.slug}: not visited. {outcome.why}")
            return
        status = f" ({visit.http_status})" if visit.http_status else ""
        self.stdout.write(f"{outcome.source.slug}: {visit.get_finding_display()}{status}. {visit.note}".rstrip())
        for one in outcome.seen:
            figures = "; ".join(f"{seen.printed!r} {Check.Finding(seen.finding).label}" for seen in one.figures)
            self.stdout.write(f"  {one.claim.slug}: {figures or 'no figure looked for'}")
        self.stdout.flush()
