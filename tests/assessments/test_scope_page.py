"""The page on which scope questions are settled, on the starter registry, and what the result says of them."""

import re

import pytest
from django.urls import reverse

from assessments import choosing, operations
from assessments.drafts import AnswersChanged
from assessments.models import Assessment
from tests import factories
from tests.assessments import volume_case as cases
from tests.starter import starter_registry

pytestmark = pytest.mark.django_db

AVERAGE = "fine-tuning-project-cost-average-aiformaking"
RANGE = "fine-tuning-project-cost-range"


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(cases.NOW, tick=False)


@pytest.fixture
def draft(starter, db):
    return cases.draft()


@pytest.fixture
def signed_in(client, draft):
    client.force_login(factories.consultant())
    return client


def page_of(case, name="scope"):
    return reverse(f"assessments:{name}", args=[case.reference])


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def settle(case, kind, name, answer, *, version=None):
    return choosing.settle_questions(
        by=factories.consultant(),
        at=cases.NOW,
        assessment=case,
        version=case.version if version is None else version,
        settled={kind: {name: answer}},
    )


def sent(case, **fields):
    """What a browser sends: every question, left open unless `fields` says otherwise."""
    empty = {f"{part}-{name}": "" for name in ("tier", "fine_tuning_project_cost") for part in ("answer", "note")}
    return {"version": str(case.version), **empty, **fields}


def upfront(case, variant):
    result = operations.evaluate(case, as_of=cases.TODAY).as_dict()
    option = next(one for one in result["options"] if one["variant"] == variant)
    return next(one["likely"] for one in result["figures"] if one["id"] == option["figures"]["upfront"])


def test_the_page_asks_what_is_meant_and_says_what_each_answer_would_lead_to(signed_in, draft):
    text = text_of(signed_in.get(page_of(draft)))
    assert "Is a first version to be built, or a system for production?" in text
    assert "A first version. cost of building retrieval: US$5,000–15,000, likely US$10,000" in text
    assert "Cost of a fine-tuning project: which is meant?" in text
    assert "Not settled: every answer is computed and shown" in text


def test_a_settled_question_counts_and_is_signed(signed_in, draft):
    answered = sent(draft, **{"answer-tier": "basic", "note-tier": "A pilot for one team."})
    response = signed_in.post(page_of(draft), answered, follow=True)
    assert "What is meant is saved." in text_of(response)
    assert "Settled by consultant-northwind: A pilot for one team." in text_of(response)
    draft.refresh_from_db()
    assert draft.choices["scope"]["tier"] == {
        "value": "basic", "note": "A pilot for one team.", "by": "consultant-northwind",
    }  # fmt: skip
    assert upfront(draft, "rag") == 10_000


def test_a_reading_is_settled_by_its_claim(signed_in, draft):
    field = "fine_tuning_project_cost"
    signed_in.post(page_of(draft), sent(draft, **{f"answer-{field}": AVERAGE, f"note-{field}": "Their size."}))
    draft.refresh_from_db()
    assert upfront(draft, "fine_tune_lora") == 127_000
    assert "1 settled" in text_of(signed_in.get(page_of(draft)))


def test_what_was_settled_is_taken_back_by_leaving_it_open(signed_in, draft):
    draft = settle(draft, "scope", "tier", ("basic", "A pilot."))
    signed_in.post(page_of(draft), sent(draft))
    draft.refresh_from_db()
    assert draft.choices["scope"] == {}
    assert upfront(draft, "rag") == 28_000


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"answer-tier": "basic"}, "Say why this is what the client means."),
        ({"note-tier": "A pilot."}, "Choose what is meant, or clear the reason to leave it open."),
        ({"answer-tier": "castle", "note-tier": "x"}, "Select a valid choice. castle is not one of the available choices."),
        ({"answer-tier": "basic", "note-tier": "x" * 1001}, "Ensure this value has at most 1000 characters (it has 1001)."),
    ],
    ids=["no reason", "no answer", "an answer that is none", "a reason that never ends"],
)  # fmt: skip
def test_what_is_not_right_is_said_and_nothing_is_stored(signed_in, draft, fields, message):
    assert message in text_of(signed_in.post(page_of(draft), sent(draft, **fields)))
    draft.refresh_from_db()
    assert draft.choices == {}


def test_two_people_who_settle_one_question_both_see_both(signed_in, draft):
    opened = draft.version
    draft = settle(draft, "scope", "tier", ("production", "The board wants it live."), version=opened)
    page = signed_in.post(
        page_of(draft), sent(draft, **{"version": str(opened), "answer-tier": "basic", "note-tier": "A pilot."})
    )
    assert "Somebody saved this page before you" in text_of(page)
    assert "Stored meanwhile: A system for production. The board wants it live. (consultant-northwind)" in text_of(page)
    draft.refresh_from_db()
    assert draft.choices["scope"]["tier"]["value"] == "production"


def test_a_question_that_was_opened_again_meanwhile_says_so(signed_in, draft):
    draft = settle(draft, "scope", "tier", ("basic", "A pilot."))
    opened = draft.version
    settle(draft, "scope", "tier", None)
    fields = {"version": str(opened), "answer-tier": "production", "note-tier": "Live."}
    page = text_of(signed_in.post(page_of(draft), sent(draft, **fields)))
    assert "Stored meanwhile: Not settled: every answer is computed and shown." in page


def test_two_tabs_that_settle_different_questions_both_keep_theirs(draft):
    opened = draft.version
    settle(draft, "scope", "tier", ("basic", "A pilot."), version=opened)
    case = settle(draft, "reading", "fine_tuning_project_cost", (AVERAGE, "Their size."), version=opened)
    assert (set(case.choices["scope"]), set(case.choices["readings"])) == ({"tier"}, {"fine_tuning_project_cost"})


def test_the_operation_refuses_what_the_engine_does_not_know(draft):
    with pytest.raises(operations.AnswersError) as error:
        settle(draft, "scope", "colour", ("red", "It is nice."))
    assert error.value.errors == [("scope.colour", "cannot be settled; what can is tier")]
    with pytest.raises(AnswersChanged):
        settle(settle(draft, "scope", "tier", ("basic", "A pilot.")), "scope", "tier", ("production", "x"), version=0)


def test_without_all_answers_the_page_says_what_it_waits_for(signed_in, draft):
    Assessment.objects.filter(pk=draft.pk).update(answers={})
    assert "some are still missing" in text_of(signed_in.get(page_of(draft)))


def test_a_final_case_shows_what_was_settled_and_takes_nothing_more(signed_in, draft):
    draft = settle(draft, "scope", "tier", ("basic", "A pilot."))
    final = operations.finalise(by=factories.consultant(), at=cases.NOW, assessment=draft)
    page = signed_in.get(page_of(final))
    assert "This assessment is final: what was settled stays." in text_of(page)
    assert "<button" not in page.content.decode().partition("<main")[2]
    again = signed_in.post(page_of(final), sent(final, **{"answer-tier": "production", "note-tier": "x"}), follow=True)
    assert f"{final.reference} is final and does not change" in text_of(again)


def test_the_result_shows_what_is_apart_and_what_was_pooled(signed_in, draft):
    text = text_of(signed_in.get(page_of(draft, "result")))
    assert "Where the evidence is apart" in text
    assert "Settle what is meant" in text
    assert "Claims that were pooled" in text
    assert "Several claims on one input, pooled: time to production of fine-tuning" in text
