"""What the page that recognises a report takes."""

import re
from typing import Any

from django import forms

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
