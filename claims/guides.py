"""The guide to the API and its recipes as pages of the site, from the documents that lie beside the code."""

import itertools
import re
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

PAGES = {"api.md": "api-guide", "recipes.md": "api-recipes"}
EXAMPLE_SITE = "https://footing.example"


class Heading(NamedTuple):
    """A heading of a guide, with the anchor under which it is found."""

    anchor: str
    words: str


class Guide(NamedTuple):
    """A document as HTML, without its first heading, and the headings of its parts."""

    title: str
    headings: list[Heading]
    html: SafeString


@cache
def guide(document: str, *, site: str) -> Guide:
    """A document of docs/, with the address of this site in its examples."""
    text = (settings.BASE_DIR / "docs" / document).read_text(encoding="utf-8").replace(EXAMPLE_SITE, site)
    # What looks like HTML in a document is text: it is shown, not run.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    headings = _anchored(tokens)
    for token in tokens:
        token.children = _linked(token.children or []) if token.children else token.children
    html = reader.renderer.render(tokens[3:], reader.options, {})  # the page has the first heading already
    return Guide(tokens[1].content, headings, SafeString(_scrolling(html)))


def _anchored(tokens: list[Token]) -> list[Heading]:
    """The headings of the parts; each gets the anchor that viewers of Markdown give it."""
    found = []
    for token, inline in itertools.pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            anchor = re.sub(r"[^\w -]", "", inline.content.lower()).replace(" ", "-")
            token.attrSet("id", anchor)
            found.append(Heading(anchor, inline.content))
    return found


def _scrolling(html: str) -> str:
    """What may be wider than a phone scrolls by itself, and by the keyboard too."""
    numbers = itertools.count(1)
    html = re.sub(
        "<table>",
        lambda _: f'<div class="table-scroll" tabindex="0" role="region" aria-label="Table {next(numbers)}"><table>',
        html,
    )
    return html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')


def _linked(children: list[Token]) -> list[Token]:
    """Links to the other guide lead to its page; those to documents that are not on the site are plain words."""
    kept: list[Token] = []
    dropped = False
    for token in children:
        if token.type == "link_open":
            target = str(token.attrGet("href"))
            file, _, anchor = target.partition("#")
            dropped = False
            if file in PAGES:
                token.attrSet("href", f"{reverse(PAGES[file])}{f'#{anchor}' if anchor else ''}")
            elif file and "://" not in file:
                dropped = True
                continue
        if token.type == "link_close" and dropped:
            continue
        kept.append(token)
    return kept


def _page(request: HttpRequest, document: str) -> HttpResponse:
    return render(request, "claims/guide.html", {"guide": guide(document, site=settings.SITE_URL)})


@require_safe
def api_guide(request: HttpRequest) -> HttpResponse:
    """How the API is used."""
    return _page(request, "api.md")


@require_safe
def recipes(request: HttpRequest) -> HttpResponse:
    """What one does with it, ready to be copied."""
    return _page(request, "recipes.md")
