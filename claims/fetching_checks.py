"""What `manage.py check`, and every command before it starts, says about where sources may be fetched from."""

import re
from typing import Any

from django.conf import settings
from django.core import checks

PLACE = re.compile(r"(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]):\d{1,5}")


def fetching_stays_outside(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse an installation that would ask itself (footing.E001), and places that are not its own (footing.E002)."""
    found: list[checks.CheckMessage] = []
    if settings.FETCH_LOOPBACK and not settings.DEBUG:
        found.append(
            checks.Error(
                "Sources on this machine may be asked: an address that an editor types could reach what listens here.",
                hint="Unset FOOTING_FETCH_LOOPBACK. It is for trying things out, together with FOOTING_DEBUG.",
                id="footing.E001",
            )
        )
    if not all(PLACE.fullmatch(place) for place in settings.FETCH_LOOPBACK):
        found.append(
            checks.Error(
                "FOOTING_FETCH_LOOPBACK names a place that is not on this machine.",
                hint="Write each as 127.0.0.1:8001.",
                id="footing.E002",
            )
        )
    return found
