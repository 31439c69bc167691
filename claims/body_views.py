"""The page of a body of evidence: every claim on one question side by side, and how far they are to be trusted together."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from claims import bodies, forest
from claims.bodies import Body, Plot
from claims.models import Metric, Subject


@require_safe
def body(request: HttpRequest, metric: str, subject: str) -> HttpResponse:
    """The claims on a metric of a subject, with the judgements of their certainty and their conflicts."""
    on = timezone.localdate()
    found = bodies.body(
        get_object_or_404(Subject, slug=subject),
        get_object_or_404(Metric.objects.select_related("family"), slug=metric),
        on=on,
    )
    return render(
        request,
        "claims/body.html",
        {
            "body": found,
            "summary": summary(found),
            "plots": [_drawn(found, plot, number) for number, plot in enumerate(found.plots, start=1)],
            "conflicts": [
                (conflict, found.documents.get(conflict.first.slug), found.documents.get(conflict.second.slug))
                for conflict in found.conflicts
            ],
            "judge_url": _judge_url(request, found),
        },
    )


def _judge_url(request: HttpRequest, found: Body) -> str | None:
    if not (request.user.is_staff and request.user.has_perm("claims.add_certaintyjudgement")):
        return None
    address = reverse("admin:claims_certaintyjudgement_add")
    return f"{address}?subject={found.subject.slug}&metric={found.metric.slug}"


def summary(found: Body) -> str:
    """The page in a sentence."""
    if not found.count:
        return "No claim is published on this question"
    claims = "1 claim" if found.count == 1 else f"{found.count} claims"
    if not found.plots:
        return f"{claims}, and no two figures that can be laid side by side"
    shown = len(found.plots[0].entries)
    whole = claims if shown == found.count else f"{shown} of {claims}"
    contested = f", {found.contested} of them contested" if found.contested else ""
    return f"{whole}, {_reach(*found.plots[0].reach)}{contested}"


def _reach(low: str | None, high: str | None) -> str:
    match low, high:
        case None, None:
            return "open at both ends"
        case None, _:
            return f"up to {high} and open below"
        case _, None:
            return f"from {low} upwards, open above"
    return f"from {low} to {high}"


def _drawn(found: Body, plot: Plot, number: int) -> dict[str, Any]:
    title = f"{found.metric.name}, {found.subject.name}: {len(plot.entries)} claims in {plot.counted_in}"
    rows = (
        f"{entry.source['publisher']}: {entry.compared_text or entry.document['value']['text']}"
        f"{', contested' if entry.is_contested else ''}"
        for entry in plot.entries
    )
    described = f"{'Logarithmic scale. ' if plot.scale.logarithmic else ''}{'; '.join(rows)}."
    return {
        "plot": plot,
        "title": title,
        **{
            name: SafeString(
                forest.draw(plot, chart_id=f"forest-{number}-{name}", title=title, description=described, width=width)
            )
            for name, width in (("wide", forest.WIDE), ("narrow", forest.NARROW))
        },
    }
