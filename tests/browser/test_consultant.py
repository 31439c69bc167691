"""A consultant does the whole job: from signing in to the report, with and without JavaScript."""

import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from assessments import facts
from assessments.models import Assessment
from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.browser

STEPS = [step.id for step in facts.questionnaire().steps]


def sign_in(page: Page, username: str) -> None:
    """Through the form; the password of the factories is the name."""
    page.goto("/assessments/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(username)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assessments")


def begin(page: Page) -> str:
    """A new client and a new assessment; returns its reference."""
    page.get_by_role("link", name="New assessment").click()
    page.get_by_label("Name of a new client").fill("Seguros del Plata")
    page.get_by_label("What is to be decided?").fill("Claims triage")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The task")
    found = re.search(r"/assessments/([^/]+)/", page.url)
    assert found
    return found[1]


def answer(page: Page, step: str, answers: Mapping[str, Any]) -> None:
    """Fill in the questions of a step that are on the page."""
    for question in facts.questionnaire().of_step(step):
        given = answers.get(question.id)
        fields = page.locator(f'[name="{question.id}"]')
        if given is None or not fields.count() or not fields.first.is_visible():
            continue
        if fields.first.get_attribute("type") in ("radio", "checkbox"):
            for value in given if isinstance(given, list) else [given]:
                text = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
                fields.and_(page.locator(f'[value="{text}"]')).check()
        elif fields.first.evaluate("field => field.tagName") == "SELECT":
            fields.select_option(str(given))
        else:
            fields.fill(str(given))


def answer_all(page: Page, steps: list[str], answers: Mapping[str, Any]) -> None:
    """The steps in order; where an answer makes another question matter, that one too."""
    for step in steps:
        for _ in range(3):
            answer(page, step, answers)
            with page.expect_navigation():  # what is being saved by itself goes first
                page.get_by_role("button", name="Save and continue").click()
            if f"/questions/{step}/" not in page.url:
                break
        assert f"/questions/{step}/" not in page.url, f"{step} cannot be left: {page.locator('main').inner_text()}"


def finish(page: Page, reference: str) -> bytes:
    """From the checked answers to the downloaded report."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the answers")
    page.get_by_role("link", name="See the result").click()
    expect(page.locator(".eyebrow").first).to_contain_text("Recommendation")
    page.get_by_role("link", name="Make it final").first.click()
    page.get_by_role("button", name="Make it final").click()
    page.get_by_role("link", name="Issue the report in English").first.click()
    page.get_by_role("button", name="Issue the report in English").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Give a reason of at least 10 characters")
    for reason in page.get_by_label("Why it is issued nevertheless").all():
        reason.fill(factories.REASON)
    page.get_by_label("Issued to").fill("The board, December")
    page.get_by_role("button", name="Issue the report in English").click()
    expect(page.get_by_text(f"The report of {reference} is issued in English.")).to_be_visible()
    address = page.get_by_role("link", name="The report in English (PDF)").first.get_attribute("href")
    response = page.context.request.get(address)
    assert response.headers["content-type"] == "application/pdf"
    return response.body()


def test_a_consultant_does_the_whole_job(page, live_server, starter):
    factories.member("nora")
    answers = factories.worked_answers()
    sign_in(page, "nora")
    reference = begin(page)

    # Nothing answered: the summary is read out first, and leads to the field.
    page.get_by_role("button", name="Save and continue").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.locator(f'[name="{facts.questionnaire().of_step(STEPS[0])[0].id}"]').first).to_be_focused()

    # Half of it, then home: what was answered is there when one comes back.
    answer(page, STEPS[0], answers)
    page.get_by_role("button", name="Save and leave").click()
    page.get_by_role("link", name="Claims triage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(facts.questionnaire().steps[1].title["en"])
    page.get_by_role("link", name="The task").click()
    task = page.locator(f'[name="task_type"][value="{answers["task_type"]}"]')
    expect(task).to_be_checked()
    answer_all(page, STEPS, answers)

    report = PdfReader(io.BytesIO(finish(page, reference)))
    text = " ".join(each.extract_text() for each in report.pages)
    assert reference in text
    assert "Seguros del Plata" in text
    assert "DRAFT" not in text
    assert Assessment.objects.get().is_final


def test_the_same_without_javascript(plain_page, live_server):
    factories.examples_gate()
    factories.price_the_model()
    factories.member("nora")
    sign_in(plain_page, "nora")
    reference = begin(plain_page)
    answer_all(plain_page, STEPS, factories.worked_answers())
    assert finish(plain_page, reference).startswith(b"%PDF-")


def test_a_wrong_password_is_explained(page, live_server):
    registry.editor()
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill("ed")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("correct username and password")


def total_of(page: Page, reference: str, option: str) -> int:
    """An option's cost over the whole horizon as the result prints it, in dollars."""
    page.goto(f"/assessments/{reference}/result/")
    row = page.locator("table.options tbody tr").filter(has=page.get_by_role("rowheader", name=option))
    return int(row.locator("td").nth(2).locator(".fig").inner_text().removeprefix("US$").replace(",", ""))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of this name has the focus; a field that no key reaches fails the test."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('name')") == name:
            return
    raise AssertionError(f"sixty times Tab do not lead to {name}")


def test_an_assumption_is_declared_with_the_keyboard_alone_and_moves_the_total(page, log_in, live_server, starter):
    case = factories.assessment(answers=factories.worked_answers())
    log_in(page, factories.consultant())
    before = total_of(page, case.reference, "Few-shot prompting")
    page.get_by_role("link", name="Set your own, and see what each moves").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assumptions")

    # A value without a reason: the summary has the focus, and its link leads to the field.
    tab_to(page, "value-hourly_rate")
    page.keyboard.type("140")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reason: hourly rate of an engineer")).to_be_focused()
    page.keyboard.type("What the client pays.")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The assumptions are saved.")).to_be_visible()
    expect(page.get_by_text("What the client pays.")).to_be_visible()
    # Two hours of upkeep a month, each 40 dollars dearer, over the twelve months of the horizon.
    assert total_of(page, case.reference, "Few-shot prompting") - before == 40 * 2 * 12
