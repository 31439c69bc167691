"""The form of the scope questions: for each the answer that is meant and the reason, or none of the two."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from assessments.choosing import Given
from assessments.engine.choices import MOST_WORDS
from assessments.scope_rows import QuestionRow

NOT_SETTLED = "Not settled: every answer is computed and shown"


class ScopeForm(forms.Form):
    """All open and settled questions of a case on one page."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, rows: Sequence[QuestionRow]) -> None:
        self.rows = rows
        initial: dict[str, Any] = {}
        for row in rows:
            if row.settled is not None:
                initial |= {f"answer-{row.id}": row.settled["value"], f"note-{row.id}": row.settled["note"]}
        super().__init__(data, initial=initial)
        for row in rows:
            choices = [("", NOT_SETTLED), *((answer.value, answer.text) for answer in row.answers)]
            self.fields[f"answer-{row.id}"] = forms.ChoiceField(
                choices=choices, required=False, label="What is meant", widget=forms.RadioSelect
            )
            self.fields[f"note-{row.id}"] = forms.CharField(
                required=False,
                max_length=MOST_WORDS,
                label="Your reason",
                help_text="The report prints it, with your name.",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        """An answer needs its reason, and a reason its answer."""
        cleaned: dict[str, Any] = super().clean() or {}
        for row in self.rows:
            answer, note = cleaned.get(f"answer-{row.id}"), cleaned.get(f"note-{row.id}", "")
            if answer and not note:
                self.add_error(f"note-{row.id}", "Say why this is what the client means.")
            if answer == "" and note:
                self.add_error(f"answer-{row.id}", "Choose what is meant, or clear the reason to leave it open.")
        return cleaned

    def settled(self) -> dict[str, Given]:
        """Kind → id → answer and reason, None for what is left open. Of a valid form."""
        found: dict[str, dict[str, tuple[Any, str] | None]] = {}
        for row in self.rows:
            answer = self.cleaned_data[f"answer-{row.id}"]
            found.setdefault(row.kind, {})[row.id] = (answer, self.cleaned_data[f"note-{row.id}"]) if answer else None
        return dict(found)

    def fieldsets(
        self, stored: Mapping[str, Any] | None = None
    ) -> list[tuple[QuestionRow, BoundField, BoundField, str]]:
        """Row, its two fields, and what somebody else stored meanwhile, in words."""
        return [
            (row, self[f"answer-{row.id}"], self[f"note-{row.id}"], _meanwhile(row, stored or {})) for row in self.rows
        ]


def _meanwhile(row: QuestionRow, stored: Mapping[str, Any]) -> str:
    if row.id not in stored:
        return ""
    other = stored[row.id]
    if other is None:
        return NOT_SETTLED
    text = next((answer.text for answer in row.answers if answer.value == other["value"]), other["value"])
    return f"{text} {other['note']} ({other['by']})"
