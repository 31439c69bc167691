"""A real browser: Debian's Chromium, driven by Playwright. Nothing is downloaded."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from claims.models import Person
from tests import factories
from tests.starter import load

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run. Without one the test fails: pages nobody looked at are not tested."""
    path = os.environ.get("FOOTING_CHROMIUM") or shutil.which("chromium")
    assert path, "Chromium is not installed: apt-get install chromium"
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def viewport(request: pytest.FixtureRequest) -> dict[str, int]:
    """The sizes that every page is looked at in, for a test that asks for it."""
    return request.param


@contextmanager
def opened(browser: Browser, address: str, **options: object) -> Iterator[Page]:
    """A page with nobody logged in. An error in its scripts or on its console fails the test.

    What the policy for content blocked is such an error. That an address answers 404 is none: it may be asked for.
    """
    context = browser.new_context(base_url=address, viewport=DESK, locale="en", **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            complaints.append(f"{page.url}: {said.text}")
            if said.type == "error" and not said.text.startswith("Failed to load resource")
            else None
        ),
    )
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(chromium: Browser, roles, live_server) -> Iterator[Page]:
    """A page on the running site, with nobody logged in. Addresses are relative: `page.goto("/claims/")`."""
    with opened(chromium, live_server.url) as page:
        yield page


@pytest.fixture
def plain_page(chromium: Browser, roles, live_server) -> Iterator[Page]:
    """The same in a browser that runs no JavaScript."""
    with opened(chromium, live_server.url, java_script_enabled=False) as page:
        yield page


@pytest.fixture
def measured_page(chromium: Browser, roles, live_server) -> Iterator[Page]:
    """The same for axe, which writes inline styles while it measures: our policy for content would block them."""
    with opened(chromium, live_server.url, bypass_csp=True) as page:
        yield page


@pytest.fixture
def log_in(client, live_server) -> Callable[[Page, Person], None]:
    """Return a function that logs a person in without the form, which has a test of its own."""

    def as_person(page: Page, person: Person) -> None:
        client.force_login(person)
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
        )

    return as_person


@pytest.fixture
def starter(db):
    """The whole evidence, with the prices of one model."""
    load()
    factories.price_the_model()
