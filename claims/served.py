"""The document of a claim as it is served today, put together by the database."""

from datetime import date

from claims import prepared
from claims.pieces import FRESHNESS, joined


def document(slug: str, *, on: date, lang: str = "en") -> bytes:
    """The bytes of JSON; empty where no claim of that name was ever published."""
    day = on.isoformat()
    found = prepared.rows(
        f"SELECT {prepared.utf8(joined(lang, FRESHNESS))} FROM claims_servedclaim s WHERE s.slug = %s",
        [day, day, day, slug],
    )
    return found[0][0] if found else b""
