"""The desk as a browser without scripts uses it: forms are read from the page, changed, and sent."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse
from lxml import html

from claims.models import Claim, Person


def signed_in(person: Person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@dataclass
class Page:
    """One answer of the desk, and the form in it."""

    browser: Client
    address: str
    status: int
    text: str
    data: dict[str, list[str]] = field(default_factory=dict)

    def send(self, **changes: Any) -> "Page":
        """Send the form with some fields changed; a field is named with underscores where HTML has hyphens."""
        data = dict(self.data)
        for name, value in changes.items():
            key = name if name in data or name.startswith("_") else name.replace("__", "-")
            data[key] = value if isinstance(value, list) else [value]
        return read(self.browser, self.browser.post(self.address, data, follow=True), self.address)

    def words(self, css_class: str) -> str:
        """The words in the first part of the page of a class, white space made even; empty for none."""
        found = html.fromstring(self.text).xpath(_of_class(css_class))
        return _text(found[0]) if found else ""

    def rows(self, css_class: str) -> dict[str, list[str]]:
        """The rows of the tables in a part of the page: the head of each, and its cells."""
        table = html.fromstring(self.text).xpath(f"{_of_class(css_class)}//tbody/tr[th]")
        return {_text(row.xpath("th")[0]): [_text(cell) for cell in row.xpath("td")] for row in table}


def _of_class(name: str) -> str:
    return f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def read(browser: Client, response: Any, address: str) -> Page:
    text = response.content.decode()
    return Page(browser, address, response.status_code, text, form_data(text))


def form_data(text: str) -> dict[str, list[str]]:
    """What a browser would send of the main form of a page, buttons left out."""
    forms = html.fromstring(text).xpath("//*[@id='content']//form[@method='post']")
    data: dict[str, list[str]] = {}
    for control in forms[0].xpath(".//input | .//select | .//textarea") if forms else []:
        name, kind = control.get("name"), control.get("type")
        if not name or kind == "submit" or "__prefix__" in name:
            continue
        if control.tag == "select":
            values = [option.get("value") for option in control.xpath(".//option[@selected]")]
            values = values or [control.xpath(".//option")[0].get("value")]
        elif control.tag == "textarea":
            values = [(control.text or "").removeprefix("\n")]
        elif kind in ("checkbox", "radio"):
            values = [control.get("value", "on")] if control.get("checked") is not None else []
        else:
            values = [control.get("value") or ""]
        data.setdefault(name, []).extend(values)
    return data


def open_claim(person: Person, claim: Claim) -> Page:
    """The form of a claim as somebody opens it."""
    return visit(person, reverse("admin:claims_claim_change", args=[claim.pk]))


def open_step(person: Person, claim: Claim, verb: str) -> Page:
    """The page of a step as somebody opens it."""
    return visit(person, reverse("admin:claims_claim_step", args=[claim.pk, verb]))


def visit(person: Person, address: str) -> Page:
    browser = signed_in(person)
    return read(browser, browser.get(address), address)
