"""The secret key of an installation that was given none: made once, kept in a file only its owner can read."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def kept_in(path: Path) -> str:
    """Return the key in the file, after writing a new one if there is none.

    The key is written aside and linked into place, so that of two processes that start together both use the same one
    and neither reads half of it.
    """
    if not path.exists():
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(get_random_secret_key())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # somebody else was first: theirs is the key
        finally:
            aside.unlink()
    return path.read_text(encoding="ascii").strip()
