"""The forms of a firm's frameworks: a file, and a choice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from assessments.engine.framework_text import LARGEST
from assessments.framework_choice import Offered

AS_FIRM, AS_HERE = "firm", "here"


class UploadForm(forms.Form):
    """A framework file. `cleaned_data["file"]` holds its bytes."""

    file = forms.FileField(
        label="File",
        help_text=f"YAML, at most {LARGEST // 1024} KB, with its worked cases.",
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty. Choose one that holds a framework.",
        },
    )

    def clean_file(self) -> bytes:
        """Read no more than a framework can be."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(f"The file is larger than {LARGEST // 1024} KB. A framework is smaller.")
        return bytes(file.read())


class FrameworksForm(forms.Form):
    """Which frameworks are run and shown."""

    frameworks = forms.MultipleChoiceField(
        label="Frameworks",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choose among the frameworks that are in use."},
    )

    def __init__(self, *args: Any, offered: Sequence[Offered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["frameworks"].choices = [(one.id, _label(one)) for one in offered]

    def clean_frameworks(self) -> list[str]:
        """At least one."""
        chosen: list[str] = self.cleaned_data["frameworks"]
        if not chosen and self.is_needed():
            raise forms.ValidationError("Choose at least one framework.")
        return chosen

    def is_needed(self) -> bool:
        """Whether the choice counts."""
        return True


class CaseFrameworksForm(FrameworksForm):
    """The same for one case, which may leave the choice to its firm."""

    which = forms.ChoiceField(
        label="Which frameworks count for this assessment?",
        widget=forms.RadioSelect,
        choices=[(AS_FIRM, "Those of the firm, as they are when it is judged"), (AS_HERE, "Those ticked below")],
        error_messages={"required": "Say whether the firm's choice counts, or your own."},
    )

    field_order = ("which", "frameworks")

    def is_needed(self) -> bool:
        """Only where the firm's choice does not count."""
        return self.data.get("which") == AS_HERE

    def chosen(self) -> list[str] | None:
        """The ids; None where the firm's choice counts."""
        found: list[str] = self.cleaned_data["frameworks"]
        return found if self.cleaned_data["which"] == AS_HERE else None


def _label(one: Offered) -> str:
    return f"{one.title} (own, version {one.version.number})" if one.version else one.title
