"""From the bytes of a page to its text, in a child process with limits: what a stranger wrote is parsed nowhere else.

A page has its content, and what stands around it (`aside`): navigation, header and footer, references, advertising,
struck-out text. Both come from the whole page, since extraction of the main text loses tables. The main text, which
says whether a page has changed and is kept for editors, is what such an extraction finds.
"""

import hashlib
import json
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from claims.child import MEBIBYTE, Child, ChildError, Limits

LIMITS = Limits(seconds=10.0, cpu_seconds=10, memory=512 * MEBIBYTE)
LEAST_MAIN = 200  # characters; a shorter extraction has missed the text


class PageUnreadable(Exception):
    """The page has no text that can be read. The message is ours."""


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says: `content` and `aside` together are all of it; `main` is None where no extraction came about."""

    content: str
    aside: str = ""
    main: str | None = None

    @property
    def digest(self) -> str:
        """`sha256:` and the hex digest of the main text, spacing left out of account; empty where there is none."""
        if self.main is None:
            return ""
        return "sha256:" + hashlib.sha256(" ".join(self.main.split()).encode()).hexdigest()


class PageReader:
    """The child that reads one page. `start` loads its libraries while the page is still being fetched."""

    def __init__(self, *, limits: Limits = LIMITS) -> None:
        self._child = Child("claims.page_reader", limits=limits)

    def __enter__(self) -> Self:
        self._child.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close()

    def read(self, body: bytes, *, media_type: str, charset: str = "", seconds: float | None = None) -> PageText:
        """The text of a page, within `seconds` in all. Raises PageUnreadable.

        The whole text comes first and has to be there; the main text, which can take long, may be missing.
        """
        until = time.monotonic() + (LIMITS.seconds if seconds is None else seconds)
        header = {"media_type": media_type, "charset": charset}
        try:
            _, answer = self._child.ask({**header, "want": "whole"}, body, seconds=until - time.monotonic())
        except ChildError as error:
            raise PageUnreadable(_in_our_words(error)) from None
        whole = json.loads(answer)
        main = None
        if whole["kind"] == "html" and (left := until - time.monotonic()) > 0:
            try:
                main = self._child.ask({**header, "want": "main"}, body, seconds=left)[1].decode()
            except ChildError:
                return PageText(whole["content"], whole["aside"])
        if not main or len(main) < min(LEAST_MAIN, len(whole["content"])):
            main = whole["content"]
        return PageText(whole["content"], whole["aside"], main)


def _in_our_words(error: ChildError) -> str:
    """Why the child gave up. It repeats nothing of the page: its own messages are fixed, but we do not rely on that."""
    return {
        "timeout": "The page takes longer to read than we give it.",
        "cpu": "The page takes longer to read than we give it.",
        "memory": "The page needs more memory to read than we give it.",
        "binary": "The answer is no text.",
        "encrypted": "The PDF is encrypted.",
        "empty": "The page has no text.",
        "large": "The document is longer than we read.",
    }.get(error.reason, "The page is damaged and cannot be read.")


def read_page(body: bytes, *, media_type: str, charset: str = "", limits: Limits = LIMITS) -> PageText:
    """One page with a child of its own: see `PageReader.read`."""
    with PageReader(limits=limits) as reader:
        return reader.read(body, media_type=media_type, charset=charset)
