"""The start page of the admin: the queue as an editor and a reviewer meet it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims import operations
from claims.models import Conflict, SavedView, TakenItem
from claims.queue import LISTS
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
OLD = date(2020, 1, 1)


def start_page(client, **query):
    return client.get(reverse("admin:index"), query)


def test_the_start_page_begins_with_what_ones_role_does(desk):
    make.due("old")
    make.submitted()
    assert start_page(desk(make.editor())).context["place"].queue.code == "recheck"
    assert start_page(desk(make.reviewer())).context["place"].queue.code == "review"
    assert start_page(desk(make.manager())).context["place"].queue.code == "recheck"


def test_the_start_page_counts_every_list(desk, two_topics):
    counts = {tab["code"]: tab["count"] for tab in start_page(desk(make.editor())).context["tabs"]}
    assert counts == {
        "recheck": 4, "review": 0, "conflict": 2, "task": 4, "gap": 2, "support": 6, "link": 2, "found": 2, "drafts": 2,
    }  # fmt: skip


def test_staff_without_a_role_of_the_registry_see_the_stock_page(desk):
    page = start_page(desk(make.person("nobody", is_staff=True))).content.decode()
    assert "You don’t have permission to view or edit anything." in page


def test_the_page_costs_as_many_queries_for_many_items_as_for_few(desk):
    client = desk(make.editor())
    costs = {}
    for number in range(30):
        slug = f"claim-{number:02}"
        make.due(slug)
        make.submitted(f"draft-{number:02}")
        make.gap(subjects=[slug], claims=[f"{slug}@1"])
        if number in (1, 29):
            for code in LISTS:
                with CaptureQueriesContext(connection) as counted:
                    assert start_page(client, list=code).status_code == 200
                costs.setdefault(code, []).append(len(counted))
    assert all(few == many for few, many in costs.values()), costs
    assert max(many for _, many in costs.values()) <= 30


def test_a_long_list_has_pages(desk):
    for number in range(26):
        make.due(f"claim-{number:02}", published_on=OLD + timedelta(days=number))
    client = desk(make.editor())
    assert [row.ref for row, _ in start_page(client).context["rows"]] == [f"claim-{n:02}" for n in range(25)]
    second = start_page(client, page="2")
    assert [row.ref for row, _ in second.context["rows"]] == ["claim-25"]
    assert 'href="?list=recheck&amp;page=1"' in second.content.decode()


def test_what_i_took_stands_on_one_page_over_all_lists(desk):
    claim, draft = make.due("old"), make.submitted()
    for kind, item in (("recheck", claim.pk), ("review", draft.pk)):
        operations.take(by=make.reviewer(), at=NOON, kind=kind, item=item)
    page = start_page(desk(make.reviewer()), list="mine")
    assert [(name, [row.ref for row, _ in taken]) for name, taken in page.context["mine"]] == [
        ("Re-checks", ["old"]),
        ("Reviews", ["new"]),
    ]


def test_a_filter_is_kept_as_a_view_used_and_forgotten(desk):
    make.due("rag-claim")
    make.due("lora-claim", subject=make.subject("lora"))
    client = desk(make.editor())
    client.post(reverse("queue:save-view") + "?list=recheck&subject=lora&page=3&junk=1", {"name": "LoRA"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("LoRA", "list=recheck&subject=lora")
    page = client.get(f"{reverse('admin:index')}?{view.query}")
    assert [row.ref for row, _ in page.context["rows"]] == ["lora-claim"]
    assert 'href="/admin/?list=recheck&amp;subject=lora">LoRA</a>' in page.content.decode()
    client.force_login(make.reviewer())
    assert client.post(reverse("queue:delete-view", args=[view.pk])).status_code == 404
    client.force_login(make.editor())
    client.post(reverse("queue:delete-view", args=[view.pk]))
    assert not SavedView.objects.exists()
    page = client.post(reverse("queue:save-view") + "?list=recheck", {"name": ""}, follow=True)
    assert "Give the view a name of at most 60 characters." in page.content.decode()


def test_starting_takes_the_first_item_and_opens_it(desk):
    first, second = make.due("a"), make.due("b")
    answer = desk(make.editor()).post(reverse("queue:start") + "?list=recheck")
    assert answer.url == f"/admin/claims/claim/{first.pk}/recheck/?list=recheck"
    taken = TakenItem.objects.get()
    assert (taken.kind, taken.object_id, taken.person) == ("recheck", first.pk, make.editor())
    answer = desk(make.reviewer()).post(reverse("queue:start") + "?list=recheck")
    assert answer.url == f"/admin/claims/claim/{second.pk}/recheck/?list=recheck"


def test_what_was_found_wrong_opens_with_the_published_figure_for_writers_and_readers(desk):
    claim = make.due("old")
    operations.check(by=make.editor(), at=NOON, claim=claim, kind="gone", note="Another page.")
    for person in (make.editor(), make.reviewer()):
        answer = desk(person).post(reverse("queue:start") + "?list=found")
        assert answer.url.startswith(f"/admin/claims/claim/{claim.pk}/change/?old=published&next=")
        assert 'class="published-figure"' in desk(person).get(answer.url).content.decode()
    assert not TakenItem.objects.exists()


def test_where_somebody_else_is_faster_the_next_item_opens(desk, monkeypatch):
    first, second = make.due("a"), make.due("b")
    take = operations.take

    def rival_first(*, by, at, kind, item):
        if item == first.pk:
            take(by=make.reviewer(), at=at, kind=kind, item=item)
        return take(by=by, at=at, kind=kind, item=item)

    monkeypatch.setattr(operations, "take", rival_first)
    answer = desk(make.editor()).post(reverse("queue:start") + "?list=recheck")
    assert answer.url.startswith(f"/admin/claims/claim/{second.pk}/recheck/")
    assert set(TakenItem.objects.values_list("object_id", "person__username")) == {(first.pk, "rev"), (second.pk, "ed")}


def test_an_empty_list_says_what_that_means(desk):
    client = desk(make.editor())
    page = client.post(reverse("queue:start") + "?list=recheck", follow=True).content.decode()
    assert "That was the last of re-checks in this pass." in page
    assert "Every published claim has been read in time." in page
    narrowed = start_page(client, list="recheck", state="due").content.decode()
    assert "Nothing in this list fits the filter." in narrowed


def decision(conflict):
    return {"state": "contested", "reason": "Both measured it.", "seen": operations.last_act(conflict)}


def test_following_a_link_to_the_next_item_takes_nothing(desk, pair):
    conflict = Conflict.objects.get()
    client = desk(make.editor())
    answer = client.get(reverse("queue:next"), {"list": "conflict"})
    assert answer.url == (
        f"/admin/claims/conflict/{conflict.pk}/change/"
        f"?next=%2Fadmin%2Fqueue%2Fnext%2F%3Flist%3Dconflict%26skip%3D{conflict.pk}"
    )
    assert not TakenItem.objects.exists()
    end = client.get(reverse("queue:next"), {"list": "conflict", "skip": str(conflict.pk)})
    assert end.url == "/admin/?list=conflict"


def test_deciding_a_conflict_leads_on_to_the_next(desk, pair):
    conflict = Conflict.objects.get()
    client = desk(make.editor())
    address = client.get(reverse("queue:next"), {"list": "conflict"}).url
    answer = client.post(address, decision(conflict))
    assert answer.url == f"/admin/queue/next/?list=conflict&skip={conflict.pk}"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "queue/next/"]
)
def test_saving_never_leads_to_another_site(desk, pair, elsewhere):
    conflict = Conflict.objects.get()
    url = reverse("admin:claims_conflict_change", args=[conflict.pk], query={"next": elsewhere})
    answer = desk(make.editor()).post(url, decision(conflict))
    assert answer.url == reverse("admin:claims_conflict_changelist")


def test_an_item_is_taken_and_put_back_where_one_stands(desk):
    claim = make.due("old")
    url = reverse("queue:take", args=["recheck", claim.pk]) + "?list=recheck"
    answer = desk(make.editor()).post(url)
    assert answer.url == f"/admin/claims/claim/{claim.pk}/recheck/?list=recheck"
    assert "You have taken it." in desk(make.editor()).get(answer.url).content.decode()
    page = desk(make.reviewer()).post(url, follow=True).content.decode()
    assert "Ed works on this already: take another." in page
    assert "ed works on this." in page
    desk(make.editor()).post(url, {"release": "1"})
    assert not TakenItem.objects.exists()
    assert desk(make.editor()).post(reverse("queue:take", args=["nonsense", 1])).status_code == 403
