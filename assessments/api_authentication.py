"""Who asks: by a token in the header `Authorization` (RFC 6750), or by a session, whose writes need the CSRF token."""

from typing import Any

from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from assessments import tokens
from assessments.callers import Caller
from claims.bearer import Secret
from claims.models import Person

REALM = 'Bearer realm="footing"'


class BearerAuthentication(BaseAuthentication):
    """A program with a token. A token that opens nothing is refused, whatever else the request brings."""

    def authenticate(self, request: Request) -> tuple[Person, Caller] | None:
        """The token's person. None where there is no token."""
        secret = _given(request)
        if secret is None:
            return None
        at = timezone.now()
        try:
            token = tokens.recognise(secret, at=at)
        except tokens.TokenRefused as refusal:
            request.refused = f', error="invalid_token", error_description="{refusal}"'  # type: ignore[attr-defined]
            raise AuthenticationFailed(str(refusal)) from None
        tokens.used(token, at=at)
        return _recognised(request, Caller(token.person, token))

    def authenticate_header(self, request: Request) -> str:
        return REALM + getattr(request, "refused", "")


class CallerBySession(SessionAuthentication):
    """Somebody who is signed in."""

    def authenticate(self, request: Request) -> tuple[Person, Caller] | None:
        """The person. Refuses a write without the CSRF token."""
        found = super().authenticate(request)
        return _recognised(request, Caller(found[0])) if found else None


@sensitive_variables("given", "text")
def _given(request: Request) -> Secret | None:
    given = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, text = given.partition(" ")
    return Secret(text.strip()) if scheme.lower() == "bearer" else None


def _recognised(request: Request, caller: Caller) -> tuple[Person, Caller]:
    request.counted_as = caller.name  # type: ignore[attr-defined]
    return caller.person, caller


class InsufficientScope(PermissionDenied):
    """A token that is good, and not for this."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"This needs a token with the scope “{scope}”, held by somebody whose role allows it.")
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{scope}"'


class MayDo(BasePermission):
    """Lets in who was recognised, and of tokens those with the scope that the view wants for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises InsufficientScope."""
        caller = request.auth
        if not isinstance(caller, Caller):
            return False
        scope = view.scope_of(request.method)
        if not caller.may(scope):
            raise InsufficientScope(scope)
        return True
