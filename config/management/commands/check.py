from typing import Any

from django.core import checks
from django.core.management.commands import check

from config.checks import chosen_journal


class Command(check.Command):
    help = check.Command.help + " Also says what was chosen for this installation."

    def handle(self, *app_labels: Any, **options: Any) -> None:
        # Registered here and not at start: every other command would print it as an issue each time it runs.
        checks.register(chosen_journal)
        super().handle(*app_labels, **options)
