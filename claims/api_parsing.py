"""Reads JSON that was sent to us, or says what is wrong with it: whatever the bytes are, the answer is never a 500."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any

import orjson
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

LARGEST = 256 * 1024
"""Bytes of a body that are read at most: five hundred of the longest references fit in three times over."""


class TooLarge(APIException):
    """A body that is larger than anything this address takes."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = f"The body is larger than {LARGEST // 1024} KiB."


class StrictJSONParser(BaseParser):
    """JSON in UTF-8 as RFC 8259 and RFC 7493 (I-JSON) have it: no key twice, no half of a character, no endless depth."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value. Raises `TooLarge` and `ParseError`."""
        # One byte more than is taken: a length that was announced proves nothing.
        content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TooLarge
        try:
            # The first reader refuses what is no JSON, is nested too deep or is no Unicode; the second tells keys apart.
            orjson.loads(content)
            return json.loads(content, object_pairs_hook=_once, parse_int=_whole)
        except orjson.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise ParseError(f"The body is not JSON in UTF-8: {error.msg} ({place}).") from None
        except RecursionError:
            raise ParseError("The body is nested too deep.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ParseError(f"The key “{key[:80]}” stands in one object twice.")
        found[key] = value
    return found


def _whole(digits: str) -> int:
    """A whole number that other programs read as the same one."""
    if len(digits) > 20 or abs(int(digits)) >= 2**63:
        raise ParseError(f"The number {digits[:20]}… is too large.")
    return int(digits)
