"""The throttle of `claims/throttling.py` in views of REST framework: asked before the view, told in every answer."""

from typing import Any

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from claims import throttling
from claims.throttling import Spent


class Throttle(BaseThrottle):
    """Counts a request for whom the authentication recognised (`counted_as`), else for its address."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.spent = spent_by(request)
        return self.spent.allowed

    def wait(self) -> float:
        return self.spent.seconds_left


class RateLimited:
    """A view whose every answer says how much is left. Who is not recognised, or may not, is counted and refused too."""

    def perform_authentication(self, request: Request) -> None:
        """Ask the throttle at once: a wrong key costs its address as much as a right one would."""
        try:
            super().perform_authentication(request)  # type: ignore[misc]
        finally:
            self.check_throttles(request)  # type: ignore[attr-defined]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Put the fields on."""
        answer: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        for name, value in spent_by(request).fields.items():
            answer[name] = value
        return answer


def spent_by(request: Request) -> Spent:
    """What a request was counted as; counted now where it was not yet."""
    spent: Spent | None = getattr(request, "spent", None)
    if spent is None:
        caller = getattr(request, "counted_as", "")
        spent = request.spent = throttling.spend(request._request, caller=caller)  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own request, which DRF wraps
    return spent
