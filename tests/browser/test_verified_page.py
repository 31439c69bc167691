"""The page that a code on paper leads to, on the phone that read it."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments import operations as assessing
from reports import operations
from tests import factories
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_pages import barriers, fits
from tests.claims import factories as registry

pytestmark = pytest.mark.browser


@pytest.fixture
def issued(db):
    """A report whose one claim has been revised since."""
    gate = factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    report = operations.issue(
        assessment=final,
        by=factories.consultant(),
        at=factories.NOON,
        because="The board knows it and decides in spring.",
    )
    registry.change(gate, at=timezone.now(), low=20000)
    return report


@pytest.mark.one_database
def test_the_page_of_a_seal_fits_a_phone_and_is_open_to_everybody(measured_page, live_server, issued):
    page, seal = measured_page, issued.manifest_document["document"]["seal"].removeprefix("sha256:")
    for address in (f"/verify/{seal}/", f"/verify/{issued.hex_digest}/"):
        page.set_viewport_size(PHONE)
        assert fits(page, address) == []
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert barriers(page) == []


def test_what_the_paper_prints_is_enough_without_javascript(plain_page, live_server, issued):
    page = plain_page
    page.set_viewport_size(PHONE)
    page.goto("/verify/")
    page.get_by_label("Or its seal or digest").fill(issued.manifest_document["running"][-1].rpartition("seal ")[2])
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "A report with this content was issued here, and is in force"
    )
    expect(page.get_by_role("heading", name="Its advice today")).to_be_visible()
    expect(page.get_by_role("row", name="fine-tuning-examples-gate")).to_contain_text("revised")
