"""The list of sections in a real browser: moved by buttons and by keys, said aloud, open to everybody; and the folds."""

import pytest
from playwright.sync_api import Page, expect

from assessments import operations as assessing
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.test_pages import fits, shuts_out

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture
def case(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def order(page: Page) -> list[str]:
    """The ticked sections as they stand on the page."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('[data-sections] > li')]"
        ".filter((row) => row.querySelector('[type=checkbox]').checked).map((row) => row.dataset.slug)"
    )
    return found


def test_a_section_is_moved_by_button_and_by_key_and_its_place_is_said(page, log_in, live_server, case):
    log_in(page, factories.consultant())
    page.goto(f"/reports/{case.reference}/version/?layout=executive&language=es")
    assert order(page) == ["cover", "summary", "reservations", "basis"]
    page.get_by_role("button", name="Down Resumen").click()
    assert order(page) == ["cover", "reservations", "summary", "basis"]
    expect(page.locator("[data-told]")).to_have_text("Resumen: place 3 of 4.")
    expect(page.get_by_role("radio", name="Selected sections")).to_be_checked()
    expect(page.get_by_role("button", name="Down Resumen")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    assert order(page) == ["cover", "reservations", "basis", "summary"]
    expect(page.get_by_role("button", name="Up Resumen")).to_be_focused()
    page.get_by_role("checkbox", name="Riesgos y condiciones").check()
    expect(page.locator("[data-count]")).to_have_text("5 of 22 sections")
    page.get_by_label("Name of the choice").fill("Board version")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Board version is saved for everybody at Northwind.")).to_be_visible()
    page.get_by_role("link", name="Board version").click()
    page.wait_for_url("**layout=custom**")
    assert order(page) == ["cover", "reservations", "basis", "summary", "risks"]


def test_without_a_script_the_buttons_do_the_same(plain_page, log_in, live_server, case):
    page = plain_page
    log_in(page, factories.consultant())
    page.goto(f"/reports/{case.reference}/version/?layout=executive")
    page.get_by_role("button", name="Down Summary").click()
    ticked = page.locator("[data-sections] > li:has(input[checked])")
    expect(ticked.nth(2)).to_contain_text("Summary")
    expect(page.locator("[data-sections] > li:target")).to_contain_text("Summary")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_fits_and_is_open_to_everybody(measured_page, log_in, live_server, case, width):
    page = measured_page
    page.set_viewport_size({**PHONE, "width": width})
    log_in(page, factories.consultant())
    wrong = f"/reports/{case.reference}/version/?layout=custom&sections=cover,costs"
    addresses = [f"/reports/{case.reference}/version/", wrong, f"/reports/{case.reference}/issue/?language=en"]
    looks = (fits, shuts_out) if width == PHONE["width"] else (shuts_out,)
    found = [fault for address in addresses for look in looks for fault in look(page, address)]
    assert not found, "\n".join(found)


def test_a_mark_opens_the_fold_that_it_leads_into(page, log_in, live_server, case):
    log_in(page, factories.consultant())
    page.goto(f"/assessments/{case.reference}/result/")
    rows = page.locator("#evidence table")
    expect(rows).to_be_hidden()
    page.locator("a.cite[href^='#claim-']:visible").first.click()
    expect(rows).to_be_visible()
    page.goto(f"/assessments/{case.reference}/result/#evidence")
    page.reload()
    expect(rows).to_be_visible()


def test_what_is_folded_away_is_printed(page, log_in, live_server, case):
    log_in(page, factories.consultant())
    page.goto(f"/assessments/{case.reference}/result/")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#evidence table")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#evidence table")).to_be_hidden()
