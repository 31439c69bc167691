"""The editors' desk, as an editor and a reviewer use it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from claims import operations
from claims.models import Claim, Conflict
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """A function that signs somebody in and returns the client."""

    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def claim_form(**changes):
    source = make.source()
    return {
        "slug": "rag-build-cost",
        "statement": "A production system costs this much to build.",
        "statement_es": "",
        "subject": make.subject().pk,
        "metric": make.metric().pk,
        "topics": [make.topic().pk],
        "value_as_printed": "",
        "low": "18000",
        "likely": "28000",
        "high": "45000",
        "bound": "",
        "rating": "",
        "unit": "currency",
        "currency": "USD",
        "per": "build",
        "scope": "tier: production\nmonths: 3",
        "assumptions": "",
        "study_type": "practitioner_report",
        "credibility": "3",
        "credibility_reason": "Plausible.",
        "certainty": "low",
        "certainty_reasons": "bias: Sells the work\nimprecision: One source",
        "expires_on": "",
        "change_note": "",
        "started_from": "",
        "citations-TOTAL_FORMS": "1",
        "citations-INITIAL_FORMS": "0",
        "citations-0-source": source.pk,
        "citations-0-stance": "supports",
        "citations-0-printed": "$18,000 to $45,000",
        "citations-0-locator": "Costs",
        "citations-0-note": "",
        "citations-0-attributed_to": "",
    } | changes


def add(client, **changes):
    return client.post(reverse("admin:claims_claim_add"), claim_form(**changes), follow=True)


def change(client, claim, **changes):
    kept = {
        "citations-INITIAL_FORMS": "1",
        "citations-0-id": claim.citations.get().pk,
        "citations-0-claim": claim.pk,
        "started_from": claim.edit_number,
    }
    form = claim_form(**kept | changes)
    return client.post(reverse("admin:claims_claim_change", args=[claim.pk]), form, follow=True)


def step(client, claim, verb, **answers):
    seen = {"seen": Claim.objects.get(pk=claim.pk).edit_number}
    return client.post(reverse("admin:claims_claim_step", args=[claim.pk, verb]), seen | answers, follow=True)


def test_an_editor_writes_a_claim_and_somebody_else_publishes_it(desk):
    add(desk(make.editor()), _submit="1")
    claim = Claim.objects.get()
    assert (claim.state, claim.scope) == ("review", {"tier": "production", "months": 3})
    assert claim.certainty_reasons == [
        {"code": "bias", "note": "Sells the work"},
        {"code": "imprecision", "note": "One source"},
    ]
    page = step(desk(make.reviewer()), claim, "publish").content.decode()
    claim.refresh_from_db()
    assert "Published rag-build-cost." in page
    assert claim.current_revision.body["value"]["high"] == 45000
    assert (claim.current_revision.author.username, claim.current_revision.approver.username) == ("ed", "rev")


def test_an_editor_corrects_a_published_claim_and_readers_see_it_after_approval(desk):
    claim = make.publish().claim
    change(desk(make.editor()), claim, high="50000", change_note="The source was corrected.", _submit="1")
    claim.refresh_from_db()
    assert claim.current_revision.body["value"]["high"] == 45000
    step(desk(make.reviewer()), claim, "publish", although="The source corrected its table, not its text.")
    claim.refresh_from_db()
    assert (claim.current_revision.number, claim.current_revision.note) == (2, "The source was corrected.")
    assert claim.current_revision.body["value"]["high"] == 50000
    assert len(claim.current_revision.body["citations"]) == 1


def test_the_author_sees_why_they_may_not_approve(desk):
    both = make.person("both", "editor", "reviewer", is_staff=True)
    add(desk(both), _submit="1")
    page = step(desk(both), Claim.objects.get(), "publish").content.decode()
    assert "both worked on this change of rag-build-cost: somebody else must approve it." in page
    assert Claim.objects.get().state == "review"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("$5,000 to $30,000", (5000, None, 30000, "", "currency", "USD")),
        ("$200,000+", (200000, None, None, "at_least", "currency", "USD")),
    ],
)
def test_a_value_is_read_from_what_the_source_prints(desk, printed, expected):
    emptied = {"low": "", "likely": "", "high": "", "unit": "", "currency": "", "per": ""}
    add(desk(make.editor()), value_as_printed=printed, **emptied)
    claim = Claim.objects.get()
    assert (claim.low, claim.likely, claim.high, claim.bound, claim.unit, claim.currency) == expected


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"low": "99000"}, "is above the high end"),
        ({"value_as_printed": "10/12"}, "errors field-value_as_printed"),
        ({"scope": "production"}, "Line 1: write a key, a colon and a value"),
        ({"scope": "a: 1\na: 2"}, "The key a stands here twice"),
        ({"certainty_reasons": "mood: bad"}, "mood is no reason for lowering certainty"),
        ({"unit": ""}, "Choose a unit"),
        ({"currency": "XYZ"}, "is not a currency code of ISO 4217"),
        ({"unit": "percent", "currency": "", "per": ""}, "This metric is given in currency, not in percent"),
        ({"citations-0-locator": ""}, "This field is required"),
    ],
)
def test_a_mistake_is_explained_and_nothing_typed_is_lost(desk, changes, message):
    page = add(desk(make.editor()), statement="My own careful sentence.", **changes).content.decode()
    assert message in page
    assert "My own careful sentence." in page
    assert not Claim.objects.exists()


def test_the_second_of_two_editors_keeps_their_text_and_is_told(desk):
    claim = make.publish().claim
    stale = claim.edit_number
    operations.revise(by=make.manager(), at=NOON, claim=claim, fields={"low": 17000})
    page = change(desk(make.editor()), claim, statement="My own text.", started_from=stale).content.decode()
    assert "mana saved it on 22 November 2026, 12:00 UTC" in page
    assert "My own text." in page
    claim.refresh_from_db()
    assert (claim.low, claim.statement) == (17000, "A production system costs this much to build.")


def test_a_reading_is_recorded_as_an_event(desk):
    claim = make.publish().claim
    step(desk(make.editor()), claim, "check", kind="read_in_context", note="Still there.")
    check = claim.checks.get()
    assert (check.kind, check.by, check.note) == ("read_in_context", make.editor(), "Still there.")


def test_a_claim_is_sent_back_retracted_and_superseded_with_a_reason(desk):
    claim = make.draft("first")
    operations.submit(by=make.editor(), at=NOON, claim=claim)
    assert "This field is required" in step(desk(make.reviewer()), claim, "send-back").content.decode()
    step(desk(make.reviewer()), claim, "send-back", reason="Add the tier.")
    claim.refresh_from_db()
    assert (claim.state, claim.change_note) == ("draft", "Add the tier.")
    old, new = make.publish("old").claim, make.publish("new").claim
    step(desk(make.manager()), old, "supersede", by_claim=new.pk, reason="Newer.")
    step(desk(make.manager()), new, "retract", reason="Wrong.")
    assert set(Claim.objects.values_list("slug", "state")) == {
        ("first", "draft"),
        ("old", "superseded"),
        ("new", "retracted"),
    }


def test_a_reviewer_sees_what_would_change_and_words_instead_of_codes(desk):
    claim = make.publish().claim
    change(desk(make.editor()), claim, high="50000", _submit="1")
    address = reverse("admin:claims_claim_change", args=[claim.pk])
    page = desk(make.reviewer()).get(address).content.decode()
    row = page[page.index('<th scope="row">Value</th>') :]
    assert row.index("US$18,000–45,000") < row.index("US$18,000–50,000")
    assert "<b>Tier:</b> production" in page
    assert "<b>Imprecise: few cases or a wide range:</b> One source" in page
    assert "45000.00000000" not in page
    asked = desk(make.reviewer()).get(reverse("admin:claims_claim_step", args=[claim.pk, "publish"])).content.decode()
    assert "What would change for readers" in asked


def test_a_first_draft_has_no_public_page_and_nothing_to_compare_with(desk):
    claim = make.draft()
    page = desk(make.editor()).get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()
    assert "never published" in page
    assert f'href="/claims/{claim.slug}/"' not in page
    assert "What would change for readers" not in page


def test_a_closed_claim_is_read_only(desk):
    claim = make.publish().claim
    operations.retract(by=make.manager(), at=NOON + timedelta(days=1), claim=claim, reason="Wrong.")
    page = desk(make.editor()).get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()
    assert 'name="_save"' not in page
    assert "A production system costs this much to build." in page


@pytest.mark.parametrize("who", ["editor", "reviewer", "manager"])
def test_only_the_steps_of_a_role_are_offered(desk, who):
    claim = make.draft()
    operations.submit(by=make.editor(), at=NOON, claim=claim)
    page = desk(getattr(make, who)()).get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()
    assert ("Approve and publish" in page) == (who != "editor")
    assert "Retract" not in page


def test_a_step_needs_its_role_even_by_its_address(desk):
    claim = make.draft()
    operations.submit(by=make.editor(), at=NOON, claim=claim)
    page = step(desk(make.editor()), claim, "publish").content.decode()
    assert "ed may not approve claims" in page
    nobody = make.person("nobody", is_staff=True)
    assert desk(nobody).get(reverse("admin:claims_claim_step", args=[claim.pk, "publish"])).status_code == 403


def test_the_list_finds_and_filters(desk, django_assert_max_num_queries):
    fresh = make.publish("fresh-one").claim
    operations.check(by=make.editor(), at=NOON, claim=fresh, kind="read_in_context")
    make.publish("stale-one", citations=[make.citation(source=make.source("old", published_on=date(2020, 1, 1)))])
    make.draft("draft-one")
    client, url = desk(make.editor()), reverse("admin:claims_claim_changelist")

    def slugs(**query):
        page = client.get(url, query).content.decode()
        return [slug for slug in ("fresh-one", "stale-one", "draft-one") if f">{slug}<" in page]

    assert slugs() == ["fresh-one", "stale-one", "draft-one"]
    assert slugs(freshness="overdue") == ["stale-one"]
    assert slugs(state__exact="draft") == ["draft-one"]
    assert slugs(q="fresh") == ["fresh-one"]
    for number in range(5):
        make.publish(f"more-{number}")
    with django_assert_max_num_queries(21):
        client.get(url)


def test_a_conflict_is_settled_with_a_reason(desk):
    one, two = make.publish("one").claim, make.publish("two").claim
    conflict = operations.record_conflict(by=make.editor(), at=NOON, claims=(one, two), relation="disjoint")
    url, seen = reverse("admin:claims_conflict_change", args=[conflict.pk]), operations.last_act(conflict)
    page = desk(make.editor()).post(url, {"state": "contested", "reason": "", "seen": seen}).content.decode()
    assert "A decision has a reason." in page
    desk(make.editor()).post(url, {"state": "contested", "reason": "Both measured it.", "seen": seen})
    conflict.refresh_from_db()
    assert (conflict.state, conflict.reason, conflict.decided_by) == (
        Conflict.State.CONTESTED,
        "Both measured it.",
        make.editor(),
    )


@pytest.mark.parametrize("model", ["claim", "source", "topic", "subject", "metric", "metricfamily", "conflict"])
@pytest.mark.parametrize("who", ["editor", "reviewer", "manager"])
def test_each_role_reads_each_list(desk, model, who):
    make.publish()
    assert desk(getattr(make, who)()).get(reverse(f"admin:claims_{model}_changelist")).status_code == 200
