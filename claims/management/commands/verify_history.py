from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from claims import immutability, operations
from claims.models import Revision


class Command(BaseCommand):
    help = "Walks the revision chain; exit status 0 only if every link holds and history is protected."

    def handle(self, **options: Any) -> None:
        broken = operations.verify_chain()
        broken += [f"The trigger {name} is missing." for name in immutability.missing_triggers(connection)]
        for sentence in broken:
            self.stderr.write(sentence)
        if broken:
            raise CommandError(f"{len(broken)} faults in the history.")
        head = Revision.objects.order_by("-sequence").first()
        if head is None:
            raise CommandError("Nothing was ever published: there is no history to verify.")
        self.stdout.write(f"{head.sequence} revisions, every link holds. Head: {head.digest}")
