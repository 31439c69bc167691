"""The address that lays the claims on one metric side by side."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from claims import side_by_side
from claims.api import RegistryView
from claims.api_errors import BadParameters
from claims.api_schema import COMPARE
from claims.models import Metric
from claims.quick import language


class CompareView(RegistryView):
    """Claims on one metric, counted alike."""

    @extend_schema(operation_id="compare", **COMPARE)
    def get(self, request: Request) -> HttpResponse:
        """Claims on one metric in one unit and currency, the pooled range where pooling is allowed, the reason where not."""
        question = side_by_side.Question(request.query_params, today=timezone.localdate())
        lang = language(request)
        if not question.wrong and self.has_already(request):
            return self.answer(request, b"", lang=lang)
        documents = [] if question.wrong else question.documents(lang=lang)
        if question.wrong:
            raise BadParameters(question.wrong)
        metric = Metric.objects.select_related("family").get(slug=request.query_params["metric"])
        found = side_by_side.entries(documents, on=question.on)
        body = {
            "metric": {"slug": metric.slug, "name": metric.name, "family": metric.family.slug},
            "as_of": question.on.isoformat(),
            "count": len(found),
            "groups": side_by_side.groups(found, on=question.on, lang=lang),
        }
        return self.answer(request, body, lang=lang)
