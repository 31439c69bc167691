"""A step of the questionnaire in a browser: its fields, its line of saving, and what the device keeps."""

import json
from typing import Any

from playwright.sync_api import Locator, Page

from assessments import operations
from assessments.models import Assessment
from claims.models import Person
from tests import factories

OFFLINE = "No connection: kept on this device, will be saved when it is back."


def address(case: Assessment, step: str = "data") -> str:
    return f"/assessments/{case.reference}/questions/{step}/"


def status(page: Page) -> Locator:
    return page.locator("[data-autosave-status]")


def stored(case: Assessment) -> dict[str, Any]:
    case.refresh_from_db()
    return case.answers


def examples(page: Page) -> Locator:
    return page.locator("[name=n_examples]")


def interval(page: Page) -> Locator:
    return page.locator("[name=retrain_cadence_months]")


def kept(page: Page) -> dict[str, Any]:
    """What the device keeps: question → value of its control."""
    entries = page.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('footing.unsent/'))")
    return {
        question: answer["controls"][question] for _, entry in entries for question, answer in json.loads(entry).items()
    }


def cut_off(page: Page) -> None:
    """No save of this page gets through, not even the one it sends while it closes.

    A closing page is out of reach of `set_offline` and `route`: whether its last request arrives would be chance.
    """
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('Failed to fetch')); }")


def save(case: Assessment, **answers: Any) -> None:
    """A colleague saves, on top of what is there."""
    case.refresh_from_db()
    by = Person.objects.filter(username="nora").first() or factories.member("nora")
    operations.save_answers(by=by, at=factories.NOON, assessment=case, version=case.version, answers=answers)
