"""Pages: which version of a report, with which sections in which order, and the choices that a firm keeps."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments.models import Assessment
from reports import gate, saved_layouts
from reports.access import case_of
from reports.forms import LayoutForm, SaveLayoutForm
from reports.layout_models import SavedLayout
from reports.layouts import CUSTOM, NAMED, NAMES, ROWS, Layout
from reports.saved_layouts import OperationRefused
from reports.section_choice import DOWN, UP, moved, rows
from reports.sections import BY_SLUG
from reports.words import words


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def version(request: HttpRequest, reference: str) -> HttpResponse:
    """The versions of a case's report, the list of sections for one of one's own, and what the firm has saved.

    An address names a version as that of a draft does: `language`, `layout`, `sections`. What is posted says in `do`
    what follows: show, up:slug, down:slug, draft, issue, save.
    """
    case, at = case_of(request, reference), timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    language = given.get("language", "")
    language = language if language in Assessment.Language.values else case.language
    issuable = case.is_final and not case.reports.filter(language=language).exists()
    reserved = issuable and gate.warns(case, language=language, on=at.date())
    form = SaveLayoutForm()
    if request.method == "POST":
        do = _what(given)
        choice = LayoutForm.asked(_posted(given, do))
        if do == "save":
            form = SaveLayoutForm(given)
        if choice.is_valid() and choice.allows(reserved=reserved):
            if do != "save":
                return redirect(_following(case, do, language, choice))
            if form.is_valid() and _saved(request, case, choice.chosen, form):
                return redirect(_address(case, language, choice))
    else:
        choice = LayoutForm.asked(given)
        if choice.is_valid():
            choice.allows(reserved=reserved)
    wrong = bool(choice.errors or form.errors)
    listed = rows(_shown(choice), language=language, reserved=reserved)
    return render(
        request,
        "reports/version.html",
        {
            "case": case,
            "choice": choice,
            "form": form,
            "rows": listed,
            "versions": [
                (
                    name,
                    words("layout", name, "en").capitalize(),
                    " ".join(NAMED[name].sections or BY_SLUG) if name in NAMED else "",
                )
                for name in NAMES
            ],
            "with_rows": " ".join(dict.fromkeys(ROWS.values())),
            "count": sum(row.ticked for row in listed),
            "language": language,
            "in_language": Assessment.Language(language).label,
            "issuable": issuable,
            "moved": given.get("moved", ""),
            "saved": [
                (one, [str(BY_SLUG[slug].name) for slug in one.sections if slug in BY_SLUG], ",".join(one.sections))
                for one in case.firm.saved_layouts.select_related("made_by")
            ],
        },
        status=422 if wrong else 200,
    )


@require_POST
@login_required
def rename(request: HttpRequest, reference: str, saved: int) -> HttpResponse:
    """Give a saved choice of the case's firm another name."""
    case, found = _found(request, reference, saved)
    before = found.name
    try:
        saved_layouts.rename(saved=found, name=request.POST.get("name", ""), by=request.user)
    except OperationRefused as error:
        messages.error(request, f"{before} keeps its name. Name: {error}")
    else:
        messages.success(request, f"{before} is called {found.name} now.")
    return redirect(reverse("reports:version", args=[case.reference]) + "#saved")


@require_POST
@login_required
def remove(request: HttpRequest, reference: str, saved: int) -> HttpResponse:
    """Forget a saved choice of the case's firm."""
    case, found = _found(request, reference, saved)
    saved_layouts.remove(saved=found, by=request.user)
    messages.success(request, f"{found.name} is removed. Reports that were issued with it stay as they are.")
    return redirect(reverse("reports:version", args=[case.reference]) + "#saved")


def _found(request: HttpRequest, reference: str, saved: int) -> tuple[Assessment, SavedLayout]:
    case = case_of(request, reference)
    return case, get_object_or_404(SavedLayout.objects.visible_to(request.user), firm=case.firm_id, pk=saved)


def _what(given: QueryDict) -> str:
    """What is to be done: by the button, or by Enter, which saves where a name was typed."""
    return given.get("do") or ("save" if given.get("name", "").strip() else "show")


def _posted(given: QueryDict, do: str) -> dict[str, str]:
    """The choice that was posted, as an address would name it. Whoever moves or saves a section means the list."""
    way, _, slug = do.partition(":")
    layout, sections = given.get("layout", ""), given.getlist("section")
    if way in (UP, DOWN):
        layout, sections = CUSTOM, moved(sections, slug, way)
    elif do == "save":
        layout = CUSTOM
    return {"layout": layout, "sections": ",".join(sections) if layout == CUSTOM else ""}


def _following(case: Assessment, do: str, language: str, choice: LayoutForm) -> str:
    """Where a valid choice leads."""
    asked = _asked(choice)
    if do == "draft":
        return reverse("reports:pdf", args=[case.reference]) + "?" + urlencode({"lang": language, **asked})
    if do == "issue":
        return reverse("reports:issue", args=[case.reference]) + "?" + urlencode({"language": language, **asked})
    way, _, slug = do.partition(":")
    if way in (UP, DOWN):
        return _address(case, language, choice, moved=do) + f"#section-{slug}"
    return _address(case, language, choice)


def _address(case: Assessment, language: str, choice: LayoutForm, **more: str) -> str:
    given = urlencode({"language": language, **_asked(choice), **more})
    return reverse("reports:version", args=[case.reference]) + "?" + given


def _asked(choice: LayoutForm) -> dict[str, str]:
    """A valid choice as addresses name it."""
    return {"layout": choice.chosen.name, "sections": ",".join(choice.chosen.sections if choice.is_own else ())}


def _shown(choice: LayoutForm) -> Layout:
    """The layout whose sections the list shows: the chosen one, else what was asked for as far as there is such."""
    if hasattr(choice, "chosen"):
        return choice.chosen
    slugs = [one.strip() for one in str(choice.data.get("sections", "")).split(",")]
    return Layout(CUSTOM, tuple(dict.fromkeys(slug for slug in slugs if slug in BY_SLUG)))


def _saved(request: HttpRequest, case: Assessment, layout: Layout, form: SaveLayoutForm) -> bool:
    """Whether the choice was saved; the form says why not."""
    try:
        made: Any = saved_layouts.save(
            firm=case.firm, name=form.cleaned_data["name"], layout=layout, by=request.user, at=timezone.now()
        )
    except OperationRefused as error:
        form.add_error("name", str(error))
        return False
    messages.success(request, f"{made.name} is saved for everybody at {case.firm.name}.")
    return True
