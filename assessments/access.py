"""Who gets at the pages of assessments: people who work for a firm, and only at their own firm's cases."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from assessments.models import Assessment, Firm
from claims.models import Person


class FirmPeopleOnly(LoginRequiredMixin):
    """Sends anonymous visitors to the login, and answers 404 to people who advise nobody."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not Firm.objects.visible_to(request.user).exists():
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    @property
    def person(self) -> Person:
        """Who asks; a person, since `dispatch` let them through."""
        assert isinstance(self.request.user, Person)
        return self.request.user


class CasePage(FirmPeopleOnly):
    """A page about one assessment, named by `reference` in the address. What one may not see does not exist."""

    def case(self) -> Assessment:
        """The assessment, or 404."""
        visible = Assessment.objects.visible_to(self.person).select_related("client", "firm", "changed_by")
        return get_object_or_404(visible, reference=self.kwargs["reference"])
