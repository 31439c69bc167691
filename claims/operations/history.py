"""The proof that history is whole."""

from claims import projection
from claims.models import Revision


def verify_chain() -> list[str]:
    """Walk the whole revision chain; one sentence for each link that does not hold, none where all do."""
    broken: list[str] = []
    previous, expected = "", 1
    for revision in Revision.objects.order_by("sequence").select_related("claim").iterator():
        name = f"{revision.claim.slug}@{revision.number} (link {revision.sequence})"
        if revision.sequence != expected:
            broken.append(f"{name}: link {expected} is missing.")
        if revision.previous_digest != previous:
            broken.append(f"{name}: does not name the revision before it.")
        body = revision.body
        if projection.canonical(body) != revision.document:
            broken.append(f"{name}: the document is not in canonical form.")
        if (
            body.get("digest") != revision.digest
            or projection.digest(body, revision.previous_digest) != revision.digest
        ):
            broken.append(f"{name}: the digest does not match the document.")
        if tuple(body.get(key) for key in ("slug", "revision", "state")) != (
            revision.claim.slug,
            revision.number,
            revision.state,
        ):
            broken.append(f"{name}: the document speaks of another revision.")
        previous, expected = revision.digest, revision.sequence + 1
    return broken
