"""Keys of the API as they are written: how one looks, what is kept of it, and how it stays out of what others read.

A key is `footing_`, 43 random letters and digits (256 bits), and a checksum of 6, so that a scanner of repositories and
mailboxes knows one without asking us. With so much chance in it a plain SHA-256 keeps it as well as any slow hash would:
what a slow hash defends against is a list of likely secrets, and there is none.
"""

import hashlib
import re
import secrets
import string
import zlib

from django.views.decorators.debug import sensitive_variables

PREFIX = "footing_"
BITS = 256
RANDOM, CHECKSUM = 43, 6  # letters and digits: 62 ** 43 > 2 ** 256, 62 ** 6 > 2 ** 32
LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
HIDDEN = f"{PREFIX}…"
WRITTEN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM + CHECKSUM}}}")
# What somebody may have sent as one, cut off or mistyped: more is hidden than is a key.
_LIKE = re.compile(r"footing(?:_|%5f)[0-9A-Za-z]{16,}", re.IGNORECASE)


class Secret:
    """A key that somebody holds. It shows itself to nobody but who asks for its `text`: no log, no report of an error."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    @property
    def is_well_formed(self) -> bool:
        """Whether it was made here, as far as can be told by looking at it."""
        return bool(WRITTEN.fullmatch(self.text)) and self.text == PREFIX + _with_checksum(
            self.text[len(PREFIX) : -CHECKSUM]
        )

    @property
    def digest(self) -> str:
        """What is kept of it: its SHA-256, as hex digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def beginning(self) -> str:
        """Enough of it to tell one from another in a list, and no more: 24 of its 256 bits."""
        return self.text[: len(PREFIX) + 4]


def make() -> Secret:
    """A new key."""
    return Secret(PREFIX + _with_checksum(_in_letters(secrets.randbits(BITS), RANDOM)))


def hidden(text: str) -> str:
    """A text without the keys in it."""
    return _LIKE.sub(HIDDEN, text)


@sensitive_variables("random")
def _with_checksum(random: str) -> str:
    return random + _in_letters(zlib.crc32((PREFIX + random).encode()), CHECKSUM)


@sensitive_variables("number", "found", "rest")
def _in_letters(number: int, width: int) -> str:
    found = ""
    for _ in range(width):
        number, rest = divmod(number, len(LETTERS))
        found = LETTERS[rest] + found
    return found
