"""The lists of the queue: what is on them, in which order, narrowed how, from how many queries."""

from datetime import date, timedelta

import pytest

from claims import operations
from claims.models import Check, Conflict, Visit
from claims.queue import LISTS, Filters
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
OLD = date(2020, 1, 1)


def rows(code, person=None, filters=None, at=NOON):
    queue = LISTS[code]
    return queue.page(queue.open(person or make.editor(), at, filters or Filters()), at)


def refs(code, person=None, at=NOON, **filters):
    return [row.ref for row in rows(code, person, Filters(**filters), at)]


def found(claim, kind, note="It is not there.", at=NOON):
    return operations.check(by=make.editor(), at=at, claim=claim, kind=kind, note=note)


# --- Re-checks -----------------------------------------------------------------------------------------------------


def test_what_is_due_is_listed_and_what_is_fresh_is_not():
    make.due("fresh", published_on=date(2026, 10, 1))
    make.due("old")
    [row] = rows("recheck")
    assert (row.ref, row.value, row.chip) == ("old", "US$18,000–45,000 (median 28,000)", ("overdue", "overdue"))
    assert row.weight == "4.32"
    assert row.why == [
        "was due on 1 July 2020, its source is of 1 January 2020",
        "half-life 548 days",
        "cited by nothing",
    ]


def test_what_nothing_dates_is_listed_and_says_so():
    make.due("undated", published_on=None)
    assert rows("recheck")[0].why[0] == "nothing dates it"


def test_a_reading_takes_a_claim_off_the_list():
    claim = make.due("old")
    operations.check(by=make.editor(), at=NOON, claim=claim, kind=Check.Kind.READ_IN_CONTEXT)
    assert refs("recheck") == []


def test_a_machine_takes_nothing_off_the_list():
    claim = make.due("old")
    operations.check(by=None, at=NOON, claim=claim, kind=Check.Kind.FIGURE_PRESENT)
    assert refs("recheck") == ["old"]


@pytest.mark.parametrize("kind", [Check.Kind.CHANGED, Check.Kind.GONE, Check.Kind.DOUBTFUL, Check.Kind.SUPERSEDED])
def test_what_was_found_wrong_waits_for_a_correction_and_not_for_another_reading(kind):
    claim = make.due("old")
    found(claim, kind)
    assert refs("recheck") == []
    [row] = rows("found")
    assert row.ref == "old"
    assert row.why == [Check.Kind(kind).label, "ed, 22 November 2026", "It is not there."]
    assert refs("found", state=kind) == ["old"]
    assert refs("found", state=next(k for k in ("gone", "doubtful") if k != kind)) == []


def test_a_later_reading_or_a_new_revision_takes_it_off_what_was_found_wrong():
    read, revised = make.due("read"), make.due("revised")
    for claim in (read, revised):
        found(claim, Check.Kind.GONE)
    operations.check(by=make.reviewer(), at=NOON, claim=read, kind=Check.Kind.READ_IN_CONTEXT)
    make.change(revised.current_revision, at=NOON + timedelta(days=1), low=17000)
    assert refs("found") == []
    assert refs("recheck", at=NOON + timedelta(days=1)) == ["revised"]


def test_an_expired_claim_is_listed_until_a_new_hard_stop_is_on_its_way():
    claim = make.due("stopped", published_on=date(2026, 11, 1), expires_on=date(2026, 11, 20))
    assert [row.chip for row in rows("recheck")] == [("expired", "expired")]
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields={"expires_on": None})
    assert refs("recheck") == []


def test_a_claim_that_is_being_changed_is_still_to_be_read():
    operations.revise(by=make.editor(), at=NOON, claim=make.due("old"), fields={"low": 1})
    assert refs("recheck") == ["old"]


# --- The other lists -----------------------------------------------------------------------------------------------


def changed(slug, citations=None, **fields):
    claim = make.publish(slug).claim
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields=fields, citations=citations)
    return operations.submit(by=make.editor(), at=NOON, claim=claim)


def test_a_review_says_why_it_is_needed():
    make.submitted()
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
    make.submitted()
    assert refs("review", make.editor()) == []
    assert refs("review", make.reviewer()) == ["new"]
    assert refs("drafts", make.editor()) == ["new"]
    assert refs("drafts", make.reviewer()) == []


def test_my_drafts_begin_with_what_was_sent_back():
    make.draft("begun", at=NOON - timedelta(days=9))
    waiting = make.submitted("waiting")
    operations.send_back(by=make.reviewer(), at=NOON, claim=make.submitted("returned"), reason="Add the tier.")
    mine = rows("drafts")
    assert [(row.ref, row.why) for row in mine] == [
        ("returned", ["sent back: Add the tier."]),
        ("begun", ["new claim"]),
        ("waiting", ["new claim"]),
    ]
    assert refs("drafts", state="back") == ["returned"]
    assert refs("drafts", state="draft") == ["begun"]
    assert refs("drafts", state="review") == [waiting.slug]


def test_an_open_conflict_is_listed_until_it_is_decided(pair):
    conflict = Conflict.objects.get()
    [row] = rows("conflict")
    assert (row.ref, row.chip) == ("one and two", ("contested", "disjoint"))
    assert row.value == "US$18,000–45,000 (median 28,000) against US$100,000–200,000"
    assert row.why == [
        "against: A production system costs this much to build", "first: cited by nothing", "second: cited by nothing",
    ]  # fmt: skip
    assert refs("conflict", state="disjoint") == ["one and two"]
    assert refs("conflict", state="nested") == []
    operations.settle_conflict(
        by=make.editor(), at=NOON, conflict=conflict, state=Conflict.State.CONTESTED, reason="Both measured it."
    )
    assert refs("conflict") == []


def test_a_conflict_with_what_is_no_longer_published_is_not_listed(pair):
    assert Conflict.objects.get().state == "open"
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
    make.due("old")
    make.due("nearly", published_on=date(2026, 6, 10))
    assert refs("recheck", state="due") == ["nearly"]
    assert refs("recheck", state="overdue") == ["old"]
    assert refs("recheck", state="expired") == []


def test_who_took_what_narrows_the_list_and_stands_beside_the_item():
    mine, theirs, free = make.due("mine"), make.due("theirs"), make.due("free")
    operations.take(by=make.editor(), at=NOON, kind="recheck", item=mine.pk)
    operations.take(by=make.reviewer(), at=NOON, kind="recheck", item=theirs.pk)
    assert refs("recheck", who="mine") == ["mine"]
    assert refs("recheck", who="nobody") == [free.slug]
    taken = {row.ref: row.taken.person.username if row.taken else None for row in rows("recheck")}
    assert taken == {"mine": "ed", "theirs": "rev", "free": None}
    assert [row.ref for row in LISTS["recheck"].some(make.editor(), NOON, [mine.pk])] == ["mine"]
    assert refs("recheck", who="nobody", at=NOON + timedelta(hours=24)) == ["free", "mine", "theirs"]


def test_the_next_item_is_the_first_that_is_not_skipped_and_not_taken_by_somebody_else():
    pks = {slug: make.due(slug, published_on=OLD + timedelta(days=n)).pk for n, slug in enumerate(("a", "b", "c"))}
    queue, me = LISTS["recheck"], make.editor()
    assert queue.next(me, NOON) == pks["a"]
    operations.take(by=make.reviewer(), at=NOON, kind="recheck", item=pks["a"])
    operations.take(by=me, at=NOON, kind="recheck", item=pks["b"])
    assert queue.next(me, NOON) == pks["b"]
    assert queue.next(me, NOON, skip=[pks["b"]]) == pks["c"]
    assert queue.next(me, NOON, skip=[pks["b"], pks["c"]]) is None
