"""The browser itself works, and the site's headers reach it."""

from playwright.sync_api import Page


def test_the_browser_reaches_the_site(page: Page) -> None:
    response = page.goto("/healthz")
    assert response is not None
    assert response.json() == {"status": "alive"}
    assert "default-src 'self'" in response.headers["content-security-policy"]
