"""How often somebody wants the letter of what is due to them. Everybody chooses for themselves."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from claims import operations
from claims.queue_forms import DigestForm


def digest(request: HttpRequest) -> HttpResponse:
    """Show the choice and keep it."""
    form = DigestForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        operations.choose_digest(by=request.user, at=timezone.now(), digest=form.cleaned_data["digest"])
        messages.success(request, "Your choice is kept.")
        return HttpResponseRedirect(reverse("admin:index"))
    context = {**admin.site.each_context(request), "title": "The letter of what is due", "form": form}
    return TemplateResponse(request, "admin/queue/digest.html", context)
