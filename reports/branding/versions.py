"""Which brand counts for the reports of a client, now or at an earlier moment. Reads; writes are in `operations.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from assessments.models import Client, Firm
from reports.brand_models import BrandVersion
from reports.branding.brand import PLAIN, Brand, for_client


@dataclass(frozen=True, slots=True)
class Counting:
    """The versions that count together, each None where nothing was ever saved."""

    firm: BrandVersion | None
    client: BrandVersion | None

    @property
    def brand(self) -> Brand:
        """What they come to."""
        return for_client(self.firm.brand if self.firm else None, self.client.brand if self.client else None)


def counting(firm: Firm, client: Client | None) -> Counting:
    """The versions that count now for a client's reports; without a client those of the firm alone."""
    versions = BrandVersion.objects
    return Counting(versions.of(firm, None).first(), versions.of(firm, client).first() if client else None)


def below(firm: Firm, client: Client | None) -> Brand:
    """What counts where the brand of a client, or without one that of the firm, says nothing."""
    return brand_of(firm, None) if client else PLAIN


def brand_of(firm: Firm, client: Client | None) -> Brand:
    """The brand of a client's reports as it is now."""
    return counting(firm, client).brand


def patterns(firm: Firm, moments: Iterable[tuple[int, datetime]]) -> list[str]:
    """The patterns for file names that counted for clients (by their keys) at moments, in one query."""
    kept: dict[int | None, list[tuple[datetime, str]]] = {}
    rows = BrandVersion.objects.filter(firm=firm).order_by("number").values_list("client", "made_at", "file_name")
    for client, made_at, pattern in rows:
        kept.setdefault(client, []).append((made_at, pattern))

    def then(client: int | None, at: datetime) -> Brand:
        said = [pattern for made, pattern in kept.get(client, ()) if made <= at]
        return Brand(file_name=said[-1] if said else "")

    return [for_client(then(None, at), then(client, at)).file_name for client, at in moments]


def kept_logo(digest: str) -> bytes | None:
    """The picture with this digest as it was saved; None where it never was."""
    found = BrandVersion.objects.filter(logo_digest=digest).values_list("logo", flat=True).first()
    return bytes(found) if found is not None else None
