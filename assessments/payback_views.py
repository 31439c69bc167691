"""The public payback page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assessments import payback_page
from assessments.engine.payback import Terms


def payback(request: HttpRequest) -> HttpResponse:
    """The published band beside today's prices, by the terms in the address; wrong ones are named and not used."""
    form = payback_page.TermsForm(request.GET)
    terms = form.terms() if form.is_valid() else Terms()
    return render(
        request,
        "assessments/payback.html",
        {"form": form, "page": payback_page.page(terms, as_of=timezone.localdate())},
    )
