"""The page on which a case is copied as a template for another client."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from assessments import copying, wording
from assessments.access import CasePage
from assessments.engine.method import shipped
from assessments.figure_text import figure_text
from assessments.models import Assessment, Client
from claims.operations import OperationRefused


class CopyForm(forms.Form):
    """For whom, under which title, and which of the consultant's own assumptions to take along."""

    client = forms.ModelChoiceField(Client.objects.none(), required=False, empty_label="A new client, named below")
    new_client = forms.CharField(max_length=200, required=False, label="Name of a new client")
    title = forms.CharField(
        max_length=200, label="What is to be decided?", help_text="The title of the new report. It is not copied."
    )
    keep = forms.MultipleChoiceField(
        required=False,
        label="Assumptions of your own to take along",
        help_text="Each goes with its reason, as it is written here. A reason that names the client cannot be copied.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, case: Assessment, **kwargs: Any) -> None:
        declared = case.choices.get("assumptions", {})
        clean = [key for key, one in declared.items() if not copying.names(case.client, one["note"])]
        super().__init__(*args, initial={"keep": clean}, **kwargs)
        self.fields["client"].queryset = Client.objects.filter(firm=case.firm_id).exclude(pk=case.client_id)
        if declared:
            self.fields["keep"].choices = [(key, _told(key, one)) for key, one in declared.items()]
        else:
            del self.fields["keep"]

    def clean(self) -> dict[str, Any]:
        """A client that is there, or the name of a new one."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "client" not in self.errors and bool(cleaned.get("client")) == bool(cleaned.get("new_client")):
            self.add_error("client", "Choose a client, or name a new one: one of the two.")
        return cleaned


def _told(key: str, declared: dict[str, Any]) -> str:
    measure = shipped().house.assumptions[key].measure("USD")
    value = {"likely": declared["value"], "unit": measure.unit, "currency": measure.currency, "per": measure.per}
    return f"{wording.word('figure', key)}: {figure_text(value)}. “{declared['note']}”"


class Copy(CasePage, View):
    """Ask for whom, then begin the copy."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        return self.page(case, CopyForm(case=case))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        case = self.case()
        form = CopyForm(request.POST, case=case)
        if not form.is_valid():
            return self.page(case, form)
        given = form.cleaned_data
        try:
            copy = copying.copy_as_template(
                by=self.person,
                at=timezone.now(),
                assessment=case,
                title=given["title"],
                assumptions=given.get("keep", ()),
                client=given["client"],
                new_client=given["new_client"],
            )
        except ValidationError as error:
            form.add_error("new_client", error.messages)
        except OperationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("assessments:answers", copy.reference)
        return self.page(case, form)

    def page(self, case: Assessment, form: CopyForm) -> HttpResponse:
        """The form, with what is copied and what is not."""
        return render(self.request, "assessments/copy.html", {"case": case, "form": form})
