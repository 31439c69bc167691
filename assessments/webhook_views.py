"""Pages: where a firm's other systems are told what happened. For its admins; for others they do not exist."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from assessments.access import FirmPeopleOnly
from assessments.models import Firm, WebhookDelivery, WebhookEndpoint
from assessments.webhook_forms import EndpointForm
from assessments.webhooks import endpoints
from claims.operations import OperationRefused

PAGE_SIZE = 50


class WebhookPage(FirmPeopleOnly, View):
    """A page for admins of firms. It is kept by nobody on the way."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def endpoint(self) -> WebhookEndpoint:
        """The endpoint that the address names, or 404."""
        found = WebhookEndpoint.objects.managed_by(self.person).select_related("firm")
        return get_object_or_404(found, pk=self.kwargs["endpoint"])

    def delivery(self) -> WebhookDelivery:
        """The delivery that the address names, or 404."""
        mine = WebhookEndpoint.objects.managed_by(self.person)
        found = WebhookDelivery.objects.filter(endpoint__in=mine).select_related("endpoint__firm", "event")
        return get_object_or_404(found, pk=self.kwargs["delivery"])


class EndpointList(WebhookPage):
    """The endpoints of each firm that one is an admin of."""

    def get(self, request: HttpRequest) -> HttpResponse:
        firms = list(Firm.objects.managed_by(self.person))
        if not firms:
            raise Http404
        taken = Max("deliveries__attempts__at", filter=Q(deliveries__attempts__status__range=(200, 299)))
        found = WebhookEndpoint.objects.managed_by(self.person).annotate(taken_at=taken).prefetch_related("topics")
        rows = [(firm, [one for one in found if one.firm_id == firm.pk]) for firm in firms]
        context = {"firms": rows, "most": endpoints.MOST_ENDPOINTS}
        return render(request, "webhooks/list.html", context)


class EndpointAdd(WebhookPage):
    """A new endpoint; the answer shows its secret once."""

    def firm(self) -> Firm:
        """The firm that the address names, or 404."""
        return get_object_or_404(Firm.objects.managed_by(self.person), slug=self.kwargs["firm"])

    def get(self, request: HttpRequest, firm: str) -> HttpResponse:
        return self.page(self.firm(), EndpointForm())

    def post(self, request: HttpRequest, firm: str) -> HttpResponse:
        owner, form = self.firm(), EndpointForm(request.POST)
        if form.is_valid():
            try:
                made, secret = endpoints.add(by=self.person, at=timezone.now(), firm=owner, **form.cleaned_data)
            except OperationRefused as refusal:
                form.add_error(refusal.field, refusal.message)
            else:
                return _secret_page(request, made, secret)
        return self.page(owner, form)

    def page(self, firm: Firm, form: EndpointForm) -> HttpResponse:
        """The form."""
        context = {"firm": firm, "form": form, "endpoint": None}
        return render(self.request, "webhooks/form.html", context, status=422 if form.errors else 200)


class EndpointChange(WebhookPage):
    """Another address, other events, other topics."""

    def get(self, request: HttpRequest, endpoint: int) -> HttpResponse:
        found = self.endpoint()
        return self.page(found, EndpointForm.of(found))

    def post(self, request: HttpRequest, endpoint: int) -> HttpResponse:
        found, form = self.endpoint(), EndpointForm(request.POST)
        if form.is_valid():
            try:
                endpoints.change(by=self.person, at=timezone.now(), endpoint=found, **form.cleaned_data)
            except OperationRefused as refusal:
                form.add_error(refusal.field, refusal.message)
            else:
                messages.success(request, "The endpoint is changed.")
                return redirect(found)
        return self.page(found, form)

    def page(self, endpoint: WebhookEndpoint, form: EndpointForm) -> HttpResponse:
        """The form."""
        context = {"firm": endpoint.firm, "form": form, "endpoint": endpoint}
        return render(self.request, "webhooks/form.html", context, status=422 if form.errors else 200)


class EndpointPage(WebhookPage):
    """One endpoint: what it is told of, how it stands, what was sent to it, and who did what."""

    def get(self, request: HttpRequest, endpoint: int) -> HttpResponse:
        found = self.endpoint()
        at = timezone.now()
        sent = found.deliveries.select_related("event").prefetch_related(Prefetch("attempts", to_attr="tried"))
        context = {
            "endpoint": found,
            "events": [words for name, words in endpoints.CHOICES if name in found.events],
            "topics": found.topics.order_by("name"),
            "two_secrets": found.previous_counts(at),
            "page": Paginator(sent, PAGE_SIZE).get_page(request.GET.get("page")),
            "rests": found.rests_until is not None and found.rests_until > at,
            "acts": found.acts.select_related("by"),
        }
        return render(request, "webhooks/endpoint.html", context)


class DeliveryPage(WebhookPage):
    """One delivery: what is sent, and each attempt with its answer."""

    def get(self, request: HttpRequest, delivery: int) -> HttpResponse:
        found = self.delivery()
        context = {"delivery": found, "endpoint": found.endpoint, "attempts": found.attempts.all()}
        return render(request, "webhooks/delivery.html", context)


class EndpointRotate(WebhookPage):
    """A new secret, which the answer shows once."""

    def post(self, request: HttpRequest, endpoint: int) -> HttpResponse:
        found = self.endpoint()
        try:
            made, secret = endpoints.rotate(by=self.person, at=timezone.now(), endpoint=found)
        except OperationRefused as refusal:  # somebody deleted it a moment ago
            messages.error(request, refusal.message)
            return redirect("webhooks:list")
        return _secret_page(request, made, secret)


class EndpointAct(WebhookPage):
    """One of the acts that need nothing but a press of a button."""

    act: Callable[..., Any]
    said = ""

    def post(self, request: HttpRequest, endpoint: int) -> HttpResponse:
        found = self.endpoint()
        try:
            done = type(self).act(by=self.person, at=timezone.now(), endpoint=found)
        except OperationRefused as refusal:
            messages.error(request, refusal.message)
            return redirect(found)
        messages.success(request, self.said)
        return self.after(done, found)

    def after(self, done: Any, endpoint: WebhookEndpoint) -> HttpResponse:
        """Where one is led."""
        return redirect(endpoint)


class EndpointPause(EndpointAct):
    """Send it nothing for a while."""

    act = staticmethod(endpoints.pause)
    said = "The endpoint is paused. What happens until you switch it on again is not sent to it."


class EndpointResume(EndpointAct):
    """Send to it again."""

    act = staticmethod(endpoints.resume)
    said = "The endpoint is active. It is told of what happens from now on."


class EndpointTest(EndpointAct):
    """Send it a test."""

    act = staticmethod(endpoints.test)
    said = "A test is on its way. Load this page again to see what came of it."

    def after(self, done: WebhookDelivery, endpoint: WebhookEndpoint) -> HttpResponse:
        """To what was sent."""
        return redirect(done)


class EndpointDelete(EndpointAct):
    """Send it nothing any more."""

    act = staticmethod(endpoints.delete)
    said = "The endpoint is deleted."

    def after(self, done: None, endpoint: WebhookEndpoint) -> HttpResponse:
        """To the others."""
        return redirect("webhooks:list")


class DeliveryAgain(WebhookPage):
    """Send a delivery once more."""

    def post(self, request: HttpRequest, delivery: int) -> HttpResponse:
        found = self.delivery()
        try:
            endpoints.again(by=self.person, at=timezone.now(), delivery=found)
        except OperationRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "It is on its way again. Load this page again to see what came of it.")
        return redirect(found)


def _secret_page(request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    return render(request, "webhooks/secret.html", {"endpoint": endpoint, "secret": secret})
