"""Query parameters as forms: what each may hold, and the sentence for what it may not.

Pages and API read the same forms. A parameter that is unknown, empty, given
too often or malformed is refused with its name and what would be right, all
of them at once (`wrong_parameters`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict

from claims import bearer

SLUG = re.compile(r"[-a-zA-Z0-9_]{1,120}")
EARLIEST_YEAR = 2000
KEY_NAMES = frozenset({"access_token", "api_key", "apikey", "auth_token", "authorization", "bearer_token", "token"})
LONGEST_TEXT = 200
# Python reads digits of every script, and more besides; what is no ASCII is no number, day or moment here.
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(rf"{DAY.pattern}([Tt ]\d\d:\d\d(:\d\d(\.\d{{1,6}})?)?([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d{1,16}(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,2})?", re.ASCII)
WHOLE = re.compile(r"\d{1,19}", re.ASCII)
NO_CHARACTER = "\ufffd"
"""What stands in a text for bytes that were no UTF-8."""


@dataclass(frozen=True, slots=True)
class WrongParameter:
    """One query parameter that cannot be used as it is, and what would be right."""

    parameter: str
    message: str


class OneOf(forms.ChoiceField):
    """One word of a list."""

    def __init__(self, words: Sequence[str], **kwargs: Any) -> None:
        super().__init__(choices=[(word, word) for word in words], **kwargs)
        self.words = tuple(words)
        self.error_messages["invalid_choice"] = f"“%(value)s” is not one of: {', '.join(words)}."


class Flag(OneOf):
    """`true` or `false`; cleans to a bool, or None where it is not given."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(words=("true", "false"), **kwargs)

    def clean(self, value: Any) -> bool | None:
        """See the class."""
        word = super().clean(value)
        return None if word == "" else word == "true"


class Day(forms.DateField):
    """A day, ISO 8601."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
        self.error_messages["invalid"] = "Give a date such as 2026-11-22."

    def clean(self, value: Any) -> date | None:
        """See the class."""
        if value and not DAY.fullmatch(value):
            raise ValidationError(self.error_messages["invalid"])
        day: date | None = super().clean(value)
        if day is not None and day.year < EARLIEST_YEAR:
            raise ValidationError(f"Give a date from {EARLIEST_YEAR}-01-01 on.")
        return day


class Moment(forms.DateTimeField):
    """A moment, RFC 3339; a day alone is its first moment, UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "Give a moment such as 2026-11-22T00:00:00Z (in an address, + is written %2B)."

    def clean(self, value: Any) -> datetime | None:
        """See the class."""
        if value and not MOMENT.fullmatch(value):
            raise ValidationError(self.error_messages["invalid"])
        try:
            moment: datetime | None = super().clean(value)
            return moment.astimezone(UTC) if moment else None
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"]) from None


class Number(forms.DecimalField):
    """A number with a decimal point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(-10) ** 15, max_value=Decimal(10) ** 15, **kwargs)
        self.error_messages["invalid"] = "Give a number such as 5000 or 0.5."

    def to_python(self, value: Any) -> Decimal | None:
        """See the class."""
        if value and not NUMBER.fullmatch(str(value)):
            raise ValidationError(self.error_messages["invalid"])
        number: Decimal | None = super().to_python(value)
        return number


class Whole(forms.IntegerField):
    """A whole number between two others."""

    def __init__(self, *, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high
        self.sentence = f"Give a whole number from {low} to {high}."
        self.error_messages["invalid"] = self.sentence

    def clean(self, value: Any) -> int | None:
        """See the class."""
        if value and not WHOLE.fullmatch(value):
            raise ValidationError(self.sentence)
        number: int | None = super().clean(value)
        if number is not None and not self.low <= number <= self.high:
            raise ValidationError(self.sentence)
        return number


class Words(forms.Field):
    """Words of a list with commas between: `subject,metric`."""

    def __init__(self, words: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(words)

    def clean(self, value: Any) -> list[str]:
        """See the class."""
        given = list(dict.fromkeys(word.strip() for word in value.split(","))) if value else []
        for word in given:
            if word not in self.words:
                raise ValidationError(f"“{word}” is not one of: {', '.join(self.words)}.")
        return given


class Text(forms.CharField):
    """A short text; with `regex`, one that matches it, else it is said to be no `example`."""

    def __init__(self, *, regex: str = "", example: str = "", **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TEXT, **kwargs)
        self.regex, self.example = regex, example

    def clean(self, value: Any) -> str:
        """See the class."""
        text: str = super().clean(value)
        if text and self.regex and not re.fullmatch(self.regex, text):
            raise ValidationError(f"“{text}” is not {self.example}.")
        return text


class Alternatives(forms.Field):
    """A parameter that may be given several times, which means either; cleans to the list of its values."""

    widget = forms.SelectMultiple

    def __init__(self, of: forms.Field, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.of = of

    def clean(self, value: Any) -> list[Any]:
        """See the class."""
        cleaned, errors = [], []
        for given in dict.fromkeys(value or ()):
            try:
                cleaned.append(self.of.clean(given))
            except ValidationError as error:
                errors += error.messages
        if errors:
            raise ValidationError(errors)
        return cleaned


class Named(Alternatives):
    """Slugs of rows that exist. Whoever reads it asks which of them do, all slugs of an address at once."""

    def __init__(self, model: type[models.Model], **kwargs: Any) -> None:
        super().__init__(of=Text(), **kwargs)
        self.model = model

    def clean(self, value: Any) -> list[str]:
        """See the class."""
        return list(dict.fromkeys(value or ()))

    def unknown(self, slug: str) -> str:
        """The sentence for a slug that names nothing."""
        names = self.model._meta
        return f"There is no {names.verbose_name} “{slug}”: see /api/v1/{names.verbose_name_plural}/."


class NoParameters(forms.Form):
    """An address that takes no parameter."""


class ChangesForm(forms.Form):
    """Parameters of the list of changes."""

    since = Whole(
        low=0,
        high=2**31 - 1,
        required=False,
        help_text="The `cursor` of an earlier answer: only what came after it. Without it, everything from the start.",
    )
    page_size = Whole(low=1, high=500, required=False, help_text="How many changes an answer holds: 1 to 500, else 50.")


def keys_in(query: QueryDict) -> list[WrongParameter]:
    """The parameters by which somebody sends a key in an address, where it does not belong."""
    message = (
        "A key goes into the header “Authorization: Bearer …”, never into an address: addresses are written into logs. "
        "If this was one, revoke its token and make another."
    )
    return [
        WrongParameter(name, message)
        for name, values in query.lists()
        if name.lower() in KEY_NAMES or any(bearer.hidden(value) != value for value in [name, *values])
    ]


def wrong_parameters(query: QueryDict, form_list: Iterable[forms.BaseForm]) -> list[WrongParameter]:
    """Everything that is wrong with a query string, read by forms that are bound to it; empty where nothing is."""
    fields: dict[str, forms.Field] = {}
    messages: dict[str, list[str]] = {}
    for form in form_list:
        fields |= form.fields
        messages |= form.errors
    wrong = keys_in(query)
    keys = {one.parameter for one in wrong}
    for name, values in query.lists():
        if name not in keys:
            found = unusable(name, values, fields.get(name), fields)
            wrong += [WrongParameter(name, message) for message in (found or messages.get(name, ()))]
    return wrong


def unusable(name: str, values: Sequence[str], field: forms.Field | None, known: Iterable[str]) -> list[str]:
    """What is wrong with a parameter before its values are read; `known` are the names there are."""
    if field is None:
        names = ", ".join(known)
        expected = f"It takes: {names}." if names else "This address takes none."
        return [f"There is no parameter “{name}” here. {expected}"]
    if any(not value.strip() for value in values):
        return ["It is empty: give it a value, or leave it out."]
    if any(NO_CHARACTER in value for value in values):
        return ["It is no text in UTF-8."]
    if len(values) > 1 and not isinstance(field, Alternatives):
        return ["It can be given once only."]
    return []


def cleaned(field: forms.Field, values: Sequence[str]) -> tuple[Any, list[str]]:
    """What a field reads from the values of a parameter, and what is wrong with them."""
    try:
        return field.clean(list(values) if isinstance(field, Alternatives) else values[-1]), []
    except ValidationError as error:
        return None, error.messages
