"""The pages of webhooks: an endpoint is added, tried, read of and deleted by an admin of its firm, and by nobody else."""

import re

import lxml.html
import pytest
from django.urls import reverse

from assessments.models import WebhookDelivery, WebhookEndpoint
from assessments.webhooks import endpoints, sending, signing
from tests import factories
from tests.assessments.webhooks import admin, endpoint, states
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
NOON = factories.NOON
URL = "https://hooks.example.org/footing"


@pytest.fixture
def boss(client):
    client.force_login(admin())
    return client


def words(page):
    return " ".join(lxml.html.document_fromstring(page.content).find("body").text_content().split())


def fields(**given):
    return {"url": URL, "description": "", "events": ["claim.published"]} | given


def test_an_endpoint_is_added_and_its_secret_is_shown_once(boss):
    costs = registry.topic("costs")
    assert "Northwind has no endpoint yet" in words(boss.get(reverse("webhooks:list")))
    page = boss.post(reverse("webhooks:add", args=["northwind"]), fields(description="Our wiki", topics=["costs"]))
    assert page.status_code == 200
    made = WebhookEndpoint.objects.get()
    secret = signing.unseal(bytes(made.sealed_secret), endpoint=made)
    assert re.findall(r">(whsec_[^<]+)<", page.content.decode()) == [secret]
    assert page["Cache-Control"] == "private, no-store"
    assert (made.events, [*made.topics.all()]) == (["claim.published"], [costs])
    for name, args in (("list", []), ("endpoint", [made.pk]), ("change", [made.pk])):
        shown = boss.get(reverse(f"webhooks:{name}", args=args))
        assert shown.status_code == 200
        assert secret not in shown.content.decode()
        assert URL in shown.content.decode()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"url": ""}, "Give the address of the other system."),
        ({"url": "http://hooks.example.org/"}, "The address begins with https://."),
        ({"url": "https://192.168.0.1/"}, "it is not on the public network (private)"),
        ({"url": "javascript:alert(1)"}, "Only http and https are asked."),
        ({"events": []}, "Choose at least one event."),
        ({"events": ["claim.eaten"]}, "Choose among the events of the list."),
        ({"topics": ["nowhere"]}, "Choose among the topics of the list."),
        ({"description": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(boss, given, message):
    page = boss.post(reverse("webhooks:add", args=["northwind"]), fields(**given))
    assert page.status_code == 422
    assert message in words(page)
    assert not WebhookEndpoint.objects.exists()


def test_topics_stand_in_their_tree(boss):
    costs = registry.topic("costs")
    registry.topic("build-cost", parent=costs)
    registry.topic("data")
    page = boss.get(reverse("webhooks:add", args=["northwind"]))
    labels = [one.text_content().strip() for one in lxml.html.document_fromstring(page.content).xpath("//label[input]")]
    assert labels[-3:] == ["Costs", "Costs › Build-cost", "Data"]


def test_an_endpoint_is_changed(boss):
    made, _ = endpoint(URL)
    page = boss.post(reverse("webhooks:change", args=[made.pk]), fields(url=f"{URL}/2", events=["report.issued"]))
    assert page["Location"] == reverse("webhooks:endpoint", args=[made.pk])
    made.refresh_from_db()
    assert (made.url, made.events) == (f"{URL}/2", ["report.issued"])
    endpoint(URL)
    page = boss.post(reverse("webhooks:change", args=[made.pk]), fields())
    assert (page.status_code, "Your firm has an endpoint with this address already." in words(page)) == (422, True)


def test_a_test_is_sent_and_its_answer_read(boss, receiver):
    made, _ = endpoint(receiver.address)
    receiver.script += [500]
    page = boss.post(reverse("webhooks:test", args=[made.pk]), follow=True)
    assert "A test is on its way" in words(page)
    assert "It was not sent yet" in words(page)
    sending.work("a task")
    delivery = WebhookDelivery.objects.get()
    page = words(boss.get(reverse("webhooks:delivery", args=[delivery.pk])))
    for part in ("given up", delivery.event.uid, '"type":"webhook.test"', " 500 ", "answer 500"):
        assert part in page, part
    boss.post(reverse("webhooks:again", args=[delivery.pk]))
    sending.work("a task")
    assert states() == ["delivered"]
    listed = words(boss.get(reverse("webhooks:endpoint", args=[made.pk])))
    for part in ("webhook.test", "delivered", " 200 ", " ms", "sent a test", "sent an event again"):
        assert part in listed, part


def test_an_answer_is_shown_as_text(boss, receiver):
    endpoint(receiver.url("posted_markup"))
    registry.publish()
    sending.work("a task")
    page = boss.get(reverse("webhooks:delivery", args=[WebhookDelivery.objects.get().pk]))
    assert b"<script>alert" not in page.content
    assert b"&lt;script&gt;alert" in page.content


def test_how_it_stands_is_said(boss, receiver):
    made, _ = endpoint(receiver.address)
    where = reverse("webhooks:endpoint", args=[made.pk])
    receiver.script += [500, 410]
    registry.publish()
    sending.work("a task")
    page = words(boss.get(where))
    for part in ("It takes nothing", "1 attempt failed since", "Nothing is sent before", "After five days", "waiting"):
        assert part in page, part
    boss.post(reverse("webhooks:pause", args=[made.pk]))
    assert "It is paused" in words(boss.get(where))
    boss.post(reverse("webhooks:resume", args=[made.pk]))
    endpoints.test(by=admin(), at=NOON, endpoint=made)
    sending.work("a task")
    page = words(boss.get(where))
    assert "Because it answered 410 Gone." in page
    assert "switched off by the machine" in page
    refused = boss.post(reverse("webhooks:test", args=[made.pk]), follow=True)
    assert "This endpoint is not active" in words(refused)


def test_a_new_secret_is_shown_once_with_until_when_the_old_one_counts(boss):
    made, secret = endpoint(URL)
    page = boss.post(reverse("webhooks:rotate", args=[made.pk]))
    made.refresh_from_db()
    newer = signing.unseal(bytes(made.sealed_secret), endpoint=made)
    assert newer != secret
    text = page.content.decode()
    assert (newer in text, secret in text, "goes on counting until" in text) == (True, False, True)


def test_a_deleted_endpoint_is_nowhere(boss):
    made, _ = endpoint(URL)
    delivery = endpoints.test(by=admin(), at=NOON, endpoint=made)
    page = boss.post(reverse("webhooks:delete", args=[made.pk]), follow=True)
    assert "The endpoint is deleted." in words(page)
    assert URL not in page.content.decode()
    for name, pk in (("endpoint", made.pk), ("change", made.pk), ("delivery", delivery.pk)):
        assert boss.get(reverse(f"webhooks:{name}", args=[pk])).status_code == 404


def test_an_admin_of_another_firm_finds_nothing(client):
    made, _ = endpoint(URL)
    delivery = endpoints.test(by=admin(), at=NOON, endpoint=made)
    client.force_login(admin(factories.firm("eastgate")))
    assert URL not in client.get(reverse("webhooks:list")).content.decode()
    assert client.get(reverse("webhooks:add", args=["northwind"])).status_code == 404
    assert client.post(reverse("webhooks:add", args=["northwind"]), fields()).status_code == 404
    for name in ("endpoint", "change"):
        assert client.get(reverse(f"webhooks:{name}", args=[made.pk])).status_code == 404
    for name in ("change", "rotate", "test", "pause", "resume", "delete"):
        assert client.post(reverse(f"webhooks:{name}", args=[made.pk])).status_code == 404
    assert client.get(reverse("webhooks:delivery", args=[delivery.pk])).status_code == 404
    assert client.post(reverse("webhooks:again", args=[delivery.pk])).status_code == 404
    assert list(made.acts.values_list("verb", flat=True)) == ["test", "add"]


def test_a_firm_with_twenty_has_no_button_for_another(boss):
    for number in range(20):
        endpoint(f"{URL}/{number}")
    assert "as many as a firm can have" in words(boss.get(reverse("webhooks:list")))
    page = boss.post(reverse("webhooks:add", args=["northwind"]), fields())
    assert (page.status_code, "Northwind has 20 endpoints" in words(page)) == (422, True)


def test_admins_find_the_way_and_consultants_are_not_led_there(client):
    endpoint(URL)
    for person, leads in ((admin(), True), (factories.consultant(), False)):
        client.force_login(person)
        for name in ("reports:report-list", "assessments:framework-list"):
            assert (reverse("webhooks:list") in client.get(reverse(name)).content.decode()) is leads


def test_the_log_has_pages(boss):
    made, _ = endpoint(URL)
    for number in range(51):
        endpoints.test(by=admin(), at=NOON + number * endpoints.WITHIN, endpoint=made)
    page = boss.get(reverse("webhooks:endpoint", args=[made.pk]), {"page": 2})
    assert page.content.decode().count("webhook.test") == 1
