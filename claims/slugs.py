"""Ids of the words that claims are filed under, by slug: all slugs of an address in one query.

What was found is remembered in the process as long as the registry is the same, for the same few topics are asked for
all day.
"""

from collections.abc import Mapping, Sequence

from django.db import connection, models

from claims.forms import SLUG

MOST_REMEMBERED = 10_000
MOST_LOOKED_UP = 200

Asked = Mapping[str, tuple[type[models.Model], Sequence[str]]]
"""Name of a parameter → the model that it names rows of, and the slugs."""


class Remembered:
    """Ids as they were in one version of the registry: (table, slug) → id."""

    def __init__(self) -> None:
        self.version = ""
        self.ids: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Know nothing."""
        self.version, self.ids = "", {}

    def of(self, version: str) -> dict[tuple[str, str], int]:
        """What is known in this version. Of another than the last time, what was asked for lately is looked up again, all at
        once; nothing is known where none is named.
        """
        if not version:
            return {}
        if version != self.version or len(self.ids) > MOST_REMEMBERED:
            self.version, self.ids = version, _found(list(self.ids)[-MOST_LOOKED_UP:])
        return self.ids


remembered = Remembered()


def ids_of(asked: Asked, *, version: str = "") -> dict[str, dict[str, int]]:
    """Name of a parameter → slug → id, of those slugs that exist. Without a `version` nothing is remembered."""
    keys = {name: [(model._meta.db_table, slug) for slug in slugs] for name, (model, slugs) in asked.items()}
    if not keys:
        return {}
    known = remembered.of(version)
    missing = [key for some in keys.values() for key in some if key not in known and SLUG.fullmatch(key[1])]
    if missing:
        known.update(_found(missing))
    return {name: {key[1]: known[key] for key in some if key in known} for name, some in keys.items()}


def _found(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The ids of those that exist, in one query."""
    slugs: dict[str, list[str]] = {}
    for table, slug in keys:
        slugs.setdefault(table, []).append(slug)
    if not slugs:
        return {}
    parts = [
        f"SELECT '{table}', slug, id FROM {table} WHERE slug IN ({', '.join(['%s'] * len(some))})"
        for table, some in slugs.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), [slug for some in slugs.values() for slug in some])
        return {(table, slug): pk for table, slug, pk in cursor.fetchall()}
