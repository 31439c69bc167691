"""A shared report and the pages around it, as people see them: at a desk, on a telephone, with a reader program."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments import operations as assessing
from reports import operations, sharing
from tests import factories
from tests.browser.conftest import DESK, PHONE, opened
from tests.browser.test_pages import barriers

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.fixture
def shared(starter) -> tuple[str, str]:
    """Reference of a report with all its evidence, and the token of a link to it."""
    by, at = factories.consultant(), timezone.now()
    draft = factories.assessment(answers=factories.worked_answers())
    final = assessing.finalise(by=by, at=at, assessment=draft)
    report = operations.issue(assessment=final, by=by, at=at, because="The board knows and decides.")
    _link, token = sharing.share(report=report, by=by, at=at, expires_on=at.date() + timedelta(days=30))
    return report.reference, token


def test_a_shared_report_and_its_pages_fit_and_can_be_read_by_everybody(chromium, roles, live_server, shared, log_in):
    reference, token = shared
    pages = [f"/r/{token}/", f"/reports/{reference}/links/", f"/reports/{reference}/issue/?language=es", "/reports/"]
    pages.append(f"/assessments/{reference}/result/")
    faults = []
    with opened(chromium, live_server.url, java_script_enabled=False) as plain:
        plain.goto(pages[0])
        assert plain.locator("main h1").first.is_visible()
    with opened(chromium, live_server.url) as page:  # fails for what the policy for content blocks
        log_in(page, factories.consultant())
        for width in (DESK, PHONE):
            page.set_viewport_size(width)
            for address in pages:
                assert page.goto(address).status == 200, address
                needed = page.evaluate("document.documentElement.scrollWidth")
                if needed > width["width"]:
                    faults.append(f"{address} needs {needed} px of {width['width']}")
    with opened(chromium, live_server.url, bypass_csp=True) as measured:
        log_in(measured, factories.consultant())
        for width in (DESK, PHONE):
            measured.set_viewport_size(width)
            for address in pages:
                measured.goto(address)
                faults += [f"{address} at {width['width']}: {barrier}" for barrier in barriers(measured)]
    assert faults == []
