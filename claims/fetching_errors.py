"""How looking at a source can end without a page. Every message is ours: nothing that came back is repeated in one."""

from claims.models import Visit


class FetchError(Exception):
    """No page was fetched. `finding` is a `Visit.Finding`; `note` says what happened, in our words."""

    finding: Visit.Finding = Visit.Finding.UNREACHABLE

    def __init__(self, note: str, *, http_status: int | None = None, final_url: str = "") -> None:
        super().__init__(note)
        self.note = note
        self.http_status = http_status
        self.final_url = final_url


class Unreachable(FetchError):
    """Nobody answered, or not now: no name, no connection, no TLS, a fault of the server."""


class Gone(FetchError):
    """The server says that there is no such page."""

    finding = Visit.Finding.GONE


class Refused(FetchError):
    """The server does not show the page to us."""

    finding = Visit.Finding.REFUSED


class ForbiddenAddress(FetchError):
    """The address, or one it leads to, is not on the public network."""

    finding = Visit.Finding.FORBIDDEN_ADDRESS


class KeptOut(FetchError):
    """The site asks robots to stay out."""

    finding = Visit.Finding.ROBOTS


class TooMuch(FetchError):
    """More bytes, or more time, than we give."""

    finding = Visit.Finding.TOO_MUCH


class Unreadable(FetchError):
    """An answer that breaks the protocol, or is of a kind that we do not read."""

    finding = Visit.Finding.UNREADABLE


class Busy(Exception):
    """Somebody else is asking this host at the moment. Nothing was asked, so there is nothing to record."""
