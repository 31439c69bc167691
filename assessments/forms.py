"""The forms of the pages: the questionnaire step by step, clients, new assessments.

A step's form is built from the questionnaire; nothing about a question is
repeated here. Numbers are read the way people write them, and every refusal
says what would be right.
"""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from assessments import facts
from assessments.calculator_forms import calculator
from assessments.engine.questionnaire import UNKNOWN, Question, Step
from assessments.models import Assessment, Client, Firm
from assessments.typed_numbers import RANGE_HELP, NumberField, says_unknown, tick_name
from claims.models import Person

YES_NO = (("true", "Yes"), ("false", "No"))
NOT_KNOWN = ((UNKNOWN, "I do not know"),)
_TRUTH = {"true": True, "false": False, UNKNOWN: UNKNOWN}


class ModelField(forms.CharField):
    """The id of a model with a published price; the browser offers them as the reader types."""

    def __init__(self, models: Sequence[str], **kwargs: Any) -> None:
        self.models = models
        super().__init__(widget=forms.TextInput(attrs={"list": "priced-models", "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if text and text not in self.models:
            near = difflib.get_close_matches(text, self.models, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else " Choose one from the list."
            raise ValidationError(f"No price is published for “{text}”.{hint}")
        return text


class ChoicesField(forms.MultipleChoiceField):
    """Any of some choices, or "I do not know" alone, which cleans to `unknown`."""

    def prepare_value(self, value: Any) -> Any:
        return [value] if value == UNKNOWN else value

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        if UNKNOWN not in chosen:
            return chosen
        if len(chosen) > 1:
            raise ValidationError("“I do not know” stands alone: take it back, or the others.")
        return UNKNOWN


def _field(question: Question, models: Sequence[str]) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.text["en"],
        "help_text": question.help["en"],
        "required": not question.nullable,
    }
    open_end = () if question.unknown is None else NOT_KNOWN
    choices = [*((option.value, option.label["en"]) for option in question.options), *open_end]
    if question.type == "bool":
        return forms.TypedChoiceField(
            choices=(*YES_NO, *open_end),
            coerce=_TRUTH.__getitem__,
            empty_value=None,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose yes or no."},
            **common,
        )
    if question.type == "enum":
        return forms.ChoiceField(
            choices=choices, widget=forms.RadioSelect, error_messages={"required": "Choose one."}, **common
        )
    if question.type == "multi_enum":
        return ChoicesField(choices=choices, widget=forms.CheckboxSelectMultiple, **(common | {"required": False}))
    if question.type == "price_model":
        return ModelField(models, error_messages={"required": "Enter the id of a model from the list."}, **common)
    if not question.exact:
        common["help_text"] += f" {RANGE_HELP}"
    field = NumberField(question, **common)
    field.error_messages["required"] = field.expected()
    return field


class StepForm(forms.Form):
    """One page of the questionnaire.

    `stored` and `unread` are what the assessment holds; `asked` (after validation) are the questions
    that matter given all answers, those of other pages included. A question that does not matter is
    never an error.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        step: Step,
        stored: Mapping[str, Any],
        unread: Mapping[str, Any],
        models: Sequence[str] = (),
    ) -> None:
        self.questions = facts.questionnaire().of_step(step.id)
        self.stored = stored
        self.models = models
        initial = {q.id: _as_typed(stored[q.id]) for q in self.questions if stored.get(q.id) is not None}
        if data is None and any(q.id in unread for q in self.questions):
            data = initial | {q.id: unread[q.id] for q in self.questions if q.id in unread}
        super().__init__(data, initial=initial)
        for question in self.questions:
            self.fields[question.id] = _field(question, models)
        found = {question.id: calculator(question) for question in self.questions}
        self.calculators = {name: one for name, one in found.items() if one is not None}

    def clean(self) -> dict[str, Any]:
        """Drops the errors of questions that do not matter, given the answers on this page."""
        cleaned: dict[str, Any] = super().clean() or {}
        known = {**self.stored, **cleaned}
        for question in self.questions:
            if not facts.matters(question, known) and question.id in self.errors:
                del self.errors[question.id]
        return cleaned

    def not_known(self, question: Question) -> bool:
        """Whether the answer that the field shows is that nobody knows."""
        shown = self[question.id].data if self.is_bound else self.initial.get(question.id)
        return shown == [UNKNOWN] or (isinstance(shown, str) and says_unknown(shown))

    @classmethod
    def worked_out(cls, data: QueryDict, name: str, **given: Any) -> "StepForm":
        """The page as it was submitted, with what the calculator beside `name` came to in its field.

        Nothing is complained about but what was entered into the calculator, and nothing of that comes back with a
        result. Raises `LookupError` for a question without a calculator.
        """
        typed = data.copy()
        form = cls(typed, **given)
        asked = type(form.calculators[name])(data, question=form.calculators[name].question)
        if asked.is_valid():
            typed[name] = asked.result
            typed.pop(tick_name(name), None)
        form.calculators[name] = asked
        form.is_valid()
        form.errors.clear()
        return form

    def follow_ups(self) -> list[str]:
        """Unanswered questions that matter only since this submission: asked now, not complained about."""
        return [
            question.id
            for question in self.questions
            if question.id in self.errors
            and not self.data.get(question.id)
            and not facts.matters(question, self.stored)
        ]

    def answers(self) -> dict[str, Any]:
        """Valid answers by question. One that does not matter keeps its answer, or has none."""
        found = {}
        for question in self.questions:
            value = self.cleaned_data.get(question.id)
            if question.id in self.cleaned_data and (question.nullable or value not in (None, "")):
                found[question.id] = value
        return found

    def unread(self) -> dict[str, Any]:
        """What was typed for the questions that matter and is no valid answer, as it was typed."""
        return {
            question.id: self[question.id].value() or "" for question in self.questions if question.id in self.errors
        }


def _as_typed(answer: Any) -> Any:
    """An answer in the form its field submits it."""
    if isinstance(answer, bool):
        return "true" if answer else "false"
    return answer


class ClientForm(forms.ModelForm):
    """A new client. `firm` is asked for only where the person works for several."""

    class Meta:
        model = Client
        fields = ("firm", "name", "sector")
        help_texts = {"sector": "For your own overview, such as insurance or public administration."}

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_to_firms(self, person)


class AssessmentForm(forms.Form):
    """A new assessment, for a client that exists or for a new one."""

    firm = forms.ModelChoiceField(Firm.objects.none(), required=False, help_text="Needed for a new client.")
    client = forms.ModelChoiceField(
        Client.objects.none(), required=False, empty_label="A new client, named below", label="Client"
    )
    new_client = forms.CharField(max_length=200, required=False, label="Name of a new client")
    title = forms.CharField(
        max_length=200, label="What is to be decided?", help_text="The title of the report, such as “Claims triage”."
    )
    language = forms.ChoiceField(choices=Assessment.Language, label="Language of the report")
    currency = forms.RegexField(
        r"^[A-Z]{3}\Z",
        initial="USD",
        label="Currency of the report",
        help_text="Three letters. A currency other than USD needs a published exchange rate.",
        error_messages={"invalid": "Enter three capital letters, such as USD."},
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = Client.objects.visible_to(person)
        limit_to_firms(self, person)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        client, name = cleaned.get("client"), cleaned.get("new_client")
        if "client" not in self.errors and bool(client) == bool(name):
            self.add_error("client", "Choose a client, or name a new one: one of the two.")
        if name and "firm" in self.fields and not cleaned.get("firm"):
            self.add_error("firm", "Choose the firm that advises the new client.")
        return cleaned


def limit_to_firms(form: forms.BaseForm, person: Person) -> None:
    """Offer the person's own firms; where there is one only, do not ask."""
    firms = Firm.objects.visible_to(person)
    if firms.count() == 1:
        del form.fields["firm"]
    else:
        form.fields["firm"].queryset = firms
