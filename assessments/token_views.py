"""Pages of tokens: making one, which shows its key once; one's own; those of the firm for its admins; revoking."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from assessments import tokens
from assessments.models import Firm, Membership, Token
from assessments.token_forms import TokenForm
from claims.bearer import Secret
from claims.models import Person
from claims.operations import OperationRefused


class MembersOnly(LoginRequiredMixin):
    """Sends anonymous visitors to the login, and answers 404 to people who belong to no firm."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not Membership.objects.filter(person_id=request.user.pk).exists():
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    @property
    def person(self) -> Person:
        """Who asks; a person, since `dispatch` let them through."""
        assert isinstance(self.request.user, Person)
        return self.request.user


class TokenList(MembersOnly, View):
    """One's own tokens, those of others in the firms that one manages, and the form for a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(TokenForm(person=self.person, today=timezone.now().date()))

    def post(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        form = TokenForm(request.POST, person=self.person, today=at.date())
        if form.is_valid():
            given = form.cleaned_data
            try:
                token, secret = tokens.make(
                    by=self.person,
                    at=at,
                    membership=form.chosen,
                    name=given["name"],
                    scopes=given["scopes"],
                    expires_on=given["expires_on"],
                )
            except OperationRefused as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                return self.page(TokenForm(person=self.person, today=at.date()), made=token, secret=secret)
        return self.page(form)

    def page(self, form: TokenForm, *, made: Token | None = None, secret: Secret | None = None) -> HttpResponse:
        """The lists with the form. The page with a key is kept by nobody."""
        today = timezone.now().date()
        listed = Token.objects.select_related("person", "firm", "membership", "revoked_by")
        managed = Firm.objects.managed_by(self.person)
        context = {
            "form": form,
            "made": made,
            "secret": secret,
            "own": [(one, one.state_on(today)) for one in listed.filter(person=self.person)],
            "others": [
                (one, one.state_on(today) if one.person.is_active else Token.State.ENDED)
                for one in listed.filter(firm__in=managed).exclude(person=self.person)
            ],
            "manages": managed.exists(),
            "advises": Firm.objects.visible_to(self.person).exists(),
            "api": self.request.build_absolute_uri(reverse("api-assessment-list")),
        }
        status = 422 if form.errors else 200
        response = render(self.request, "assessments/token_list.html", context, status=status)
        response["Cache-Control"] = "private, no-store"
        return response


class TokenRevoke(MembersOnly, View):
    """End a token: one's own, or one of a firm that one manages. Another's does not exist."""

    def post(self, request: HttpRequest, token: int) -> HttpResponse:
        found = get_object_or_404(Token.objects.revocable_by(self.person), pk=token)
        try:
            tokens.revoke(by=self.person, at=timezone.now(), token=found)
        except OperationRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The token “{found.name}” is revoked: it opens nothing any more.")
        return redirect("tokens")
