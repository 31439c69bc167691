"""The address that describes the whole registry as one data set."""

from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from claims import catalogue, linked_data
from claims.api import RegistryView
from claims.api_formats import LinkedData
from claims.api_schema import DATASET
from claims.models import Revision
from claims.projection import moment_text


class DatasetView(RegistryView):
    """The registry as catalogues of data sets read it."""

    renderer_classes: ClassVar = [LinkedData, JSONRenderer]

    @extend_schema(operation_id="dataset", **DATASET)
    def get(self, request: Request) -> HttpResponse:
        """The whole registry as a schema.org Dataset: what it measures, when it changed, where its files are."""
        self.refuse_parameters(request)
        newest = Revision.objects.order_by("-sequence").values_list("sequence", "published_at").first()
        sequence, at = newest or (0, None)
        body: dict[str, Any] = linked_data.dataset(
            name="Footing: sourced claims on prompting, retrieval and fine-tuning",
            description=(
                "Claims about what it costs and takes to adapt language models, each with its value, its scope, its sources "
                "as they print it, a grade, and the day a person last read it."
            ),
            modified=moment_text(at) if at else None,
            version=sequence,
            metrics=[metric for metric in catalogue.metrics() if metric["claims"]],
        )
        response = self.answer(request, orjson.dumps(body))
        if response.status_code != HTTPStatus.NOT_MODIFIED:
            response["Content-Type"] = request.accepted_renderer.media_type
        return response
