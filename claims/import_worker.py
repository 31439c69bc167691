"""The child that opens a file of claims somebody sent. Run as `python -m claims.import_worker MEMORY`.

It answers with the rows that are not known already, as the file holds them, and with what else the file has. It
judges nothing, knows no database, and evaluates no formula.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from claims.child import limit_memory, serve

if __name__ == "__main__":
    limit_memory()

import orjson

from claims.registry_files import FileError, rows_of
from claims.sheet_cells import Formula

READING = b"footing import 1"
"""Goes into the digest of a row: another number, where rows come to be read in another way."""
DIGEST_SIZE = 32
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


def read(header: dict[str, Any], bodies: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    """`header["name"]` is the file's name; the bodies are its content and the digests known, one after the other.

    The answer's header counts claims that are `unchanged` and the records of other kinds; it names the claims that
    stand there `twice`, as `[row, slug]`, and the `formulas`, as `[row, slug, column, text]`, whose rows are left out.
    Its body is a JSON list of `[row, digest, cells]`.
    """
    content, digests = bodies
    known = {digests[start : start + DIGEST_SIZE] for start in range(0, len(digests), DIGEST_SIZE)}
    rows: list[bytes] = []
    others: Counter[str] = Counter()
    unchanged = 0
    slugs: set[str] = set()
    twice: list[tuple[int, str]] = []
    formulas: list[tuple[int, str, str, str]] = []
    try:
        for kind, number, cells in rows_of(header["name"], content)[0]:
            if kind != "claims":
                others[kind] += 1
                continue
            slug = str(cells.get("slug", "")).strip()
            if slug in slugs:
                twice.append((number, slug))
            slugs.add(slug)
            computed = [(number, slug, column, text) for column, text in cells.items() if isinstance(text, Formula)]
            if computed:
                formulas += computed
                continue
            packed = _packed(cells)
            digest = hashlib.blake2b(packed, digest_size=DIGEST_SIZE, key=READING).digest()
            if digest in known:
                unchanged += 1
            else:
                rows.append(b'[%d,"%s",%s]' % (number, digest.hex().encode(), packed))
    except FileError as error:
        return {"error": str(error), "reason": "refused"}, b""
    except RecursionError:
        return {"error": "The file is nested too deeply.", "reason": "refused"}, b""
    found = {"unchanged": unchanged, "twice": twice, "formulas": formulas, "others": others}
    return found, b"[" + b",".join(rows) + b"]"


def _packed(cells: dict[str, Any]) -> bytes:
    """The cells of a row as canonical JSON: the same for the same content, in whatever order the columns stand."""
    try:
        return orjson.dumps(cells, default=_plain, option=_OPTIONS)
    except TypeError:  # a number of more than 64 bits, half of a character
        return json.dumps(cells, sort_keys=True, default=_plain, separators=(",", ":")).encode()


def _plain(value: Any) -> str:
    """A day as its date, also where a sheet makes it a moment; whatever else a sheet holds as its text."""
    return value.date().isoformat() if isinstance(value, datetime) else str(value)


if __name__ == "__main__":
    serve(read)
