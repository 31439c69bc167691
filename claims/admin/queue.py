"""The start page of the admin: what waits, and the way from one item to the next."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from claims import operations
from claims.admin.place import Place, end_of, go_on
from claims.models import Person, SavedView, TakenItem
from claims.operations import OperationRefused
from claims.queue import EVERYTHING, LISTS, Row
from claims.queue_forms import FilterForm, ViewForm

PER_PAGE = 25
View = Callable[..., HttpResponse]


def for_the_registry(view: View) -> View:
    """For staff who may read the registry; others are sent to the login, or refused."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("claims.view_claim"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(checked)


def first_list(request: HttpRequest) -> str:
    """The list that a person begins with: what they approve, where they do not write claims themselves."""
    return "recheck" if request.user.has_perm("claims.change_claim") else "review"


def index(request: HttpRequest) -> HttpResponse:
    """The queue for people of the registry; the list of models for other staff."""
    if request.user.has_perm("claims.view_claim"):
        return _queue(request)
    return admin.site.index(request)


@require_GET
def _queue(request: HttpRequest) -> HttpResponse:
    person, at = request.user, timezone.now()
    place = Place.read(request.GET, first_list(request))
    mine = _taken(person, at)
    shows_mine = request.GET.get("list") == "mine"
    page = Paginator(place.queue.open(person, at, place.filters), PER_PAGE).get_page(request.GET.get("page"))
    tabs = [
        {"name": queue.name, "code": code, "count": queue.open(person, at).count(),
         "current": queue is place.queue and not shows_mine}
        for code, queue in LISTS.items()
    ]  # fmt: skip
    context = {
        **admin.site.each_context(request),
        "is_queue": True,
        "title": "What I have taken" if shows_mine else place.queue.name,
        "place": place,
        "tabs": tabs,
        "mine": [(LISTS[code].name, _linked(rows, Place(LISTS[code]))) for code, rows in mine.items()],
        "mine_count": sum(len(rows) for rows in mine.values()),
        "shows_mine": shows_mine,
        "rows": [] if shows_mine else _linked(place.queue.page(page.object_list, at), place),
        "page": page,
        "form": FilterForm(request.GET, of=place.queue),
        "narrowed": place.filters != EVERYTHING,
        "views": person.saved_views.all(),
        "view_form": ViewForm(),
    }
    return TemplateResponse(request, "admin/queue/index.html", context)


def _taken(person: Person, at: datetime) -> dict[str, list[Row]]:
    """What a person works on, by the code of the list; a take of what no longer waits is not shown."""
    items: dict[str, list[int]] = defaultdict(list)
    for kind, item in TakenItem.objects.held(at).filter(person=person).values_list("kind", "object_id"):
        items[kind].append(item)
    found = {code: queue.some(person, at, items[queue.kind]) for code, queue in LISTS.items() if queue.kind in items}
    return {code: rows for code, rows in found.items() if rows}


def _linked(rows: list[Row], place: Place) -> list[tuple[Row, str]]:
    """Rows with the address of their screen in this pass."""
    return [(row, place.at(row.item)) for row in rows]


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Take the first item of a list and open it."""
    return go_on(request, Place.read(request.GET, first_list(request)), timezone.now())


@require_GET
def following(request: HttpRequest) -> HttpResponse:
    """Lead to the next item, and take nothing: following a link changes nothing."""
    place = Place.read(request.GET, first_list(request))
    item = place.queue.next(request.user, timezone.now(), place.filters, place.skip)
    if item is None:
        messages.info(request, end_of(place))
        return HttpResponseRedirect(place.start)
    return HttpResponseRedirect(place.at(item))


@require_POST
def take(request: HttpRequest, kind: str, item: int) -> HttpResponse:
    """Take an item, or put it back (`release` in the form), and stay where one is."""
    verb = operations.release if "release" in request.POST else operations.take
    place = Place.read(request.GET, first_list(request))
    if kind not in TakenItem.Kind:
        raise PermissionDenied
    try:
        verb(by=request.user, at=timezone.now(), kind=kind, item=item)
    except OperationRefused as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(place.at(item) if place.queue.kind == kind else place.start)


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filter as it stands under a name."""
    place, form = Place.read(request.GET, first_list(request)), ViewForm(request.POST)
    if form.is_valid():
        name = form.cleaned_data["name"]
        operations.save_view(by=request.user, at=timezone.now(), name=name, query=place.start.partition("?")[2])
        messages.success(request, f"Saved the view {name}.")
    else:
        messages.error(request, "Give the view a name of at most 60 characters.")
    return HttpResponseRedirect(place.start)


@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a view of one's own."""
    view = get_object_or_404(SavedView, pk=pk, person=request.user)
    operations.delete_view(by=request.user, at=timezone.now(), view=view)
    messages.success(request, f"Deleted the view {view.name}.")
    return HttpResponseRedirect(reverse("admin:index"))
