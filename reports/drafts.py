"""PDFs of drafts, kept under the digest of all that their bytes come from.

The same case gives the same bytes (`document.draft_date`), so an unchanged draft need not be rendered again. The key
covers everything in the case and everything of ours that turns it into a file: templates, stylesheets, fonts, wording,
code and the versions of the libraries. Whatever changes one of these changes the key; nothing has to be thrown away.
"""

import hashlib
import json
import logging
import pickle
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches

from reports import manifest

NAME = "drafts"
LIBRARIES = ("django", "fonttools", "jinja2", "markupsafe", "pydyf", "segno", "tinycss2", "tinyhtml5", "weasyprint")
MAKERS = (
    "assessments/**/*.py",
    "assessments/**/*.yaml",
    "claims/**/*.py",
    "reports/**/*.py",
    "reports/**/*.yaml",
    "*/locale/**/*.mo",
    "templates/reports/**/*.html",
    "static/css/report*.css",
    "static/fonts/*.ttf",
    "static/img/report-*.svg",
)
"""Files that a draft's bytes come from. Too many cost a rendering after an update; one too few would cost the truth."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A PDF with its digest, its seal and the bytes of its manifest. `notes`: what consultants should know of it."""

    content: bytes
    digest: str
    seal: str
    manifest: bytes
    pages: int
    notes: tuple[str, ...] = ()


def key(*parts: Any) -> str:
    """The digest of what a draft is made from: its case, and whatever else decides how it looks."""
    text = json.dumps([makers(), *parts], sort_keys=True, allow_nan=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def kept(name: str) -> Written | None:
    """What was rendered under this key; None where nothing is kept, or not the bytes that were put there."""
    try:
        entry = caches[NAME].get(name)
    except (zlib.error, pickle.PickleError):  # the disk lost a part of it
        return None
    if entry is None:
        return None
    content, digest, seal, evidence, pages, notes = entry
    if manifest.file_digest(content) != digest:
        return None
    return Written(content, digest, seal, evidence, pages, notes)


def keep(name: str, written: Written) -> None:
    """Keep a rendered draft for the next who asks. The cache is bounded and forgets on its own."""
    try:
        parts = (written.content, written.digest, written.seal, written.manifest, written.pages, written.notes)
        caches[NAME].set(name, parts)
    except OSError as error:  # a full disk costs the next one a rendering, and this one nothing
        logger.warning("A draft could not be kept: %s", error)


@cache
def makers() -> str:
    """The digest of our files and library versions behind a draft, read once for each process."""
    found = hashlib.sha256()
    for library in LIBRARIES:
        found.update(f"{library} {version(library)}\n".encode())
    paths = {path for pattern in MAKERS for path in Path(settings.BASE_DIR).glob(pattern)}
    for path in sorted(paths):
        found.update(f"{path.relative_to(settings.BASE_DIR)} {path.stat().st_size}\n".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _plain(part: Any) -> Any:
    """What JSON does not know, as what it knows. Raises TypeError for what is not sure to be told apart."""
    if is_dataclass(part) and not isinstance(part, type):
        return {one.name: getattr(part, one.name) for one in fields(part)}
    if isinstance(part, Mapping):
        return dict(part)
    if isinstance(part, bytes):
        return {"bytes": hashlib.sha256(part).hexdigest()}
    if isinstance(part, date):
        return {"date": part.isoformat()}
    raise TypeError(f"{type(part).__name__} cannot be part of what a draft is known by")
