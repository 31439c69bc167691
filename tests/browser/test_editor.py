"""An editor corrects a claim, a reviewer publishes it, and readers see it."""

import pytest
from playwright.sync_api import expect

from claims import operations
from claims.models import Claim
from tests.claims import factories as registry

pytestmark = pytest.mark.browser


def test_a_correction_reaches_the_readers(page, log_in, live_server):
    claim = registry.publish("rag-build-cost").claim
    log_in(page, registry.editor())
    page.goto("/admin/")
    page.get_by_role("navigation", name="Registry").get_by_role("link", name="Claims").click()
    page.get_by_role("link", name="A production system costs this much to build.").click()
    page.get_by_label("New value, as printed").fill("$20,000 to $50,000")
    page.get_by_label("Figure as printed").first.fill("$20,000 to $50,000")
    page.get_by_label("Change note").fill("The source was corrected.")
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("Submitted rag-build-cost: somebody else can approve it now.")).to_be_visible()

    log_in(page, registry.reviewer())
    page.goto(f"/admin/claims/claim/{claim.pk}/change/")
    change = page.get_by_role("row", name="Value removed: US$18,000–45,000")
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


@pytest.mark.parametrize("runs_scripts", [True, False], ids=["with scripts", "without"])
def test_the_second_of_two_editors_takes_the_others_text_with_one_click(request, log_in, live_server, runs_scripts):
    page = request.getfixturevalue("page" if runs_scripts else "plain_page")
    claim = registry.publish("rag-build-cost").claim
    log_in(page, registry.editor())
    page.goto(f"/admin/claims/claim/{claim.pk}/change/")
    operations.revise(
        by=registry.manager(),
        at=registry.NOON,
        claim=claim,
        fields={"statement": "Theirs.", "assumptions": "Theirs too."},
    )
    page.get_by_label("Statement", exact=False).first.fill("Mine.")
    page.get_by_label("Assumptions").fill("Mine too.")
    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.get_by_text("mana saved it on 22 November 2026")).to_be_visible()
    page.get_by_role("button", name="Take theirs for Statement").click()
    expect(page.locator("#id_statement")).to_have_value("Theirs.")
    expect(page.locator("#id_assumptions")).to_have_value("Mine too.")
    page.locator("#id_assumptions").fill("Both of ours.")
    page.locator(".desk-submit").get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("changed successfully")).to_be_visible()
    stored = Claim.objects.get()
    assert (stored.statement, stored.assumptions, stored.edit_number) == ("Theirs.", "Both of ours.", 2)
