"""Every page as people see it: nothing runs out of a phone's screen, nothing stops a person who cannot see or point."""

import itertools
import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments import operations as assessing
from assessments import supposing
from assessments.models import Assessment, Membership
from claims import operations as claims_operations
from claims.models import Claim, Conflict, Gap, Person, Source, TakenItem, Task
from claims.queue import LISTS
from reports import batches
from reports.models import Batch
from tests import factories
from tests.browser.conftest import PHONE
from tests.claims import factories as registry
from tests.claims import shelf

pytestmark = pytest.mark.browser

PUBLIC = [
    "/",
    "/claims/",
    "/claims/?q=nothing-like-this",
    "/claims/?freshness=ripe",
    "/claims/rag-cost/",
    "/claims/rag-cost@1/",
    "/claims/withdrawn/",
    "/topics/",
    "/topics/costs/",
    "/sources/",
    "/sources/a-blog/",
    "/changes/",
    "/compare/",
    "/compare/build-cost/",
    "/compare/build-cost/rag/",
    "/method/",
    "/api/v1/guide/",
    "/api/v1/recipes/",
    "/payback/",
    "/payback/?months=24&running=500",
    "/payback/?months=0&upfront_low=5&upfront_high=4",
    "/verify/",
    f"/verify/{'0' * 64}/",
    "/accounts/login/",
    "/nothing/at/all/",
]
# Swagger UI is another hand's page: it has to fit, but its contrast and its roles are its own.
NOT_OURS = ["/api/v1/docs/"]


def consultants_pages() -> list[str]:
    draft, final = Assessment.objects.order_by("-pk"), Assessment.objects.filter(state="final")
    case, done = f"/assessments/{draft[0].reference}", f"/assessments/{final[0].reference}"
    steps = [f"{case}/questions/{step}/" for step in ("task", "data", "volume")]
    pages = ["/assessments/", "/assessments/new/", "/assessments/clients/", "/reports/", "/reports/batches/"]
    pages += [batch.get_absolute_url() for batch in Batch.objects.all()]
    depth = [f"{each}/{page}/" for each in (case, done) for page in ("assumptions", "months")]
    # The scenario of the final case is kept by `site`.
    tried = [f"{done}/what-if/?horizon_months=24&hourly_rate=90", f"{done}/what-if/?horizon_months=x"]
    beside = [f"{done}/scenarios/compare/", f"{done}/compare/?as_of=2026-11-21", f"{done}/copy/"]
    ends = [f"{case}/answers/", f"{done}/answers/", f"{done}/result/"]
    return [*pages, *steps, *depth, *ends, *tried, *beside]


def editors_pages() -> list[str]:
    claim, draft = Claim.objects.get(slug="rag-cost"), Claim.objects.get(slug="unfinished")
    return [
        "/admin/",
        *(f"/admin/?list={code}" for code in (*LISTS, "mine")),
        "/admin/?list=recheck&subject=rag",
        f"/admin/claims/claim/{claim.pk}/recheck/",
        f"/admin/claims/claim/{claim.pk}/change/?old=published",
        f"/admin/claims/claim/{draft.pk}/review/",
        f"/admin/queue/task/{Task.objects.get().pk}/",
        f"/admin/queue/gap/{Gap.objects.first().pk}/",
        "/admin/queue/digest/",
        "/admin/claims/claim/",
        "/admin/claims/claim/add/",
        f"/admin/claims/claim/{claim.pk}/change/",
        f"/admin/claims/claim/{claim.pk}/step/check/",
        f"/admin/claims/claim/{draft.pk}/change/",
        f"/admin/claims/claim/{draft.pk}/step/submit/",
        "/admin/claims/source/",
        f"/admin/claims/source/{Source.objects.first().pk}/change/",
        "/admin/claims/conflict/",
        f"/admin/claims/conflict/{Conflict.objects.get().pk}/change/",
        "/admin/claims/topic/",
    ]


@pytest.fixture
def site(db):
    """A filled registry, a case just begun and a final one."""
    shelf.fill()
    claim = Claim.objects.get(slug="rag-cost")
    registry.task(claim=claim)
    registry.gap(subjects=["rag"], claims=["rag-cost@1"])
    registry.visit(registry.source(), text="It cost us $18,000 to $45,000, all in all.")
    for kind in (TakenItem.Kind.RECHECK, TakenItem.Kind.SUPPORT):
        claims_operations.take(by=registry.manager(), at=timezone.now(), kind=kind, item=claim.pk)
    factories.examples_gate()
    final = factories.assessment(answers=factories.worked_answers())
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=final)
    supposing.keep_scenario(
        by=factories.consultant(),
        at=factories.NOON,
        assessment=final,
        name="A name as long as a name may be, so that a phone has to fit",
        parameters={"horizon_months": 24},
    )
    begun = factories.assessment(title="Just begun")
    for made in (True, False):
        batch = batches.start(by=factories.consultant(), at=factories.NOON, assessments=[final, begun])
        if made:  # both fail: one has warnings and no reason, one no answers
            batches.work(batch.pk, taker="the site")
    factories.member("rea", role=Membership.Role.CLIENT_READER, client=factories.client())


NARROW_FIELDS = """
    [...document.querySelectorAll('input:is([type=text], [type=search], [type=email], [type=url], :not([type])), textarea')]
        .filter((field) => field.checkVisibility() && field.getBoundingClientRect().width < 80)
        .map((field) => field.name || field.id)"""


def fits(page: Page, address: str, *, ours: bool = True) -> list[str]:
    """What is wrong with a page on a phone: too wide, fields that nobody can write in, or headings that jump."""
    page.goto(address)
    found = []
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        found.append(f"{address} is {width} px wide on a phone")
    if narrow := page.evaluate(NARROW_FIELDS):
        found.append(f"{address} has fields that are too narrow: {', '.join(narrow)}")
    headings = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    if ours and headings.count(1) != 1:
        found.append(f"{address} has {headings.count(1)} headings of the first level")
    if ours and not address.startswith("/admin/") and any(b > a + 1 for a, b in itertools.pairwise(headings)):
        found.append(f"{address} skips a level of headings: {headings}")
    return found


def shuts_out(page: Page, address: str, *, ours: bool = True) -> list[str]:
    """What axe calls serious or critical on a page."""
    if not ours:
        return []
    page.goto(address)
    return [f"{address}: {barrier}" for barrier in barriers(page)]


def barriers(page: Page) -> list[str]:
    """The same of the page as it stands."""
    violations = (
        Axe()
        .run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        .response["violations"]
    )
    return [
        f"{violation['id']} at {', '.join(' '.join(node['target']) for node in violation['nodes'][:3])}"
        for violation in violations
        if violation["impact"] in ("serious", "critical")
    ]


def on_every_page(look: Callable[..., list[str]], page: Page, log_in: Callable[[Page, Person], None]) -> list[str]:
    """What a look at each page of each role finds."""
    found = [fault for address in PUBLIC for fault in look(page, address)]
    found += [fault for address in NOT_OURS for fault in look(page, address, ours=False)]
    log_in(page, factories.consultant())
    found += [fault for address in consultants_pages() for fault in look(page, address)]
    log_in(page, registry.manager())
    found += [fault for address in editors_pages() for fault in look(page, address)]
    return found


@pytest.mark.one_database
def test_every_page_fits_a_phone(page, log_in, live_server, site):
    page.set_viewport_size(PHONE)
    found = on_every_page(fits, page, log_in)
    assert not found, "\n".join(found)


@pytest.mark.one_database
def test_every_page_is_open_to_everybody(measured_page, log_in, live_server, site):
    found = on_every_page(shuts_out, measured_page, log_in)
    assert not found, "\n".join(found)


def costed_pages() -> list[str]:
    """The pages that fill only where there are prices: costs with their draws, months, payback."""
    draft, final = Assessment.objects.get(state="draft"), Assessment.objects.get(state="final")
    cases = [f"/assessments/{case.reference}/{page}/" for case in (draft, final) for page in ("result", "months")]
    return [*cases, "/payback/"]


@pytest.mark.one_database
def test_pages_full_of_costs_fit_a_phone_and_are_open_to_everybody(measured_page, log_in, live_server, starter):
    page = measured_page
    page.set_viewport_size(PHONE)
    factories.assessment(answers=factories.worked_answers())
    final = factories.assessment(answers=factories.worked_answers())
    assessing.finalise(by=factories.consultant(), at=timezone.now(), assessment=final)
    log_in(page, factories.consultant())
    page.goto(f"/assessments/{final.reference}/result/")
    expect(page.get_by_role("heading", name="How sure the costs are")).to_be_visible()
    page.goto(f"/assessments/{final.reference}/months/")
    expect(page.get_by_role("row", name=re.compile("^12 "))).to_be_visible()
    found = [fault for address in costed_pages() for look in (fits, shuts_out) for fault in look(page, address)]
    assert not found, "\n".join(found)


def test_a_reader_filters_claims_on_a_phone(page, live_server, site):
    page.set_viewport_size(PHONE)
    page.goto("/claims/")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"\d+ claims"))
    page.get_by_role("link", name="Filters").click()
    page.locator("summary", has_text="Certainty").click()
    page.get_by_label("Low", exact=False).first.check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("found")
    assert "certainty=" in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="take off").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("found")


def test_the_keyboard_goes_straight_to_the_content(page, live_server, db):
    page.goto("/claims/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.one_database
def test_everybody_reads_and_searches_without_javascript(plain_page, live_server, site):
    page = plain_page
    page.goto("/")
    page.get_by_label("Search the claims").fill("LoRA")
    page.get_by_role("button", name="Search claims").click()
    page.get_by_role("link", name="LoRA needs this many examples").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("LoRA needs this many examples")
    for address in (*PUBLIC, *NOT_OURS):
        response = page.goto(address)
        assert response is not None
        assert response.status < 500, address
        expect(page.locator("h1")).to_be_visible()
