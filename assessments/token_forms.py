"""What the page of tokens takes."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from assessments.models import Membership, Token
from assessments.tokens import LONGEST, MAY, USUAL
from claims.models import Person


def _role(membership: Membership) -> str:
    of = f" of {membership.client.name}" if membership.client else ""
    return f"{membership.firm.name}, as {membership.get_role_display().lower()}{of}"


class TokenForm(forms.Form):
    """A new token. `membership` is asked for only where the person has several."""

    name = forms.CharField(
        label="What is it for?",
        max_length=60,
        help_text="Such as “Spreadsheet of the Madrid office”. You know it by this name when you revoke it.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say what the token is for."},
    )
    membership = forms.ModelChoiceField(
        label="In which firm, and as what?",
        queryset=Membership.objects.none(),
        empty_label=None,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of your own."},
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=Token.Scope.choices,
        initial=[Token.Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text="Give it no more than the program needs.",
        error_messages={"required": "Choose what the token may do: one of these at least."},
    )
    expires_on = forms.DateField(
        label="Works until",
        help_text=f"The last day, in UTC; {LONGEST} days from today at most.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Give the last day on which the token works, as 2027-01-31.",
            "invalid": "Give the day as year, month and day, such as 2027-01-31.",
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, person: Person, today: date) -> None:
        super().__init__(data)
        mine = Membership.objects.filter(person=person).select_related("firm", "client").order_by("firm__name", "pk")
        self.memberships = list(mine)
        choice = self.fields["membership"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset, choice.label_from_instance = mine, _role
        if len(self.memberships) == 1:
            del self.fields["membership"]
        within: set[str] = set().union(*(MAY[Membership.Role(one.role)] for one in self.memberships))
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = [choice for choice in Token.Scope.choices if choice[0] in within]
        day = self.fields["expires_on"]
        day.initial = today + timedelta(days=USUAL)
        day.widget.attrs |= {"min": today.isoformat(), "max": (today + timedelta(days=LONGEST)).isoformat()}

    @property
    def chosen(self) -> Membership:
        """The membership of a valid form."""
        found: Membership = self.cleaned_data.get("membership") or self.memberships[0]
        return found
