"""The controls of a what-if: what may be typed, between which ends a slider runs, and what the case has saved."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assessments import facts, wording
from assessments.engine import method
from assessments.engine.numbers import from_json, to_json
from assessments.engine.questionnaire import UNKNOWN, Question
from assessments.engine.what_if import ANSWERS, CONTROLS, HIGHEST_FACTOR, LOWEST_FACTOR, PRICE_FACTOR
from assessments.figure_text import figure_text, number_text
from assessments.models import Assessment
from assessments.typed_numbers import read_number

AS_SAVED = ", or leave it empty for the saved value."
REACH = 20  # a slider of a quantity runs to so many times the saved value, and to as small a part of it
TYPED = 40  # characters: more than any number that is right


@dataclass(frozen=True, slots=True)
class Control:
    """One number that can be moved. `saved` is None where the client does not know it.

    `low` and `high` bound what may be typed, `slides` are the ends of the slider; `scale` is `log` where equal steps
    multiply.
    """

    name: str
    low: Decimal
    high: Decimal | None
    slides: tuple[Decimal, Decimal]
    step: str
    scale: str
    whole: bool
    saved: Decimal | None
    saved_text: str

    @property
    def label(self) -> str:
        """Its name."""
        return wording.word("control", self.name)

    @property
    def unit(self) -> str:
        """What stands after the field."""
        return wording.word("control_unit", self.name)

    @property
    def expected(self) -> str:
        """What would be right, as a sentence."""
        kind = "a whole number" if self.whole else "a number"
        upper = "" if self.high is None else f" to {number_text(self.high)}"
        return f"Enter {kind} from {number_text(self.low)}{upper}{AS_SAVED}"

    def allows(self, number: Decimal) -> bool:
        """Whether a number may be tried."""
        beyond = self.high is not None and number > self.high
        return number >= self.low and not beyond and not (self.whole and number != number.to_integral_value())


def controls(case: Assessment) -> dict[str, Control]:
    """The numbers that can be moved, by name."""
    questions = facts.questionnaire().by_id
    found = [_of_answer(questions[name], case) for name in ANSWERS if questions[name].numeric]
    found += [_hourly_rate(case), _price_factor()]
    return {one.name: one for one in sorted(found, key=lambda one: CONTROLS.index(one.name))}


def _of_answer(question: Question, case: Assessment) -> Control:
    answer = case.answers.get(question.id)
    known = answer["likely"] if isinstance(answer, Mapping) else answer
    saved = from_json(known) if isinstance(known, int | float) else None
    ends = answer if isinstance(answer, Mapping) else dict.fromkeys(("low", "likely", "high"), known)
    unit = {"unit": question.measure.unit, "currency": question.measure.currency, "per": question.measure.per}
    assert question.minimum is not None, "the questionnaire bounds every number that can be moved"
    assert question.maximum is not None
    wide = question.maximum > question.minimum * REACH and question.maximum > REACH**2
    slides = (question.minimum, question.maximum)
    if wide and saved:
        slides = (max(question.minimum, saved / REACH), min(question.maximum, saved * REACH))
    elif wide:
        slides = (Decimal(1000), Decimal(1_000_000))
    return Control(
        name=question.id,
        low=question.minimum,
        high=question.maximum,
        slides=slides,
        step="1" if question.type == "integer" else "0.01",
        scale="log" if wide else "even",
        whole=question.type == "integer",
        saved=saved,
        saved_text="not known" if answer == UNKNOWN or known is None else figure_text({**unit, **ends}),
    )


def _hourly_rate(case: Assessment) -> Control:
    assumption = method.shipped().house.assumptions["hourly_rate"]
    declared = case.choices.get("assumptions", {}).get("hourly_rate")
    saved = assumption.value if declared is None else from_json(declared["value"])
    assert saved is not None, "the house file was checked: it has a value"
    return Control(
        name="hourly_rate",
        low=assumption.minimum,
        high=assumption.maximum,
        slides=(assumption.minimum, max(saved * 4, Decimal(200))),
        step="1",
        scale="even",
        whole=assumption.whole,
        saved=saved,
        saved_text=figure_text({"likely": to_json(saved), "unit": "currency", "currency": "USD", "per": "hour"}),
    )


def _price_factor() -> Control:
    return Control(
        name=PRICE_FACTOR,
        low=LOWEST_FACTOR,
        high=HIGHEST_FACTOR,
        slides=(Decimal("0.1"), Decimal(10)),
        step="0.01",
        scale="log",
        whole=False,
        saved=Decimal(1),
        saved_text="as claimed",
    )


class ControlField(forms.CharField):
    """A number to try, as people write it. Cleans to an int or float, or None for the saved one."""

    def __init__(self, control: Control) -> None:
        self.control = control
        low, high = control.slides
        slider = {"low": to_json(low), "high": to_json(high), "step": control.step, "scale": control.scale}
        attributes = {f"data-{name}": str(value) for name, value in slider.items()}
        if control.saved is not None:
            attributes["data-saved"] = str(to_json(control.saved))
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "class": "is-number", "autocomplete": "off", **attributes}
        )
        super().__init__(
            required=False,
            widget=widget,
            label=control.label,
            help_text=f"Saved: {control.saved_text}",
            initial="" if control.saved is None else number_text(control.saved),
        )

    def clean(self, value: Any) -> int | float | None:
        """The number; raises `ValidationError` with what would be right."""
        text = super().clean(value)
        if not text:
            return None
        expected = self.control.expected
        percent = text.endswith("%") and self.control.high == 1
        try:
            if len(text) > TYPED:
                raise ValueError("That is too long for a number.")
            number = read_number(text.removesuffix("%") if percent else text) / (100 if percent else 1)
        except ValueError as error:
            raise ValidationError(f"{error} {expected}") from None
        if not self.control.allows(number):
            raise ValidationError(expected)
        return to_json(number)


class WhatIfForm(forms.Form):
    """Every control with what is saved beside it."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, case: Assessment, models: Sequence[str]) -> None:
        self.controls, self.models = controls(case), models
        self.saved_model = case.answers.get("baseline_model") or ""
        initial = {name: number_text(one.saved) for name, one in self.controls.items() if one.saved is not None}
        initial["baseline_model"] = self.saved_model
        # A control that an address leaves out is not moved.
        super().__init__(None if data is None else initial | {name: data[name] for name in data}, initial=initial)
        for name in CONTROLS:
            self.fields[name] = ControlField(self.controls[name]) if name in self.controls else self._model()

    def _model(self) -> forms.CharField:
        attributes = {"list": "priced-models", "autocomplete": "off", "data-saved-text": self.saved_model}
        widget = forms.TextInput(attrs=attributes)
        return forms.CharField(
            required=False,
            widget=widget,
            label=wording.word("control", "baseline_model"),
            help_text=f"Saved: {self.saved_model or 'none'}",
        )

    def clean_baseline_model(self) -> str:
        """A model with a price, or nothing for the saved one."""
        model: str = self.cleaned_data["baseline_model"]
        if model and model != self.saved_model and model not in self.models:
            near = difflib.get_close_matches(model[:TYPED], self.models, n=3)
            hint = f"Enter {' or '.join(near)}" if near else "Choose one from the list"
            raise ValidationError(f"No price is published for “{model[:TYPED]}”. {hint}{AS_SAVED}")
        return model

    @property
    def moved(self) -> dict[str, Any]:
        """What the form moves away from the saved values: control → JSON value. Empty before it is validated."""
        given = getattr(self, "cleaned_data", {})
        moved: dict[str, Any] = {
            name: given[name]
            for name, control in self.controls.items()
            if given.get(name) is not None and from_json(given[name]) != control.saved
        }
        if (model := given.get("baseline_model")) and model != self.saved_model:
            moved["baseline_model"] = model
        return {name: moved[name] for name in CONTROLS if name in moved}

    @property
    def typed(self) -> list[tuple[str, str]]:
        """The same as fields of an address or a form."""
        return list(as_typed(self.moved).items())

    @property
    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """The controls with the unit after each."""
        return [(self[name], self.controls[name].unit if name in self.controls else "") for name in CONTROLS]


class ScenarioForm(WhatIfForm):
    """The same with the name under which to keep it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            max_length=60, label="Name", error_messages={"required": "Give the scenario a name."}
        )


def as_typed(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as the fields of an address: control → text."""
    return {name: value if isinstance(value, str) else number_text(value) for name, value in parameters.items()}


def value_text(name: str, value: Any) -> str:
    """A tried value in words: `240,000 a month`, `× 0.5`, a model's name."""
    if isinstance(value, str):
        return value
    if name == PRICE_FACTOR:
        return f"× {number_text(value)}"
    if name == "hourly_rate":
        return figure_text({"likely": value, "unit": "currency", "currency": "USD", "per": "hour"})
    measure = facts.questionnaire().by_id[name].measure
    return figure_text({"likely": value, "unit": measure.unit, "currency": measure.currency, "per": measure.per})
