"""What an admin does with endpoints: who may, which addresses will do, the secret at rest, and the log of it all."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from assessments.models import WebhookAct, WebhookDelivery, WebhookEndpoint
from assessments.webhooks import endpoints, sending, signing, upkeep
from claims.operations import OperationRefused
from tests import factories
from tests.assessments import webhooks
from tests.assessments.webhooks import CLAIMS, admin, endpoint
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
NOON = factories.NOON
URL = "https://hooks.example.org/footing"


def acts(of):
    return list(of.acts.order_by("pk").values_list("verb", "by__username"))


def test_an_endpoint_has_a_secret_that_is_told_once_and_kept_sealed():
    made, secret = endpoint(URL, description="  Our   wiki ")
    assert (made.url, made.description, made.events, made.state) == (URL, "Our wiki", [*CLAIMS], "active")
    assert secret.startswith("whsec_")
    assert len(signing.base64.b64decode(secret[6:])) == 32
    kept = WebhookEndpoint.objects.get()
    assert signing.unseal(bytes(kept.sealed_secret), endpoint=kept) == secret
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM assessments_webhookendpoint")
        row = cursor.fetchone()
    assert not any(secret[6:].encode() in bytes(str(one), "utf-8") for one in row)
    other, another = endpoint("https://hooks.example.org/other")
    assert another != secret
    with pytest.raises(signing.Sealed):
        signing.unseal(bytes(kept.sealed_secret), endpoint=other)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://hooks.example.org/", "begins with https://"),
        ("https://10.0.0.1/", "public network .private"),
        ("https://localhost/", "inside a network"),
        ("https://hooks.example.org:8443/", "Only the ports 80 and 443"),
        ("https://user:secret@hooks.example.org/", "user name"),
        ("ftp://hooks.example.org/", "Only http and https"),
        ("", "between 1 and 2000"),
        ("https://hooks.example.org/" + "x" * 2000, "between 1 and 2000"),
    ],
)
def test_an_address_that_is_never_sent_to_is_refused_in_words(url, message):
    with pytest.raises(OperationRefused, match=message) as refused:
        endpoint(url)
    assert refused.value.field == "url"
    assert not WebhookEndpoint.objects.exists()


def test_an_endpoint_is_told_of_something_that_there_is():
    for events, message in (((), "at least one"), (("claim.eaten",), "There is no event claim.eaten"),
                            (("webhook.test",), "There is no event webhook.test")):  # fmt: skip
        with pytest.raises(OperationRefused, match=message) as refused:
            endpoint(URL, events=events)
        assert refused.value.field == "events"
    with pytest.raises(OperationRefused, match="200 characters") as refused:
        endpoint(URL, description="x" * 201)
    assert refused.value.field == "description"


def test_a_firm_has_an_address_once_and_twenty_in_all():
    first, _ = endpoint(URL)
    with pytest.raises(OperationRefused, match="Your firm has an endpoint with this address already") as refused:
        endpoint(URL)
    assert refused.value.field == "url"
    endpoint(URL, of=factories.firm("eastgate"))
    for number in range(19):
        endpoint(f"{URL}/{number}")
    with pytest.raises(OperationRefused, match="Northwind has 20 endpoints"):
        endpoint(f"{URL}/one-more")
    endpoints.delete(by=admin(), at=NOON, endpoint=first)
    assert endpoint(URL)[0].pk != first.pk


@pytest.mark.parametrize("who", ["consultant", "rival"])
def test_nobody_but_an_admin_of_the_firm_may(who):
    made, _ = endpoint(URL)
    delivery = endpoints.test(by=admin(), at=NOON, endpoint=made)
    by = factories.consultant() if who == "consultant" else admin(factories.firm("eastgate"))
    verbs = [
        lambda: endpoints.add(by=by, at=NOON, firm=factories.firm(), url=f"{URL}/2", events=CLAIMS),
        lambda: endpoints.change(by=by, at=NOON, endpoint=made, url=f"{URL}/2", events=CLAIMS),
        lambda: endpoints.again(by=by, at=NOON, delivery=delivery),
        *(
            lambda verb=verb: verb(by=by, at=NOON, endpoint=made)
            for verb in (endpoints.rotate, endpoints.pause, endpoints.resume, endpoints.test, endpoints.delete)
        ),
    ]
    for verb in verbs:
        with pytest.raises(OperationRefused, match=f"{by.get_username()} is no admin of this firm"):
            verb()
    assert acts(made) == [("add", "admin-northwind"), ("test", "admin-northwind")]


def test_each_act_is_in_the_log_and_stays_there():
    made, _ = endpoint(URL)
    by = admin()
    endpoints.change(by=by, at=NOON, endpoint=made, url=f"{URL}/2", events=["report.issued"], description="Wiki")
    endpoints.rotate(by=by, at=NOON, endpoint=made)
    endpoints.pause(by=by, at=NOON, endpoint=made)
    endpoints.resume(by=by, at=NOON, endpoint=made)
    delivery = endpoints.test(by=by, at=NOON, endpoint=made)
    endpoints.again(by=by, at=NOON, delivery=delivery)
    endpoints.delete(by=by, at=NOON, endpoint=made)
    done = ("add", "change", "rotate", "pause", "resume", "test", "again", "delete")
    assert acts(made) == [(verb, "admin-northwind") for verb in done]
    assert made.acts.get(verb="change").detail == {"url": f"{URL}/2", "before": URL}
    act = WebhookAct.objects.first()
    for write in (act.save, act.delete):
        act.verb = "pause"
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            write()


def test_what_makes_no_sense_is_refused():
    made, _ = endpoint(URL)
    by = admin()
    with pytest.raises(OperationRefused, match="active already"):
        endpoints.resume(by=by, at=NOON, endpoint=made)
    endpoints.pause(by=by, at=NOON, endpoint=made)
    for verb in (endpoints.pause, endpoints.test):
        with pytest.raises(OperationRefused, match="not active"):
            verb(by=by, at=NOON, endpoint=made)
    endpoints.delete(by=by, at=NOON, endpoint=made)
    for verb in (endpoints.resume, endpoints.rotate, endpoints.delete):
        with pytest.raises(OperationRefused, match="was deleted"):
            verb(by=by, at=NOON, endpoint=made)


def test_an_admin_sends_so_much_in_ten_minutes_and_no_more():
    made, _ = endpoint(URL)
    for _ in range(10):
        endpoints.test(by=admin(), at=NOON, endpoint=made)
    with pytest.raises(OperationRefused, match="wait a moment"):
        endpoints.test(by=admin(), at=NOON, endpoint=made)
    delivery = endpoints.test(by=admin(), at=NOON + timedelta(minutes=11), endpoint=made)
    for _ in range(100):
        endpoints.again(by=admin(), at=NOON, delivery=delivery)
    with pytest.raises(OperationRefused, match="100 times in the last ten minutes"):
        endpoints.again(by=admin(), at=NOON, delivery=delivery)


def test_deleting_forgets_the_secret_and_gives_up_what_is_on_its_way():
    made, _ = endpoint(URL)
    endpoints.test(by=admin(), at=NOON, endpoint=made)
    endpoints.delete(by=admin(), at=NOON, endpoint=made)
    made.refresh_from_db()
    assert (made.state, made.sealed_secret, made.sealed_previous) == ("deleted", None, None)
    assert webhooks.states() == ["given_up"]
    assert not WebhookEndpoint.objects.managed_by(admin()).exists()


def test_the_schema_keeps_the_secret_of_an_endpoint_and_the_moments_of_a_delivery():
    made, _ = endpoint(URL)
    endpoints.test(by=admin(), at=NOON, endpoint=made)
    for rows, columns in (
        (WebhookEndpoint, {"sealed_secret": None}),
        (WebhookEndpoint, {"state": "off"}),
        (WebhookEndpoint, {"previous_until": NOON}),
        (WebhookDelivery, {"state": "delivered"}),
        (WebhookDelivery, {"next_at": None}),
        (WebhookDelivery, {"state": "sending"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.objects.update(**columns)


# --- Keys ----------------------------------------------------------------------------------------------------------


def test_a_new_key_of_the_installation_opens_what_was_sealed_before_and_seals_it_anew(settings):
    made, secret = endpoint(URL)
    made, newer = endpoints.rotate(by=admin(), at=NOON, endpoint=made)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of this installation, as long as they are"
    assert signing.unseal(bytes(made.sealed_secret), endpoint=made) == newer
    done = upkeep.keep_up(at=NOON)
    assert (done.sealed, done.lost) == (2, 0)
    assert upkeep.keep_up(at=NOON).sealed == 0
    settings.SECRET_KEY_FALLBACKS = []
    made.refresh_from_db()
    assert signing.unseal(bytes(made.sealed_secret), endpoint=made) == newer
    assert signing.unseal(bytes(made.sealed_previous), endpoint=made) == secret


def test_with_another_key_and_no_fallback_a_delivery_says_what_to_do(settings):
    made, _ = endpoint(URL)
    endpoints.test(by=admin(), at=NOON, endpoint=made)
    settings.SECRET_KEY = "another key of this installation, as long as they are"
    assert upkeep.keep_up(at=NOON).lost == 1
    assert sending.work("a task") == 1
    [(status, error)] = webhooks.attempts()
    assert (status, error) == (
        None,
        "The secret cannot be opened: FOOTING_SECRET_KEY is another. Make a new secret.",
    )
    made, secret = endpoints.rotate(by=admin(), at=NOON, endpoint=made)
    assert signing.unseal(bytes(made.sealed_secret), endpoint=made) == secret


def test_topics_are_kept_with_it():
    costs = registry.topic("costs")
    made, _ = endpoint(URL, topics=[costs])
    assert [*made.topics.all()] == [costs]
    endpoints.change(by=admin(), at=NOON, endpoint=made, url=URL, events=CLAIMS)
    assert [*made.topics.all()] == []
    assert made.acts.get(verb="change").detail == {}
