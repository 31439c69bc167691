from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count
from django.utils import timezone

from assessments.models import WebhookDelivery
from assessments.webhooks import sending, upkeep

NAME = "webhooks command"


class Command(BaseCommand):
    help = (
        "Says how many deliveries to webhooks wait, were made and were given up. --due wakes the worker, seals secrets "
        "under a new key and forgets what is older than thirty days; let it run once a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--due", action="store_true", help="what is done once a day")
        parser.add_argument("--here", action="store_true", help="send what is due in this process, without a worker")

    def handle(self, *, due: bool, here: bool, **options: Any) -> None:
        if due:
            done = upkeep.keep_up(at=timezone.now())
            self.stdout.write(
                f"{done.sealed} secrets sealed anew, {done.lost} cannot be opened, {done.forgotten} deliveries forgotten"
            )
        while here and sending.work(NAME):
            pass
        counted = WebhookDelivery.objects.order_by().values_list("state").annotate(count=Count("pk"))
        counts = dict(counted)
        self.stdout.write(
            ", ".join(f"{counts.get(state.value, 0)} {state.label.lower()}" for state in WebhookDelivery.State)
        )
