"""The form of the assumptions: for each a value of one's own and the reason for it, both or neither."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assessments.assumptions import AssumptionRow
from assessments.engine.choices import MOST_WORDS
from assessments.engine.house import Assumption
from assessments.engine.numbers import to_json
from assessments.figure_text import number_text
from assessments.typed_numbers import read_number


class ValueField(forms.CharField):
    """The value of an assumption within its bounds. Cleans to an int or float, or None where it is left empty."""

    def __init__(self, assumption: Assumption, **kwargs: Any) -> None:
        self.assumption = assumption
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "is-number", "autocomplete": "off"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> int | float | None:
        text: str = super().clean(value)
        if not text:
            return None
        percent = text.endswith("%") and self.assumption.unit == "ratio"
        try:
            number = read_number(text.removesuffix("%") if percent else text)
        except ValueError as error:
            raise forms.ValidationError(f"{error} Enter {self.assumption.expected}.") from None
        if percent:
            number /= 100
        if not self.assumption.allows(number):
            raise forms.ValidationError(f"Enter {self.assumption.expected}.")
        return to_json(number)

    def prepare_value(self, value: Any) -> Any:
        return number_text(value) if isinstance(value, int | float) else value


def _label(asked: str, of_what: str) -> SafeString:
    """A label that says what of; under the heading that says so already, that part is only read out."""
    return format_html('{}<span class="of-what">: {}</span>', asked, of_what)


class AssumptionsForm(forms.Form):
    """All assumptions on one page. A value that is left empty is the default again."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, rows: Sequence[AssumptionRow]) -> None:
        self.rows = rows
        initial: dict[str, Any] = {}
        for row in rows:
            if row.declared is not None:
                initial |= {f"value-{row.key}": row.declared["value"], f"note-{row.key}": row.declared["note"]}
        super().__init__(data, initial=initial)
        for row in rows:
            of_what = f"{row.title[:1].lower()}{row.title[1:]}"
            self.fields[f"value-{row.key}"] = ValueField(
                row.assumption, label=_label("Your value", of_what), help_text=row.assumption.note
            )
            self.fields[f"note-{row.key}"] = forms.CharField(
                required=False,
                max_length=MOST_WORDS,
                label=_label("Your reason", of_what),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        """A value needs its reason, and a reason its value."""
        cleaned: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            value, note = cleaned.get(f"value-{row.key}"), cleaned.get(f"note-{row.key}", "")
            if value is not None and not note:
                self.add_error(f"note-{row.key}", "Say why this value is right for the client.")
            if value is None and note and f"value-{row.key}" not in self.errors:
                self.add_error(
                    f"value-{row.key}",
                    f"Enter {row.assumption.expected}, or clear the reason to go back to the default.",
                )
        return cleaned

    def declared(self) -> dict[str, tuple[int | float, str] | None]:
        """Key → value and reason, None for the default. Of a valid form."""
        return {
            row.key: None
            if self.cleaned_data[f"value-{row.key}"] is None
            else (self.cleaned_data[f"value-{row.key}"], self.cleaned_data[f"note-{row.key}"])
            for row in self.rows
        }

    def fieldsets(
        self, stored: Mapping[str, Any] | None = None
    ) -> list[tuple[AssumptionRow, BoundField, BoundField, str, str]]:
        """Row, its two fields, unit after the value, and what somebody else stored meanwhile, in words."""
        stored = stored or {}
        found = []
        for row in self.rows:
            mine = ""
            if row.key in stored:
                other = stored[row.key]
                mine = f"{row.text(other['value'])}: {other['note']}" if other else f"the default, {row.house_text}"
            found.append((row, self[f"value-{row.key}"], self[f"note-{row.key}"], row.unit_text, mine))
        return found
