"""The questionnaire saves itself, in one tab and in two."""

import re

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Assessment
from tests import factories
from tests.browser.question_page import address, examples, interval, kept, status, stored

pytestmark = pytest.mark.browser


@pytest.fixture
def case(db) -> Assessment:
    return factories.assessment()


def test_what_is_typed_saves_itself_and_is_there_after_a_reload(page, log_in, viewport, case):
    page.set_viewport_size(viewport)
    log_in(page, factories.consultant())
    page.goto(address(case))
    examples(page).press_sequentially("1,200")
    expect(status(page)).to_contain_text("Saved")
    assert stored(case) == {"n_examples": 1200}
    page.locator("[name=example_quality][value=mixed]").check()
    examples(page).focus()
    expect(page.locator("[data-steps] [aria-current]")).to_contain_text("2 of 4 answered")
    assert stored(case) == {"n_examples": 1200, "example_quality": "mixed"}
    assert kept(page) == {}
    page.reload()
    expect(examples(page)).to_have_value("1,200")
    expect(page.locator("[name=example_quality][value=mixed]")).to_be_checked()
    expect(status(page)).to_be_empty()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_what_is_no_answer_yet_is_said_at_the_field_and_kept(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    examples(page).fill("a few")
    expect(page.get_by_text("“a few” is not a number.")).to_be_visible()
    expect(examples(page)).to_have_attribute("aria-invalid", "true")
    expect(examples(page)).to_be_focused()
    case.refresh_from_db()
    assert case.unread_answers == {"n_examples": "a few"}
    examples(page).fill("12")
    expect(page.get_by_text("“a few” is not a number.")).to_have_count(0)
    expect(status(page)).to_contain_text("Saved")
    assert stored(case) == {"n_examples": 12}


def test_leaving_the_page_at_once_saves_the_last_letter(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    examples(page).press_sequentially("77")
    page.goto("/assessments/")
    page.goto(address(case))
    expect(examples(page)).to_have_value("77")
    expect(page.locator("[data-steps] [aria-current]")).to_contain_text("1 of 4 answered")
    assert stored(case) == {"n_examples": 77}


def test_the_button_still_saves_and_goes_on(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    examples(page).fill("0")
    interval(page).fill("3")
    page.locator("[name=distribution_shift_months]").fill("12")
    page.get_by_role("button", name="Save and continue").click()
    expect(page).to_have_url(re.compile("/questions/volume/"))
    assert stored(case)["n_examples"] == 0


def test_two_tabs_with_different_fields_merge(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    other = page.context.new_page()
    other.goto(address(case))
    examples(page).fill("1200")
    expect(status(page)).to_contain_text("Saved")
    interval(other).fill("3")
    expect(status(other)).to_contain_text("Saved")
    expect(examples(other)).to_have_value("1,200")
    assert stored(case) == {"n_examples": 1200, "retrain_cadence_months": 3}
    assert other.locator("[data-conflict]").count() == 0


def both_texts(page: Page, case: Assessment) -> Page:
    """A second tab that typed 900 where the first one had saved 1200."""
    page.goto(address(case))
    other = page.context.new_page()
    other.goto(address(case))
    examples(page).fill("1200")
    expect(status(page)).to_contain_text("Saved")
    examples(other).fill("900")
    interval(other).fill("3")
    box = other.get_by_role("group", name="Two answers")
    expect(box).to_contain_text("saved meanwhile: 1,200 examples. Yours is in the field and not saved.")
    expect(status(other)).to_contain_text("Not saved, because it was changed elsewhere too: High-quality labelled")
    expect(examples(other)).to_have_value("900")
    expect(other.locator("[data-steps] [aria-current]")).to_contain_text("2 of 4 answered")
    assert stored(case) == {"n_examples": 1200, "retrain_cadence_months": 3}
    return other


def test_two_tabs_with_one_field_show_both_and_mine_is_kept(page, log_in, case):
    log_in(page, factories.consultant())
    other = both_texts(page, case)
    other.get_by_role("button", name="Keep mine").press("Enter")
    expect(status(other)).to_contain_text("Saved")
    expect(examples(other)).to_be_focused()
    assert stored(case)["n_examples"] == 900
    assert other.locator("[data-conflict]").count() == 0


def test_two_tabs_with_one_field_show_both_and_theirs_is_taken(page, log_in, case):
    log_in(page, factories.consultant())
    other = both_texts(page, case)
    other.get_by_role("button", name="Take theirs").click()
    expect(examples(other)).to_have_value("1,200")
    expect(status(other)).to_contain_text("Saved")
    assert stored(case)["n_examples"] == 1200
    assert kept(other) == {}


def test_an_open_conflict_is_refused_by_the_button_as_well(page, log_in, case):
    log_in(page, factories.consultant())
    other = both_texts(page, case)
    other.get_by_role("button", name="Save and continue").click()
    expect(other.get_by_role("heading", name="Somebody saved this page before you")).to_be_visible()
    expect(examples(other)).to_have_value("900")
    assert stored(case)["n_examples"] == 1200


def test_the_page_names_the_models_with_a_price(page, log_in, case):
    factories.price_the_model()
    log_in(page, factories.consultant())
    page.goto(address(case, "volume"))
    assert page.locator("#priced-models option").count() == 1


def test_a_tab_without_script_works_as_before(plain_page, log_in, case):
    log_in(plain_page, factories.consultant())
    plain_page.goto(address(case))
    expect(status(plain_page)).to_be_empty()
    expect(plain_page.get_by_role("heading", name="Decided so far")).to_be_visible()
    examples(plain_page).fill("1200")
    plain_page.get_by_role("button", name="Save and leave").click()
    assert stored(case)["n_examples"] == 1200


def test_what_is_decided_is_said_while_one_answers(page, log_in, starter, case):
    log_in(page, factories.consultant())
    page.goto(address(case, "tried"))
    beside = page.get_by_role("complementary", name="Decided so far")
    expect(beside).to_contain_text("0 of 5 verdicts are decided.")
    expect(beside).to_contain_text("Open: waits for result of the best prompt.")
    page.locator("[name=prompt_result][value=solves]").check()
    expect(beside).to_contain_text("Plain prompting is enough; fine-tuning would be overkill.")
    expect(page.locator("[data-so-far-said]")).to_have_text("3 of 5 verdicts are decided.")
    beside.get_by_role("link", name="remaining gaps").first.click()
    expect(page.locator("[name=gaps]").first).to_be_focused()
