"""A logo that was uploaded with a form that is not saved yet, so that it need not be uploaded again.

It lies where drafts are kept and is forgotten as they are. The form carries a signed word for it, which is of use to
the same person for the same firm alone.
"""

from django.core import signing
from django.core.cache import caches

from assessments.models import Firm
from claims.models import Person
from reports.branding.brand import Logo
from reports.drafts import NAME

SALT = "reports.branding.logo"


def keep(logo: Logo, *, firm: Firm, by: Person) -> str:
    """Keep a logo for a while; the word by which the form gets it back."""
    kept = (logo.digest, logo.pixels, logo.width, logo.height, logo.content)
    caches[NAME].set(_key(logo.digest), kept)
    return signing.dumps([logo.digest, firm.pk, by.pk], salt=SALT)


def found(word: str, *, firm: Firm, by: Person) -> Logo | None:
    """The logo that a form carries a word for; None where the word is another's, or the logo is forgotten."""
    try:
        digest, firm_pk, person_pk = signing.loads(word, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    if (firm_pk, person_pk) != (firm.pk, by.pk):
        return None
    kept = caches[NAME].get(_key(digest))
    return Logo(*kept) if kept else None


def _key(digest: str) -> str:
    return f"logo-{digest.removeprefix('sha256:')}"
