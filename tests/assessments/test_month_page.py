"""The months page as a consultant gets it."""

import re

import pytest
from django.urls import reverse

from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(examples_gate):
    factories.price_the_model()
    registry.publish(
        "few-shot-build-cost", at=factories.NOON, statement="Working out a few-shot prompt costs this.",
        subject=registry.subject("few-shot"), metric=registry.metric("build-cost", units=["currency"]),
        low=500, likely=1250, high=2000, unit="currency", currency="USD", per="build",
    )  # fmt: skip
    return factories.assessment(answers=factories.worked_answers())


def pages(client, case):
    client.force_login(factories.consultant())
    return [
        client.get(reverse(f"assessments:{name}", args=[case.reference])).content.decode()
        for name in ("months", "result")
    ]


def test_every_mark_leads_to_a_place_on_the_result(client, draft):
    months, result = pages(client, draft)
    address = reverse("assessments:result", args=[draft.reference])
    places = re.findall(rf'class="cite" href="{re.escape(address)}#([^"]+)"', months)
    assert "figure-" in "".join(places)
    assert "claim-" in "".join(places)
    assert [place for place in places if f'id="{place}"' not in result] == []


def test_the_options_without_a_column_are_named_with_the_reason(client, draft):
    months, _ = pages(client, draft)
    assert re.search(r"Not in the table, for want of a likely total: [^.]*prompt chaining", months)
