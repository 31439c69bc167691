"""The numbered evidence of an assessment: every claim it uses, then those it looked at and set aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments.engine.claim import Claim, Claims, Standing
from assessments.engine.evidence import Evidence
from assessments.engine.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Citations:
    """Claims in the order of their numbers; `used` stand behind the result, `considered` were set aside."""

    used: tuple[Claim, ...]
    considered: tuple[Claim, ...]

    def as_list(self) -> tuple[dict[str, Any], ...]:
        """As in the result document."""
        return tuple(
            {"n": n, "claim": claim.reference, "digest": claim.digest, "used": n <= len(self.used)}
            for n, claim in enumerate((*self.used, *self.considered), start=1)
        )


def citations(claims: Claims, ledger: Ledger, named: Iterable[str], evidence: Evidence, as_of: date) -> Citations:
    """Claims behind figures first, in the order of the figures, then those that rules and notices name (`slug@n`).

    Last of the used come those that a rule read without applying. A claim past its hard stop that a rule asked for
    stands with those set aside: the result rests on its not being usable.
    """
    figures = [figure.origin.reference for figure in ledger if figure.origin.kind == "claim"]
    read = {claim.reference: claim.standing(as_of) is Standing.USABLE for claim in claims.asked()}
    used = dict.fromkeys([*figures, *named, *(reference for reference, usable in read.items() if usable)])
    looked_at = dict.fromkeys([*(ruling.claim.reference for ruling in evidence.set_aside), *read])
    by_reference = {claim.reference: claim for claim in claims}
    return Citations(
        tuple(by_reference[reference] for reference in used),
        tuple(by_reference[reference] for reference in looked_at if reference not in used),
    )
