"""Of what endpoints are told, and of what not: by kind, by topic, from when on, and once for each revision."""

import json

import pytest

from assessments.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from assessments.webhooks import endpoints, outbox, telling
from claims import operations
from claims.events import Event, Kind
from claims.models import Claim
from tests import factories
from tests.assessments.webhooks import CLAIMS, admin, endpoint
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
NOON = factories.NOON
URL = "https://hooks.example.org/footing"


def told(of=None):
    """Type and slug@revision of what was put down, in order, for one endpoint or all."""
    outbox.put_down_claims(at=NOON)
    rows = WebhookDelivery.objects.order_by("pk") if of is None else of.deliveries.order_by("pk")
    bodies = [json.loads(body) for body in rows.values_list("event__body", flat=True)]
    return [(one["type"], f"{one['data']['slug']}@{one['data']['revision']}") for one in bodies]


def test_each_kind_of_change_is_told_in_order():
    endpoint(URL)
    first = registry.publish("old")
    registry.change(first, at=NOON, low=17000)
    newer = registry.publish("new")
    by = registry.manager()
    old = Claim.objects.get(slug="old")
    operations.supersede(by=by, at=NOON, claim=old, by_claim=newer.claim, reason="Better.")
    operations.retract(by=by, at=NOON, claim=Claim.objects.get(slug="new"), reason="Never true.")
    assert told() == [
        ("claim.published", "old@1"),
        ("claim.published", "old@2"),
        ("claim.published", "new@1"),
        ("claim.superseded", "old@3"),
        ("claim.retracted", "new@2"),
    ]
    last = json.loads(WebhookEvent.objects.first().body)["data"]
    assert (last["state"], last["sequence"]) == ("retracted", 5)
    assert told() == told()


def test_only_of_the_kinds_that_it_is_told_of():
    made, _ = endpoint(URL, events=["claim.retracted", "report.issued"])
    revision = registry.publish()
    operations.retract(by=registry.manager(), at=NOON, claim=revision.claim, reason="Never true.")
    assert told(made) == [("claim.retracted", "rag-build-cost@2")]


def test_a_topic_includes_those_below_it_and_none_means_all():
    costs = registry.topic("costs")
    below = registry.topic("build-cost", parent=costs)
    lowest = registry.topic("first-hours", parent=below)
    data = registry.topic("data")
    every, _ = endpoint(f"{URL}/all")
    of_costs, _ = endpoint(f"{URL}/costs", topics=[costs])
    of_two, _ = endpoint(f"{URL}/two", topics=[lowest, data])
    for slug, topics in (("a", [costs]), ("b", [lowest]), ("c", [data]), ("d", [below, data])):
        registry.publish(slug, topics=topics)
    told()
    assert [name for _, name in told(every)] == ["a@1", "b@1", "c@1", "d@1"]
    assert [name for _, name in told(of_costs)] == ["a@1", "b@1", "d@1"]
    assert [name for _, name in told(of_two)] == ["b@1", "c@1", "d@1"]
    assert WebhookEvent.objects.count() == 4


def test_only_of_what_happens_after_it_was_added():
    registry.publish("before")
    made, _ = endpoint(URL)
    registry.publish("after")
    assert told(made) == [("claim.published", "after@1")]


def test_more_than_a_transaction_takes_is_told_all_the_same(monkeypatch):
    monkeypatch.setattr(outbox, "MOST_ENDPOINTS", 2)
    monkeypatch.setattr(outbox, "MOST_REVISIONS", 3)
    made = [endpoint(f"{URL}/{number}")[0] for number in range(3)]
    for number in range(7):
        registry.publish(f"claim-{number}")
    late, _ = endpoint(f"{URL}/late")
    registry.publish("last")
    told()
    for one in made:
        assert [name for _, name in told(one)] == [*(f"claim-{number}@1" for number in range(7)), "last@1"]
    assert [name for _, name in told(late)] == ["last@1"]
    assert WebhookEvent.objects.count() == 8


def test_nothing_is_put_down_for_one_that_is_not_active():
    made, _ = endpoint(URL)
    endpoints.pause(by=admin(), at=NOON, endpoint=made)
    registry.publish()
    assert told() == []
    assert not WebhookEvent.objects.exists()


def test_publishing_costs_one_question_where_nobody_listens(django_assert_num_queries):
    with django_assert_num_queries(1):
        telling.note(Event(Kind.PUBLISHED, (1,), NOON))
    with django_assert_num_queries(0):
        telling.note(Event(Kind.CONTESTED, (1,), NOON))


def test_a_firm_is_told_of_the_same_claims_as_another_under_the_same_id():
    endpoint(URL)
    endpoint(URL, of=factories.firm("eastgate"), events=CLAIMS)
    registry.publish()
    told()
    assert WebhookDelivery.objects.count() == 2
    assert WebhookEvent.objects.get().firm is None
    assert set(WebhookEndpoint.objects.values_list("sequence", flat=True)) == {1}
