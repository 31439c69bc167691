"""How the addresses of reports in the API describe themselves, and the parameters that they read."""

from http import HTTPStatus

from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from assessments.api_schema import IDEMPOTENCY_KEY, NOT_MODIFIED, WRITTEN, parameters, responses
from assessments.models import Assessment
from claims.api_schema import IF_NONE_MATCH
from claims.forms import OneOf, Text
from reports.layouts import NAMES
from reports.serializers import InTheWaySerializer, IssueSerializer, ReportSerializer


class PdfForm(forms.Form):
    """Parameters of the file."""

    lang = OneOf(
        Assessment.Language.values, required=False, help_text="The language: else the first in which it was issued."
    )
    layout = OneOf(NAMES, required=False, help_text="Which version of a draft; an issued report has one version only.")
    sections = Text(required=False, help_text="Slugs of sections with commas between, for the layout `custom`.")


ISSUE = {
    "parameters": [IDEMPOTENCY_KEY],
    "request": IssueSerializer,
    "responses": responses(
        {201: OpenApiResponse(ReportSerializer, description="The issued report.")},
        *WRITTEN,
        HTTPStatus.SERVICE_UNAVAILABLE,
        instead={HTTPStatus.CONFLICT: InTheWaySerializer},
    ),
}
PDF = {
    "parameters": [*parameters(PdfForm), IF_NONE_MATCH],
    "responses": responses(
        {200: OpenApiResponse(OpenApiTypes.BINARY, description="The file.")},
        HTTPStatus.CONFLICT,
        HTTPStatus.SERVICE_UNAVAILABLE,
        media_type="application/pdf",
    )
    | NOT_MODIFIED,
}
