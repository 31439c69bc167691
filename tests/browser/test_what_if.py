"""A consultant drags the volume and sees costs and advice move, with the mouse, with keys, and without any script."""

import re

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Assessment, Scenario
from tests import factories, starter
from tests.assessments import volume_case as cases

pytestmark = pytest.mark.browser

SAVED_ADVICE = "Stay with few-shot prompting"
OTHER_ADVICE = "Fine-tune a small open-weights model with LoRA"


@pytest.fixture
def case(db) -> Assessment:
    starter.fill()
    return cases.draft(requests_per_month=300_000)


def slider(page: Page, name: str):
    return page.get_by_role("slider", name=f"{name}, slider")


def panel(page: Page):
    return page.locator("[data-what-if-panel]")


def total(page: Page) -> str:
    """The likely total of few-shot prompting as it is tried."""
    return panel(page).locator("tr", has_text="Few-shot prompting").locator("td").nth(1).inner_text()


@pytest.mark.one_database
def test_dragging_the_volume_moves_total_and_advice(page, log_in, viewport, case):
    page.set_viewport_size(viewport)
    log_in(page, factories.consultant())
    page.goto(f"/assessments/{case.reference}/result/")
    answers: list[str] = []
    page.on("response", lambda response: answers.append(response.url) if "/what-if/" in response.url else None)
    handle = slider(page, "Requests a month")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    middle, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle, height)
    page.mouse.down()
    page.mouse.move(middle + box["width"] * 0.1, height, steps=4)
    expect(panel(page)).to_contain_text("Not saved. The assessment stays as it is.")
    expect(panel(page).locator("h3")).to_contain_text(SAVED_ADVICE)
    first = total(page)
    for share in range(11, 48):  # the hand does not let go: the answers come while it moves
        page.mouse.move(middle + box["width"] * share / 100, height)
        page.wait_for_timeout(20)
    expect(panel(page).locator("h3")).to_contain_text(OTHER_ADVICE)
    assert total(page) != first
    assert len(answers) > 2
    page.mouse.up()
    volume = page.get_by_label("Requests a month", exact=True).input_value()
    expect(panel(page)).to_contain_text(f"{volume} requests per month")
    expect(panel(page)).to_contain_text(f"The advice changes. As saved: {SAVED_ADVICE}")
    expect(page.locator("[data-what-if-status]")).to_contain_text("The advice changes.")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    case.refresh_from_db()
    assert (case.answers["requests_per_month"], case.version) == (300_000, 1)


@pytest.mark.one_database
def test_the_last_answer_is_the_one_that_stays(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(f"/assessments/{case.reference}/result/")
    waits = iter([600, 0])

    def slow_at_first(route):
        page.wait_for_timeout(next(waits, 0))
        route.continue_()

    page.route("**/what-if/**", slow_at_first)
    handle = slider(page, "Planning horizon")
    handle.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    expect(panel(page)).to_contain_text("What if, total over 24 months")
    expect(page.get_by_label("Planning horizon", exact=True)).to_have_value("24")
    page.get_by_role("link", name="Back to the saved values").click()
    expect(panel(page)).to_contain_text("As saved. Move a number to see what would change.")
    expect(page.get_by_label("Planning horizon", exact=True)).to_have_value("12")


@pytest.mark.one_database
def test_typing_a_wrong_number_names_it_and_a_right_one_goes_on(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(f"/assessments/{case.reference}/result/")
    field = page.get_by_label("Token prices of the model", exact=True)
    field.fill("half")
    expect(panel(page)).to_contain_text("“half” is not a number. Enter a number from 0.01 to 100")
    expect(field).to_be_focused()
    field.fill("0.5")
    expect(panel(page)).to_contain_text(re.compile(r"Token prices of the model\s*× 0.5"))
    panel(page).get_by_text("Where these numbers come from").click()
    expect(panel(page)).to_contain_text("price of input tokens × factor on the model's token prices")
    field.fill("0.25")
    expect(panel(page)).to_contain_text("× 0.25")
    expect(panel(page).locator("details")).to_have_attribute("open", "")


@pytest.mark.one_database
def test_without_a_connection_the_page_says_so_and_goes_on_after_it(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(f"/assessments/{case.reference}/result/")
    page.route("**/what-if/**", lambda route: route.abort())
    page.get_by_label("Planning horizon", exact=True).fill("24")
    expect(page.locator("[data-what-if-status]")).to_contain_text("This could not be worked out just now.")
    page.unroute("**/what-if/**")
    page.get_by_label("Planning horizon", exact=True).fill("36")
    expect(panel(page)).to_contain_text("What if, total over 36 months")


def test_a_what_if_is_kept_compared_and_opened_without_javascript(plain_page, log_in, case):
    page = plain_page
    log_in(page, factories.consultant())
    page.goto(f"/assessments/{case.reference}/result/")
    assert page.get_by_role("slider").count() == 0
    page.get_by_label("Requests a month", exact=True).fill("50,000,000")
    page.get_by_role("button", name="Try it").click()
    expect(panel(page).locator("h3")).to_contain_text(OTHER_ADVICE)
    page.get_by_label("Keep it as a scenario, named").fill("Large")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("“Large” is kept as a scenario.")).to_be_visible()
    assert Scenario.objects.get().parameters == {"requests_per_month": 50_000_000}
    page.get_by_role("link", name="Compare the scenarios").click()
    expect(page.get_by_role("columnheader", name="Large")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("^Recommendation"))
    expect(row).to_contain_text(SAVED_ADVICE)
    expect(row).to_contain_text(OTHER_ADVICE)
