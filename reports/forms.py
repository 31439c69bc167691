"""What the pages of reports take: a file to recognise, and the reasons with which a report is issued."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from reports.gate import Obstacle
from reports.operations import LONGEST_REASON, SHORTEST_REASON

LARGEST = 25 * 1024 * 1024
DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})\Z")


class VerifyForm(forms.Form):
    """A PDF, or the digest of one."""

    file = forms.FileField(
        label="Report as PDF", required=False, help_text="The file is read and not kept.", allow_empty_file=False
    )
    digest = forms.CharField(
        label="Or the digest of the file",
        required=False,
        max_length=80,
        help_text="SHA-256, as sha256sum prints it.",
    )

    def clean_file(self) -> Any:
        """Refuse what is too large for a report."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > LARGEST:
            raise forms.ValidationError(f"A report is not larger than {LARGEST // 1024 // 1024} MB.")
        return file

    def clean_digest(self) -> str:
        """The hex digits alone."""
        text = "".join(self.cleaned_data["digest"].lower().split())
        if not text:
            return ""
        found = DIGEST.match(text)
        if found is None:
            raise forms.ValidationError("A digest is 64 digits from 0 to 9 and a to f.")
        return found[1]

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("digest"):
            raise forms.ValidationError("Choose a file or give a digest.")
        return cleaned


class IssueForm(forms.Form):
    """For whom a report is issued, and a reason for each warning that stands in its way."""

    to = forms.CharField(
        label="Issued to",
        required=False,
        max_length=200,
        help_text="Whom the report is for, such as the board and its date. Kept with the report, not printed.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, warnings: Sequence[Obstacle]) -> None:
        super().__init__(data)
        self.warnings = warnings
        for warning in warnings:
            self.fields[f"reason_{warning.code}"] = forms.CharField(
                label="Why it is issued nevertheless",
                min_length=SHORTEST_REASON,
                max_length=LONGEST_REASON,
                help_text="The report prints it, with your name.",
                widget=forms.Textarea(attrs={"rows": 2}),
                error_messages={
                    "required": f"Give a reason of at least {SHORTEST_REASON} characters: {warning.title.lower()}."
                },
            )

    def rows(self) -> Iterator[tuple[Obstacle, BoundField]]:
        """Each warning with its field."""
        for warning in self.warnings:
            yield warning, self[f"reason_{warning.code}"]

    def reasons(self) -> dict[str, str]:
        """The reasons by `Obstacle.code`. Of a valid form."""
        return {warning.code: self.cleaned_data[f"reason_{warning.code}"] for warning in self.warnings}
