"""Forms in which editors write claims: one line a key instead of JSON, and values as sources print them."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from claims import operations
from claims.models import Check, Citation, Claim, Metric
from claims.operations.rules import REASON_CODES
from claims.quantity import PERS, UNITS, QuantityError, parse

_LINE = re.compile(r"\s*([a-z][a-z0-9_]*)\s*:\s*(.+?)\s*")


def _scalar(text: str) -> str | int | float | bool:
    """What a scope value means: true/false, a number, or the text itself."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,12}\.\d{1,8}", text):
        return float(Decimal(text))
    return text


class LinesField(forms.CharField):
    """`key: value`, one a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4, "cols": 80}), required=False, **options)

    def pairs(self, text: str) -> list[tuple[str, str]]:
        found = []
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            match = _LINE.fullmatch(line)
            if match is None:
                raise ValidationError(f"Line {number}: write a key, a colon and a value, such as “tier: production”.")
            found.append((match[1], match[2]))
        return found


class ScopeField(LinesField):
    """A claim's scope: each key once."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{key}: {str(v).lower() if isinstance(v, bool) else v}" for key, v in value.items())

    def to_python(self, value: Any) -> dict[str, Any]:
        pairs = self.pairs(super().to_python(value))
        keys = [key for key, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise ValidationError(f"The key {key} stands here twice.")
        return {key: _scalar(text) for key, text in pairs}

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or {})
        except ValidationError:
            return True


class ReasonsField(LinesField):
    """GRADE reasons for lowering certainty: a code and a note."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{reason['code']}: {reason['note']}" for reason in value)

    def to_python(self, value: Any) -> list[dict[str, str]]:
        pairs = self.pairs(super().to_python(value))
        for code, _ in pairs:
            if code not in REASON_CODES:
                raise ValidationError(f"{code} is no reason for lowering certainty. Use {', '.join(REASON_CODES)}.")
        return [{"code": code, "note": note} for code, note in pairs]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True


class ClaimForm(forms.ModelForm):
    """A claim as an editor writes it. Saves nothing: the admin hands `fields` to `operations`."""

    value_as_printed = forms.CharField(
        required=False,
        max_length=200,
        label="New value, as printed",
        help_text="Write the figure as the source prints it, such as “$5,000 to $30,000” or “over 70 %”: "
        "the parts below are filled in from it when you save. Leave empty to keep or edit the parts.",
        widget=forms.TextInput(attrs={"placeholder": "$5,000 to $30,000", "size": 40}),
    )
    scope = ScopeField(help_text="Where the figure holds: one key and value a line, such as “tier: production”.")
    certainty_reasons = ReasonsField(
        help_text=f"One a line: a code ({', '.join(REASON_CODES)}), a colon, and why.",
    )
    unit = forms.ChoiceField(required=False, choices=[("", "—"), *((unit, unit.replace("_", " ")) for unit in UNITS)])
    per = forms.ChoiceField(required=False, choices=[("", "—"), *((per, per.replace("_", " ")) for per in PERS)])
    # The edit number of the text the person started from, and the one before it once two texts were laid side by side.
    started_from = forms.IntegerField(widget=forms.HiddenInput, required=False)
    compared_from = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # Why an operation refused what was typed, by field (empty: none); the admin sets it to show the form once more.
    refused: Sequence[tuple[str, str]] = ()

    class Meta:
        model = Claim
        fields = ("slug", *operations.FIELDS, "topics")
        widgets = {
            "statement": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "topics": forms.CheckboxSelectMultiple,
            "statement_es": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "assumptions": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "credibility_reason": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "change_note": forms.Textarea(attrs={"rows": 2, "cols": 80}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["started_from"] = self.instance.edit_number
            for field in ("low", "likely", "high"):
                number = self.initial.get(field)
                if isinstance(number, Decimal):
                    self.initial[field] = f"{number.normalize():f}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        printed = cleaned.get("value_as_printed")
        if printed:
            self._read_value(cleaned, printed)
        if not cleaned.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "Choose a unit, or write the figure as printed above.")
        self._check_value(cleaned)
        if self.instance.pk and cleaned.get("started_from") is None and not self.refused:
            self.add_error(None, "This page is too old to be saved: copy what you wrote and open the claim again.")
        for field, message in self.refused:
            self.add_error(field if field in self.fields else None, message)
        return cleaned

    def _read_value(self, cleaned: dict[str, Any], printed: str) -> None:
        try:
            quantity = parse(printed)
        except QuantityError as error:
            self.add_error("value_as_printed", str(error))
            return
        for field in operations.VALUE_FIELDS:
            value = getattr(quantity, field)
            cleaned[field] = value if value is not None or field in ("low", "likely", "high") else ""

    def _check_value(self, cleaned: dict[str, Any]) -> None:
        metric = cleaned.get("metric")
        if self.errors or not isinstance(metric, Metric):
            return
        candidate = Claim(metric=metric, **{key: cleaned.get(key) for key in operations.VALUE_FIELDS})
        try:
            operations.check_value(candidate)
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                self.add_error(field, messages)


class CitationForm(forms.ModelForm):
    """One citation. All citations of a claim are written at once, so it is not compared with those it replaces."""

    class Meta:
        model = Citation
        fields = ("source", "stance", "printed", "locator", "attributed_to", "note")

    def validate_constraints(self) -> None:
        """Only what a citation can break on its own; that none stands twice is for the whole set to say."""
        exclude = self._get_validation_exclusions()
        for constraint in Citation._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                try:
                    constraint.validate(Citation, self.instance, exclude=exclude)
                except ValidationError as error:
                    self.add_error(None, error)


class ApprovalForm(forms.Form):
    """An approval; where the value moved and its citation did not, with an answer to that."""

    although = forms.CharField(
        label="Why the citation stays as it is",
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Kept in the log. If the citation should have changed too, send the claim back instead.",
    )


class ReasonForm(forms.Form):
    """Why: asked wherever a step back or an end needs a reason."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}), help_text="Printed in the change log."
    )


class SupersedeForm(ReasonForm):
    """Which claim replaces this one, and why."""

    by_claim = forms.ModelChoiceField(
        queryset=Claim.objects.filter(state=Claim.State.PUBLISHED).order_by("slug"), label="Superseded by"
    )
    field_order = ("by_claim", "reason")


class CheckForm(forms.Form):
    """A person's reading of a figure in its context."""

    kind = forms.ChoiceField(
        choices=[
            (Check.Kind.READ_IN_CONTEXT, "I read the figure in its context, and it is still true"),
            (Check.Kind.UPSTREAM_READ, "I read the upstream source itself"),
        ],
        widget=forms.RadioSelect,
        initial=Check.Kind.READ_IN_CONTEXT,
    )
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": 80}))
