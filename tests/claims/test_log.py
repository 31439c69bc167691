"""The log of who did what: over all, of one thing, in words, and never changed."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from lxml import html

from claims import loading, operations
from claims.models import Act, Source, Topic
from claims.operations import EditedMeanwhile, OperationRefused
from claims.records import Record
from claims.wording import ACT
from tests.claims import factories as make
from tests.claims.desk import signed_in, visit
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)
LIST = "admin:claims_act_changelist"
OPERATIONS = Path(operations.__file__).parent


def verbs_of(path: Path) -> set[str]:
    """The verbs that a module of operations records: the texts of the first argument, or of the variable it names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record" and node.args
    ]
    named = {argument.id for argument in calls if isinstance(argument, ast.Name)}
    given = [argument for argument in calls if not isinstance(argument, ast.Name)] + [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and {target.id for target in node.targets if isinstance(target, ast.Name)} & named
    ]
    return {
        branch.value
        for node in given
        for branch in ([node.body, node.orelse] if isinstance(node, ast.IfExp) else [node])
        if isinstance(branch, ast.Constant) and isinstance(branch.value, str)
    }


def test_every_verb_has_words():
    found = {verb for path in OPERATIONS.glob("*.py") for verb in verbs_of(path)}
    assert {"draft", "retract", "supersede", "add_entry", "change_person"} <= found
    assert found - set(ACT) == set()


def test_every_module_that_writes_records():
    writes = {path.stem for path in OPERATIONS.glob("*.py") if ".save(" in path.read_text(encoding="utf-8")}
    of_ones_own = {"desk"}  # what a person takes, keeps as a view and wants by letter changes nothing for others
    assert writes - {path.stem for path in OPERATIONS.glob("*.py") if verbs_of(path)} == of_ones_own


# Sources and words


def last() -> Act:
    return Act.objects.latest("pk")


def test_a_source_is_entered_and_changed_with_the_text_before_and_after():
    source = make.source("raw", accessed_on=NOON.date())
    upstream = make.source("upstream")
    source.reliability, source.updated_on = "D", LATER.date()
    operations.save_entry(by=make.editor(), at=NOON, entry=source, attributes_to=[upstream])
    act = last()
    assert (act.verb, act.by, act.source) == ("change_entry", make.editor(), source)
    assert act.detail == {
        "about": "source raw",
        "changed": {"reliability": ["C", "D"], "updated_on": [None, "2026-11-23"], "attributes_to": [[], ["upstream"]]},
    }
    assert list(source.attributes_to.all()) == [upstream]
    operations.save_entry(by=make.editor(), at=NOON, entry=source)
    assert last() == act


def test_what_is_entered_stands_in_the_log_without_its_empty_parts():
    operations.save_entry(by=make.manager(), at=NOON, entry=Topic(slug="costs", name="Costs"))
    assert (last().verb, last().detail) == (
        "add_entry",
        {"about": "topic costs", "changed": {"slug": [None, "costs"], "name": [None, "Costs"]}},
    )


def test_every_word_is_in_the_log_with_what_it_names():
    metric = make.metric(max_percent=100)
    metric.family, metric.units = make.family("prices"), ["currency", "percent"]
    operations.save_entry(by=make.manager(), at=NOON, entry=metric)
    assert last().detail["changed"] == {
        "family": ["project-cost", "prices"],
        "units": [["currency"], ["currency", "percent"]],
    }


@pytest.mark.parametrize(
    ("who", "make_entry", "message"),
    [
        ("editor", lambda: Topic(slug="x", name="X"), "ed may not add topics"),
        ("editor", make.metric, "ed may not change metrics"),
        ("reviewer", make.source, "rev may not change sources"),
    ],
)
def test_each_role_enters_what_the_contract_says(who, make_entry, message):
    with pytest.raises(OperationRefused, match=message):
        operations.save_entry(by=getattr(make, who)(), at=NOON, entry=make_entry())
    assert not Act.objects.exists()


def test_a_slug_stays_and_a_stale_text_is_refused():
    source = make.source()
    seen = operations.fingerprint(source)
    source.interest = "More."
    operations.save_entry(by=make.editor(), at=NOON, entry=source, started_from=seen)
    source.interest = "Less."
    with pytest.raises(EditedMeanwhile, match="Somebody saved a-blog while you were editing"):
        operations.save_entry(by=make.editor(), at=NOON, entry=source, started_from=seen)
    source.slug = "renamed"
    with pytest.raises(OperationRefused, match="a-blog is part of addresses"):
        operations.save_entry(by=make.editor(), at=NOON, entry=source)
    source.slug, source.title = "a-blog", ""
    with pytest.raises(ValidationError):
        operations.save_entry(by=make.editor(), at=NOON, entry=source)
    assert Source.objects.get().interest == "More."


def test_a_file_is_in_the_log_as_well():
    author, approver = make.person("registry-import", "editor"), make.person("registry-review", "reviewer")
    topic = Record(kind="topics", cells={"slug": "costs", "name": "Costs"}, file="f.yaml", row=1)
    loading.load([topic], author=author, approver=approver, at=NOON)
    assert (last().verb, last().by, last().detail["about"]) == ("add_entry", author, "topic costs")
    loading.load([topic], author=author, approver=approver, at=NOON)
    assert Act.objects.count() == 1


def test_the_desk_saves_through_the_log():
    visit(make.manager(), reverse("admin:claims_topic_add")).send(slug="costs", name="Costs", _save="1")
    assert last().detail["about"] == "topic costs"
    page = visit(make.editor(), reverse("admin:claims_source_add"))
    page.send(
        title="T", publisher="P", slug="p-t", kind="opinion", reliability="F", reliability_reason="Unread.", _save="1"
    )
    source = Source.objects.get()
    assert (last().verb, last().source) == ("add_entry", source)
    change = visit(make.editor(), reverse("admin:claims_source_change", args=[source.pk]))
    change.send(title="Title", slug="renamed", _save="1")
    source.refresh_from_db()
    assert (source.title, source.slug) == ("Title", "p-t")
    assert last().detail["changed"] == {"title": ["T", "Title"]}
    page = signed_in(make.editor()).get(reverse("admin:claims_source_history", args=[source.pk])).content.decode()
    assert "Title:" in page
    assert "T → Title" in page


# The pages


@pytest.fixture
def busy():
    """A registry in which something of each kind was done."""
    claim = make.publish().claim
    other = make.publish("other").claim
    source = make.source()
    source.interest = "Sells more."
    operations.save_entry(by=make.editor(), at=LATER, entry=source)
    conflict = operations.record_conflict(by=make.editor(), at=LATER, claims=(claim, other), relation="disjoint")
    operations.settle_conflict(by=make.manager(), at=LATER, conflict=conflict, state="contested", reason="Both.")
    operations.revise(by=make.manager(), at=LATER, claim=claim, fields={"low": 17000, "change_note": "Corrected."})
    operations.check(by=make.editor(), at=LATER, claim=claim, kind="read_in_context", note="Still there.")
    operations.check(by=None, at=LATER, claim=claim, kind="link_answers", finding="answers")
    return claim


def listed(**query) -> list[tuple[str, str, str]]:
    """Who did what to what, as the list shows it."""
    page = html.fromstring(signed_in(make.reviewer()).get(reverse(LIST), query).content.decode())
    rows = page.xpath("//table[@id='result_list']/tbody/tr")
    return [tuple(" ".join(row[place].text_content().split()) for place in (1, 2, 3)) for row in rows]


def test_all_acts_are_listed_in_words_newest_first(busy):
    assert listed()[:7] == [
        ("machine", "recorded a check of", "rag-build-cost"),
        ("ed", "recorded a check of", "rag-build-cost"),
        ("mana", "changed the draft of", "rag-build-cost"),
        ("mana", "settled the conflict between", "rag-build-cost and other"),
        ("ed", "recorded a conflict between", "rag-build-cost and other"),
        ("ed", "changed", "a-blog"),
        ("rev", "approved and published", "other"),
    ]


def test_the_log_is_filtered_by_person_verb_and_day_and_searched(busy):
    assert {who for who, _, _ in listed(by__id__exact=make.manager().pk)} == {"mana"}
    assert listed(verb="check") == [
        ("machine", "recorded a check of", "rag-build-cost"),
        ("ed", "recorded a check of", "rag-build-cost"),
    ]
    assert len(listed(at__year=2026, at__month=11, at__day=22)) == 6
    assert len(listed(at__year=2026, at__month=11, at__day=23)) == 6
    assert {about for _, _, about in listed(q="other")} == {"other", "rag-build-cost and other"}
    assert listed(q="Corrected") == [("mana", "changed the draft of", "rag-build-cost")]
    assert listed(q="source a-blog") == [("ed", "changed", "a-blog")]
    assert listed(q="nothing of the kind") == []


def test_the_log_does_not_ask_a_question_a_row(busy, django_assert_max_num_queries):
    client = signed_in(make.reviewer())
    with django_assert_max_num_queries(16):
        client.get(reverse(LIST))


def test_one_act_says_what_it_changed_in_the_text(busy):
    act = busy.acts.get(verb="revise")
    page = visit(make.reviewer(), reverse("admin:claims_act_change", args=[act.pk]))
    assert "mana changed the draft of" in page.text
    assert page.rows("differences").keys() == {"Value", "Note on the change"}
    assert "Low, change note" in page.text or "low, change note" in page.text.lower()
    published = busy.acts.get(verb="publish")
    page = visit(make.reviewer(), reverse("admin:claims_act_change", args=[published.pk]))
    assert page.rows("module")["Revision"] == ["1"]


def test_a_claim_has_its_own_page_of_acts(busy):
    page = signed_in(make.reviewer()).get(reverse("admin:claims_claim_history", args=[busy.pk])).content.decode()
    words = " ".join(html.fromstring(page).text_content().split())
    for said in (
        "Drafted rag-build-cost",
        "Submitted for review rag-build-cost",
        "Approved and published rag-build-cost",
        "Settled the conflict between rag-build-cost and other",
        "A person read the value in its context, 2026-11-23",
        "8 acts",
    ):
        assert said in words
    assert "Drafted other" not in words


def test_a_long_history_has_pages():
    claim = make.draft()
    for number in range(60):
        operations.check(by=None, at=NOON, claim=claim, kind="link_answers", note=str(number))
    address = reverse("admin:claims_claim_history", args=[claim.pk])
    first = signed_in(make.editor()).get(address).content.decode()
    second = signed_in(make.editor()).get(address, {"p": 2}).content.decode()
    assert ("Older" in first, "Newer" in first, "Drafted" in first) == (True, False, False)
    assert ("Older" in second, "Newer" in second, "Drafted" in second) == (False, True, True)


def test_each_thing_has_its_own_acts(busy):
    conflict = Act.objects.filter(verb="settle_conflict").get().conflict
    metric = make.metric()
    for who, model, row, count in (
        (make.editor(), "source", make.source(), 1),
        (make.editor(), "conflict", conflict, 2),
        (make.editor(), "metric", metric, 0),
    ):
        page = signed_in(who).get(reverse(f"admin:claims_{model}_history", args=[row.pk])).content.decode()
        assert (f"{count} act" in page) == bool(count)
        assert ("The log has nothing of it" in page) == (not count)
    missing = signed_in(make.editor()).get(reverse("admin:claims_source_history", args=[999]))
    assert missing.status_code == 302


@pytest.mark.parametrize("who", ["editor", "reviewer", "manager", "root"])
def test_nobody_adds_changes_or_deletes_an_act_by_any_form(busy, who):
    person = make.person("root", is_staff=True, is_superuser=True) if who == "root" else getattr(make, who)()
    client, act = signed_in(person), last()
    before = list(Act.objects.values())
    forged = {"verb": "publish", "note": "Forged.", "by": person.pk, "_save": "1", "post": "yes"}
    for name, arguments in (
        ("add", []),
        ("change", [act.pk]),
        ("delete", [act.pk]),
    ):
        assert client.post(reverse(f"admin:claims_act_{name}", args=arguments), forged).status_code == 403
    client.post(reverse(LIST), {"action": "delete_selected", "_selected_action": [act.pk], "post": "yes"})
    client.post(reverse(LIST), {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": act.pk, "_save": "1"})
    assert client.get(reverse("admin:claims_act_history", args=[act.pk])).status_code == 404
    assert list(Act.objects.values()) == before


def test_who_may_not_read_the_log_does_not():
    make.publish()
    nobody = make.person("nobody", is_staff=True)
    assert signed_in(nobody).get(reverse(LIST)).status_code == 403
    assert signed_in(nobody).get(reverse("admin:claims_act_history", args=[last().pk])).status_code == 403
    claim = last().claim
    assert signed_in(nobody).get(reverse("admin:claims_claim_history", args=[claim.pk])).status_code == 403
