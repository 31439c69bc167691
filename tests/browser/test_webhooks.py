"""An admin has another system told: from the form to the answer, on pages that fit a phone and shut nobody out."""

import re

import pytest
from playwright.sync_api import expect

from assessments.models import WebhookDelivery, WebhookEndpoint
from assessments.webhooks import sending
from tests import factories
from tests.assessments.webhooks import Receiver, admin, endpoint
from tests.browser.conftest import PHONE
from tests.browser.test_pages import fits, shuts_out
from tests.claims import factories as registry

pytestmark = pytest.mark.browser


@pytest.fixture
def other_system(settings):
    with Receiver() as running:
        settings.FETCH_LOOPBACK = [f"127.0.0.1:{running.port}"]
        yield running


def test_an_endpoint_is_added_tried_and_read_of(page, log_in, other_system):
    registry.topic("costs")
    other_system.script += [500]
    log_in(page, admin())
    page.goto("/reports/")
    page.get_by_role("link", name="Webhooks").click()
    page.get_by_role("link", name="Add an endpoint").click()
    page.get_by_label("Address").fill("http://elsewhere.example.org/")
    page.get_by_label("A claim is published").check()
    page.get_by_label("Costs").check()
    page.get_by_role("button", name="Add it, and show its secret").click()
    expect(page.get_by_role("alert")).to_contain_text("The address begins with https://.")
    expect(page.get_by_label("Costs")).to_be_checked()
    page.get_by_label("Address").fill(other_system.address)
    page.get_by_role("button", name="Add it, and show its secret").click()
    expect(page.locator(".secret")).to_have_text(re.compile(r"^whsec_.{44}$"))
    page.get_by_role("link", name="To the endpoint, to send a test").click()
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_role("status")).to_contain_text("A test is on its way")
    sending.work("a task")
    page.reload()
    expect(page.get_by_role("table")).to_contain_text("answer 500")
    page.get_by_role("button", name="Send it again").click()
    sending.work("a task")
    page.reload()
    expect(page.get_by_role("table")).to_contain_text("answer 200")
    assert len(other_system.got) == 2


def test_the_pages_fit_and_shut_nobody_out(measured_page, log_in, other_system):
    made, _ = endpoint(f"{other_system.address}/{'a-long-path' * 20}", description="A wiki")
    other_system.script += [500]
    registry.publish(topics=[registry.topic("costs")], at=factories.NOON)
    sending.work("a task")
    pages = [
        "/webhooks/",
        "/webhooks/northwind/add/",
        made.get_absolute_url(),
        f"/webhooks/{WebhookEndpoint.objects.get().pk}/change/",
        WebhookDelivery.objects.get().get_absolute_url(),
    ]
    log_in(measured_page, admin())
    measured_page.set_viewport_size(PHONE)
    found = [fault for address in pages for fault in fits(measured_page, address)]
    found += [fault for address in pages for fault in shuts_out(measured_page, address)]
    assert found == []
