"""Forms in which editors judge a body of evidence and state what a total is made of. They save nothing on their own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from claims.editor_forms import ScopeField
from claims.models import CertaintyJudgement, StatedPart, StatedTotal
from claims.operations import OperationRefused, check_judgement, check_total
from claims.operations.judging import REASONS
from claims.wording import CERTAINTY_REASON

QUESTION = ("subject", "metric", "scope", "starts_from", "note")
STEPS = ((0, "does not lower it"), (1, "one step down"), (2, "two steps down"))


def _reason_fields() -> dict[str, forms.Field]:
    """For each reason how far it lowers certainty, and why."""
    fields: dict[str, forms.Field] = {}
    for code in REASONS:
        fields[f"steps_{code}"] = forms.TypedChoiceField(
            label=CERTAINTY_REASON[code], choices=STEPS, coerce=int, initial=0, required=False, empty_value=0
        )
        fields[f"note_{code}"] = forms.CharField(
            label="Because", required=False, widget=forms.TextInput(attrs={"size": 70})
        )
    return fields


ReasonFields = type("ReasonFields", (forms.Form,), {"__doc__": "The reasons of GRADE.", **_reason_fields()})


class JudgementForm(ReasonFields, forms.ModelForm):  # type: ignore[misc, valid-type]  # made of the list of reasons
    """One question, where certainty starts, and for each reason of GRADE how far it lowers it and why."""

    scope = ScopeField(
        help_text="One key and value a line, such as “tier: production”. Empty: all claims on the question. The claims "
        "judged are those whose scope holds every line."
    )

    class Meta:
        model = CertaintyJudgement
        fields = QUESTION
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "cols": 80})}
        help_texts = {
            "starts_from": "High for controlled comparisons and official documents, moderate for surveys and reports of "
            "practice, low for what is asserted without a method.",
            "note": "What a reader should take from it, in a sentence or two. Required where nothing lowers it.",
        }

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """The reasons that lower it, as the operation takes them."""
        given = [(code, self.cleaned_data[f"steps_{code}"], self.cleaned_data[f"note_{code}"]) for code in REASONS]
        return [{"code": code, "steps": steps, "note": note} for code, steps, note in given if steps]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for code in REASONS:
            if cleaned.get(f"steps_{code}") and not cleaned.get(f"note_{code}"):
                self.add_error(f"note_{code}", "Say in a sentence why this lowers it.")
            if cleaned.get(f"note_{code}") and not cleaned.get(f"steps_{code}"):
                self.add_error(f"steps_{code}", "Say by how many steps, or leave the sentence out.")
        if not self.errors:
            question = {key: cleaned[key] for key in QUESTION}
            try:
                check_judgement(reasons=self.reasons, **question)
            except OperationRefused as refusal:
                self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)
        return cleaned


class TotalForm(forms.ModelForm):
    """Which claim states a total, and whether it is a sum or a product."""

    class Meta:
        model = StatedTotal
        fields = ("claim", "operation", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "cols": 80})}
        labels = {"claim": "Claim that states it", "operation": "It is"}


class PartForm(forms.ModelForm):
    """One part, and how often it counts."""

    class Meta:
        model = StatedPart
        fields = ("times", "claim")
        labels = {"times": "Counts"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["times"] = f"{self.instance.times.normalize():f}"


class PartFormSet(forms.BaseInlineFormSet):
    """At least one part, each claim once."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or self.instance.claim_id is None:
            return
        try:
            check_total(self.instance.claim, self.parts)
        except OperationRefused as refusal:
            raise ValidationError(refusal.message) from refusal

    @property
    def parts(self) -> list[tuple[Any, Any]]:
        """Claims and how often each counts, in their order."""
        return [
            (form.cleaned_data["claim"], form.cleaned_data["times"])
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
