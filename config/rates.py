"""Rates as settings write them: `300/min` is 300 requests in 60 seconds."""

import re

from django.core.exceptions import ImproperlyConfigured

PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_RATE = re.compile(r"(\d{1,9})/(s|sec|second|m|min|minute|h|hour|d|day)")


def rate(variable: str, text: str) -> tuple[int, int]:
    """Requests, and the seconds in which they may be made. Raises `ImproperlyConfigured` that names the variable."""
    found = _RATE.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise ImproperlyConfigured(f"{variable} must be a number and a period, such as 300/min, not {text!r}.")
    return int(found[1]), PERIODS[found[2][0]]
