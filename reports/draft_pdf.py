"""The PDF of a case that is not issued, as the page and the API give it to the firm's own people."""

from datetime import datetime

from assessments.models import Assessment
from reports import document, operations
from reports.branding import naming
from reports.layouts import Layout
from reports.operations import Written


def draft_pdf(assessment: Assessment, *, language: str, layout: Layout, at: datetime) -> tuple[Written, str]:
    """The draft of a case on its day, else on that of `at`, and the name of its file.

    Raises `AnswersError` and `CurrencyError` for a case that cannot be judged yet, and what `operations.press` raises.
    """
    day = assessment.as_of or at.date()
    case = document.stored(assessment, as_of=day, language=language, layout=layout)
    written = operations.write_draft(case=case, at=at)
    return written, naming.of_draft(assessment, day=day, language=language, at=at, layout=layout)
