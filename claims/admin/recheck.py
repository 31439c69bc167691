"""One claim to be read again: everything that is needed to judge it, and one key for what was found."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from claims import exposure, operations, published
from claims.admin.place import Place, go_on
from claims.models import Check, Claim, Conflict, Revision, Source, TakenItem, Visit
from claims.operations import CheckedMeanwhile, OperationRefused
from claims.queue_forms import VerdictForm
from claims.surroundings import Surroundings, around

CHECKS_SHOWN = 12
CANDIDATES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader can find, with its key. `asks`: the question whose answer is the note; empty for none."""

    kind: str
    label: str
    key: str
    said: str
    asks: str = ""
    looks: str = "is-quiet"


VERDICTS = (
    Verdict(Check.Kind.READ_IN_CONTEXT, "Still true", "s", "still true", looks="default"),
    Verdict(Check.Kind.CHANGED, "Changed", "c", "changed"),
    Verdict(Check.Kind.GONE, "Gone", "g", "gone", "What stands there now?"),
    Verdict(Check.Kind.DOUBTFUL, "Doubtful", "d", "doubtful", "Why do you doubt it?"),
    Verdict(Check.Kind.SUPERSEDED, "Superseded by …", "u", "superseded", "Why does it take the place?"),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A citation as readers see it, with what a machine read at its source last."""

    citation: dict[str, Any]
    source: Source | None
    visit: Visit | None
    surroundings: Surroundings | None

    @property
    def says(self) -> str:
        """Why there are no surrounding words, for people."""
        if self.visit is None:
            return "No machine has read this source yet: follow the link."
        if self.visit.main_text is None:
            return "The last visit brought no text: follow the link."
        return "The text that a machine read does not hold the figure as printed: follow the link."


def evidence_of(body: dict[str, Any]) -> list[Evidence]:
    """The citations of a published document, each with its source and the words around its figure."""
    slugs = {citation["source"]["slug"] for citation in body["citations"]}
    sources = {source.slug: source for source in Source.objects.filter(slug__in=slugs)}
    newest = Visit.objects.filter(source__slug__in=slugs).order_by().values("source").annotate(last=Max("pk"))
    visits = {visit.source_id: visit for visit in Visit.objects.filter(pk__in=newest.values("last"))}
    found = []
    for citation in body["citations"]:
        source = sources.get(citation["source"]["slug"])
        visit = visits.get(source.pk) if source else None
        text = visit.main_text if visit else None
        found.append(Evidence(citation, source, visit, around(text, citation["printed"]) if text else None))
    return found


def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the claim; record what was found, and go on."""
    claim = get_object_or_404(Claim.objects.select_related("current_revision", "changed_by"), pk=pk)
    place = Place.read(request.GET, "recheck")
    form = VerdictForm(request.POST or None, claim=claim)
    if request.method == "POST":
        if "skip" in request.POST:
            return _further(request, place, claim)
        if form.is_valid() and _record(request, claim, form):
            if form.cleaned_data["verdict"] == Check.Kind.CHANGED and request.user.has_perm("claims.change_claim"):
                return _to_the_edit(request, place, claim)
            return _further(request, place, claim)
    return TemplateResponse(request, "admin/queue/recheck.html", _context(request, claim, place, form))


def _record(request: HttpRequest, claim: Claim, form: VerdictForm) -> bool:
    """Whether the check was recorded; if not, the form or a message says why."""
    answers = form.cleaned_data
    verdict = next((known for known in VERDICTS if known.kind == answers["verdict"]), None)
    if verdict is None:
        form.add_error(None, "Choose what you found.")
        return False
    note, successor = answers["note"], answers["by_claim"]
    if verdict.kind == Check.Kind.SUPERSEDED:
        if successor is None:
            form.add_error("by_claim", "Name the claim that replaces this one.")
            return False
        if note:
            note = f"Replaced by {successor.slug}. {note}"
    try:
        operations.check_once(
            by=request.user, at=timezone.now(), claim=claim, kind=verdict.kind, note=note, seen=answers["seen"],
            revision=answers["revision"],
        )  # fmt: skip
    except CheckedMeanwhile as refusal:
        messages.warning(request, refusal.message)
        return False
    except OperationRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    messages.success(request, f"{claim.slug}: {verdict.said}.")
    return True


def _further(request: HttpRequest, place: Place, claim: Claim) -> HttpResponse:
    """Put the claim back and take the next one."""
    _release(request, place, claim)
    return go_on(request, place.without(claim.pk), timezone.now())


def _to_the_edit(request: HttpRequest, place: Place, claim: Claim) -> HttpResponse:
    """Open the working copy with the published value beside it; saving it leads on."""
    _release(request, place, claim)
    query = urlencode({"old": "published", "next": place.without(claim.pk).following})
    return HttpResponseRedirect(f"{reverse('admin:claims_claim_change', args=[claim.pk])}?{query}")


def _release(request: HttpRequest, place: Place, claim: Claim) -> None:
    if place.queue.kind:
        operations.release(by=request.user, at=timezone.now(), kind=place.queue.kind, item=claim.pk)


def _context(request: HttpRequest, claim: Claim, place: Place, form: VerdictForm) -> dict[str, Any]:
    at = timezone.now()
    revision = claim.current_revision
    is_published = revision is not None and revision.state == Revision.State.PUBLISHED
    body = published.documents([revision], on=at.date())[0] if is_published else None
    newest = operations.newest_by_a_person(claim)
    return {
        **admin.site.each_context(request),
        "title": body["statement"] if body else claim.statement,
        "claim": claim,
        "place": place,
        "body": body,
        "revision": revision,
        "is_published": is_published,
        "evidence": evidence_of(body) if body else [],
        "by_people": claim.checks.filter(by__isnull=False).select_related("by")[:CHECKS_SHOWN],
        "by_machines": claim.checks.filter(by__isnull=True).select_related("visit")[:CHECKS_SHOWN],
        "tasks": claim.tasks.filter(closed_at__isnull=True),
        "cited_by": exposure.citing_in_words(exposure.citing([claim.pk]).get(claim.pk, {})),
        "conflicts": _conflicts(claim),
        "verdicts": VERDICTS,
        "candidates": _candidates(claim) if is_published else [],
        "form": form,
        "chosen": form.data.get("verdict", "") if form.is_bound else "",
        "seen": newest.pk if newest else 0,
        "taken": TakenItem.objects.held(at).filter(kind=place.queue.kind, object_id=claim.pk).first(),
        "may_check": request.user.has_perm("claims.add_check"),
    }


def _conflicts(claim: Claim) -> list[tuple[Conflict, Claim]]:
    """The conflicts of a claim, each with the other side."""
    rows = Conflict.objects.filter(Q(first=claim) | Q(second=claim)).select_related(
        "first__current_revision", "second__current_revision", "decided_by"
    )
    return [(row, row.second if row.first_id == claim.pk else row.first) for row in rows]


def _candidates(claim: Claim) -> list[Claim]:
    """Published claims on the same question, which are the ones that can replace it most often."""
    same = Claim.objects.filter(subject=claim.subject_id, metric=claim.metric_id, state=Claim.State.PUBLISHED)
    return list(same.exclude(pk=claim.pk).order_by("slug")[:CANDIDATES_SHOWN])
