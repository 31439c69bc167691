"""Ids of the words that claims are filed under, by slug: all slugs of an address in one query.

What was found is remembered in the process until the registry changes, for the same few topics are asked for all day.
"""

from collections.abc import Mapping, Sequence

from django.db import connection, models

from claims.forms import SLUG

MOST_REMEMBERED = 10_000

Asked = Mapping[str, tuple[type[models.Model], Sequence[str]]]
"""Name of a parameter → the model that it names rows of, and the slugs."""


class Remembered:
    """Ids as they were in one version of the registry."""

    def __init__(self) -> None:
        self.version = ""
        self.ids: dict[tuple[str, str], int] = {}

    def of(self, version: str) -> dict[tuple[str, str], int]:
        """What is known in this version; empty where it is another than the last time, or none is named."""
        if not version or version != self.version or len(self.ids) > MOST_REMEMBERED:
            self.version, self.ids = version, {}
        return self.ids


remembered = Remembered()


def ids_of(asked: Asked, *, version: str = "") -> dict[str, dict[str, int]]:
    """Name of a parameter → slug → id, of those slugs that exist. Without a `version` nothing is remembered."""
    known = remembered.of(version)
    parts, params = [], []
    for model, slugs in asked.values():
        table = model._meta.db_table
        missing = [slug for slug in slugs if (table, slug) not in known and SLUG.fullmatch(slug)]
        if missing:
            marks = ", ".join(["%s"] * len(missing))
            parts.append(f"SELECT '{table}', slug, id FROM {table} WHERE slug IN ({marks})")
            params += missing
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            known.update({(table, slug): pk for table, slug, pk in cursor.fetchall()})
    return {
        name: {slug: known[model._meta.db_table, slug] for slug in slugs if (model._meta.db_table, slug) in known}
        for name, (model, slugs) in asked.items()
    }
