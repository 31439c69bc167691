"""What the pages of signatures and of protected copies take. Neither a passphrase nor a password is ever shown again."""

from collections.abc import Sequence
from typing import Any

from django import forms

from reports import identities, protected_copies
from reports.models import Report


def _secret(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(render_value=False, attrs={"autocomplete": autocomplete, "spellcheck": "false"})


class IdentityForm(forms.Form):
    """A PKCS#12 file with its passphrase."""

    file = forms.FileField(
        label="Certificate with its key",
        allow_empty_file=True,  # the operation says what is wrong with it
        help_text="A PKCS#12 file: its name ends in .p12 or .pfx. RSA of 2048 bits or more, or ECDSA on P-256 or P-384.",
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
        error_messages={"required": "Choose the file with the certificate and its key."},
    )
    passphrase = forms.CharField(
        label="Passphrase of the file",
        required=False,
        strip=False,
        max_length=identities.LONGEST_PASSPHRASE,
        help_text="Used once to open the file, and not kept. Leave it empty if the file has none.",
        widget=_secret("off"),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > identities.LARGEST:
            raise forms.ValidationError(f"A PKCS#12 file is not larger than {identities.LARGEST // 1024} KB.")
        return file


class ProtectedForm(forms.Form):
    """Which issued report, and a password typed twice."""

    lang = forms.ChoiceField(label="Report", error_messages={"invalid_choice": "Choose one of the issued reports."})
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=f"At least {protected_copies.SHORTEST} characters. It is used for this copy and kept nowhere: "
        "nobody can tell it to you again.",
        widget=_secret("new-password"),
        error_messages={"required": "Give the password with which the copy opens."},
    )
    again = forms.CharField(
        label="Password again",
        strip=False,
        widget=_secret("new-password"),
        error_messages={"required": "Give the password a second time."},
    )

    def __init__(self, *args: Any, reports: Sequence[Report], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reports = {one.language: one for one in reports}
        choice = self.fields["lang"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            (
                one.language,
                f"{one.reference} in {one.get_language_display()}" + (", superseded" if one.superseded_by_id else ""),
            )
            for one in reports
        ]

    def clean_password(self) -> str:
        """Hold it against what the format takes."""
        password: str = self.cleaned_data["password"]
        if wrong := protected_copies.password_fault(password):
            raise forms.ValidationError(wrong)
        return password

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        cleaned = super().clean() or {}
        if not self.errors and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "The two passwords are not the same. Type both again.")
        return cleaned

    @property
    def chosen(self) -> Report:
        """The report. Of a valid form."""
        return self.reports[self.cleaned_data["lang"]]
