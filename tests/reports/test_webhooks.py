"""A firm's endpoints are told of its reports, of nobody else's, and of nothing about a client."""

import json

import pytest

from assessments import operations as assessing
from assessments.models import WebhookDelivery
from assessments.webhooks import endpoints
from reports import operations
from tests import factories
from tests.assessments.webhooks import CLAIMS, REPORTS, admin, endpoint

pytestmark = pytest.mark.django_db
URL = "https://hooks.example.org/footing"


def told(of):
    return [json.loads(body) for body in of.deliveries.order_by("pk").values_list("event__body", flat=True)]


def event(type_, report):
    return {
        "type": type_,
        "timestamp": "2026-11-22T12:00:00.000Z",
        "data": {
            "reference": report.reference,
            "digest": report.digest,
            "url": f"http://127.0.0.1:8000/verify/{report.hex_digest}/",
        },
    }


def test_issuing_and_superseding_are_told_to_the_firm_alone(client, renderer):
    made, _ = endpoint(URL, events=REPORTS)
    of_claims, _ = endpoint(f"{URL}/claims", events=CLAIMS)
    paused, _ = endpoint(f"{URL}/paused", events=REPORTS)
    endpoints.pause(by=admin(), at=factories.NOON, endpoint=paused)
    others, _ = endpoint(URL, of=factories.firm("eastgate"), events=REPORTS)
    factories.examples_gate()
    by = factories.consultant()

    def issued(draft):
        final = assessing.finalise(by=by, at=factories.NOON, assessment=draft)
        return operations.issue(assessment=final, by=by, at=factories.NOON, because=factories.REASON, renderer=renderer)

    first = issued(factories.assessment(answers=factories.worked_answers()))
    assert told(made) == [event("report.issued", first)]
    second = issued(assessing.rerun(by=by, at=factories.NOON, assessment=first.assessment))
    assert told(made) == [
        event("report.issued", first),
        event("report.issued", second),
        event("report.superseded", first),
    ]
    assert [told(one) for one in (of_claims, paused, others)] == [[], [], []]
    case = first.assessment
    for body in WebhookDelivery.objects.values_list("event__body", flat=True):
        assert not any(word in body for word in (case.title, case.client.name, case.firm.name))
    page = client.get(told(made)[0]["data"]["url"].removeprefix("http://127.0.0.1:8000"))
    assert (page.status_code, "superseded" in page.content.decode()) == (200, True)
