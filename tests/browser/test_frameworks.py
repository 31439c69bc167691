"""A firm's framework in a browser: uploaded by its admin, read and chosen by its consultants, on a desk and a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assessments import own_frameworks
from tests import factories, firm_frameworks
from tests.browser.conftest import PHONE
from tests.browser.test_pages import fits, shuts_out

pytestmark = pytest.mark.browser
OURS = "/assessments/frameworks/northwind"


@pytest.fixture
def firm(db):
    """A firm with a framework in two versions, and a draft that runs it."""
    factories.examples_gate()
    firm_frameworks.upload()
    firm_frameworks.upload(title={"en": "Upkeep before anything else", "es": "Primero, el mantenimiento"})
    draft = factories.assessment(answers=factories.worked_answers())
    return own_frameworks.choose_for_assessment(
        by=factories.consultant(), at=factories.NOON, assessment=draft, frameworks=["payback", "upkeep-first"]
    )


def refused(page: Page, address: str) -> None:
    """Upload a file with many mistakes."""
    page.goto(address)
    file = firm_frameworks.content(title={"en": "Only English"}, source="", words={}, points_at={"x": ["y"]})
    page.get_by_label("File").set_input_files({"name": "table.yaml", "mimeType": "text/yaml", "buffer": file})
    page.get_by_role("button", name="Check and add").click()


def pages(case: str) -> list[str]:
    return [
        "/assessments/frameworks/",
        f"{OURS}/upload/",
        f"{OURS}/choice/",
        f"{OURS}/upkeep-first/2/",
        f"/assessments/{case}/frameworks/",
        f"/assessments/{case}/result/",
    ]


@pytest.mark.one_database
def test_its_pages_fit_a_phone_and_are_open_to_everybody(measured_page, log_in: Callable[..., None], live_server, firm):
    page = measured_page
    page.set_viewport_size(PHONE)
    log_in(page, firm_frameworks.admin())
    found = [fault for address in pages(firm.reference) for look in (fits, shuts_out) for fault in look(page, address)]
    assert not found, "\n".join(found)
    refused(page, f"{OURS}/upload/")
    expect(page.get_by_role("alert")).to_contain_text("The file was not taken")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_admin_adds_a_framework_and_a_consultant_chooses_it(page, log_in, live_server, db):
    factories.examples_gate()
    case = factories.assessment(answers=factories.worked_answers())
    log_in(page, firm_frameworks.admin())
    page.goto("/assessments/")
    page.get_by_role("link", name="Frameworks").click()
    page.get_by_role("link", name="Add a framework or a version").click()
    page.get_by_label("File").set_input_files(
        {"name": "table.yaml", "mimeType": "text/yaml", "buffer": firm_frameworks.content()}
    )
    page.get_by_role("button", name="Check and add").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Upkeep first")

    log_in(page, factories.consultant())
    page.goto(f"/assessments/{case.reference}/result/")
    page.get_by_role("link", name="Choose which frameworks count").click()
    page.get_by_label("Those ticked below").check()
    page.get_by_label("Upkeep first").check()
    page.get_by_role("button", name="Save the choice").click()
    page.goto(f"/assessments/{case.reference}/result/")
    page.locator("summary", has_text="Upkeep first").click()
    row = page.get_by_role("row", name="Upkeep first")
    expect(row).to_contain_text("Framework of Northwind, version 1")
