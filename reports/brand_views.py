"""Pages of a firm's brand, and of what one client has instead: see it, change it, look at it before, bring one back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from assessments.access import FirmPeopleOnly
from assessments.models import Assessment, Client, Firm
from claims.operations import OperationRefused
from reports.brand_forms import BrandForm
from reports.brand_models import BrandVersion
from reports.brand_preview import preview
from reports.branding import operations
from reports.branding.brand import Brand
from reports.branding.versions import below
from reports.own_words import PASSAGES
from reports.pdf import RenderError
from reports.pdf_answer import pdf_answer


class BrandPage(FirmPeopleOnly, View):
    """A page about a brand. What one may not see does not exist; who may see it and not change it cannot post."""

    kwargs: dict[str, Any]

    def whose(self) -> tuple[Firm, Client | None]:
        """The firm of the address and the client, where it names one; or 404."""
        firm = get_object_or_404(Firm.objects.visible_to(self.person), slug=self.kwargs["firm"])
        number = self.kwargs.get("client")
        return firm, None if number is None else get_object_or_404(Client, firm=firm, pk=number)

    def is_admin(self, firm: Firm) -> bool:
        """Whether who asks decides on the firm's brand."""
        return Firm.objects.managed_by(self.person).filter(pk=firm.pk).exists()

    def managed(self, firm: Firm) -> None:
        """404 for whoever is no admin of the firm."""
        if not self.is_admin(firm):
            raise Http404

    def version(self) -> BrandVersion:
        """The version of the address, or 404."""
        versions = BrandVersion.objects.visible_to(self.person).select_related("firm", "client__firm", "made_by")
        return get_object_or_404(versions, pk=self.kwargs["version"])


class BrandList(FirmPeopleOnly, View):
    """The brands of one's firms and of their clients."""

    def get(self, request: HttpRequest) -> HttpResponse:
        firms = Firm.objects.visible_to(self.person).prefetch_related("clients")
        newest = {
            (version.firm_id, version.client_id): version
            for version in BrandVersion.objects.visible_to(self.person).defer("logo").order_by("number")
        }
        rows = [
            (
                firm,
                newest.get((firm.pk, None)),
                [(client, newest.get((firm.pk, client.pk))) for client in firm.clients.all()],
            )
            for firm in firms
        ]
        return render(request, "reports/brand_list.html", {"firms": rows})


class BrandEdit(BrandPage):
    """The brand of a firm, or of one client: as it counts now, and for an admin the form to change it."""

    def get(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        firm, client = self.whose()
        return self.page(firm, client, self.form(firm, client))

    def post(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        firm, client = self.whose()
        self.managed(firm)
        form = self.form(firm, client, request.POST, request.FILES)
        if not form.is_valid():
            return self.page(firm, client, form, status=422)
        if "preview" in request.POST:
            return self.preview(firm, client, form)
        try:
            version = operations.save(
                by=self.person,
                at=timezone.now(),
                firm=firm,
                client=client,
                brand=form.brand,
                seen=form.cleaned_data["seen"],
            )
        except OperationRefused as refusal:
            form.add_error(None, str(refusal))
            return self.page(firm, client, form, status=409)
        messages.success(request, f"Version {version.number} is saved. Every draft and every new report looks like it.")
        return redirect(request.path)

    def form(self, firm: Firm, client: Client | None, *given: Any) -> BrandForm:
        """The form, filled in with what is given, else with what counts now."""
        newest = BrandVersion.objects.of(firm, client).first()
        return BrandForm(*given, firm=firm, client=client, newest=newest, below=below(firm, client), by=self.person)

    def preview(self, firm: Firm, client: Client | None, form: BrandForm) -> HttpResponse:
        """A draft that looks as the form says."""
        language = self.request.POST["preview"]
        if language not in Assessment.Language.values:
            language = Assessment.Language.ENGLISH
        try:
            written, reference = preview(
                firm=firm, client=client, brand=form.brand, language=language, by=self.person, at=timezone.now()
            )
        except (RenderError, OperationRefused) as error:
            form.add_error(None, str(error))
            return self.page(firm, client, form, status=503)
        return pdf_answer(written.content, f"{reference}-{language}-preview.pdf")

    def page(self, firm: Firm, client: Client | None, form: BrandForm, *, status: int = 200) -> HttpResponse:
        """The brand with its versions."""
        versions = BrandVersion.objects.of(firm, client).select_related("made_by").defer("logo")
        context = {
            "firm": firm,
            "client": client,
            "is_admin": self.is_admin(firm),
            "form": form,
            "newest": form.newest,
            "shown": told(form.now),
            "below": who_is_below(client),
            "versions": versions,
            "languages": Assessment.Language.choices,
        }
        response = render(self.request, "reports/brand.html", context, status=status)
        response["Cache-Control"] = "private, no-store"
        return response


class BrandVersionPage(BrandPage):
    """One version as it was saved."""

    def get(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        version = self.version()
        newest = BrandVersion.objects.of(version.firm, version.client).first()
        context = {
            "version": version,
            "shown": told(version.brand),
            "below": who_is_below(version.client),
            "is_newest": newest == version,
            "is_admin": self.is_admin(version.firm),
            "address": address_of(version),
        }
        return render(request, "reports/brand_version.html", context)


class BrandRestore(BrandPage):
    """Bring an earlier version back, as the next one."""

    def post(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        version = self.version()
        self.managed(version.firm)
        try:
            made = operations.restore(by=self.person, at=timezone.now(), version=version)
        except OperationRefused as refusal:
            messages.error(request, f"Version {version.number} cannot be brought back. {refusal}")
        else:
            messages.success(request, f"What version {version.number} said counts again, as version {made.number}.")
        return redirect(address_of(version))


class BrandLogo(BrandPage):
    """The logo of a version."""

    def get(self, request: HttpRequest, **_address: Any) -> HttpResponseBase:
        version = self.version()
        if not version.logo_digest:
            raise Http404
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(bytes(version.logo or b""), content_type="image/png", headers=headers)


def address_of(version: BrandVersion) -> str:
    """Where the brand of a version is seen and changed."""
    if version.client_id is None:
        return reverse("reports:brand", args=[version.firm.slug])
    return reverse("reports:client-brand", args=[version.firm.slug, version.client_id])


def who_is_below(client: Client | None) -> str:
    """Who has the say where a brand says nothing."""
    return client.firm.name if client else "Footing"


def told(brand: Brand) -> list[tuple[str, str]]:
    """What somebody says of their reports, in words, without the picture."""
    fields = BrandForm.base_fields
    said = [
        (str(fields[name].label), getattr(brand, name))
        for name in fields
        if isinstance(getattr(brand, name, None), str)
    ]
    said += [(_passage(name), text) for name, text in brand.words.items()]
    return [(name, text) for name, text in said if text]


def _passage(key: str) -> str:
    """A passage and its language in words."""
    language, _, name = key.rpartition(".")
    title = PASSAGES[name].title if name in PASSAGES else name
    return f"{title} ({Assessment.Language(language).label})"
