"""What readers of a claim, and programs, are told of a conflict that the machine opened."""

import pytest

from tests.claims.disagreeing import settle, the_conflict
from tests.claims.factories import NOON
from tests.claims.reading import page, words

pytestmark = pytest.mark.django_db


def told(client, slug: str) -> str:
    """The section of a claim's page on who disagrees, as markup."""
    html = page(client, f"/claims/{slug}/")
    return html.partition('id="conflicts"')[2].partition("</section>")[0]


def api(client) -> list[dict]:
    return client.get("/api/v1/conflicts/").json()["results"]


@pytest.mark.parametrize(("slug", "other"), [("low", "high"), ("high", "low")])
def test_each_page_says_that_the_other_claim_disagrees_and_links_to_it(client, two, slug, other):
    section = told(client, slug)
    assert f'href="/claims/{other}/"' in section
    assert words(section).endswith("Open. Their ranges do not meet. Not decided yet.")
    assert "contested" in words(page(client, f"/claims/{slug}/").partition('id="conflicts"')[0])


def test_a_decision_is_on_both_pages_with_reason_and_day(client, two):
    settle(the_conflict(), "scope_differs", "One counts hosting for 12 months.")
    for slug in ("low", "high"):
        said = "The scope differs. Their ranges do not meet. One counts hosting for 12 months. Decided on 22 November 2026."
        assert words(told(client, slug)).endswith(said)
        assert "contested" not in words(page(client, f"/claims/{slug}/").partition('id="conflicts"')[0])


def test_the_api_has_it_before_and_after_the_decision(client, two):
    conflict = {
        "claims": ["low", "high"], "subject": "rag", "metric": "build-cost", "relation": "disjoint",
        "state": "open", "reason": "", "decided_on": None,
    }  # fmt: skip
    assert api(client) == [conflict]
    settle(the_conflict(), "doubtful", "Nobody shows an invoice.")
    decided = {"state": "doubtful", "reason": "Nobody shows an invoice.", "decided_on": NOON.date().isoformat()}
    assert api(client) == [conflict | decided]
