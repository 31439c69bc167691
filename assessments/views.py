"""Pages about cases: the lists, a new one, its result, making it final, running it again. One operation a view."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from assessments import again_page, case_pages, facts, operations, progress, result_page, supposing
from assessments.access import CasePage, FirmPeopleOnly
from assessments.change_words import Difference
from assessments.forms import AssessmentForm, ClientForm
from assessments.models import Assessment, Client, Firm
from assessments.scenario_list import kept_scenarios
from assessments.traced import Traced
from assessments.what_if_form import WhatIfForm

PAGE_SIZE = 50
AGAIN_ON_START = 5
AGAIN_ON_PAGE = 20


class AssessmentList(FirmPeopleOnly, View):
    """All cases of one's firms, newest change first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        words, client, state = (request.GET.get(key, "").strip() for key in ("q", "client", "state"))
        found = Assessment.objects.visible_to(self.person).select_related("client", "firm", "changed_by")
        if words:
            found = found.filter(case_pages.holding(words))
        if client.isdecimal():
            found = found.filter(client_id=int(client))
        if state in Assessment.State.values:
            found = found.filter(state=state)
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        again = again_page.to_look_at(self.person)
        return render(
            request,
            "assessments/assessment_list.html",
            {
                "again": [again_page.told(row) for row in again[:AGAIN_ON_START]],
                "again_count": again.count(),
                "looking": again_page.progress(self.person),
                "page": page,
                "words": words,
                "client": client,
                "state": state,
                "states": Assessment.State.choices,
                "clients": Client.objects.visible_to(self.person),
                "filtered": bool(words or client or state),
                "several_firms": Firm.objects.visible_to(self.person).count() > 1,
            },
        )


class AgainList(FirmPeopleOnly, View):
    """Advice of one's firms that should be looked at again, with what changed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(again_page.to_look_at(self.person), AGAIN_ON_PAGE).get_page(request.GET.get("page"))
        return render(
            request,
            "assessments/again.html",
            {
                "page": page,
                "again": [again_page.told(row) for row in page.object_list],
                "looking": again_page.progress(self.person),
            },
        )


class AssessmentCreate(FirmPeopleOnly, View):
    """Begin a case, for a client that is there or for a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = AssessmentForm(person=self.person, initial={"client": request.GET.get("client")})
        return render(request, "assessments/assessment_form.html", {"form": form})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AssessmentForm(request.POST, person=self.person)
        if form.is_valid():
            try:
                given = form.cleaned_data
                assessment = operations.begin_case(
                    by=self.person,
                    at=timezone.now(),
                    firm=given.get("firm") or Firm.objects.visible_to(self.person).first(),
                    client=given["client"],
                    new_client=given["new_client"],
                    title=given["title"],
                    language=given["language"],
                    currency=given["currency"],
                )
            except ValidationError as error:
                form.add_error("new_client", error.messages)
            else:
                return redirect("assessments:overview", assessment.reference)
        return render(request, "assessments/assessment_form.html", {"form": form})


class ClientList(FirmPeopleOnly, View):
    """The clients of one's firms, and the form for a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, ClientForm(person=self.person))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ClientForm(request.POST, person=self.person)
        if form.is_valid():
            given = form.cleaned_data
            try:
                operations.create_client(
                    by=self.person,
                    at=timezone.now(),
                    firm=given.get("firm") or Firm.objects.visible_to(self.person).get(),
                    name=given["name"],
                    sector=given["sector"],
                )
            except ValidationError as error:
                form.add_error("name", error.messages)
            else:
                messages.success(request, f"{given['name']} is entered.")
                return redirect("assessments:client-list")
        return self.page(request, form)

    def page(self, request: HttpRequest, form: ClientForm) -> HttpResponse:
        """The list with the form under it."""
        clients = (
            Client.objects.visible_to(self.person)
            .select_related("firm")
            .annotate(
                drafts=Count("assessments", filter=Q(assessments__state=Assessment.State.DRAFT)),
                finals=Count("assessments", filter=Q(assessments__state=Assessment.State.FINAL)),
            )
        )
        several = Firm.objects.visible_to(self.person).count() > 1
        return render(
            request, "assessments/client_list.html", {"clients": clients, "form": form, "several_firms": several}
        )


class Overview(CasePage, View):
    """Where a case stands: its result when final, else the first page that is not complete."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        if case.is_final:
            return redirect("assessments:result", case.reference)
        step = progress.first_incomplete(case)
        if step is None:
            return redirect("assessments:answers", case.reference)
        return redirect("assessments:step", case.reference, step.id)


class ResultPage(CasePage, View):
    """What the case comes to: frozen where it is final, judged on today's evidence where it is a draft."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case, today = self.case(), timezone.localdate()
        try:
            result = supposing.saved(case, today=today)
        except operations.FrameworkUnfit as error:
            messages.error(request, str(error))
            return redirect("assessments:frameworks", case.reference)
        except operations.AnswersError:
            return redirect("assessments:answers", case.reference)
        except operations.CurrencyError as error:
            messages.error(request, str(error))
            return redirect("assessments:answers", case.reference)
        documents = facts.documents_named_in(result)
        return render(
            request,
            "assessments/result.html",
            {
                "case": case,
                "page": result_page.build(result, documents),
                "steps": progress.steps(case),
                "told": again_page.standing(case) if case.is_final else None,
                "what_if": WhatIfForm(case=case, models=supposing.priced_models(case, today=today)),
                "kept": kept_scenarios(case),
                "since": self.since_predecessor(case, result),
            },
        )

    def since_predecessor(self, case: Assessment, result: Mapping[str, Any]) -> Difference | None:
        """What differs from the case that this one re-runs; None where it re-runs none."""
        if case.predecessor is None:
            return None
        url = reverse("assessments:result", args=[case.predecessor.reference])
        return Difference(Traced(case.predecessor.result_document, url=url), Traced(result))


class Finalise(CasePage, View):
    """Ask once, then freeze the case."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        if case.is_final:
            return redirect("assessments:result", case.reference)
        if facts.problems(case.answers, case.unread_answers):
            return redirect("assessments:answers", case.reference)
        return render(request, "assessments/finalise.html", {"case": case, "today": timezone.localdate()})

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        try:
            operations.finalise(by=self.person, at=timezone.now(), assessment=case)
        except operations.FrameworkUnfit as error:
            messages.error(request, str(error))
            return redirect("assessments:frameworks", case.reference)
        except operations.AnswersError:
            messages.error(request, "Some answers are missing: complete them first.")
            return redirect("assessments:answers", case.reference)
        except (operations.OperationRefused, operations.CurrencyError) as refusal:
            messages.error(request, str(refusal))
        return redirect("assessments:overview", case.reference)


class Rerun(CasePage, View):
    """Begin the successor of a final case."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        try:
            successor = operations.rerun(by=self.person, at=timezone.now(), assessment=case)
        except operations.OperationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("assessments:overview", case.reference)
        messages.success(request, f"{successor.reference} takes over the answers of {case.reference}. Check them.")
        return redirect("assessments:answers", successor.reference)
