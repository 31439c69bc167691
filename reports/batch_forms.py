"""What the page of batches takes: which assessments, in which language, for whom, and why in spite of warnings."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from assessments.models import Assessment
from reports.operations import LONGEST_REASON, SHORTEST_REASON


class BatchForm(forms.Form):
    """Assessments of the person's own firms. `choices`: what may be chosen; `matching`: what the filter leaves of it."""

    assessments = forms.ModelMultipleChoiceField(
        Assessment.objects.none(),
        required=False,
        label="Assessments",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose assessments from the list.", "invalid_pk_value": "Choose assessments from the list."},
    )  # fmt: skip
    everything = forms.BooleanField(required=False, label="All that match")
    language = forms.ChoiceField(
        choices=[("", "That of each assessment"), *Assessment.Language.choices],
        required=False,
        label="Language of the reports",
        error_messages={"invalid_choice": "Choose English, Spanish, or that of each assessment."},
    )
    to = forms.CharField(
        label="Issued to",
        required=False,
        max_length=200,
        help_text="Whom the reports are for. Kept with each report, not printed.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    because = forms.CharField(
        label="Why they are issued in spite of warnings",
        required=False,
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        help_text="Each report that has a warning prints it, with your name. Without a reason those fail, and say of what they were warned.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, choices: "QuerySet[Assessment]", matching: "QuerySet[Assessment]") -> None:
        super().__init__(data)
        self.matching = matching
        field = self.fields["assessments"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = choices

    def clean(self) -> dict[str, Any]:
        """What is ticked, or all that match."""
        cleaned = super().clean() or {}
        chosen = self.matching if cleaned.get("everything") else cleaned.get("assessments")
        if "assessments" not in self.errors:
            cleaned["chosen"] = list(chosen or ())
            if not cleaned["chosen"]:
                self.add_error("assessments", "Choose at least one assessment.")
        return cleaned
