"""What the owners of a case see when it should be looked at again: on the start page, at the result, in a letter."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import again_page, operations, reappraising
from assessments.engine.changes import BREAK_EVEN, TOTALS
from assessments.models import Membership, Reappraisal, ReappraisalRound
from assessments.wording import kinds
from claims import operations as registry_operations
from claims.models import Person
from tests import factories
from tests.assessments import living
from tests.claims import factories as registry
from tests.starter import starter_registry

MONDAY = datetime(2026, 11, 30, 6, tzinfo=UTC)
TITLE = "Whether to write SEO copy"


@pytest.fixture(scope="module")
def starter(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), starter_registry():
        yield


@pytest.fixture
def case(starter, db):
    return living.final(title=TITLE, **living.FEW_EXAMPLES)


@pytest.fixture
def flipped(case):
    living.revise(living.EXAMPLES_START, low=100, likely=100, high=100)
    living.look_again()
    return case


def page(name, *arguments, by=None):
    browser = Browser()
    browser.force_login(by or factories.consultant())
    return browser.get(reverse(name, args=arguments)).content.decode()


def test_the_start_page_says_what_changed_why_and_how_to_go_on(flipped):
    found = page("assessments:assessment-list")
    assert "Advice to look at again" in found
    assert "fine-tuning (LoRA) → few-shot prompting" in found
    assert "has a new revision" in found
    assert reverse("assessments:rerun", args=[flipped.reference]) in found


def test_the_result_page_has_the_notice(flipped):
    found = page("assessments:result", flipped.reference)
    assert "Look at this advice again" in found
    assert "The recommendation flips" in found


def test_a_case_that_was_run_again_is_carried_on_and_then_forgotten(flipped):
    draft = operations.rerun(by=factories.consultant(), at=living.CHANGED_AT, assessment=flipped)
    found = page("assessments:assessment-list")
    assert f"Carry on with {draft.reference}" in found
    assert reverse("assessments:rerun", args=[flipped.reference]) not in found
    operations.finalise(by=factories.consultant(), at=living.CHANGED_AT, assessment=draft)
    assert "Advice to look at again" not in page("assessments:assessment-list")


def test_figures_are_told_before_and_after_with_the_change(case):
    living.dearer_rag()
    living.look_again()
    told = again_page.standing(case)
    upfront = next(one for one in told.figures if one.label == "Retrieval (RAG): at the start")
    assert (upfront.before, upfront.after, upfront.by) == (
        "US$18,000–45,000, likely US$28,000", "US$36,000–90,000, likely US$56,000", "+100%",
    )  # fmt: skip
    assert upfront.before in page("assessments:again")


def test_an_unaffected_case_is_a_line_on_its_result_and_nothing_elsewhere(case):
    living.revise(living.RAG_COST, assumptions="Prices without tax.")
    living.look_again()
    assert "unaffected" in page("assessments:result", case.reference)
    assert "Advice to look at again" not in page("assessments:assessment-list")


def test_why_it_could_not_be_judged_is_said_in_words(case):
    living.retract(living.EXAMPLES_START)
    living.look_again()
    assert "Evidence that the recommendation needs is not in the registry any more." in page("assessments:again")


def test_what_is_under_way_is_counted_for_the_own_firm_only(case):
    living.final("W02", of=factories.firm("eastgate"), title="Theirs")
    living.dearer_rag()
    reappraising.open_round(at=living.CHANGED_AT)
    assert "0 of 1 assessment looked at again so far" in page("assessments:assessment-list")
    assert again_page.progress(factories.consultant()).cases == 1


def test_strangers_see_nothing_of_it(flipped):
    rival = factories.consultant(factories.firm("eastgate"))
    for name in ("assessment-list", "again"):
        found = page(f"assessments:{name}", by=rival)
        assert flipped.reference not in found
        assert TITLE not in found


def test_the_start_page_asks_as_often_for_many_as_for_one(starter, db):
    asked = []
    for number in (1, 2, 4):
        while Reappraisal.objects.standing().count() < number:
            living.final("W02", title=f"Case {Reappraisal.objects.count()}")
            living.dearer_rag()
            living.look_again()
        page("assessments:assessment-list")  # whatever is looked up once
        with CaptureQueriesContext(connection) as queries:
            assert page("assessments:assessment-list").count("<strong>Figures moved</strong>") == number
        asked.append(len(queries))
    assert len(set(asked)) == 1


def test_who_manages_the_registry_sees_counts_and_no_case(flipped):
    found = page("admin:assessments_reappraisalround_changelist", by=registry.manager())
    assert "1 of 1" in found
    assert flipped.reference not in found
    detail = page("admin:assessments_reappraisalround_change", ReappraisalRound.objects.get().pk, by=registry.manager())
    assert "1 of 1" in detail
    assert TITLE not in detail


# --- Letters -------------------------------------------------------------------------------------------------------


def with_address(person, digest="daily"):
    Person.objects.filter(pk=person.pk).update(email=f"{person.username}@example.org", digest=digest)
    return person


def letters(*arguments, at=MONDAY):
    mail.outbox.clear()
    with time_machine.travel(at, tick=False):
        call_command("send_case_digest", *arguments)
    return mail.outbox


def test_the_letter_names_references_and_what_came_out_and_no_client(flipped, settings):
    settings.SITE_URL = "https://footing.example.org"
    with_address(factories.consultant())
    [letter] = letters()
    assert letter.to == ["consultant-northwind@example.org"]
    assert letter.subject == "Footing: advice to look at again, 1 assessment"
    assert f"{flipped.reference}: the recommendation flips: fine-tuning (LoRA) -> few-shot prompting" in letter.body
    assert f"https://footing.example.org/assessments/{flipped.reference}/result/" in letter.body
    assert flipped.client.name not in letter.body
    assert TITLE not in letter.body
    assert letters() == []  # one a day


def test_who_gets_no_letter(flipped):
    with_address(factories.consultant(factories.firm("eastgate")))
    with_address(factories.consultant(), digest="never")
    reads = factories.member("rea", role=Membership.Role.CLIENT_READER, client=flipped.client)
    with_address(reads)
    assert letters() == []
    with pytest.raises(CommandError, match="rea gets no letters"):
        letters("--to", "rea")


def test_the_two_letters_of_a_day_do_not_keep_each_other_back(flipped):
    both = with_address(factories.consultant())
    assert registry_operations.begin_letter(at=MONDAY, to=both, items=1)
    assert len(letters()) == 1


def test_a_dry_run_prints_and_sends_nothing(flipped, capsys):
    with_address(factories.consultant())
    assert letters("--dry-run") == []
    assert flipped.reference in capsys.readouterr().out
    assert len(letters()) == 1


def test_each_figure_that_is_compared_has_words():
    words = kinds()["compared"]
    assert set(words) == {*TOTALS, *BREAK_EVEN}
    assert all(set(words[key]) == {"en", "es"} for key in words)
