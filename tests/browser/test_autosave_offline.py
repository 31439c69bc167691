"""What becomes of answers that cannot be saved just now: no connection, slow ones, no session, a final case."""

import pytest
from playwright.sync_api import expect

from assessments import operations
from assessments.models import Assessment
from tests import factories
from tests.browser.question_page import OFFLINE, address, cut_off, examples, interval, kept, save, status, stored

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture
def case(db) -> Assessment:
    return factories.assessment()


def test_without_a_connection_it_is_kept_and_saved_once_it_is_back(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    page.context.set_offline(True)
    examples(page).fill("1200")
    expect(status(page)).to_have_text(OFFLINE)
    assert stored(case) == {}
    interval(page).fill("3")
    page.get_by_role("button", name="Save and continue").click()
    expect(status(page)).to_have_text(OFFLINE)
    assert "/questions/data/" in page.url
    assert kept(page) == {"n_examples": ["1200"], "retrain_cadence_months": ["3"]}
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Saved")
    assert stored(case) == {"n_examples": 1200, "retrain_cadence_months": 3}
    assert kept(page) == {}


def test_what_was_typed_without_a_connection_is_put_back_by_the_next_page(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    cut_off(page)
    examples(page).fill("1200")
    expect(status(page)).to_have_text(OFFLINE)
    again = page.context.new_page()
    page.close()
    again.goto(address(case))
    expect(examples(again)).to_have_value("1200")
    expect(status(again)).to_contain_text("Put back what could not be saved before: High-quality labelled examples")
    expect(status(again)).to_contain_text("Saved")
    assert stored(case) == {"n_examples": 1200}
    assert kept(again) == {}


def test_what_was_typed_without_a_connection_does_not_overwrite_a_colleague(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    page.context.set_offline(True)
    examples(page).fill("900")
    expect(status(page)).to_have_text(OFFLINE)
    save(case, n_examples=1200)
    page.context.set_offline(False)
    expect(page.get_by_role("group", name="Two answers")).to_contain_text("nora saved meanwhile: 1,200 examples.")
    assert stored(case) == {"n_examples": 1200}


def test_answers_given_faster_than_they_are_saved_are_no_conflict_with_oneself(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case, "knowledge"))

    def slow(route):
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/autosave/", slow)
    page.locator("[name=needs_private_facts]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.locator("[name=citation_required]").first.focus()
    page.keyboard.press("Space")
    page.locator("[name=regulated]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-steps] [aria-current]")).to_contain_text("done")
    expect(status(page)).to_contain_text("Saved")
    assert page.locator("[data-conflict]").count() == 0
    assert stored(case) == {"needs_private_facts": False, "citation_required": True, "regulated": False}


def test_two_answers_left_by_earlier_pages_are_each_judged_by_what_their_page_knew(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    cut_off(page)
    examples(page).fill("900")
    expect(status(page)).to_have_text(OFFLINE)
    other = page.context.new_page()
    page.close()
    save(case, tokens_in=5)
    other.route("**/autosave/", lambda route: route.abort())
    other.goto(address(case))
    expect(examples(other)).to_have_value("900")
    interval(other).fill("3")
    expect(status(other)).to_contain_text(OFFLINE)
    cut_off(other)
    save(case, n_examples=1200)
    save(case, retrain_cadence_months=12)
    last = other.context.new_page()
    other.close()
    last.goto(address(case))
    expect(last.get_by_role("group", name="Two answers")).to_have_count(2)
    assert stored(case) == {"tokens_in": 5, "n_examples": 1200, "retrain_cadence_months": 12}


def test_a_lost_answer_to_a_save_is_no_conflict_with_oneself(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/autosave/", lose)
    examples(page).fill("12")
    expect(status(page)).to_have_text(OFFLINE)
    assert stored(case) == {"n_examples": 12}
    examples(page).fill("123")
    page.unroute("**/autosave/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(status(page)).to_contain_text("Saved")
    assert stored(case) == {"n_examples": 123}
    assert page.locator("[data-conflict]").count() == 0


def test_a_session_that_ran_out_is_told_and_nothing_is_lost(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    page.context.clear_cookies()
    examples(page).fill("1200")
    expect(status(page)).to_have_text("Sign in again in another tab; nothing is lost.")
    with page.context.expect_page() as opening:
        status(page).get_by_role("link", name="Sign in again").click()
    tab = opening.value
    tab.get_by_label("Username").fill(factories.consultant().get_username())
    tab.get_by_label("Password").fill(factories.consultant().get_username())
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(status(page)).to_contain_text("Saved")
    assert stored(case) == {"n_examples": 1200}
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_be_visible()  # the token of the form is the new one: it was read


def test_somebody_else_at_the_same_device_neither_sees_nor_saves_it(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    page.context.clear_cookies()
    examples(page).fill("1200")
    expect(status(page)).to_contain_text("Sign in again")
    log_in(page, factories.member("nora"))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(status(page)).to_contain_text("Somebody else has signed in here.")
    theirs = page.context.new_page()
    theirs.goto(address(case))
    expect(examples(theirs)).to_have_value("")
    assert stored(case) == {}


def test_signing_out_takes_away_what_the_device_kept(page, log_in, case):
    log_in(page, factories.consultant())
    page.goto(address(case))
    cut_off(page)
    examples(page).fill("1200")
    expect(status(page)).to_have_text(OFFLINE)
    again = page.context.new_page()
    page.close()
    again.goto("/assessments/")
    assert kept(again) == {"n_examples": ["1200"]}
    again.get_by_role("button", name="Sign out").click()
    expect(again.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert kept(again) == {}


def test_a_case_made_final_in_another_tab_says_so(page, log_in, case, db):
    factories.examples_gate()
    done = factories.assessment(answers=factories.worked_answers())
    log_in(page, factories.consultant())
    page.goto(address(done))
    operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=done)
    examples(page).fill("5")
    expect(status(page)).to_contain_text("is final and does not change")
