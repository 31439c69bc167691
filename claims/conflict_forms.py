"""Forms in which editors decide conflicts, and put down those that no machine sees."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from claims.models import Claim, Conflict
from claims.wording import CONFLICT_MEANS

_REASON = forms.Textarea(attrs={"rows": 4, "cols": 80})


class DecisionForm(forms.ModelForm):
    """What a conflict is, and why. `seen` is the last act that the page showed."""

    state = forms.ChoiceField(
        label="What it is",
        widget=forms.RadioSelect,
        choices=[
            (state.value, format_html('<b>{}</b>: <span class="quiet-text">{}</span>', state.label, means))
            for state, means in ((Conflict.State(code), words) for code, words in CONFLICT_MEANS.items())
        ],
        error_messages={"required": "To settle a conflict, choose what it is."},
    )
    reason = forms.CharField(
        widget=_REASON,
        help_text="Readers see it wherever either claim is cited, and reports print it.",
        error_messages={"required": "A decision has a reason."},
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Conflict
        fields = ("state", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.state == Conflict.State.OPEN:
            # Why it is open is no beginning of a decision.
            self.initial |= {"state": None, "reason": ""}

    def clean(self) -> dict[str, Any]:
        """A page that does not say what it showed may have shown anything."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("seen") is None:
            self.errors.pop("seen", None)  # nobody could see what is wrong with a hidden field
            raise ValidationError("The page did not say which state of the conflict it showed: open it again.")
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # Date and person of the decision are set by the operation, so the row is whole only after it.
        return {*super()._get_validation_exclusions(), "reason", "decided_on", "decided_by"}


class PairForm(forms.ModelForm):
    """Two published claims on one question, named by their slugs."""

    first = forms.ModelChoiceField(
        label="One claim",
        queryset=Claim.objects.filter(state=Claim.State.PUBLISHED),
        to_field_name="slug",
        widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off"}),
        help_text="Its slug, such as rag-build-cost-production.",
        error_messages={"invalid_choice": "No published claim has this slug."},
    )
    second = forms.ModelChoiceField(
        label="The other claim",
        queryset=Claim.objects.filter(state=Claim.State.PUBLISHED),
        to_field_name="slug",
        widget=forms.TextInput(attrs={"size": 60, "autocomplete": "off", "list": "candidates"}),
        help_text="On the same subject and metric.",
        error_messages={"invalid_choice": "No published claim has this slug."},
    )
    relation = forms.ChoiceField(
        label="How they lie",
        choices=[
            (Conflict.Relation.DISJOINT, "They cannot both hold"),
            (Conflict.Relation.OVERLAPPING, "They agree in part"),
            (Conflict.Relation.NESTED, "One is within the other"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why they disagree",
        widget=_REASON,
        help_text="What no machine could see. It is decided in a second step.",
    )

    class Meta:
        model = Conflict
        fields = ("relation", "reason")

    def _get_validation_exclusions(self) -> set[str]:
        # The operation puts the two in order, and has the last word on the pair.
        return {*super()._get_validation_exclusions(), "first", "second", "reason"}
