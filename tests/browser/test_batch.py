"""Many reports at once, from choosing to the ZIP, in a browser without JavaScript."""

import os
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from assessments import operations as assessing
from reports import batches
from reports.models import Batch
from tests import factories
from tests.browser.test_pages import barriers, fits

pytestmark = pytest.mark.browser


@pytest.fixture
def cases(db):
    factories.examples_gate()
    by = factories.consultant()
    finals = [factories.assessment(answers=factories.worked_answers(), title=title) for title in ("SEO copy", "Triage")]
    made = [assessing.finalise(by=by, at=factories.NOON, assessment=one) for one in finals]
    return [*made, factories.assessment(title="Just begun")]


def test_from_choosing_to_the_zip_without_javascript(plain_page, log_in, cases, viewport, tmp_path):
    page = plain_page
    page.set_viewport_size(viewport)
    log_in(page, factories.consultant())
    page.goto("/reports/")
    page.get_by_role("link", name="Many reports at once").click()
    page.get_by_role("button", name="Make the reports").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one assessment.")
    picture(page, viewport, "choose")
    page.get_by_role("checkbox", name="Triage").check()
    page.get_by_role("checkbox", name="Just begun").check()
    page.get_by_label("Why they are issued in spite of warnings").fill("The board meets tomorrow.")
    page.get_by_role("button", name="Make the reports").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("0 of 2 reports looked after")
    picture(page, viewport, "waits")
    batches.work(Batch.objects.get().pk, taker="here")
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 of 2 reports made, 1 failed")
    expect(page.get_by_text("Some questions are not answered yet")).to_be_visible()
    picture(page, viewport, "made")
    with page.expect_download() as download:
        page.get_by_role("link", name="All as ZIP").click()
    download.value.save_as(tmp_path / "reports.zip")
    assert len(ZipFile(tmp_path / "reports.zip").namelist()) == 3


@pytest.mark.one_database
def test_the_pages_of_batches_fit_a_phone_and_shut_nobody_out(measured_page, log_in, cases):
    batch = batches.start(by=factories.consultant(), at=factories.NOON, assessments=cases)
    log_in(measured_page, factories.consultant())
    measured_page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/reports/batches/", batch.get_absolute_url()):
        assert fits(measured_page, address) == []
        assert barriers(measured_page) == []
    batches.work(batch.pk, taker="here")
    assert fits(measured_page, batch.get_absolute_url()) == []
    assert barriers(measured_page) == []


def picture(page, viewport, name):
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{viewport['width']}.png", full_page=True)
