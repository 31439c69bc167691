"""Days in words."""

from datetime import date

from babel.dates import format_date

FORMATS = {
    "long": {"en": "d MMMM y", "es": "d 'de' MMMM 'de' y"},
    "short": {"en": "d MMM y", "es": "d MMM y"},
}


def date_text(day: date | str, *, form: str, lang: str) -> str:
    """A day in words: `22 November 2026` (long), `22 Nov 2026` (short). `day` may be ISO text with a time."""
    parsed = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return format_date(parsed, format=FORMATS[form][lang], locale=lang)
