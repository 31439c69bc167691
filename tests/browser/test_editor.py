"""An editor corrects a claim, a reviewer publishes it, and readers see it."""

import pytest
from playwright.sync_api import expect

from tests.claims import factories as registry

pytestmark = pytest.mark.browser


def test_a_correction_reaches_the_readers(page, log_in, live_server):
    claim = registry.publish("rag-build-cost").claim
    log_in(page, registry.editor())
    page.goto("/admin/")
    page.get_by_role("navigation", name="Registry").get_by_role("link", name="Claims").click()
    page.get_by_role("link", name="A production system costs this much to build.").click()
    page.get_by_label("New value, as printed").fill("$20,000 to $50,000")
    page.get_by_label("Change note").fill("The source was corrected.")
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("Submitted rag-build-cost: somebody else can approve it now.")).to_be_visible()

    log_in(page, registry.reviewer())
    page.goto(f"/admin/claims/claim/{claim.pk}/change/")
    change = page.get_by_role("row", name="Value US$18,000–45,000")
    expect(change).to_contain_text("US$20,000–50,000")
    page.get_by_role("link", name="Approve and publish").click()
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("Published rag-build-cost.")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/claims/rag-build-cost/")
    expect(page.locator(".claim-value")).to_contain_text("US$20,000–50,000")
    expect(page.get_by_role("region").or_(page.locator("main")).first).to_contain_text("The source was corrected.")


def test_what_cannot_be_is_said_beside_the_field(page, log_in, live_server):
    claim = registry.publish("rag-build-cost").claim
    log_in(page, registry.editor())
    page.goto(f"/admin/claims/claim/{claim.pk}/change/")
    page.get_by_label("Low", exact=False).first.fill("99000")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator(".errorlist").first).to_contain_text("is above the high end")
