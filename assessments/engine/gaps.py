"""What the evidence lacks for this client: the inputs that no published claim fills."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assessments.engine.claim import Standing
from assessments.engine.evidence import Evidence, Gap
from assessments.engine.house import House
from assessments.engine.offer import Offer


def gaps(evidence: Evidence, house: House, offers: Iterable[Offer], currency: str) -> list[dict[str, Any]]:
    """As in the result document, sorted by role.

    `code` is `expired` where a claim is past its hard stop, `no_rate` where one is in a currency without a rate, else
    `no_claim`. `assumption` is the key of the house's assumption that stands in its place, None where nothing does;
    `options` are the variants that have no total because of it.
    """
    offers = list(offers)
    found = [_gap(gap, house, offers, currency) for gap in evidence.gaps]
    return sorted(found, key=lambda gap: str(gap["role"]))


def _gap(gap: Gap, house: House, offers: list[Offer], currency: str) -> dict[str, Any]:
    role, assumption = gap.role, house.assumptions.get(gap.role.id)
    if assumption is None:
        options = [offer.variant for offer in offers if gap.lack in offer.lacks]
    elif assumption.value is None:
        options = [
            offer.variant for offer in offers if offer.variant in assumption.moves and "tco" not in offer.figures
        ]
    else:
        options = []
    return {
        "role": role.id,
        "code": _code(gap),
        "subjects": list(role.subjects),
        "metrics": list(role.metrics),
        "unit": role.unit,
        "currency": currency if role.unit == "currency" else None,
        "per": role.per,
        "scope": dict(role.scope),
        "claims": [
            claim.reference for claim, because in gap.rejected if because.code in ("expired", "other_currency_no_rate")
        ],
        "assumption": assumption.key if assumption is not None and assumption.value is not None else None,
        "options": options,
    }


def _code(gap: Gap) -> str:
    if gap.lack.standing is Standing.EXPIRED:
        return "expired"
    return "no_rate" if any(because.code == "other_currency_no_rate" for _, because in gap.rejected) else "no_claim"
