"""Makes firms, their people, clients and assessments for tests, through the operations that the product uses."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from assessments import operations
from assessments.models import Assessment, Client, Firm, Membership
from claims.models import Person, Revision
from tests.claims import factories as registry
from tests.shared_documents import SHARED

make_person = registry.person

REASON = "The board knows it and decides in spring."
"""Why a report is issued in spite of its warnings."""

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def worked_cases() -> list[dict[str, Any]]:
    """The worked clients of the domain's cases, with the verdicts they must get."""
    cases: list[dict[str, Any]] = json.loads((SHARED / "domain" / "cases.json").read_text(encoding="utf-8"))["cases"]
    return cases


def worked_answers(case_id: str = "W01") -> dict[str, Any]:
    """The answers of one worked client."""
    return dict(next(case["answers"] for case in worked_cases() if case["id"] == case_id))


def examples_gate(*, at: datetime = NOON) -> Revision:
    """The gate of 10,000 examples, published: the one claim of a small registry."""
    return registry.publish(
        "fine-tuning-examples-gate",
        at=at,
        statement="Do not fine-tune with fewer examples than this.",
        subject=registry.subject("fine-tuning"),
        metric=registry.metric("training-examples", units=["examples"]),
        low=10000,
        likely=None,
        high=None,
        bound="at_least",
        unit="examples",
        currency="",
        per="",
        scope={},
    )


def firm(slug: str = "northwind", name: str = "") -> Firm:
    return Firm.objects.filter(slug=slug).first() or operations.create_firm(slug=slug, name=name or slug.capitalize())


def member(username: str, *, of: Firm | None = None, role: str = Membership.Role.CONSULTANT, **tie: Any) -> Person:
    """A person with a role in a firm; `client=` for a client reader."""
    person = make_person(username)
    operations.add_member(by=person, at=NOON, firm=of or firm(), person=person, role=role, **tie)
    return person


def consultant(of: Firm | None = None) -> Person:
    """The one consultant of a firm, named after it."""
    of = of or firm()
    username = f"consultant-{of.slug}"
    return Person.objects.filter(username=username).first() or member(username, of=of)


def client(name: str = "Auto insurer", *, of: Firm | None = None) -> Client:
    of = of or firm()
    found = Client.objects.filter(firm=of, name=name).first()
    return found or operations.create_client(by=consultant(of), at=NOON, firm=of, name=name)


def price_the_model() -> None:
    """The prices of the model that the worked client uses."""
    prices = registry.metric("token-price", family=registry.family("token-price", half_life_days=45, review_days=14))
    for direction, price in (("input", 2), ("output", 10)):
        registry.publish(
            f"token-price-openai-gpt-6-1-sol-{direction}",
            subject=registry.subject("base-model"),
            metric=prices,
            low=price,
            likely=price,
            high=price,
            per="million_tokens",
            scope={"provider": "openai", "model": "gpt-6.1-sol", "direction": direction},
        )


def assessment(
    *, of: Firm | None = None, answers: Mapping[str, Any] | None = None, title: str = "SEO copy", **options: Any
) -> Assessment:
    """A draft of a firm's consultant; without `answers` none is given."""
    of = of or firm()
    return operations.create_assessment(
        by=consultant(of), at=NOON, client=client(of=of), title=title, answers=answers, **options
    )
