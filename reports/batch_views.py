"""Pages of batches: choose what is made, see how far it is, and take the ZIP."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Assessment, Client, Firm
from reports import batch_files, batches, operations
from reports.batch_forms import BatchForm
from reports.batch_models import Batch

SHOWN, EARLIER = 200, 20  # assessments to choose from, and batches


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def batch_list(request: HttpRequest) -> HttpResponse:
    """The batches of the person's firms, and the form that starts one; 404 for who works for no firm."""
    if not Firm.objects.visible_to(request.user).exists():
        raise Http404
    choices = Assessment.objects.visible_to(request.user).select_related("client", "firm").defer("result")
    matching, narrowed = _narrowed(request, choices)
    form = BatchForm(request.POST if request.method == "POST" else None, choices=choices, matching=matching)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            batch = batches.start(
                by=request.user,
                at=timezone.now(),
                assessments=given["chosen"],
                language=given["language"],
                to=given["to"],
                because=given["because"],
            )
        except operations.OperationRefused as error:
            form.add_error("assessments", str(error))
        else:
            return redirect(batch)
    ticked = set(request.POST.getlist("assessments"))
    context = {
        "form": form,
        "cases": [(case, str(case.pk) in ticked) for case in matching[:SHOWN]],
        "everything": bool(request.POST.get("everything")),
        "count": matching.count(),
        "clients": Client.objects.visible_to(request.user).order_by("name"),
        "states": Assessment.State.choices,
        "batches": Batch.objects.visible_to(request.user).with_progress().select_related("started_by")[:EARLIER],
        **narrowed,
    }
    return render(request, "reports/batch_list.html", context, status=422 if form.is_bound else 200)


def _narrowed(request: HttpRequest, choices: "QuerySet[Assessment]") -> "tuple[QuerySet[Assessment], dict[str, str]]":
    """What the filter of the page leaves, and what it says. What it does not know, it passes over."""
    client, state = request.GET.get("client", ""), request.GET.get("state", "")
    if client.isdecimal():
        choices = choices.filter(client=client)
    if state in Assessment.State.values:
        choices = choices.filter(state=state)
    return choices, {"client": client, "state": state}


def _found(request: HttpRequest, number: int) -> Any:
    return get_object_or_404(
        Batch.objects.visible_to(request.user).with_progress().select_related("started_by", "firm"), pk=number
    )


@require_safe
@login_required
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """How far a batch is, and what came of each report."""
    found = _found(request, number)
    context = {"batch": found, "items": list(found.items.without_bytes()), "done": found.size - found.open}
    response = render(request, "reports/batch.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def batch_again(request: HttpRequest, number: int) -> HttpResponse:
    """Have what failed made once more, and what nobody is at taken up."""
    found = _found(request, number)
    count = batches.go_on(by=request.user, batch=found)
    messages.success(request, "It goes on." if count else "Everything is made: there is nothing to go on with.")
    return redirect(found)


@require_safe
@login_required
def batch_zip(request: HttpRequest, number: int) -> HttpResponseBase:
    """All PDFs with an index. 404 until nothing of the batch is open: there is no ZIP with a part of it."""
    found = _found(request, number)
    if found.open:
        raise Http404
    if request.method == "GET":
        for item in found.items.without_bytes().filter(report__isnull=False):
            assert item.report is not None
            operations.log_download(report=item.report, by=request.user, at=timezone.now())
    response = FileResponse(batch_files.zipped(found), as_attachment=True, filename=f"reports-{found.pk}.zip")
    response["Cache-Control"] = "private, no-store"
    return response
