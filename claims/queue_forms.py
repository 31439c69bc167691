"""Forms of the queue: what narrows it, what a reader found, what a view is called."""

from typing import Any

from django import forms

from claims.models import Claim, MetricFamily, Person, SavedView, Subject, Topic
from claims.queue import QueueList


class FilterForm(forms.Form):
    """Narrows one list of the queue. Values are slugs, so that an address can be read and kept."""

    topic = forms.ModelChoiceField(Topic.objects.all(), to_field_name="slug", required=False, empty_label="any")
    subject = forms.ModelChoiceField(Subject.objects.all(), to_field_name="slug", required=False, empty_label="any")
    family = forms.ModelChoiceField(
        MetricFamily.objects.all(), to_field_name="slug", required=False, empty_label="any", label="Metric family"
    )
    state = forms.ChoiceField(required=False)
    who = forms.ChoiceField(
        required=False, label="Taken by", choices=[("", "anybody"), ("mine", "me"), ("nobody", "nobody")]
    )

    def __init__(self, *args: Any, of: QueueList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", "any"), *of.states]
        if not of.kind:
            del self.fields["who"]
        self.fields["topic"].label_from_instance = lambda topic: topic.name
        self.fields["subject"].label_from_instance = lambda subject: subject.name


class VerdictForm(forms.Form):
    """What a person found who read a figure at its source. `seen` and `revision` say what they had before them."""

    verdict = forms.CharField()
    seen = forms.IntegerField(min_value=0)
    revision = forms.IntegerField()
    note = forms.CharField(required=False, strip=True)
    by_claim = forms.SlugField(required=False, max_length=120)

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claim = claim

    def clean_by_claim(self) -> Claim | None:
        """The published claim of this slug."""
        slug = self.cleaned_data["by_claim"]
        if not slug:
            return None
        found = Claim.objects.filter(slug=slug, current_revision__state="published").exclude(pk=self.claim.pk).first()
        if found is None:
            raise forms.ValidationError(f"There is no other published claim {slug}: choose one of the list.")
        return found

    def clean(self) -> dict[str, Any]:
        """What the page sends by itself cannot be put right by who reads it: it is asked for again."""
        if {"verdict", "seen", "revision"} & set(self.errors):
            raise forms.ValidationError("The page did not send all of its parts: choose again.")
        return self.cleaned_data


class OutcomeForm(forms.Form):
    """What a person found where a machine had noticed something."""

    outcome = forms.CharField(
        label="What you found", strip=True, required=False, widget=forms.Textarea(attrs={"rows": 3, "cols": 80})
    )


class GapForm(forms.Form):
    """Why a number that the evidence lacks is not to be had."""

    reason = forms.CharField(
        label="Why it is not to be had",
        strip=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
    )


class ViewForm(forms.ModelForm):
    """A name for the filter as it stands."""

    class Meta:
        model = SavedView
        fields = ("name",)


class DigestForm(forms.ModelForm):
    """How often somebody wants the letter."""

    class Meta:
        model = Person
        fields = ("digest",)
        widgets = {"digest": forms.RadioSelect}
