from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assessments import idempotency


class Command(BaseCommand):
    help = "Removes the answers of the API that were kept for idempotency keys and are older than 24 hours."

    def handle(self, **options: Any) -> None:
        count = idempotency.forget(at=timezone.now())
        self.stdout.write(f"{count} kept answer{'' if count == 1 else 's'} forgotten.")
