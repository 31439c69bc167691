"""The lists of the queue: what is on them, in which order, narrowed how, from how many queries."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims import operations
from claims.models import Check, Conflict, SavedView, TakenItem, Visit
from claims.queue import LISTS, Filters
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
OLD = date(2020, 1, 1)


def due(slug, *, published_on=OLD, **options):
    """A published claim whose source is old enough for another reading."""
    cited = [make.citation(source=make.source(f"source-of-{slug}", published_on=published_on))]
    return make.publish(slug, citations=cited, **options).claim


def rows(code, person=None, filters=None, at=NOON):
    queue = LISTS[code]
    return queue.page(queue.open(person or make.editor(), at, filters or Filters()), at)


def refs(code, person=None, at=NOON, **filters):
    return [row.ref for row in rows(code, person, Filters(**filters), at)]


def found(claim, kind, note="It is not there.", at=NOON):
    return operations.check(by=make.editor(), at=at, claim=claim, kind=kind, note=note)


# --- Re-checks -----------------------------------------------------------------------------------------------------


def test_what_is_due_is_listed_and_what_is_fresh_is_not():
    due("fresh", published_on=date(2026, 10, 1))
    due("old")
    [row] = rows("recheck")
    assert (row.ref, row.value, row.chip) == ("old", "US$18,000–45,000 (median 28,000)", ("overdue", "overdue"))
    assert row.weight == "4.32"
    assert row.why == [
        "was due on 1 July 2020, its source is of 1 January 2020",
        "half-life 548 days",
        "cited by nothing",
    ]


def test_what_nothing_dates_is_listed_and_says_so():
    due("undated", published_on=None)
    assert rows("recheck")[0].why[0] == "nothing dates it"


def test_a_reading_takes_a_claim_off_the_list():
    claim = due("old")
    operations.check(by=make.editor(), at=NOON, claim=claim, kind=Check.Kind.READ_IN_CONTEXT)
    assert refs("recheck") == []


def test_a_machine_takes_nothing_off_the_list():
    claim = due("old")
    operations.check(by=None, at=NOON, claim=claim, kind=Check.Kind.FIGURE_PRESENT)
    assert refs("recheck") == ["old"]


@pytest.mark.parametrize("kind", [Check.Kind.CHANGED, Check.Kind.GONE, Check.Kind.DOUBTFUL, Check.Kind.SUPERSEDED])
def test_what_was_found_wrong_waits_for_a_correction_and_not_for_another_reading(kind):
    claim = due("old")
    found(claim, kind)
    assert refs("recheck") == []
    [row] = rows("found")
    assert row.ref == "old"
    assert row.why == [Check.Kind(kind).label, "ed, 22 November 2026", "It is not there."]
    assert refs("found", state=kind) == ["old"]
    assert refs("found", state=next(k for k in ("gone", "doubtful") if k != kind)) == []


def test_a_later_reading_or_a_new_revision_takes_it_off_what_was_found_wrong():
    read, revised = due("read"), due("revised")
    for claim in (read, revised):
        found(claim, Check.Kind.GONE)
    operations.check(by=make.reviewer(), at=NOON, claim=read, kind=Check.Kind.READ_IN_CONTEXT)
    make.change(revised.current_revision, at=NOON + timedelta(days=1), low=17000)
    assert refs("found") == []
    assert refs("recheck", at=NOON + timedelta(days=1)) == ["revised"]


def test_an_expired_claim_is_listed_until_a_new_hard_stop_is_on_its_way():
    claim = due("stopped", published_on=date(2026, 11, 1), expires_on=date(2026, 11, 20))
    assert [row.chip for row in rows("recheck")] == [("expired", "expired")]
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields={"expires_on": None})
    assert refs("recheck") == []


def test_a_claim_that_is_being_changed_is_still_to_be_read():
    operations.revise(by=make.editor(), at=NOON, claim=due("old"), fields={"low": 1})
    assert refs("recheck") == ["old"]


# --- The other lists -----------------------------------------------------------------------------------------------


def submitted(slug="new", by=None, **fields):
    claim = make.draft(slug, **fields)
    return operations.submit(by=by or make.editor(), at=NOON, claim=claim)


def changed(slug, citations=None, **fields):
    claim = make.publish(slug).claim
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields=fields, citations=citations)
    return operations.submit(by=make.editor(), at=NOON, claim=claim)


def test_a_review_says_why_it_is_needed():
    submitted()
    changed("value-alone", low=17000, change_note="Read again.")
    changed("value-and-print", citations=[make.citation(printed="$17,000 to $45,000")], low=17000)
    changed("nothing", low=18000)
    why = {row.ref: row.why for row in rows("review", make.reviewer())}
    assert why == {
        "new": ["new claim", "by ed"],
        "value-alone": ["the value changes", "but no citation does", "by ed", "Read again."],
        "value-and-print": ["the value changes", "the citations change", "by ed"],
        "nothing": ["only confirms what is published", "by ed"],
    }
    assert refs("review", make.reviewer(), state="new") == ["new"]
    assert len(refs("review", make.reviewer(), state="change")) == 3


def test_nobody_is_asked_to_review_what_they_worked_on():
    submitted()
    assert refs("review", make.editor()) == []
    assert refs("review", make.reviewer()) == ["new"]
    assert refs("drafts", make.editor()) == ["new"]
    assert refs("drafts", make.reviewer()) == []


def test_my_drafts_begin_with_what_was_sent_back():
    make.draft("begun", at=NOON - timedelta(days=9))
    waiting = submitted("waiting")
    operations.send_back(by=make.reviewer(), at=NOON, claim=submitted("returned"), reason="Add the tier.")
    mine = rows("drafts")
    assert [(row.ref, row.why) for row in mine] == [
        ("returned", ["sent back: Add the tier."]),
        ("begun", ["new claim"]),
        ("waiting", ["new claim"]),
    ]
    assert refs("drafts", state="back") == ["returned"]
    assert refs("drafts", state="draft") == ["begun"]
    assert refs("drafts", state="review") == [waiting.slug]


@pytest.fixture
def pair():
    return make.publish("one").claim, make.publish("two", low=100000, likely=None, high=200000).claim


def test_an_open_conflict_is_listed_until_it_is_decided(pair):
    conflict = operations.record_conflict(by=make.editor(), at=NOON, claims=pair, relation="disjoint")
    [row] = rows("conflict")
    assert (row.ref, row.chip) == ("one and two", ("contested", "disjoint"))
    assert row.value == "US$18,000–45,000 (median 28,000) against US$100,000–200,000"
    assert refs("conflict", state="disjoint") == ["one and two"]
    assert refs("conflict", state="nested") == []
    operations.settle_conflict(
        by=make.editor(), at=NOON, conflict=conflict, state=Conflict.State.CONTESTED, reason="Both measured it."
    )
    assert refs("conflict") == []


def test_a_conflict_with_what_is_no_longer_published_is_not_listed(pair):
    operations.record_conflict(by=make.editor(), at=NOON, claims=pair, relation="disjoint")
    operations.retract(by=make.manager(), at=NOON, claim=pair[0], reason="Wrong.")
    assert refs("conflict") == []


def test_tasks_are_listed_oldest_first_until_they_are_closed():
    claim = make.publish("claim").claim
    later = make.task(claim=claim, at=NOON, note="Looked in 8,311 characters.")
    make.task(kind="link_dead", source=make.source(), at=NOON - timedelta(days=1))
    first, second = rows("task")
    assert (first.ref, first.why) == ("a-blog", ["The link does not answer", "21 November 2026"])
    assert second.why == ["The printed figure was not found", "22 November 2026", "Looked in 8,311 characters."]
    assert refs("task", state="link_dead") == ["a-blog"]
    operations.close_task(by=make.editor(), at=NOON, task=later, outcome="It is there.")
    assert refs("task") == ["a-blog"]


def test_a_claim_needs_two_sources_that_do_not_lead_to_one():
    one, other = make.source("one"), make.source("other")
    upstream = make.source("upstream")
    make.publish("two", citations=[make.citation(source=one), make.citation(source=other)])
    make.publish("alone")
    make.publish("copies", citations=[
        make.citation(source=one, attributed_to=upstream), make.citation(source=other, attributed_to=upstream),
    ])  # fmt: skip
    make.publish("denied", citations=[make.citation(stance="contradicts")])
    assert refs("support") == ["alone", "copies", "denied"]
    assert refs("support", state="none") == ["denied"]
    assert refs("support", state="one") == ["alone", "copies"]
    assert rows("support")[0].why == ["one independent source", "cited by nothing"]


@pytest.mark.parametrize("kind", ["official_documentation", "price_data"])
def test_an_official_price_needs_no_second_witness(kind):
    make.publish("price", citations=[make.citation(source=make.source("official", kind=kind))])
    make.publish("documented", study_type="official_documentation")
    assert refs("support") == []


def test_a_source_is_listed_while_its_last_visit_found_nothing():
    dead, alive = make.source("dead"), make.source("alive")
    make.publish("claim", citations=[make.citation(source=dead)])
    make.visit(dead, finding=Visit.Finding.ANSWERS)
    make.visit(dead, finding=Visit.Finding.GONE)
    make.visit(alive, finding=Visit.Finding.UNREACHABLE)
    make.visit(alive, finding=Visit.Finding.ANSWERS)
    [row] = rows("link")
    assert (row.ref, row.why) == ("dead", ["The page is gone", "22 November 2026", "1 published claim"])
    assert refs("link", state="gone") == ["dead"]
    assert refs("link", state="refused") == []


# --- Narrowing -----------------------------------------------------------------------------------------------------


@pytest.fixture
def two_topics():
    """The same things twice: about RAG and costs, and about LoRA and data."""
    costs = make.topic("costs")
    below = make.topic("build-cost", parent=costs)
    data = make.topic("data")
    examples = make.metric("examples", family=make.family("examples", 730, 365))
    about = {
        "rag": {"topics": [below]}, "lora": {"topics": [data], "subject": make.subject("lora"), "metric": examples},
    }  # fmt: skip
    for name, fields in about.items():
        claim = due(f"{name}-due", **fields)
        other = due(f"{name}-other", **fields)
        operations.record_conflict(by=make.editor(), at=NOON, claims=(claim, other), relation="disjoint")
        operations.submit(by=make.editor(), at=NOON, claim=make.draft(f"{name}-new", **fields))
        found(due(f"{name}-wrong", **fields), Check.Kind.GONE)
        make.task(claim=claim)
        make.task(kind="link_dead", source=claim.citations.get().source)
        make.visit(claim.citations.get().source, finding=Visit.Finding.GONE)


@pytest.mark.parametrize("filters", [{"topic": "costs"}, {"subject": "rag"}, {"family": "project-cost"}], ids=str)
@pytest.mark.parametrize("code", LISTS)
def test_every_list_is_narrowed_by_topic_subject_and_family(two_topics, code, filters):
    who = make.editor() if code == "drafts" else make.reviewer()
    everything, narrowed = refs(code, who), refs(code, who, **filters)
    assert narrowed == [ref for ref in everything if "rag-" in ref]
    assert 0 < len(narrowed) < len(everything)


def test_words_that_mean_nothing_find_nothing(two_topics):
    for filters in ({"topic": "x"}, {"subject": "x"}, {"family": "x"}, {"state": "x"}, {"who": "x"}):
        assert refs("recheck", **filters) == []


def test_states_narrow_the_list():
    due("old")
    due("nearly", published_on=date(2026, 6, 10))
    assert refs("recheck", state="due") == ["nearly"]
    assert refs("recheck", state="overdue") == ["old"]
    assert refs("recheck", state="expired") == []


def test_who_took_what_narrows_the_list_and_stands_beside_the_item():
    mine, theirs, free = due("mine"), due("theirs"), due("free")
    operations.take(by=make.editor(), at=NOON, kind="recheck", item=mine.pk)
    operations.take(by=make.reviewer(), at=NOON, kind="recheck", item=theirs.pk)
    assert refs("recheck", who="mine") == ["mine"]
    assert refs("recheck", who="nobody") == [free.slug]
    taken = {row.ref: row.taken.person.username if row.taken else None for row in rows("recheck")}
    assert taken == {"mine": "ed", "theirs": "rev", "free": None}
    assert [row.ref for row in LISTS["recheck"].some(make.editor(), NOON, [mine.pk])] == ["mine"]
    assert refs("recheck", who="nobody", at=NOON + timedelta(hours=24)) == ["free", "mine", "theirs"]


def test_the_next_item_is_the_first_that_is_not_skipped_and_not_taken_by_somebody_else():
    pks = {slug: due(slug, published_on=OLD + timedelta(days=n)).pk for n, slug in enumerate(("a", "b", "c"))}
    queue, me = LISTS["recheck"], make.editor()
    assert queue.next(me, NOON) == pks["a"]
    operations.take(by=make.reviewer(), at=NOON, kind="recheck", item=pks["a"])
    operations.take(by=me, at=NOON, kind="recheck", item=pks["b"])
    assert queue.next(me, NOON) == pks["b"]
    assert queue.next(me, NOON, skip=[pks["b"]]) == pks["c"]
    assert queue.next(me, NOON, skip=[pks["b"], pks["c"]]) is None


# --- The page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    """A function that signs somebody in and returns the client; the clock stands at noon."""

    def sign_in(person):
        client.force_login(person)
        return client

    with time_machine.travel(NOON, tick=False):
        yield sign_in


def start_page(client, **query):
    return client.get(reverse("admin:index"), query)


def test_the_start_page_begins_with_what_ones_role_does(desk):
    due("old")
    submitted()
    assert start_page(desk(make.editor())).context["place"].queue.code == "recheck"
    assert start_page(desk(make.reviewer())).context["place"].queue.code == "review"
    assert start_page(desk(make.manager())).context["place"].queue.code == "recheck"


def test_the_start_page_counts_every_list(desk, two_topics):
    counts = {tab["code"]: tab["count"] for tab in start_page(desk(make.editor())).context["tabs"]}
    assert counts == {
        "recheck": 4, "review": 0, "conflict": 2, "task": 4, "support": 6, "link": 2, "found": 2, "drafts": 2,
    }  # fmt: skip


def test_staff_without_a_role_of_the_registry_see_the_stock_page(desk):
    page = start_page(desk(make.person("nobody", is_staff=True))).content.decode()
    assert "You don’t have permission to view or edit anything." in page


def test_the_page_costs_as_many_queries_for_many_items_as_for_few(desk):
    client = desk(make.editor())
    costs = {}
    for number in range(30):
        slug = f"claim-{number:02}"
        due(slug)
        submitted(f"draft-{number:02}")
        if number in (1, 29):
            for code in LISTS:
                with CaptureQueriesContext(connection) as counted:
                    assert start_page(client, list=code).status_code == 200
                costs.setdefault(code, []).append(len(counted))
    assert all(few == many for few, many in costs.values()), costs
    assert max(many for _, many in costs.values()) <= 30


def test_a_long_list_has_pages(desk):
    for number in range(26):
        due(f"claim-{number:02}", published_on=OLD + timedelta(days=number))
    client = desk(make.editor())
    assert [row.ref for row, _ in start_page(client).context["rows"]] == [f"claim-{n:02}" for n in range(25)]
    second = start_page(client, page="2")
    assert [row.ref for row, _ in second.context["rows"]] == ["claim-25"]
    assert 'href="?list=recheck&amp;page=1"' in second.content.decode()


def test_what_i_took_stands_on_one_page_over_all_lists(desk):
    claim, draft = due("old"), submitted()
    for kind, item in (("recheck", claim.pk), ("review", draft.pk)):
        operations.take(by=make.reviewer(), at=NOON, kind=kind, item=item)
    page = start_page(desk(make.reviewer()), list="mine")
    assert [(name, [row.ref for row, _ in taken]) for name, taken in page.context["mine"]] == [
        ("Re-checks", ["old"]),
        ("Reviews", ["new"]),
    ]


def test_a_filter_is_kept_as_a_view_used_and_forgotten(desk):
    due("rag-claim")
    due("lora-claim", subject=make.subject("lora"))
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
    first, second = due("a"), due("b")
    answer = desk(make.editor()).post(reverse("queue:start") + "?list=recheck")
    assert answer.url == f"/admin/claims/claim/{first.pk}/recheck/?list=recheck"
    taken = TakenItem.objects.get()
    assert (taken.kind, taken.object_id, taken.person) == ("recheck", first.pk, make.editor())
    answer = desk(make.reviewer()).post(reverse("queue:start") + "?list=recheck")
    assert answer.url == f"/admin/claims/claim/{second.pk}/recheck/?list=recheck"


def test_an_empty_list_says_what_that_means(desk):
    client = desk(make.editor())
    page = client.post(reverse("queue:start") + "?list=recheck", follow=True).content.decode()
    assert "That was the last of re-checks in this pass." in page
    assert "Every published claim has been read in time." in page
    narrowed = start_page(client, list="recheck", state="due").content.decode()
    assert "Nothing in this list fits the filter." in narrowed


def test_following_a_link_to_the_next_item_takes_nothing(desk, pair):
    conflict = operations.record_conflict(by=make.editor(), at=NOON, claims=pair, relation="disjoint")
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
    conflict = operations.record_conflict(by=make.editor(), at=NOON, claims=pair, relation="disjoint")
    client = desk(make.editor())
    address = client.get(reverse("queue:next"), {"list": "conflict"}).url
    answer = client.post(address, {"state": "contested", "reason": "Both measured it."})
    assert answer.url == f"/admin/queue/next/?list=conflict&skip={conflict.pk}"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "queue/next/"]
)
def test_saving_never_leads_to_another_site(desk, pair, elsewhere):
    conflict = operations.record_conflict(by=make.editor(), at=NOON, claims=pair, relation="disjoint")
    url = reverse("admin:claims_conflict_change", args=[conflict.pk], query={"next": elsewhere})
    answer = desk(make.editor()).post(url, {"state": "contested", "reason": "Both measured it."})
    assert answer.url == reverse("admin:claims_conflict_changelist")


def test_an_item_is_taken_and_put_back_where_one_stands(desk):
    claim = due("old")
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
