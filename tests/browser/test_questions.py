"""The pages of the questionnaire at work: not knowing, ranges, what a question decides, and numbers worked out."""

import re
from urllib.parse import quote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from assessments.models import Assessment
from tests import factories
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

SAMPLE = "¿Qué pasó con mi póliza número 1234? La necesito para mañana."


@pytest.fixture
def case(db):
    return factories.assessment(answers=factories.worked_answers())


def opened(page: Page, case: Assessment, step: str) -> None:
    page.goto(f"/assessments/{case.reference}/questions/{step}/")


def fold_out(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")


def calculator(page: Page, question: str):
    box = page.locator(f'[data-for="{question}"]')
    box.evaluate("box => box.open = true")
    return box


@pytest.mark.parametrize("step", ["knowledge", "tried", "data", "volume"])
def test_with_everything_folded_out_a_page_is_open_to_everybody_and_fits(
    measured_page, log_in, live_server, case, viewport, step
):
    page = measured_page
    page.set_viewport_size(viewport)
    log_in(page, factories.consultant())
    opened(page, case, step)
    fold_out(page)
    if step == "volume":
        calculator(page, "tokens_in").get_by_role("button").click()  # with an error in it
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert [each["id"] for each in found.response["violations"] if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_number_and_not_knowing_it_put_each_other_out(page, log_in, live_server, case):
    log_in(page, factories.consultant())
    opened(page, case, "data")
    field, tick = page.locator("[name=n_examples]"), page.locator("[name=n_examples-unknown]")
    before = field.input_value()
    tick.check()
    expect(field).to_have_value("")
    tick.uncheck()
    expect(field).to_have_value(before)
    tick.check()
    field.fill("40")
    expect(tick).not_to_be_checked()


def test_what_stands_for_an_answer_decides_what_is_asked_at_once(page, log_in, live_server, case):
    log_in(page, factories.consultant())
    opened(page, case, "data")
    quality = page.get_by_role("group", name="Quality of those examples")
    field = page.locator("[name=n_examples]")
    for typed, asked in (("0", False), ("unknown", True), ("0 / 0 / 5", False), ("0 / 2 / 5", True), ("0", False)):
        field.fill(typed)
        expect(quality).to_be_visible(visible=asked)
    page.locator("[name=n_examples-unknown]").check()
    expect(quality).to_be_visible()
    opened(page, case, "knowledge")
    pace = page.get_by_role("group", name="How often do those facts change?")
    page.locator("[name=needs_private_facts][value=false]").check()
    expect(pace).to_be_hidden()
    page.locator("[name=needs_private_facts][value=unknown]").check()
    expect(pace).to_be_visible()


def test_of_several_choices_not_knowing_stands_alone(page, log_in, live_server, case):
    log_in(page, factories.consultant())
    opened(page, case, "tried")
    facts, unknown = (page.locator(f"[name=gaps][value={value}]") for value in ("facts", "unknown"))
    facts.check()
    unknown.check()
    expect(facts).not_to_be_checked()
    facts.check()
    expect(unknown).not_to_be_checked()


def test_a_range_is_typed_with_the_keypad_of_a_phone(page, log_in, live_server, case):
    page.set_viewport_size(PHONE)
    log_in(page, factories.consultant())
    opened(page, case, "volume")
    field = page.locator("[name=requests_per_month]")
    expect(field).to_have_attribute("inputmode", "decimal")
    field.fill("")
    row = page.locator(".field", has=field)
    for number in ("80000", "100000", "130000"):
        page.keyboard.type(number)
        if number != "130000":
            row.get_by_role("button", name="Add a slash, for a range").click()
    expect(field).to_have_value("80000 / 100000 / 130000")
    page.get_by_role("button", name="Save and leave").click()
    page.wait_for_url(re.compile(r"/assessments/$"))
    case.refresh_from_db()
    assert case.answers["requests_per_month"] == {"low": 80000, "likely": 100000, "high": 130000}


PARTS = [
    ("tokens_in", {"words": "1,000"}, "1,200 / 1,400 / 2,000"),
    ("tokens_out", {"sample": SAMPLE}, "12 / 15 / 24"),
    ("requests_per_month", {"users": "1.200.000", "each": "0,5"}, "12,600,000"),
]


@pytest.mark.parametrize(("question", "parts", "result"), PARTS, ids=[part[0] for part in PARTS])
def test_a_number_is_worked_out_where_it_is_needed_and_nothing_is_sent(
    page, log_in, live_server, case, question, parts, result
):
    log_in(page, factories.consultant())
    opened(page, case, "volume")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    box = calculator(page, question)
    for name, text in parts.items():
        box.locator(f"[data-part={name}] :is(input, textarea)").fill(text)
    box.get_by_role("button", name="Work it out").click()
    expect(page.locator(f"[name={question}]")).to_have_value(result)
    expect(box.get_by_role("status")).to_contain_text(f"Worked out: {result}.")
    page.get_by_role("button", name="Save and leave").click()
    page.wait_for_url(re.compile(r"/assessments/$"))
    case.refresh_from_db()
    assert question in case.answers
    assert sent
    for posted in sent:
        assert "work-out" not in posted
        assert not any(quote_plus(text) in posted for text in parts.values())


@pytest.mark.parametrize(("question", "parts", "result"), PARTS, ids=[part[0] for part in PARTS])
def test_without_a_script_the_server_comes_to_the_same(plain_page, log_in, live_server, case, question, parts, result):
    page = plain_page
    log_in(page, factories.consultant())
    opened(page, case, "volume")
    box = page.locator(f'[data-for="{question}"]')
    box.locator("summary").click()
    for name, text in parts.items():
        box.locator(f"[data-part={name}] :is(input, textarea)").fill(text)
    box.get_by_role("button", name="Work it out").click()
    expect(page.locator(f"[name={question}]")).to_have_value(result)
    expect(page.locator(f'[data-for="{question}"]').get_by_role("status")).to_contain_text(f"Worked out: {result}.")


ERRORS = [
    ("tokens_in", {}, "Enter the number of words or paste a sample: one of the two."),
    ("tokens_in", {"sample": "x" * 20001}, "Paste at most 20,000 characters: one usual request is enough."),
    ("tokens_in", {"sample": "Привет, как дела"}, "Our figures hold for Latin script only."),
    ("tokens_out", {"words": "90000"}, "That comes to 108,000 / 126,000 / 180,000. Enter a number from 1 to 100,000."),
    ("requests_per_month", {"users": "30.000", "each": "1"}, "People who use it: enter a number above zero"),
]


@pytest.mark.parametrize(("question", "parts", "said"), ERRORS)
def test_what_cannot_be_worked_out_is_said(page, log_in, live_server, case, question, parts, said):
    log_in(page, factories.consultant())
    opened(page, case, "volume")
    before = page.locator(f"[name={question}]").input_value()
    box = calculator(page, question)
    for name, text in parts.items():
        box.locator(f"[data-part={name}] :is(input, textarea)").fill(text)
    box.get_by_role("button", name="Work it out").click()
    expect(box.get_by_role("status")).to_contain_text(said)
    expect(page.locator(f"[name={question}]")).to_have_value(before)


def test_enter_in_a_field_saves_the_page_and_works_nothing_out(plain_page, log_in, live_server, case):
    factories.price_the_model()
    log_in(plain_page, factories.consultant())
    opened(plain_page, case, "volume")
    plain_page.locator("[name=tokens_out]").press("Enter")
    plain_page.wait_for_url(re.compile("/questions/operations/"))


def test_enter_in_a_calculator_works_it_out_and_stays(page, log_in, live_server, case):
    log_in(page, factories.consultant())
    opened(page, case, "volume")
    words = calculator(page, "tokens_in").locator("[data-part=words] input")
    words.fill("10")
    words.press("Enter")
    expect(page.locator("[name=tokens_in]")).to_have_value("12 / 14 / 20")
    assert "/questions/volume/" in page.url
