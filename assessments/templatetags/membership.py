"""What a page may offer to a person, by their roles in firms."""

from django import template
from django.contrib.auth.models import AnonymousUser

from assessments.models import Membership
from claims.models import Person

register = template.Library()


@register.simple_tag
def roles_in_firms(user: Person | AnonymousUser | str | None) -> frozenset[str]:
    """The roles of a person in any firm; none for a visitor, and where a page is rendered without a user."""
    if not isinstance(user, Person):
        return frozenset()
    return frozenset(Membership.objects.filter(person=user).values_list("role", flat=True))
