"""What the API speaks besides JSON: media types for the negotiation of `Accept`.

Views answer with bytes of their own. A renderer here tells which media type they are, so that DRF refuses with 406 what
nobody can give; an error is rendered as the JSON of a problem document whatever was accepted.
"""

import re
from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

_Q = re.compile(r";\s*q\s*=\s*(?P<q>0(\.[0-9]{0,3})?|1(\.0{0,3})?)\s*;", re.IGNORECASE)


class CSVFile(JSONRenderer):
    """A table, RFC 4180."""

    media_type = "text/csv"
    format = "csv"


class JSONLines(JSONRenderer):
    """A JSON value a line."""

    media_type = "application/jsonl"
    format = "jsonl"


class LinkedData(JSONRenderer):
    """JSON-LD 1.1."""

    media_type = "application/ld+json"
    format = "jsonld"


class ByQuality(DefaultContentNegotiation):
    """Chooses what the client would like best, RFC 9110, section 12.5.1: REST framework passes over the qualities.

    Of two that it likes alike the one that it names more exactly, then first, then the one that comes first with us.
    Parameters other than `q`, such as a character set, are no reason to refuse.
    """

    def select_renderer(
        self, request: Request, renderers: Sequence[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """The renderer and its media type. Raises `NotAcceptable` with what there is."""
        ranges = [one for one in request.META.get("HTTP_ACCEPT", "").split(",") if one.strip()] or ["*/*"]
        liked = [(_liking(ranges, one.media_type), one) for one in renderers]
        (quality, *_), best = max(liked, key=lambda pair: pair[0])
        if not quality:
            raise NotAcceptable(
                f"This address gives {' or '.join(one.media_type for one in renderers)}: say so in Accept."
            )
        return best, best.media_type


def _liking(ranges: Sequence[str], media_type: str) -> tuple[float, int, int]:
    """How well a media type is liked: its quality, how exactly it is named, and how early."""
    exactly = {"*/*": 0, f"{media_type.partition('/')[0]}/*": 1, media_type: 2}
    found = []
    for place, one in enumerate(ranges):
        name, _, parameters = one.partition(";")
        if (exactness := exactly.get(name.strip().lower())) is not None:
            found.append((exactness, -place, _quality(parameters)))
    if not found:
        return 0.0, 0, 0
    exactness, place, quality = max(found)
    return quality, exactness, place


def _quality(parameters: str) -> float:
    """What `q` says; 1 where it says nothing that can be read. Other parameters are not even read."""
    said = _Q.search(f";{parameters};")
    return float(said["q"]) if said else 1.0
