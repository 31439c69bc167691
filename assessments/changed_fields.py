"""A questionnaire page of which only some questions are sent."""

from collections.abc import Collection, Mapping
from typing import Any

from assessments.forms import StepForm


class ChangedFields(StepForm):
    """The questions of a page that somebody changed; for what the others hold it looks at what is stored."""

    def __init__(self, data: Mapping[str, Any], *, changed: Collection[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for question in self.questions:
            if question.id not in changed:
                del self.fields[question.id]
        self.questions = tuple(question for question in self.questions if question.id in changed)
