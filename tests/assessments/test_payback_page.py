"""The payback page as a reader gets it."""

import re

import pytest
from django.urls import reverse

from tests import factories
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def prices(db):
    """What the sum of today takes, published: two prices, the start, the ratio and the band."""

    def publish(slug, subject, metric, low, high, **more):
        registry.publish(
            slug, at=factories.NOON, statement=f"Claim {slug}.", subject=registry.subject(subject),
            metric=registry.metric(metric, units=["currency", "ratio", "tokens"]), low=low,
            likely=low if low == high else None, high=high, **more,
        )  # fmt: skip

    price = {"unit": "currency", "currency": "USD", "per": "million_tokens"}
    for direction, value in (("input", 2), ("output", 10)):
        scope = {"provider": "openai", "model": "big", "direction": direction}
        publish(f"price-{direction}", "model", "token-price", value, value, scope=scope, **price)
    publish("start", "fine-tuning", "project-cost", 5000, 30000, unit="currency", currency="USD", per="project")
    publish("ratio", "small-model", "cost-ratio", 10, 50, unit="ratio", currency="", per="")
    publish(
        "the-band", "fine-tuning", "break-even-volume", 10_000_000, 100_000_000, unit="tokens", currency="", per="month"
    )


def text_of(client, **terms):
    page = client.get(reverse("payback"), terms)
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_band_its_reconstruction_and_todays_prices_stand_beside_each_other(client, prices):
    page = text_of(client)
    assert "10M–100M tokens a month" in page
    assert "11.81M–77.16M" in page
    assert "118.1M" in page or "118M–772M" in page
    for claim in ("price-input@1", "price-output@1", "start@1", "ratio@1", "the-band@1"):
        assert claim in page


def test_what_is_set_in_the_address_moves_the_answer(client, prices):
    assert "never" in text_of(client, ratio_low="1", ratio_high="1")
    page = text_of(client, months="24")
    assert "24 months Set on this page" in page
    assert "80% The default of this page" in page


def test_what_nobody_set_is_not_said_to_be_set(client, prices):
    assert "Set on this page" not in text_of(client)


def test_what_is_not_right_is_named_with_what_would_be(client, prices):
    page = text_of(client, months="0", upfront_low="5", upfront_high="4")
    assert "Enter a number from 1 to 60, or leave it empty." in page
    assert "the lowest stands above it" in page


def test_without_claims_the_page_says_unknown_and_still_shows_the_reconstruction(client):
    page = text_of(client)
    assert "Unknown." in page
    assert "11.81M–77.16M" in page
