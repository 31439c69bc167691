"""What assessments lack reaches the registry as counts, and nothing of a client goes with it."""

import json
from datetime import timedelta

import pytest
from django.core import serializers
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import gaps, operations, reappraising
from assessments.models import AssessmentGap, Reappraisal, ReappraisalRound
from assessments.result_page import ResultPage
from claims.models import Act, Gap
from tests import factories
from tests.assessments import living
from tests.claims import factories as registry
from tests.claims.desk import signed_in
from tests.starter import starter_registry

pytestmark = pytest.mark.django_db
AT = factories.NOON + timedelta(hours=1)


def entry(role="rag_hours", code="no_claim", **changes):
    """A gap as a result document has it."""
    return {
        "role": role, "code": code, "subjects": ["rag"], "metrics": ["maintenance-hours"], "unit": "hours",
        "currency": None, "per": "month", "scope": {"tier": "production"}, "claims": ["rag-hours-basic@1"],
        "options": ["rag"],
    } | changes  # fmt: skip


# The engine has no such gap: what is noted by hand is nothing that judging the case again could find.
BY_HAND = entry(code="scope_unanswered")


def note(case, *entries, at=AT, on=None):
    gaps.note({case.pk: list(entries)}, at=at, on=on or at.date())


def lacked_by():
    return Gap.objects.get(code="scope_unanswered").lacked_by


def final(title="SEO copy", of=None):
    draft = factories.assessment(of=of, title=title, answers=factories.worked_answers())
    return operations.finalise(by=factories.consultant(of), at=factories.NOON, assessment=draft)


def successor(case, *, is_final=True):
    draft = operations.rerun(by=factories.consultant(case.firm), at=AT, assessment=case)
    return operations.finalise(by=factories.consultant(case.firm), at=AT, assessment=draft) if is_final else draft


def test_a_gap_is_counted_once_for_each_case_that_lacks_it(final_assessment):
    other = final("Another", factories.firm("eastgate"))
    note(final_assessment, BY_HAND, BY_HAND)
    assert lacked_by() == 1
    note(other, BY_HAND)
    assert lacked_by() == 2
    note(other, BY_HAND)
    assert lacked_by() == 2
    note(final_assessment)
    assert lacked_by() == 1


def test_many_cases_are_noted_at_once_from_as_many_queries_as_few(final_assessment):
    cases = [final_assessment, *(final(f"Case {number}") for number in range(5))]
    costs = []
    for some in (cases[:2], cases):
        Gap.objects.update(lacked_by=0)
        with CaptureQueriesContext(connection) as counted:
            gaps.note({case.pk: [BY_HAND] for case in some}, at=AT, on=AT.date())
        costs.append(len(counted))
    assert lacked_by() == 6
    assert costs[1] <= costs[0]


def test_finalising_tells_what_the_result_says_is_lacking(final_assessment):
    told = {one.key for one in gaps.for_editors(final_assessment.result_document["gaps"])}
    assert len(told) > 10
    assert set(AssessmentGap.objects.values_list("gap__key", flat=True)) == told
    assert set(Gap.objects.waiting(AT.date()).values_list("key", "lacked_by")) == {(key, 1) for key in told}


def test_a_final_successor_takes_the_place_of_the_case_it_replaces(final_assessment):
    note(final_assessment, BY_HAND)
    draft = successor(final_assessment, is_final=False)
    assert lacked_by() == 1
    operations.finalise(by=factories.consultant(), at=AT, assessment=draft)
    assert lacked_by() == 0
    note(final_assessment, BY_HAND)
    assert lacked_by() == 0


def test_a_refused_finalising_tells_nothing(final_assessment):
    note(final_assessment, BY_HAND)
    draft = successor(final_assessment, is_final=False)
    with pytest.raises(operations.OperationRefused):
        operations.finalise(by=factories.consultant(), at=AT, assessment=draft, as_of=AT.date() + timedelta(days=1))
    assert lacked_by() == 1


def test_a_case_that_is_judged_again_tells_what_it_lacks_now(db):
    with starter_registry():
        case = living.final()
        note(case, BY_HAND)
        living.dearer_rag()
        assert lacked_by() == 1
        living.look_again()
        assert lacked_by() == 0


def test_a_case_that_cannot_be_judged_again_keeps_what_it_lacked(final_assessment):
    note(final_assessment, BY_HAND)
    found = Reappraisal(assessment=final_assessment, as_of=AT.date(), outcome=Reappraisal.Outcome.NOT_JUDGED)
    found.state, found.reason = Reappraisal.State.DONE, "answers_do_not_fit"
    opened = ReappraisalRound.objects.create(opened_at=AT)
    Reappraisal.objects.create(round=opened, assessment=final_assessment)
    reappraising.store([found], newest=opened.pk, at=AT)
    assert Reappraisal.objects.get().outcome == "not_judged"
    assert lacked_by() == 1


def test_publishing_what_a_case_lacks_closes_the_gap_until_it_is_retracted(final_assessment):
    note(final_assessment, entry())
    hours = registry.metric("maintenance-hours", units=["hours"])
    revision = registry.publish(
        "rag-hours", at=AT, metric=hours, low=10, likely=20, high=30, unit="hours", currency="", per="month"
    )
    gap = Gap.objects.get(scope={"tier": "production"}, metrics=["maintenance-hours"])
    assert (str(gap.filled_by), gap.lacked_by) == ("rag-hours@1", 1)
    living.registry_operations.retract(by=registry.manager(), at=AT, claim=revision.claim, reason="Never true.")
    gap.refresh_from_db()
    assert (gap.filled_by, gap.closed_at) == (None, None)


# --- What does not go over -----------------------------------------------------------------------------------------

SECRETS = {
    "client": "Seguros del Plata",
    "title": "Should we tune the triage?",
    "firm": "Northwind Advisory",
    "model": "a-model-nobody-else-uses",
}


def test_only_inputs_of_the_house_table_go_over_and_only_in_its_words():
    told = gaps.for_editors(
        [
            entry(client=SECRETS["client"]),
            entry(scope={"tier": SECRETS["title"]}),
            entry(scope={"tier": "production", "model": SECRETS["model"]}),
            entry(subjects=[SECRETS["client"]], metrics=[SECRETS["title"]], unit=SECRETS["firm"], per=SECRETS["model"]),
            entry("token_price", scope={"model": SECRETS["model"]}),
        ]
    )
    assert [one.scope for one in told] == [{"tier": "production"}] * 2
    assert {(one.subjects, one.metrics, one.unit, one.per) for one in told} == {
        (("rag",), ("maintenance-hours",), "hours", "month")
    }


def test_an_input_in_the_place_of_an_assumption_goes_over_too():
    [told] = gaps.for_editors([entry("context_tokens", scope={})])
    assert (told.subjects, told.metrics, told.unit, told.per) == (("rag",), ("context-tokens",), "tokens", "request")


def test_nothing_of_a_client_is_in_the_registry_or_on_an_editors_page(examples_gate):
    firm = factories.firm("northwind", SECRETS["firm"])
    draft = operations.create_assessment(
        by=factories.consultant(firm),
        at=factories.NOON,
        client=factories.client(SECRETS["client"], of=firm),
        title=SECRETS["title"],
        answers=factories.worked_answers() | {"requests_per_month": 918273},
    )
    case = operations.finalise(by=factories.consultant(firm), at=factories.NOON, assessment=draft)
    settled = [entry("rag_build_cost", scope={"tier": secret}) for secret in SECRETS.values()]
    words = {"subjects": [SECRETS["client"]], "volume": 918273, "reference": case.reference}
    note(case, entry(code="no_rate", **words), *settled)
    gap = Gap.objects.get(code="no_rate")
    client = signed_in(registry.editor())
    places = [
        serializers.serialize("json", Gap.objects.all()),
        serializers.serialize("json", Act.objects.all()),
        client.get(reverse("admin:index") + "?list=gap&state=no_rate").content.decode(),
        client.get(reverse("queue:gap", args=[gap.pk])).content.decode(),
        client.get(reverse("admin:claims_act_changelist")).content.decode(),
    ]
    assert all(str(gap) in place for place in places[1:])
    for secret in (*SECRETS.values(), case.reference, "918273", "northwind"):
        assert secret in json.dumps(
            [case.result, case.title, case.client.name, firm.name, firm.slug, *SECRETS.values()]
        )
        for place in places:
            assert secret not in place, secret


# --- On the result page --------------------------------------------------------------------------------------------


def shown(*entries):
    return ResultPage({"gaps": list(entries)}, {}).gaps


def test_the_result_page_says_what_is_lacking_why_and_what_has_no_total():
    [row] = shown(entry(code="expired", options=["rag", "hybrid_rag_lora"]))
    assert (row.what, row.scope) == ("Hours of upkeep of retrieval", "tier: production")
    assert row.why == "What gave it is past its hard stop and may not be cited."
    assert row.options == ("Retrieval (RAG)", "Retrieval and fine-tuning (LoRA)")
    assert row.near == (("rag-hours-basic@1", "/claims/rag-hours-basic@1/"),)
    assert shown() == ResultPage({}, {}).gaps == ()


def test_the_part_of_the_page_is_left_out_where_nothing_is_lacking():
    full = render_to_string("assessments/result_gaps.html", {"gaps": shown(entry(options=[]))})
    assert "What the evidence lacks" in full
    assert '<a class="ref" href="/claims/rag-hours-basic@1/">rag-hours-basic@1</a>' in full
    assert render_to_string("assessments/result_gaps.html", {"gaps": ()}).strip() == ""
