"""What can be done with a brand: save the next version, bring an earlier one back. Nothing is ever changed or deleted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from assessments.models import Client, Firm
from claims.models import Person
from claims.operations import OperationRefused
from reports.brand_models import TEXTS, BrandVersion
from reports.branding import rules
from reports.branding.brand import Brand, for_client
from reports.branding.versions import below

COLLIDED = "Somebody else has saved the brand in the meantime. Open it in another tab, then save yours on top of it."


class BrandRefused(OperationRefused):
    """A brand cannot be saved as it is. `faults`: sentences by field; of words the field is `words.<passage>`."""

    def __init__(self, faults: Mapping[str, list[str]]) -> None:
        self.faults = faults
        super().__init__(" ".join(f"{field}: {' '.join(sentences)}" for field, sentences in faults.items()))


def check(*, firm: Firm, client: Client | None, brand: Brand) -> None:
    """Raises BrandRefused for what a brand may not say, alone or with what stands below and above it."""
    found = rules.faults(brand, below=below(firm, client))
    if client is None and not found:
        found = _faults_of_clients(firm, brand)
    if found:
        raise BrandRefused(rules.by_field(found))


def _faults_of_clients(firm: Firm, brand: Brand) -> list[rules.Fault]:
    """Where the colours of a firm's brand, together with those that a client has of its own, could not be read."""
    newest: dict[int | None, BrandVersion] = {}
    versions = BrandVersion.objects.filter(firm=firm, client__isnull=False).select_related("client").defer("logo")
    for version in versions.order_by("number"):
        newest[version.client_id] = version
    return [
        (field, f"With the colours of {version.client}: {fault}")
        for version in newest.values()
        if version.accent or version.ink
        for field, fault in rules.contrast_faults(
            for_client(brand, Brand(accent=version.accent, ink=version.ink)), said=brand
        )
    ]


def save(
    *,
    by: Person,
    at: datetime,
    firm: Firm,
    client: Client | None = None,
    brand: Brand,
    restores: int | None = None,
    seen: int | None = None,
) -> BrandVersion:
    """The next version of a firm's brand, or of what one client has instead; the newest one where it says the same.

    `restores`: the number of the version that it brings back; `seen`: that of the newest one that whoever saves has
    seen, 0 for none. Raises BrandRefused; OperationRefused where somebody has saved another in the meantime, for whoever
    is no admin of the firm, and for the client of another firm.
    """
    if not Firm.objects.managed_by(by).filter(pk=firm.pk).exists():
        raise OperationRefused(f"{by.get_username()} is no admin of {firm}: only its admins change its brand.")
    if client is not None and client.firm_id != firm.pk:
        raise OperationRefused(f"{client} is no client of {firm}.")
    brand = tidied(brand)
    check(firm=firm, client=client, brand=brand)
    newest = BrandVersion.objects.of(firm, client).first()
    if newest is not None and newest.brand == brand:
        return newest
    try:
        with transaction.atomic():
            Firm.objects.select_for_update().get(pk=firm.pk)
            last = BrandVersion.objects.of(firm, client).aggregate(last=Max("number"))["last"] or 0
            if seen is not None and seen != last:
                raise OperationRefused(COLLIDED)
            return BrandVersion.objects.create(
                firm=firm, client=client, number=last + 1, made_by=by, made_at=at, restores=restores, **_columns(brand)
            )
    except IntegrityError as error:
        raise OperationRefused(COLLIDED) from error


def restore(*, by: Person, at: datetime, version: BrandVersion) -> BrandVersion:
    """Bring an earlier version back as the next one. Raises what `save` raises."""
    return save(by=by, at=at, firm=version.firm, client=version.client, brand=version.brand, restores=version.number)


def tidied(brand: Brand) -> Brand:
    """Without blanks around, colours in small letters, and without words that say nothing."""
    said: dict[str, Any] = {name: getattr(brand, name).strip() for name in TEXTS}
    said |= {name: said[name].lower() for name in ("accent", "ink")}
    said["disclaimer"] = said["disclaimer"].replace("\r\n", "\n")
    words = {name: text for name, template in brand.words.items() if (text := template.replace("\r\n", "\n").strip())}
    return Brand(**said, logo=brand.logo, words=words)


def _columns(brand: Brand) -> dict[str, Any]:
    columns: dict[str, Any] = {name: getattr(brand, name) for name in TEXTS} | {"words": dict(brand.words)}
    if brand.logo:
        columns |= {
            "logo": brand.logo.content,
            "logo_digest": brand.logo.digest,
            "logo_pixels": brand.logo.pixels,
            "logo_width": brand.logo.width,
            "logo_height": brand.logo.height,
        }
    return columns
