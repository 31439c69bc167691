"""System checks of the project: what `manage.py check` says about the installation itself."""

import sqlite3
from typing import Any

from django.core import checks
from django.db import connection

from config.sqlite import journal_for


def chosen_journal(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Say which SQLite journal is used and why (footing.I001)."""
    if connection.vendor != "sqlite":
        return []
    journal = journal_for(sqlite3.sqlite_version_info)
    return [
        checks.Info(
            f"SQLite journal: {journal.mode}, synchronous {journal.synchronous}. {journal.reason}",
            hint="See docs/decisions/0001-sqlite-journal.md.",
            id="footing.I001",
        )
    ]
