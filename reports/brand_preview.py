"""A draft in a brand that is not saved: the newest judged case of whom the brand is for, else the sample."""

from datetime import datetime

from assessments.models import Assessment, Client, Firm
from claims.models import Person
from reports import document, operations
from reports.branding.brand import Brand, over
from reports.branding.versions import below
from reports.case import Case
from reports.drafts import Written
from reports.sample_case import sample


def preview(
    *, firm: Firm, client: Client | None, brand: Brand, language: str, by: Person, at: datetime
) -> tuple[Written, str]:
    """The draft, and the reference of its case. Stores what a draft stores. Raises what `operations.write_draft` raises."""
    case = _case(firm, client, over(below(firm, client), brand), language, by, at)
    return operations.write_draft(case=case, at=at), case.reference


def _case(firm: Firm, client: Client | None, brand: Brand, language: str, by: Person, at: datetime) -> Case:
    judged = Assessment.objects.filter(firm=firm, state=Assessment.State.FINAL)
    if client:
        judged = judged.filter(client=client)
    newest = judged.select_related("client", "firm").order_by("-finalised_at", "-pk").first()
    if newest is not None and newest.as_of is not None:
        return document.stored(newest, as_of=newest.as_of, language=language, brand=brand)
    named = client.name if client else ""
    author = by.get_full_name() or by.get_username()
    return sample(at=at, language=language, firm=firm.name, client=named, author=author, brand=brand)
