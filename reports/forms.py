"""What the pages of reports take: a file to recognise, and the reasons with which a report is issued."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms import BoundField

from reports import fonts, recognition
from reports.characters import unprintable
from reports.gate import Obstacle
from reports.layouts import CUSTOM, NAMES, RESERVATIONS, Layout, LayoutError, check_reservations
from reports.models import Report
from reports.operations import LONGEST_REASON, SHORTEST_REASON
from reports.sections import BY_SLUG, layout_of
from reports.sharing import LONGEST, USUAL
from reports.words import words

LARGEST = 25 * 1024 * 1024
LONGEST_BODY = LARGEST + 1024 * 1024  # bytes of a request: a file with what the form puts around it
WHOLE = 64
BEGINNING = 16  # digits of a seal, as a report prints it
DIGEST = re.compile(rf"(?:sha256:)?([0-9a-f]{{{BEGINNING},64}})\Z")


class VerifyForm(forms.Form):
    """A PDF, or the digest of one, or the seal that it prints; of the two the beginning is enough."""

    file = forms.FileField(
        label="Report as PDF", required=False, help_text="The file is read and not kept.", allow_empty_file=False
    )
    digest = forms.CharField(
        label="Or its seal or digest",
        required=False,
        max_length=120,
        help_text="The seal stands at the foot of each page. The digest is the SHA-256 of the file, as sha256sum prints it.",
    )

    def clean_file(self) -> Any:
        """Refuse what is too large for a report."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > LARGEST:
            raise forms.ValidationError(f"A report is not larger than {LARGEST // 1024 // 1024} MB.")
        return file

    def clean_digest(self) -> str:
        """The hex digits alone; of a beginning all of them."""
        text = "".join(self.cleaned_data["digest"].lower().split())
        if not text:
            return ""
        found = DIGEST.match(text)
        if found is None:
            raise forms.ValidationError(
                "A seal or digest is 64 digits from 0 to 9 and a to f; the first 16 of them are enough."
            )
        if len(found[1]) == WHOLE:
            return found[1]
        whole = recognition.beginning_with(found[1])
        if not whole:
            raise forms.ValidationError("No report that was written here has a seal or digest that begins like this.")
        return whole

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("digest"):
            raise forms.ValidationError("Choose a file, or give a seal or a digest.")
        return cleaned


class LayoutForm(forms.Form):
    """Which version of a report, and for one of one's own which sections in which order."""

    layout = forms.ChoiceField(
        label="Version",
        choices=lambda: [(name, words("layout", name, "en").capitalize()) for name in NAMES],
        error_messages={"invalid_choice": f"There is no such version. Choose one of {', '.join(NAMES)}."},
    )
    sections = forms.CharField(
        label="Selected sections",
        required=False,
        max_length=400,
    )

    @classmethod
    def asked(cls, given: Mapping[str, Any]) -> "LayoutForm":
        """The form as an address or a posted form fills it; the full report where nothing is said."""
        sections = given.get("sections", "")
        name = given.get("layout") or ("custom" if sections.strip() else "full")
        return cls({"layout": name, "sections": sections})

    def clean(self) -> dict[str, Any]:
        """Hold the sections against what no report can do without."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.chosen: Layout = layout_of(cleaned["layout"], cleaned["sections"].split(","))
            except LayoutError as error:
                self.add_error(error.field, str(error))
        return cleaned

    def allows(self, *, reserved: bool) -> bool:
        """Whether a valid choice can be issued; `reserved`: with reservations, which must be printed."""
        try:
            check_reservations(self.chosen, [RESERVATIONS] if reserved else [])
        except LayoutError as error:
            self.add_error(error.field, str(error))
        return not self.errors

    @property
    def is_own(self) -> bool:
        """Whether a valid choice is a list of one's own."""
        return self.chosen.name == CUSTOM

    @property
    def label(self) -> str:
        """What the chosen version is called, in English."""
        return words("layout", self.chosen.name, "en")

    def names(self) -> list[str]:
        """What the sections of a valid choice are called, in English; none for all of them."""
        return [str(BY_SLUG[slug].name) for slug in self.chosen.sections]


class SaveLayoutForm(forms.Form):
    """Under which name a firm keeps a choice of sections."""

    name = forms.CharField(
        label="Name of the choice",
        max_length=60,
        help_text="Such as Board version. Everybody at the firm can use it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give the choice a name, such as Board version."},
    )


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

    def clean(self) -> dict[str, Any]:
        """Refuse a reason that cannot be printed, or for which there is no font."""
        cleaned = super().clean() or {}
        for name, text in list(cleaned.items()):
            faults = [fault for _, fault in unprintable(text)] if name != "to" else []
            if not faults and name != "to" and (absent := fonts.missing([text])):
                faults = [
                    f"has characters for which there is no font here: {', '.join(absent)}. Write it without them."
                ]
            if faults:
                self.add_error(name, f"The reason {faults[0]}")
        return cleaned

    def rows(self) -> Iterator[tuple[Obstacle, BoundField]]:
        """Each warning with its field."""
        for warning in self.warnings:
            yield warning, self[f"reason_{warning.code}"]

    def reasons(self) -> dict[str, str]:
        """The reasons by `Obstacle.code`. Of a valid form."""
        return {warning.code: self.cleaned_data[f"reason_{warning.code}"] for warning in self.warnings}


class ShareForm(forms.Form):
    """Which issued report a link shows, and until when."""

    report = forms.ModelChoiceField(
        label="Report",
        queryset=Report.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": "Choose one of the issued reports of this case."},
    )
    expires_on = forms.DateField(
        label="Opens until",
        help_text=f"The last day, in UTC; {LONGEST} days from today at most.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Give the last day on which the link opens, as 2027-01-31.",
            "invalid": "Give the day as year, month and day, such as 2027-01-31.",
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, reports: Sequence[Report], today: date) -> None:
        super().__init__(data)
        choice = self.fields["report"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Report.objects.filter(pk__in=[one.pk for one in reports]).defer("content", "manifest")
        choice.label_from_instance = lambda report: (
            f"{report.reference} in {report.get_language_display()}"
            + (", superseded" if report.superseded_by_id else "")
        )
        day = self.fields["expires_on"]
        day.initial = today + timedelta(days=USUAL)
        day.widget.attrs |= {"min": today.isoformat(), "max": (today + timedelta(days=LONGEST)).isoformat()}
