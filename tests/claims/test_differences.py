"""What differs between two revisions, part by part and in words, on a public page and at the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse

from claims import differences, operations
from claims.differences import Piece
from claims.models import Revision
from tests.claims import factories as make
from tests.claims.desk import visit
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def between(before: Revision, after: Revision) -> dict[str, tuple[str, str]]:
    """Name of each part that differs → what was taken away and what was added, as one string each."""
    return {
        found.name: (
            "|".join(piece.words for piece in found.before if piece.kind == "removed"),
            "|".join(piece.words for piece in found.after if piece.kind == "added"),
        )
        for found in differences.between(before.body, after.body)
    }


def changed(revision: Revision, **fields) -> dict[str, tuple[str, str]]:
    return between(revision, make.change(revision, at=LATER, **fields))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {}),
        (
            {"statement": "A production system costs that much to buy."},
            {"Statement": ("this|build.", "that|buy.")},
        ),
        ({"statement_es": "Cuesta."}, {"Statement in Spanish": ("", "Cuesta.")}),
        ({"low": 20000}, {"Value": ("US$18,000–45,000 (median 28,000)", "US$20,000–45,000 (median 28,000)")}),
        ({"scope": {"tier": "production", "months": 3}}, {"Scope": ("", "Months: 3")}),
        ({"credibility": 2}, {"Credibility": ("3.", "2.")}),
        ({"certainty": "very_low"}, {"Certainty": ("", "very")}),
        ({"study_type": "anecdote"}, {"Kind of evidence": ("Practitioner report", "Anecdote")}),
        ({"expires_on": LATER.date()}, {"Hard stop": ("", "23 November 2026")}),
        ({"assumptions": "One team."}, {"Assumptions": ("", "One team.")}),
    ],
)
def test_only_the_words_that_differ_are_marked(fields, expected):
    assert changed(make.publish(), **fields) == expected


def test_the_pieces_of_both_texts_put_together_are_the_texts():
    old, new = "It costs ten to build, and  two to run.", "It costs nine to build and two to run."
    before = {**make.publish().body, "statement": old}
    (found,) = differences.between(before, before | {"statement": new})
    assert "".join(piece.words for piece in found.before) == old
    assert "".join(piece.words for piece in found.after) == new
    assert Piece("removed", "ten") in found.before
    assert Piece("added", "nine") in found.after


def test_citations_and_what_is_known_of_a_source_are_parts_of_their_own():
    first = make.publish()
    source = make.source()
    source.reliability = "D"
    operations.save_entry(by=make.editor(), at=NOON, entry=source)
    second = make.change(first, at=LATER)
    assert between(first, second) == {"Record of A Blog: What it cost us": ("C, fairly", "D, not usually")}
    claim = operations.revise(
        by=make.editor(),
        at=LATER,
        claim=second.claim,
        fields={},
        citations=[make.citation(printed="$20,000 to $45,000")],
    )
    operations.submit(by=make.editor(), at=LATER, claim=claim)
    third = operations.publish(by=make.reviewer(), at=LATER, claim=claim)
    assert between(second, third) == {"Citations": ("$18,000", "$20,000")}


def test_a_source_that_only_one_text_cites_is_named_once():
    first = make.publish()
    claim = operations.revise(
        by=make.editor(),
        at=LATER,
        claim=first.claim,
        fields={},
        citations=[make.citation(source=make.source("b-blog", publisher="B Blog", title="Two"))],
    )
    operations.submit(by=make.editor(), at=LATER, claim=claim)
    assert between(first, operations.publish(by=make.reviewer(), at=LATER, claim=claim)).keys() == {"Citations"}


def test_two_texts_that_share_few_words_are_two_texts():
    before = make.publish().body | {"assumptions": "The team had built two of these before, in another language."}
    (found,) = differences.between(before, before | {"assumptions": "Two engineers, the tools were bought."})
    assert [piece.kind for piece in (*found.before, *found.after)] == ["removed", "added"]


def test_a_long_text_is_shown_whole():
    before = make.publish().body
    after = before | {"statement": " ".join(["word"] * (differences.MOST_WORDS + 1))}
    (found,) = differences.between(before, after)
    assert [piece.kind for piece in (*found.before, *found.after)] == ["removed", "added"]


def test_the_end_of_a_claim_is_a_difference():
    first = make.publish()
    operations.retract(by=make.manager(), at=LATER, claim=first.claim, reason="Wrong.")
    first.claim.refresh_from_db()
    assert between(first, first.claim.current_revision) == {"State": ("Published", "Retracted")}


def page(client, slug="rag-build-cost", **query):
    return client.get(reverse("claims:claim-differences", args=[slug]), query)


def test_readers_choose_two_revisions_and_hear_what_is_marked(client):
    first = make.publish()
    second = make.change(first, at=LATER, low=20000, change_note="The source was corrected.")
    make.change(second, at=LATER, statement="It costs this much.")
    text = page(client, **{"from": "1", "to": "3"}).content.decode()
    assert '<del><span class="visually-hidden">removed: </span>US$18,000' in text
    assert '<ins><span class="visually-hidden">added: </span>US$20,000' in text
    assert '<option value="1" selected>' in text
    assert '<option value="3" selected>' in text
    assert "The source was corrected." in page(client, to="2").content.decode()
    assert "US$20,000" not in page(client).content.decode().split("<table", 1)[1].split("</table>")[0]
    assert "Both say the same." in page(client, **{"from": "2", "to": "2"}).content.decode()


def test_a_single_revision_has_nothing_before_it(client):
    make.publish()
    assert "nothing stands before it" in page(client).content.decode()
    assert page(client, to="1").status_code == 200


@pytest.mark.parametrize("query", [{"from": "7"}, {"to": "7"}, {"to": "-1"}, {"from": "x"}])
def test_a_revision_that_is_not_there_is_not_found(client, query):
    make.publish()
    assert page(client, **query).status_code == 404


def test_a_draft_has_no_differences_for_readers(client):
    make.draft()
    assert page(client).status_code == 404
    assert page(client, "nothing").status_code == 404


def test_nothing_a_person_typed_is_html(client):
    first = make.publish(statement="One <script>alert(1)</script> less.")
    make.change(first, at=LATER, statement="One <b>more</b>.")
    text = page(client).content.decode()
    assert "<script>alert" not in text
    assert "<b>more" not in text
    assert "&lt;b&gt;more&lt;/b&gt;." in text


def test_the_desk_shows_the_same(client):
    first = make.publish()
    make.change(first, at=LATER, low=20000)
    address = reverse("admin:claims_claim_differences", args=[first.claim_id])
    old, new = visit(make.reviewer(), address).rows("differences")["Value"]
    assert "removed: US$18,000" in old
    assert "added: US$20,000" in new
    draft = make.draft("never-published")
    assert visit(make.reviewer(), reverse("admin:claims_claim_differences", args=[draft.pk])).status == 404


def test_the_history_of_a_claim_leads_to_what_differs(client):
    first = make.publish()
    make.change(first, at=LATER, low=20000)
    text = client.get(first.claim.get_absolute_url()).content.decode()
    assert '<a class="nowrap" href="/claims/rag-build-cost/differences/?to=2">' in text
    assert "differences/?to=1" not in text


def test_a_revision_shows_the_grade_of_its_day_beside_todays(client):
    first = make.publish()
    before = client.get("/claims/rag-build-cost@1/").content.decode()
    assert "<b>C, fairly reliable</b><b>.</b> Signed, but sells the work." in before
    source = make.source()
    source.reliability, source.reliability_reason = "E", "It was made up."
    operations.save_entry(by=make.editor(), at=LATER, entry=source)
    told = "<b>C, fairly reliable</b> when this was published, <b>E, unreliable</b> today<b>.</b> It was made up."
    assert told in client.get("/claims/rag-build-cost@1/").content.decode()
    assert told in client.get("/claims/rag-build-cost/").content.decode()
    make.change(first, at=LATER)
    assert "<b>E, unreliable</b><b>.</b> It was made up." in client.get("/claims/rag-build-cost/").content.decode()
    assert told in client.get("/claims/rag-build-cost@1/").content.decode()
