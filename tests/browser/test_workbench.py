"""An editor works through ten due claims with the keyboard alone; what is typed in a field is never a shortcut."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from claims.models import Check, Claim, TakenItem
from tests.claims import factories as registry

pytestmark = pytest.mark.browser
ENTERED = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Keyboard:
    """The keyboard and nothing else. Counts key presses and the characters of words; a mouse there is none."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0
        self.clicks = 0
        page.expose_function("countClick", self._click)
        # A click that a key caused has no coordinates of a pointer: only those of a hand are counted.
        page.add_init_script(
            "addEventListener('click', (event) => { if (event.isTrusted && event.detail > 0) window.countClick(); }, true)"
        )

    def _click(self) -> None:
        self.clicks += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.presses += 1
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)


def due(number: int) -> Claim:
    """A claim that is long due; the lower its number, the longer."""
    source = registry.source(f"source-{number}", published_on=date(2020, 1, 1 + number))
    registry.visit(source, text=f"We paid $18,000 to $45,000 for system {number}.", at=ENTERED)
    return registry.publish(
        f"claim-{number}",
        at=ENTERED,
        citations=[registry.citation(source=source)],
        statement=f"System {number} costs this much to build.",
    ).claim


@pytest.fixture
def ten(db) -> list[Claim]:
    claims = [due(number) for number in range(10)]
    newer = registry.publish("newer", at=ENTERED, citations=[registry.citation(source=registry.source("newer"))]).claim
    registry.operations.check(by=registry.editor(), at=datetime.now(UTC), claim=newer, kind=Check.Kind.READ_IN_CONTEXT)
    return claims


@pytest.fixture
def keys(page: Page) -> Iterator[Keyboard]:
    keyboard = Keyboard(page)
    yield keyboard
    assert keyboard.clicks == 0


STILL_TRUE, CHANGED, GONE, DOUBTFUL, SUPERSEDED = "read_in_context", "changed", "gone", "doubtful", "superseded"


def work(keys: Keyboard, verdict: str) -> None:
    """Judge the claim on the screen, from the first key to the next screen."""
    match verdict:
        case "read_in_context":
            keys.press("s")
        case "changed":
            keys.press("c")
            expect(keys.page.get_by_label("New value, as printed")).to_be_focused()
            keys.write("$20,000 to $50,000")
            keys.press("Control+Enter")
        case "gone":
            keys.press("g")
            keys.write("The page is about something else now.")
            keys.press("Tab", "Enter")
        case "doubtful":
            keys.press("d")
            keys.write("A footnote takes it back.")
            keys.press("Control+Enter")
        case "superseded":
            keys.press("u")
            keys.write("newer")
            keys.press("Tab")
            keys.write("There is a newer edition.")
            keys.press("Control+Enter")


PRESSES = {STILL_TRUE: 1, CHANGED: 2, GONE: 3, DOUBTFUL: 2, SUPERSEDED: 3}


def test_ten_due_claims_are_judged_with_the_keyboard_alone(page, keys, log_in, ten, record_property):
    verdicts = [STILL_TRUE] * 6 + [CHANGED, GONE, DOUBTFUL, SUPERSEDED]
    log_in(page, registry.editor())
    page.goto("/admin/")
    keys.press("w")
    presses, seconds = [], []
    for claim, verdict in zip(ten, verdicts, strict=True):
        expect(page.get_by_role("heading", level=1)).to_have_text(claim.statement)
        expect(page.locator("mark")).to_have_text("$18,000 to $45,000")
        before, began = keys.presses, time.perf_counter()
        work(keys, verdict)
        page.wait_for_url(lambda url, pk=claim.pk: f"/{pk}/" not in url)
        presses.append(keys.presses - before)
        seconds.append(time.perf_counter() - began)

    expect(page.get_by_text("Every published claim has been read in time.")).to_be_visible()
    expect(page.get_by_text("That was the last of re-checks in this pass.")).to_be_visible()
    found = [tuple(claim.checks.values_list("kind", "by__username", "note")) for claim in ten]
    notes = {
        GONE: "The page is about something else now.",
        DOUBTFUL: "A footnote takes it back.",
        SUPERSEDED: "Replaced by newer. There is a newer edition.",
    }
    assert found == [((verdict, "ed", notes.get(verdict, "")),) for verdict in verdicts]
    assert Claim.objects.get(slug="claim-6").state == Claim.State.REVIEW
    assert (Claim.objects.get(slug="claim-6").low, Claim.objects.get(slug="claim-6").high) == (20000, 50000)
    assert not TakenItem.objects.exists()
    assert presses == [PRESSES[verdict] for verdict in verdicts]
    assert sum(presses) == 16
    record_property("key presses per claim", sum(presses) / len(ten))
    record_property("seconds per claim", round(sum(seconds) / len(ten), 2))
    print(f"{sum(presses) / len(ten)} key presses, 0 clicks and {sum(seconds) / len(ten):.2f} s a claim")  # noqa: T201


@pytest.mark.one_database
def test_what_is_typed_in_a_field_is_no_shortcut(page, keys, log_in, ten):
    log_in(page, registry.editor())
    page.goto("/admin/")
    keys.press("w")
    expect(page.get_by_role("heading", level=1)).to_have_text(ten[0].statement)
    keys.press("g")
    note = page.get_by_label("What stands there now?")
    expect(note).to_be_focused()
    keys.write("scgdunqto")
    expect(note).to_have_value("scgdunqto")
    assert not Check.objects.filter(claim__in=ten).exists()
    expect(page.get_by_role("heading", level=1)).to_have_text(ten[0].statement)


@pytest.mark.one_database
def test_the_keys_can_be_turned_off_and_stay_off(page, keys, log_in, ten):
    log_in(page, registry.editor())
    page.goto("/admin/")
    page.get_by_role("button", name="Turn the keys off").press("Enter")
    keys.press("w")
    page.reload()
    keys.press("w")
    expect(page.get_by_role("button", name="Turn the keys on")).to_be_visible()
    assert page.url.endswith("/admin/")
    page.get_by_role("button", name="Turn the keys on").press("Enter")
    keys.press("w")
    expect(page.get_by_role("heading", level=1)).to_have_text(ten[0].statement)


@pytest.mark.one_database
def test_a_key_that_is_held_down_judges_one_claim(page, keys, log_in, ten):
    log_in(page, registry.editor())
    page.goto("/admin/")
    keys.press("w")
    expect(page.get_by_role("heading", level=1)).to_have_text(ten[0].statement)
    page.keyboard.down("s")
    expect(page.get_by_role("heading", level=1)).to_have_text(ten[1].statement)
    for _ in range(5):
        page.keyboard.down("s")  # what the keyboard repeats while a finger stays on it
    page.keyboard.up("s")
    keys.press("q")
    expect(page.get_by_role("button", name="Work through these 9")).to_be_visible()
    assert Check.objects.filter(claim__in=ten).count() == 1


def test_without_javascript_the_buttons_do_the_same(plain_page, log_in, ten):
    page = plain_page
    log_in(page, registry.editor())
    page.goto("/admin/")
    page.get_by_role("button", name="Work through these 10").click()
    page.get_by_role("button", name="Still true").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ten[1].statement)
    page.locator("summary", has_text="Gone").click()
    page.get_by_label("What stands there now?").fill("Another page.")
    page.locator("details[open]").get_by_role("button", name="Record it and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ten[2].statement)
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ten[3].statement)
    assert list(Check.objects.filter(claim__in=ten).values_list("kind", flat=True).order_by("pk")) == [STILL_TRUE, GONE]


def test_a_reviewer_approves_and_sends_back_with_the_keyboard(page, keys, log_in, roles):
    claims = [registry.draft(f"draft-{number}", statement=f"Draft {number}.") for number in range(2)]
    for claim in claims:
        registry.operations.submit(by=registry.editor(), at=ENTERED, claim=claim)
    log_in(page, registry.reviewer())
    page.goto("/admin/")
    keys.press("w")
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft 0.")
    keys.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Draft 1.")
    keys.press("b")
    keys.write("Add the tier.")
    keys.press("Control+Enter")
    expect(page.get_by_text("No draft of somebody else waits for a review.")).to_be_visible()
    assert dict(Claim.objects.values_list("slug", "state")) == {"draft-0": "published", "draft-1": "draft"}
    assert keys.presses == 4
