"""Two claims disagree: the machine finds it, an editor settles it, readers and the next report are told."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from claims.models import Conflict
from tests import factories
from tests.browser.test_consultant import STEPS, answer_all, begin, finish, sign_in
from tests.claims import factories as registry

pytestmark = pytest.mark.browser

REASON = "The survey counts programmes of large firms, the range single projects."


def enter(page: Page, username: str) -> None:
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(username)
    page.get_by_role("button", name="Sign in").click()


def disagreeing() -> Conflict:
    """A second figure for what a fine-tuning project costs, far above the range that reports cite."""
    now = datetime.now(UTC)
    range_claim = registry.Claim.objects.get(slug="fine-tuning-project-cost-range")
    registry.publish(
        "fine-tuning-project-cost-survey",
        at=now - timedelta(minutes=1),
        subject=range_claim.subject,
        metric=range_claim.metric,
        statement="A fine-tuning project cost the firms of a survey this much.",
        low=400000,
        likely=400000,
        high=400000,
        per="project",
        scope=range_claim.scope,
        citations=[registry.citation(printed="$400,000", source=registry.source("a-survey"))],
    )
    return Conflict.objects.get(second__slug="fine-tuning-project-cost-survey", first=range_claim)


def test_a_conflict_is_found_settled_and_told_in_a_new_report(page, live_server, starter):
    conflict = disagreeing()
    assert (conflict.state, conflict.relation) == ("open", "disjoint")

    registry.editor()
    enter(page, "ed")
    page.goto("/admin/?list=conflict")
    page.get_by_role("row").filter(has_text="fine-tuning-project-cost-range").get_by_role("link").click()
    expect(page).to_have_url(re.compile(reverse("admin:claims_conflict_change", args=[conflict.pk])))
    page.get_by_label("Genuinely contested").check()
    page.get_by_label("Reason").fill(REASON)
    page.locator('[name="_save"]').click()
    conflict.refresh_from_db()
    assert (conflict.state, conflict.decided_by.get_username()) == ("contested", "ed")

    for slug in ("fine-tuning-project-cost-range", "fine-tuning-project-cost-survey"):
        page.goto(f"/claims/{slug}/")
        expect(page.get_by_text(REASON)).to_be_visible()
        expect(page.get_by_text("Genuinely contested").first).to_be_visible()

    factories.member("nora")
    page.context.clear_cookies()
    sign_in(page, "nora")
    reference = begin(page)
    answer_all(page, STEPS, factories.worked_answers())
    text = " ".join(each.extract_text() for each in PdfReader(io.BytesIO(finish(page, reference))).pages)
    assert REASON in " ".join(text.split())
