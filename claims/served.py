"""The document of a claim as it is served today, put together by the database."""

from datetime import date

from django.db import connection

from claims.pieces import FRESHNESS, joined


def document(slug: str, *, on: date, lang: str = "en") -> str:
    """The JSON text; empty where no claim of that name was ever published."""
    day = on.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {joined(lang, FRESHNESS)} FROM claims_servedclaim s WHERE s.slug = %s",
            [day, day, day, slug],
        )
        row = cursor.fetchone()
    return row[0] if row else ""
