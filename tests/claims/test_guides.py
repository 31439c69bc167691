"""The guide to the API as pages of the site."""

import re

import pytest

from claims.guides import PAGES, guide
from tests.claims.addresses import V1

GUIDE, RECIPES = f"{V1}/guide/", f"{V1}/recipes/"


@pytest.mark.parametrize("address", [GUIDE, RECIPES])
def test_a_guide_is_a_page_with_the_headings_of_its_document(client, db, address: str) -> None:
    html = client.get(address).content.decode()
    assert len(re.findall("<h1", html)) == 1
    anchors = re.findall(r'<h2 id="([^"]+)">', html)
    assert len(anchors) > 5
    for anchor in anchors:
        assert f'href="#{anchor}"' in html
    assert "footing.example" not in html
    assert "http://127.0.0.1:8000/api/v1/claims/" in html
    assert not re.search(r"<(script|style)>", html)
    assert client.post(address).status_code == 405


def test_what_looks_like_html_in_a_document_is_text(client, db) -> None:
    html = client.get(GUIDE).content.decode()
    assert "<code>scope.&lt;key&gt;</code>" in html


def test_links_lead_to_the_other_page_and_nowhere_else_but_outside(client, db) -> None:
    html = guide("api.md", site="https://site.example").html
    assert f'href="{RECIPES}"' in html
    links = re.findall(r'href="([^"]+)"', html + guide("recipes.md", site="https://site.example").html)
    assert GUIDE in links
    assert all(link.startswith(("#", "/", "https://")) for link in links)
    assert ".md" not in " ".join(links)


def test_an_anchor_within_a_guide_is_there() -> None:
    for document in PAGES:
        found = guide(document, site="https://site.example")
        anchors = {heading.anchor for heading in found.headings}
        assert set(re.findall(r'href="#([^"]+)"', found.html)) <= anchors


def test_the_page_of_the_api_leads_to_both(client, db) -> None:
    html = client.get(f"{V1}/docs/").content.decode()
    assert f'href="{GUIDE}"' in html
    assert f'href="{RECIPES}"' in html
