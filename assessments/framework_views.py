"""Pages about a firm's frameworks: what it has, a new one, one version, and which of them count."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View

from assessments import condition_words, framework_choice, own_frameworks
from assessments.access import CasePage, FirmPeopleOnly
from assessments.engine.framework_files import definition_of
from assessments.framework_checking import Checked, check_data
from assessments.framework_forms import AS_FIRM, AS_HERE, CaseFrameworksForm, FrameworksForm, UploadForm
from assessments.models import Assessment, Firm, FirmFramework, FrameworkVersion
from claims.operations import OperationRefused


class FirmPage(FirmPeopleOnly):
    """A page about one firm, named by `firm` in the address. What one may not see does not exist."""

    kwargs: dict[str, Any]

    def firm(self) -> Firm:
        """The firm, or 404."""
        return get_object_or_404(Firm.objects.visible_to(self.person), slug=self.kwargs["firm"])

    def managed_firm(self) -> Firm:
        """The firm, or 404 for whoever is no admin of it."""
        return get_object_or_404(Firm.objects.managed_by(self.person), slug=self.kwargs["firm"])

    def is_admin(self, firm: Firm) -> bool:
        """Whether who asks decides on the firm's frameworks."""
        return Firm.objects.managed_by(self.person).filter(pk=firm.pk).exists()


class FrameworkPage(FirmPage):
    """A page about one framework of a firm."""

    def framework(self, firm: Firm) -> FirmFramework:
        """The framework, or 404."""
        return get_object_or_404(
            FirmFramework.objects.select_related("firm", "withdrawn_by"), firm=firm, slug=self.kwargs["framework"]
        )

    def version(self) -> FrameworkVersion:
        """The version of the address, or 404."""
        versions = FrameworkVersion.objects.select_related("framework__firm", "framework__withdrawn_by", "uploaded_by")
        return get_object_or_404(versions, framework=self.framework(self.firm()), number=self.kwargs["number"])


class FrameworkList(FirmPage, View):
    """The frameworks that one's firms may choose from, and which of them count."""

    def get(self, request: HttpRequest) -> HttpResponse:
        firms = [(firm, self.is_admin(firm), self.rows(firm)) for firm in Firm.objects.visible_to(self.person)]
        return render(request, "assessments/framework_list.html", {"firms": firms})

    def rows(self, firm: Firm) -> list[dict[str, Any]]:
        """Title, version and standing of each, those withdrawn last."""
        shown = framework_choice.shown_ids(firm)
        rows = [
            {"title": one.title, "version": one.version, "shown": one.id in shown, "withdrawn": False}
            for one in framework_choice.offered(firm)
        ]
        withdrawn = FrameworkVersion.objects.current().filter(
            framework__firm=firm, framework__withdrawn_at__isnull=False
        )
        return rows + [
            {"title": version.title, "version": version, "shown": False, "withdrawn": True}
            for version in withdrawn.select_related("framework__firm").order_by("framework__slug")
        ]


class FrameworkUpload(FirmPage, View):
    """Add a framework, or a new version of one. What is wrong with the file is told at once."""

    def get(self, request: HttpRequest, firm: str) -> HttpResponse:
        return self.page(self.managed_firm(), UploadForm())

    def post(self, request: HttpRequest, firm: str) -> HttpResponse:
        owner = self.managed_firm()
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(owner, form)
        try:
            version = own_frameworks.upload(
                by=self.person, at=timezone.now(), firm=owner, content=form.cleaned_data["file"]
            )
        except own_frameworks.FrameworkRefused as refused:
            return self.page(owner, UploadForm(), checked=refused.checked)
        except OperationRefused as refusal:
            form.add_error("file", str(refusal))
            return self.page(owner, form)
        withdrawn = version.framework.withdrawn_at is not None
        standing = "The framework is withdrawn: use it again first." if withdrawn else "It counts where it is chosen."
        messages.success(request, f"{version.title} is version {version.number}. {standing}")
        return redirect(version)

    def page(self, firm: Firm, form: UploadForm, *, checked: Checked | None = None) -> HttpResponse:
        """The form, under what was found of the last file."""
        context = {"firm": firm, "form": form, "checked": checked}
        return render(self.request, "assessments/framework_upload.html", context)


class FrameworkVersionPage(FrameworkPage, View):
    """One version: its table in words, and its cases on today's evidence."""

    def get(self, request: HttpRequest, firm: str, framework: str, number: int) -> HttpResponse:
        version = self.version()
        data = version.data
        definition = definition_of(data)
        return render(
            request,
            "assessments/framework_version.html",
            {
                "version": version,
                "framework": version.framework,
                "firm": version.framework.firm,
                "versions": version.framework.versions.all(),
                "definition": definition,
                "rules": condition_words.rule_rows(definition),
                "parts": condition_words.parts(definition),
                "checked": check_data(data, as_of=timezone.localdate(), firm=version.framework.firm.name),
                "is_admin": self.is_admin(version.framework.firm),
            },
        )


class FrameworkFile(FrameworkPage, View):
    """The file of a version, as it was uploaded."""

    def get(self, request: HttpRequest, firm: str, framework: str, number: int) -> HttpResponse:
        version = self.version()
        name = f"{version.framework.slug}-{version.number}.yaml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return HttpResponse(version.text, content_type="application/yaml; charset=utf-8", headers=headers)


class FrameworkWithdraw(FrameworkPage, View):
    """Run a framework no more."""

    def post(self, request: HttpRequest, firm: str, framework: str) -> HttpResponse:
        found = self.framework(self.managed_firm())
        own_frameworks.withdraw(by=self.person, at=timezone.now(), framework=found)
        messages.success(request, f"{found.slug} is withdrawn. Final assessments keep what they used.")
        return redirect("assessments:framework-list")


class FrameworkRestore(FrameworkPage, View):
    """Run a withdrawn framework again."""

    def post(self, request: HttpRequest, firm: str, framework: str) -> HttpResponse:
        found = self.framework(self.managed_firm())
        own_frameworks.restore(by=self.person, framework=found)
        messages.success(request, f"{found.slug} is in use again where it is chosen.")
        return redirect("assessments:framework-list")


class FrameworkChoice(FirmPage, View):
    """Which frameworks the firm's assessments run and show."""

    def get(self, request: HttpRequest, firm: str) -> HttpResponse:
        owner = self.managed_firm()
        initial = {"frameworks": framework_choice.shown_ids(owner)}
        return self.page(owner, FrameworksForm(initial=initial, offered=framework_choice.offered(owner)))

    def post(self, request: HttpRequest, firm: str) -> HttpResponse:
        owner = self.managed_firm()
        form = FrameworksForm(request.POST, offered=framework_choice.offered(owner))
        if not form.is_valid():
            return self.page(owner, form)
        chosen = form.cleaned_data["frameworks"]
        # The founding ones are what counts where nothing is chosen.
        wanted = None if chosen == list(framework_choice.founding()) else chosen
        own_frameworks.choose_for_firm(by=self.person, firm=owner, frameworks=wanted)
        messages.success(request, "The choice is saved. It counts for drafts and new assessments.")
        return redirect("assessments:framework-list")

    def page(self, firm: Firm, form: FrameworksForm) -> HttpResponse:
        """The form."""
        return render(self.request, "assessments/framework_choice.html", {"firm": firm, "form": form})


class CaseFrameworks(CasePage, View):
    """Which frameworks one case runs and shows; of a final one which it was judged by."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        ids = framework_choice.shown_ids(case.firm, case.shown_frameworks)
        initial = {"which": AS_FIRM if case.shown_frameworks is None else AS_HERE, "frameworks": ids}
        return self.page(case, CaseFrameworksForm(initial=initial, offered=framework_choice.offered(case.firm)))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        form = CaseFrameworksForm(request.POST, offered=framework_choice.offered(case.firm))
        if not form.is_valid():
            return self.page(case, form)
        try:
            own_frameworks.choose_for_assessment(
                by=self.person, at=timezone.now(), assessment=case, frameworks=form.chosen()
            )
        except OperationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("assessments:frameworks", case.reference)
        messages.success(request, "The choice is saved.")
        return redirect("assessments:overview", case.reference)

    def page(self, case: Assessment, form: CaseFrameworksForm) -> HttpResponse:
        """The choice of a draft; the list of a final case, in the versions that it used."""
        used = framework_choice.told(case.result_document) if case.is_final else ()
        return render(self.request, "assessments/case_frameworks.html", {"case": case, "form": form, "used": used})
