"""The small forms beside some numbers of the questionnaire, and the step's form with what they worked out."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from assessments.calculators import figures, requests_of_users, tokens_of_sample, tokens_of_words
from assessments.engine.questionnaire import Question
from assessments.figure_text import number_text
from assessments.typed_numbers import NumberField, read_number

LARGEST = Decimal(10) ** 12
MOST_TYPED = 40  # characters: more than any number that is right


class CountField(forms.CharField):
    """A number above zero, as people write it. Cleans to a Decimal, or None where it is left empty."""

    def __init__(self, *, whole: bool = False, **kwargs: Any) -> None:
        self.whole = whole
        attributes = {"inputmode": "decimal", "class": "is-number", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        expected = f"Enter a {'whole ' if self.whole else ''}number above zero."
        try:
            number = read_number(text) if len(text) <= MOST_TYPED else Decimal(0)
        except ValueError as error:
            raise ValidationError(f"{error} {expected}") from None
        if not 0 < number <= LARGEST or (self.whole and number != number.to_integral_value()):
            raise ValidationError(expected)
        return number


class UnrepeatedText(forms.Textarea):
    """A text that a page never sends back: what was pasted is the client's, and has done its work."""

    def format_value(self, value: Any) -> str:
        return ""


class Calculator(forms.Form):
    """What works out the number of one question. `result` is the text for its field, once the form is valid."""

    kind: ClassVar[str]
    summary: ClassVar[str]
    result = ""

    def __init__(self, data: Mapping[str, Any] | None = None, *, question: Question) -> None:
        self.question = question
        # Its fields are part of the step's form: their errors are its own business.
        super().__init__(data, prefix=f"work-out-{question.id}")

    @property
    def notes(self) -> Sequence[str]:
        """Whose the conversion figures are."""
        raise TypeError(f"{type(self).__name__} does not say what it takes for granted")

    def script(self) -> Mapping[str, Any]:
        """What the script needs to come to the same result."""
        raise TypeError(f"{type(self).__name__} does not say what it computes with")

    def worked_out(self, text: str) -> None:
        """Keep a result, or say that the question does not take it."""
        try:
            NumberField(self.question).clean(text)
        except ValidationError as error:
            self.add_error(None, f"That comes to {text}. {error.messages[0]}")
        else:
            self.result = text


class TokensCalculator(Calculator):
    """Tokens from words or from a sample."""

    kind = "tokens"
    summary = "Not sure? Work it out from words or a sample"

    words = CountField(whole=True, label="Words")
    # Not stripped nor limited by the field: the calculator says what is too long.
    sample = forms.CharField(
        required=False,
        label="Or paste a sample",
        widget=UnrepeatedText(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    @property
    def notes(self) -> Sequence[str]:
        return figures().per_word.note, figures().per_character.note

    def script(self) -> Mapping[str, Any]:
        known = figures()
        parts = {"word": known.per_word, "character": known.per_character}
        found = {f"{name}-{end}": getattr(one, end) for name, one in parts.items() for end in ("low", "likely", "high")}
        return {**found, "longest": known.longest_sample}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        words, sample = given.get("words"), given.get("sample")
        if self.errors:
            return given
        if bool(words) == bool(sample):
            wanted = "one of the two, not both" if words else "one of the two"
            raise ValidationError(f"Enter the number of words or paste a sample: {wanted}.")
        try:
            self.worked_out(tokens_of_words(words) if words else tokens_of_sample(sample))
        except ValueError as error:
            self.add_error("sample", str(error))
        return given


class RequestsCalculator(Calculator):
    """Requests a month from users, what each asks in a day, and working days."""

    kind = "requests"
    summary = "Not sure? Work it out from users and days"

    users = CountField(label="People who use it")
    each = CountField(label="Requests of each, per day")
    days = CountField(label="Working days a month", initial=lambda: number_text(figures().working_days))

    @property
    def notes(self) -> Sequence[str]:
        return (figures().working_days_note,)

    def script(self) -> Mapping[str, Any]:
        return {}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        for name in self.fields:
            if given[name] is None:
                self.add_error(name, "Enter a number above zero.")
        if not self.errors:
            self.worked_out(requests_of_users(given["users"], given["each"], given["days"]))
        return given


def calculator(question: Question, data: Mapping[str, Any] | None = None) -> Calculator | None:
    """The calculator beside a question; None where it has none."""
    if question.id in figures().token_questions:
        return TokensCalculator(data, question=question)
    return RequestsCalculator(data, question=question) if question.id in figures().request_questions else None
