"""Stated totals in the admin: written through the operation, refused at the field, withdrawn with a reason."""

from typing import Any

import pytest

from claims import operations
from claims.models import Act, Claim, StatedTotal
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db

ADD = "/admin/claims/statedtotal/add/"


@pytest.fixture
def desk(client):
    client.force_login(make.editor())
    return client


@pytest.fixture
def claims() -> dict[str, Claim]:
    def figure(slug: str, number: int, per: str) -> Claim:
        return make.publish(
            slug, low=number, likely=number, high=number, per=per, statement=f"{slug} costs this."
        ).claim

    return {
        "total": figure("total", 200_000, "year"),
        "upkeep": figure("upkeep", 5_000, "month"),
        "watching": figure("watching", 3_000, "month"),
    }


def form(total: Claim | None, *parts: tuple[Any, Any], pk: int | None = None, **changes: Any) -> dict[str, Any]:
    """What the page sends; parts are pairs of how often and a claim."""
    sent: dict[str, Any] = {
        "claim": total.pk if total else "",
        "operation": "sum",
        "note": "Hidden costs.",
        "parts-TOTAL_FORMS": len(parts),
        "parts-INITIAL_FORMS": 0,
        "parts-MIN_NUM_FORMS": 0,
        "parts-MAX_NUM_FORMS": 1000,
    }
    for number, (times, claim) in enumerate(parts):
        sent |= {f"parts-{number}-times": times, f"parts-{number}-claim": claim.pk if claim else ""}
    return sent | changes


def state(claims: dict[str, Claim]) -> StatedTotal:
    return operations.state_total(
        by=make.editor(), at=NOON, claim=claims["total"], operation="sum", parts=[(claims["upkeep"], 12)]
    )


def test_an_editor_states_a_total(desk, claims) -> None:
    response = desk.post(ADD, form(claims["total"], ("12", claims["upkeep"]), ("12", claims["watching"])))
    total = StatedTotal.objects.get()
    assert response.status_code == 302
    assert (total.claim, total.note) == (claims["total"], "Hidden costs.")
    assert [str(part) for part in total.parts.all()] == ["12 × upkeep", "12 × watching"]
    assert Act.objects.filter(verb="state_total", by=make.editor()).count() == 1


def test_the_page_names_the_claim_it_came_from(desk, claims) -> None:
    page = desk.get(f"{ADD}?claim=total").content.decode()
    assert f'<option value="{claims["total"].pk}" selected>' in page
    assert "Say what it is made of" in desk.get(f"/admin/claims/claim/{claims['total'].pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([], "A total has parts: name at least one claim."),
        ([("12", "total")], "A total is not a part of itself: name other claims."),
        ([("12", "elsewhere")], "elsewhere is read in no source of total"),
        ([("0", "upkeep")], "A part counts at least a little: give a number above zero."),
        ([("1", "upkeep"), ("2", "upkeep")], "Please correct the duplicate"),
    ],
)
def test_what_cannot_be_is_said_on_the_page(desk, claims, parts, message) -> None:
    elsewhere = make.publish("elsewhere", citations=[make.citation(source=make.source("other"))]).claim
    named = claims | {"elsewhere": elsewhere}
    response = desk.post(ADD, form(claims["total"], *((times, named[slug]) for times, slug in parts)))
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not StatedTotal.objects.exists()


def test_a_claim_states_one_total(desk, claims) -> None:
    state(claims)
    response = desk.post(ADD, form(claims["total"], ("12", claims["watching"])))
    assert "already exists" in response.content.decode()


def test_its_page_shows_what_is_found_and_takes_new_parts(desk, claims) -> None:
    total = state(claims)
    address = f"/admin/claims/statedtotal/{total.pk}/change/"
    page = desk.get(address).content.decode()
    for words in (
        "It does not follow from its parts.",
        "US$60,000 per year",
        "US$140,000 per year",
        "Withdraw this total",
    ):
        assert words in page
    part = total.parts.get()
    sent = form(claims["total"], ("12", claims["upkeep"]), ("12", claims["watching"]))
    sent |= {"parts-INITIAL_FORMS": 1, "parts-0-id": part.pk, "parts-0-total": total.pk}
    assert desk.post(address, sent).status_code == 302
    assert [str(one) for one in total.parts.all()] == ["12 × upkeep", "12 × watching"]
    sent = form(claims["total"], ("12", claims["upkeep"]), ("12", claims["watching"]), **{"parts-0-DELETE": "on"})
    kept = list(total.parts.all())
    sent |= {"parts-INITIAL_FORMS": 2, "parts-0-id": kept[0].pk, "parts-1-id": kept[1].pk}
    sent |= {"parts-0-total": total.pk, "parts-1-total": total.pk}
    assert desk.post(address, sent).status_code == 302
    assert [str(one) for one in total.parts.all()] == ["12 × watching"]


def test_the_list_shows_what_is_found(desk, claims, django_assert_max_num_queries) -> None:
    state(claims)
    draft = make.draft("draft")
    operations.state_total(by=make.editor(), at=NOON, claim=draft, operation="sum", parts=[(claims["upkeep"], 1)])
    with django_assert_max_num_queries(20):
        page = desk.get("/admin/claims/statedtotal/").content.decode()
    assert "It does not follow from its parts." in page
    assert "The claim is not published." in page
    unpublished = StatedTotal.objects.get(claim=draft)
    assert "nothing is found" in desk.get(f"/admin/claims/statedtotal/{unpublished.pk}/change/").content.decode()


def test_a_reviewer_reads_a_total_and_changes_nothing(client, claims) -> None:
    total = state(claims)
    client.force_login(make.reviewer())
    address = f"/admin/claims/statedtotal/{total.pk}/"
    page = client.get(f"{address}change/").content.decode()
    assert "It does not follow from its parts." in page
    assert "Withdraw this total" not in page
    assert client.post(f"{address}change/", form(claims["total"])).status_code == 403
    assert client.post(f"{address}withdraw/", {"reason": "No."}).status_code == 403
    assert StatedTotal.objects.exists()


def test_a_total_is_withdrawn_with_a_reason(desk, claims) -> None:
    total = state(claims)
    address = f"/admin/claims/statedtotal/{total.pk}/withdraw/"
    assert "This field is required" in desk.post(address, {"reason": ""}).content.decode()
    response = desk.post(address, {"reason": "It is a survey's."}, follow=True)
    page = response.content.decode()
    assert "Total states no total any more." in page
    assert not StatedTotal.objects.exists()
    assert Act.objects.get(verb="withdraw_total").note == "It is a survey's."
