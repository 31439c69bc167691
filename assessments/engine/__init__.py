"""The engine of an assessment: plain Python, a pure function of answers, claims, tables and a date.

Start reading at `evaluation.evaluate`. Everything that decides is data beside this package: `questionnaire.yaml`,
`frameworks/*.yaml`, `house.yaml`, `warnings.yaml`, `unasked.yaml`; `method.shipped()` has them read.
"""

from assessments.engine.errors import AnswersError, CurrencyError, FrameworkError
from assessments.engine.evaluation import evaluate
from assessments.engine.result import Result

__all__ = ["AnswersError", "CurrencyError", "FrameworkError", "Result", "evaluate"]
