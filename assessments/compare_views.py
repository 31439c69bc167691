"""The page on which two results are compared."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from assessments import comparing
from assessments.access import CasePage
from assessments.change_words import Difference
from assessments.engine.errors import AnswersError, CurrencyError
from assessments.models import Assessment
from assessments.traced import Traced
from claims.models import Person


class CompareForm(forms.Form):
    """With which other case of the client, or on which day's evidence."""

    as_of = forms.DateField(
        required=False,
        label="The evidence of another day",
        help_text="The same answers on what was published by the end of that day.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Enter a day as year-month-day, such as 2026-05-31."},
    )

    def __init__(self, *args: Any, case: Assessment, person: Person, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        others = Assessment.objects.visible_to(person).filter(client=case.client_id).exclude(pk=case.pk)
        self.fields["with"] = forms.ModelChoiceField(
            others.select_related("client", "firm").defer("result"),
            to_field_name="reference",
            required=False,
            label="Another assessment of this client",
            empty_label="None",
            error_messages={"invalid_choice": "Choose another assessment of this client."},
        )
        self.order_fields(["with", "as_of"])

    def clean_as_of(self) -> date | None:
        """A day of the past, or today."""
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > self.today:
            raise forms.ValidationError("The evidence of a day in the future is not known yet.")
        return day

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("with") and cleaned.get("as_of"):
            self.add_error("as_of", "Choose another assessment or another day: one of the two.")
        return cleaned


class Compare(CasePage, View):
    """A case beside another of the same client, or beside itself on the evidence of another day."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        case, today = self.case(), timezone.localdate()
        form = CompareForm(request.GET, case=case, person=self.person, today=today)
        sides, trouble = (), ""
        if form.is_valid():
            try:
                sides = self.sides(case, form.cleaned_data, today)
            except (AnswersError, CurrencyError) as error:
                trouble = f"The two cannot be compared: {error}."
        difference = None
        if sides:
            traced = (Traced(side.result, prefix=name) for side, name in zip(sides, ("before-", "after-"), strict=True))
            difference = Difference(*traced)
        return render(
            request,
            "assessments/compare.html",
            {"case": case, "form": form, "sides": sides, "difference": difference, "trouble": trouble},
        )

    def sides(self, case: Assessment, given: dict[str, Any], today: date) -> tuple[comparing.Side, ...]:
        """The two results in order; none where nothing was asked for."""
        if given["with"]:
            other = comparing.of_case(given["with"], today=today)
        elif given["as_of"]:
            other = comparing.on_day(case, given["as_of"])
        else:
            return ()
        return comparing.in_order(comparing.of_case(case, today=today), other)
