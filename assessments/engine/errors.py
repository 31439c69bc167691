"""What the engine refuses, each with enough said to mend it."""

from __future__ import annotations


class FrameworkError(ValueError):
    """A decision table that does not fit the questionnaire: which file, which rule, which key, and why."""

    def __init__(self, file: str, rule: str, key: str, message: str) -> None:
        super().__init__(f"{file}: {rule}: {key}: {message}")
        self.file, self.rule, self.key, self.message = file, rule, key, message


class AnswersError(ValueError):
    """Answers that cannot be judged: `errors` holds (question id, what would be right) in the questions' order."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{question}: {message}" for question, message in errors))
        self.errors = errors


class FrameworkUnfit(AnswersError):
    """A firm's own framework does not fit the questionnaire any more, so that the case cannot be judged by it."""


class CurrencyError(ValueError):
    """A report currency without a published exchange rate."""


class EconomicsError(ValueError):
    """A parameter of the cost model that is wrong or missing: which field, and what would be right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field, self.message = field, message


class LedgerError(ValueError):
    """A figure that cannot be followed back, or whose range is upside down."""
