"""Every link of every page leads somewhere, for each role that can follow it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client as Browser

from assessments import operations as assessing
from assessments.models import Membership
from reports import operations as reporting
from tests import factories
from tests.claims import factories as registry
from tests.claims import shelf

STATIC = "/static/"
# Of the admin's pages that are alike, one a kind: of a row's pages, of its history, of a filtered list.
ALIKE = re.compile(r"^(/admin/\w+/\w+/)\d+/(.*)$")


class Addresses(HTMLParser):
    """What a page links to and loads."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str | None] = []
        self.loads: list[str | None] = []
        self.anchors: set[str | None] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors.add(found.get("id"))
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        for attribute in ("src", "href") if tag in ("img", "script", "link") else ():
            if attribute in found:
                self.loads.append(found[attribute])


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A filled registry, a draft, a final case and its report."""
    with django_db_blocker.unblock(), transaction.atomic():
        shelf.fill()
        factories.examples_gate()
        draft = factories.assessment(answers=factories.worked_answers())
        by = factories.consultant()
        final = assessing.finalise(by=by, at=factories.NOON, assessment=draft)
        reporting.issue(assessment=final, by=by, at=factories.NOON, language="en", because=factories.REASON)
        factories.assessment(title="A draft", answers=factories.worked_answers())
        factories.assessment(title="Just begun")
        yield
        transaction.set_rollback(True)


def people() -> dict[str, object]:
    reader = {"role": Membership.Role.CLIENT_READER, "client": factories.client()}
    return {
        "anonymous": None,
        "editor": registry.editor(),
        "manager": registry.manager(),
        "consultant": factories.consultant(),
        "reader": factories.member("rea", **reader),
    }


def kind(address: str) -> tuple[str, frozenset[str]]:
    """What makes two addresses the same page to look at: the path, and which parameters are given."""
    parts = urlsplit(address)
    path = ALIKE.sub(r"\1-/\2", parts.path)
    names = frozenset(name for name, _ in parse_qsl(parts.query))
    return path, frozenset(sorted(names)[:1]) if path.startswith("/admin/") else names


@pytest.mark.slow
@pytest.mark.parametrize("role", ["anonymous", "editor", "manager", "consultant", "reader"])
def test_no_link_is_empty_or_broken(site, db, role):
    browser = Browser()
    if person := people()[role]:
        browser.force_login(person)
    seen, waiting = {kind("/")}, [("/", "the start")]
    while waiting:
        where, found_on = waiting.pop()
        with transaction.atomic():
            response = browser.get(where)
            transaction.set_rollback(True)
        assert response.status_code < 400, f"{where} on {found_on} answers {response.status_code}"
        if response.status_code >= 300:
            following = [response["Location"]]
        elif response["Content-Type"].startswith("text/html"):
            following = checked(where, response.content.decode())
        else:
            b"".join(response)  # to its end: a download that is given up closes the connection to the database
            continue
        for link in following:
            target = urljoin(where, link)
            parts = urlsplit(target)
            if parts.netloc or parts.scheme or kind(target) in seen:
                continue
            seen.add(kind(target))
            waiting.append((parts._replace(fragment="").geturl(), where))
    assert len(seen) > 30


def checked(where: str, page: str) -> list[str]:
    """The links of a page, none of them empty; what it loads is there, and its own fragments lead to something."""
    addresses = Addresses()
    addresses.feed(page)
    assert all(addresses.links), f"an empty link on {where}"
    assert all(addresses.loads), f"something empty is loaded by {where}"
    for loaded in addresses.loads:
        if loaded.startswith(STATIC):
            assert finders.find(loaded.removeprefix(STATIC)), f"{loaded} on {where}"
    fragments = {link.removeprefix("#") for link in addresses.links if link.startswith("#")}
    assert fragments - addresses.anchors <= {"", "top"}, where
    return [
        *addresses.links,
        *(loaded for loaded in addresses.loads if not loaded.startswith((STATIC, "data:", "http"))),
    ]
