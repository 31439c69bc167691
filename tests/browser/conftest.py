"""A real browser: Debian's Chromium, driven by Playwright. Nothing is downloaded."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from claims.models import Person

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


@pytest.fixture
def page(chromium: Browser, live_server, django_db_serialized_rollback) -> Iterator[Page]:
    """A page on the running site, with nobody logged in. Addresses are relative: `page.goto("/claims/")`.

    An error in the page's own scripts, or something the Content-Security-Policy blocked, fails the test.
    """
    context = chromium.new_context(base_url=live_server.url, viewport=DESK, locale="en")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def log_in(page: Page, client, live_server) -> Callable[[Person], Page]:
    """Return a function that logs a person in without the form, which has a test of its own."""

    def as_person(person: Person) -> Page:
        client.force_login(person)
        page.context.add_cookies(
            [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
        )
        return page

    return as_person
