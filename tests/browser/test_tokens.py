"""Tokens in a browser: made and copied once, listed, revoked; on a desk and on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from assessments import tokens
from assessments.models import Membership
from tests import factories
from tests.assessments.programs import Program, token_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_token_is_made_used_and_revoked(page, viewport, log_in):
    page.set_viewport_size(viewport)
    fay = factories.member("fay", role=Membership.Role.FIRM_ADMIN)
    token_of(factories.consultant())
    log_in(page, fay)
    page.goto("/")
    page.get_by_role("link", name="API tokens").click()
    page.get_by_role("button", name="Make a token").click()
    assert page.get_by_role("heading", name="There is a problem").is_visible()
    page.get_by_label("What is it for?").fill("Spreadsheet of the Madrid office")
    page.get_by_label("Create, answer and evaluate assessments").check()
    page.get_by_role("button", name="Make a token").click()
    key = page.get_by_label(re.compile("^Key of")).input_value()
    assert Program(key).get().status_code == 200
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto("/tokens/")
    assert key not in page.content()
    assert page.get_by_role("heading", name="Tokens of others at your firm").is_visible()
    page.get_by_role("button", name="Revoke Spreadsheet of the Madrid office").click()
    assert page.get_by_text("is revoked: it opens nothing any more.").is_visible()
    assert Program(key).get().status_code == 401


def test_the_page_passes_the_rules_of_accessibility(measured_page, viewport, log_in):
    measured_page.set_viewport_size(viewport)
    consultant = factories.consultant()
    token, _ = token_of(consultant)
    token_of(consultant, "read")
    tokens.revoke(by=consultant, at=factories.NOON, token=token)
    log_in(measured_page, consultant)
    measured_page.goto("/tokens/")
    found = Axe().run(measured_page)
    assert found.violations_count == 0, found.generate_report()
