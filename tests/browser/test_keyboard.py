"""The whole questionnaire on a phone without touching it: every step by keyboard, and open to everybody."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from assessments import facts
from assessments.engine.questionnaire import Question
from assessments.models import Assessment
from tests import factories
from tests.browser.conftest import PHONE
from tests.browser.test_pages import barriers

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

MANY = 120  # presses of Tab: more than any page has things to stop at

# Name and value of what has the focus, its text, and whether the line that tells of saving lies over it.
FOCUSED = """() => {
  const it = document.activeElement, line = document.querySelector("[data-autosave-status]");
  const box = it.getBoundingClientRect(), over = line?.textContent ? line.getBoundingClientRect() : null;
  const covered = over !== null && line !== it && !line.contains(it) && box.bottom > over.top + 1 && box.top < over.bottom;
  return {name: it.getAttribute("name"), value: it.value ?? "", type: it.type ?? "", text: it.textContent.trim(), covered};
}"""


def tab_to(page: Page, *, text: str = "", name: str = "") -> None:
    """Press Tab until a control of this text or name has the focus."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if (text and focused["text"] == text) or (name and focused["name"] == name):
            return
    raise AssertionError(f"Tab does not lead to {text or name} on {page.url}")


def as_typed(answer: Any) -> str:
    return {True: "true", False: "false"}.get(answer, str(answer)) if isinstance(answer, bool) else str(answer)


def answer_focused(page: Page, question: Question, answer: Any, focused: Mapping[str, Any]) -> None:
    """Give the answer with the keys that a control of this kind takes."""
    if question.type == "multi_enum":
        if focused["value"] in answer:
            page.keyboard.press("Space")
    elif focused["type"] == "radio":
        values = question.values or ("true", "false")
        page.keyboard.press("Space")
        for _ in range(values.index(as_typed(answer))):
            page.keyboard.press("ArrowDown")
    elif answer is not None:
        page.keyboard.type(as_typed(answer))


def answer_step(page: Page, step: str, answers: Mapping[str, Any]) -> None:
    """From the top of a page to its button, answering what one comes by."""
    asked = {question.id: question for question in facts.questionnaire().of_step(step)}
    covered = []
    for _ in range(MANY):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["covered"]:
            covered.append(focused["name"] or focused["text"])
        if focused["name"] in asked:
            answer_focused(page, asked[focused["name"]], answers.get(focused["name"]), focused)
        if focused["name"] == "continue":
            break
    assert not covered, f"the line of saving lies over {covered}"
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    found = barriers(page)
    assert not found, f"{step}: {found}"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.keyboard.press("Enter")


def test_from_a_new_assessment_to_its_result_by_keyboard_alone_on_a_phone(measured_page, log_in, starter):
    page, answers = measured_page, factories.worked_answers()
    page.set_viewport_size(PHONE)
    log_in(page, factories.consultant())
    page.goto("/assessments/")
    tab_to(page, text="New assessment")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New assessment")
    assert barriers(page) == []
    tab_to(page, name="new_client")
    page.keyboard.type("Seguros del Plata")
    tab_to(page, name="title")
    page.keyboard.type("Claims triage")
    page.keyboard.press("Enter")

    for step in facts.questionnaire().steps:
        expect(page).to_have_url(re.compile(f"/questions/{step.id}/$"))
        expect(page.get_by_role("heading", level=1)).to_have_text(step.title["en"])
        answer_step(page, step.id, answers)

    expect(page.get_by_role("heading", level=1)).to_have_text("Check the answers")
    assert barriers(page) == []
    tab_to(page, text="See the result")
    page.keyboard.press("Enter")
    expect(page.locator(".eyebrow").first).to_contain_text("Recommendation")
    assert barriers(page) == []
    case = Assessment.objects.get()
    assert facts.completed(case.answers) == facts.completed(answers)
