"""The first address of the API, from which the others can be found."""

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from claims.api import RegistryView
from claims.api_schema import ROOT

LEADS_TO = {
    "documentation": "api-docs",
    "schema": "api-schema",
    "claims": "api-claim-list",
    "topics": "api-topic-list",
    "subjects": "api-subject-list",
    "metrics": "api-metric-list",
    "sources": "api-source-list",
    "conflicts": "api-conflict-list",
    "changes": "api-change-list",
    "compare": "api-compare",
    "lookup": "api-lookup",
    "csv": "api-claims-csv",
    "jsonl": "api-claims-jsonl",
    "dataset": "api-dataset",
}


class RootView(RegistryView):
    """Where everything is."""

    @extend_schema(operation_id="root", **ROOT)
    def get(self, request: Request) -> HttpResponse:
        """The addresses of this API, by what they lead to."""
        self.refuse_parameters(request)
        return self.answer(
            request, {name: request.build_absolute_uri(reverse(pattern)) for name, pattern in LEADS_TO.items()}
        )
