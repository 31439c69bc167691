"""A case as a template for the next client: what goes along, and that nothing leads back to the first client."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.urls import reverse

from assessments import choosing, copying, operations, supposing
from assessments.models import Assessment, Client, Membership
from claims.operations import OperationRefused
from tests import factories

pytestmark = pytest.mark.django_db

PLAIN = (140, "Agreed with their purchasing.")
TELLING = (90, "What Meridian  mutual pays its own people.")


@pytest.fixture
def signed_in(client):
    client.force_login(factories.consultant())
    return client


@pytest.fixture
def source(examples_gate):
    """A case with two assumptions of its own, one of which names the client, and something that was mistyped."""
    case = operations.create_assessment(
        by=factories.member("cora"), at=factories.NOON, client=factories.client("Meridian Mutual"),
        title="Claims triage at Meridian Mutual", language="es", currency="EUR", answers=factories.worked_answers(),
    )  # fmt: skip
    case = operations.save_answers(
        by=factories.consultant(), at=factories.NOON, assessment=case, version=case.version, answers={},
        unread={"tokens_in": "ask Ms Meridian"},
    )  # fmt: skip
    return choosing.save_assumptions(
        by=factories.consultant(), at=factories.NOON, assessment=case, version=case.version,
        assumptions={"hourly_rate": PLAIN, "prompt_hours": TELLING},
    )  # fmt: skip


def copy(case, **options):
    given = {"title": "Delivery notes", "assumptions": ["hourly_rate"], "new_client": "Harbour"}
    return copying.copy_as_template(by=factories.consultant(), at=factories.NOON, assessment=case, **(given | options))


def page(case):
    return reverse("assessments:copy", args=[case.reference])


def text_of(response):
    found = re.sub(r"<(script|style|datalist).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).replace("&#x27;", "'").split())


def test_answers_and_chosen_assumptions_go_along_and_are_signed_anew(source):
    made = copy(source)
    assert made.answers == source.answers
    assert (made.language, made.currency, made.state, made.version) == ("es", "EUR", "draft", 1)
    assert (made.client.name, made.title, made.created_by) == ("Harbour", "Delivery notes", factories.consultant())
    assert made.choices == {
        "assumptions": {"hourly_rate": {"value": 140, "note": PLAIN[1], "by": "consultant-northwind"}}
    }


def test_nothing_of_the_copy_leads_back_to_the_first_client(source):
    made = copy(source)
    kept = json.dumps(model_to_dict(made), default=str)
    for trace in ("Meridian", "Claims triage", "cora", source.reference):
        assert trace not in kept
    assert made.predecessor is None
    assert made.unread_answers == {}
    assert not source.successors.exists()


def test_scenarios_stay_with_their_case(source):
    final = factories.assessment(answers=factories.worked_answers())
    supposing.keep_scenario(
        by=factories.consultant(), at=factories.NOON, assessment=final, name="Auto insurer grows", parameters={"horizon_months": 24},
    )  # fmt: skip
    assert not copy(final, assumptions=[]).scenarios.exists()


def test_without_assumptions_the_copy_has_none(source):
    assert copy(source, assumptions=[]).choices == {}
    assert copy(source, assumptions=["gpu_hours"], new_client="Another").choices == {}


def test_a_final_case_is_copied_as_a_draft(examples_gate):
    draft = factories.assessment(answers=factories.worked_answers())
    final = operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    made = copy(final, assumptions=[])
    assert (made.state, made.result, made.digest, made.as_of) == ("draft", "", "", None)
    assert made.answers == final.answers


def test_a_client_that_is_there_already(source):
    harbour = factories.client("Harbour")
    assert copy(source, client=harbour, new_client="").client == harbour


REFUSED = [
    ("a reason that names the client", {"assumptions": ["prompt_hours"]}, "A reason names the client"),
    ("a title that names the client", {"title": "Like MERIDIAN MUTUAL, but cheaper"}, "The title names the client"),
]


@pytest.mark.parametrize(("options", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_names_the_client_is_refused_and_nothing_is_made(source, options, said):
    with pytest.raises(OperationRefused, match=said):
        copy(source, **options)
    assert Assessment.objects.count() == 1
    assert not Client.objects.filter(name="Harbour").exists()


def test_a_case_is_not_copied_across_firms_nor_for_its_own_client(source):
    eastgate = factories.firm("eastgate")
    with pytest.raises(OperationRefused, match="within one firm"):
        copy(source, client=factories.client("Theirs", of=eastgate), new_client="")
    with pytest.raises(OperationRefused, match="choose another"):
        copy(source, client=source.client, new_client="")
    with pytest.raises(OperationRefused, match="does not work for this firm"):
        copying.copy_as_template(by=factories.consultant(eastgate), at=factories.NOON, assessment=source, title="Mine", assumptions=[], new_client="Mine")  # fmt: skip
    both = factories.member("both", of=eastgate)
    operations.add_member(by=both, at=factories.NOON, firm=source.firm, person=both, role=Membership.Role.CONSULTANT)
    with pytest.raises(OperationRefused, match="within one firm"):
        copying.copy_as_template(by=both, at=factories.NOON, assessment=source, title="Mine", assumptions=[], client=factories.client("Theirs", of=eastgate))  # fmt: skip
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [({"title": " "}, "title"), ({"new_client": ""}, "name"), ({"new_client": "Meridian Mutual"}, "of this name already")],
)  # fmt: skip
def test_what_is_not_right_makes_nothing(source, options, said):
    with pytest.raises(ValidationError, match=said):
        copy(source, **options)
    assert Assessment.objects.count() == 1
    assert not Client.objects.filter(name="Harbour").exists()


def test_the_page_says_what_goes_along_and_offers_what_names_nobody(signed_in, source):
    factories.client("Harbour")
    factories.client("Theirs", of=factories.firm("eastgate"))
    shown = signed_in.get(page(source))
    html = shown.content.decode()
    assert re.findall(r'value="(hourly_rate|prompt_hours)"[^>]*?( checked)?>', html) == [("hourly_rate", " checked"), ("prompt_hours", "")]  # fmt: skip
    assert PLAIN[1] in text_of(shown)
    assert 'value="" required' in html or 'name="title"' in html
    assert "Not copied Client, title, scenarios, result" in text_of(shown)
    clients = re.search(r'<select name="client".*?</select>', html, re.DOTALL)[0]
    assert "Harbour" in clients
    assert not any(name in clients for name in ("Meridian", "Theirs"))


def test_the_page_begins_the_copy(signed_in, source):
    answer = signed_in.post(
        page(source), {"new_client": "Harbour", "client": "", "title": "Delivery notes", "keep": ["hourly_rate"]}
    )
    made = Assessment.objects.exclude(pk=source.pk).get()
    assert answer["Location"] == reverse("assessments:answers", args=[made.reference])
    assert (made.client.name, made.choices["assumptions"]["hourly_rate"]["value"]) == ("Harbour", 140)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": "", "new_client": "Harbour"}, "This field is required."),
        ({"title": "Notes", "new_client": ""}, "Choose a client, or name a new one: one of the two."),
        ({"title": "Notes", "new_client": "Meridian Mutual"}, "Your firm has a client of this name already."),
        ({"title": "Notes", "new_client": "Harbour", "keep": ["prompt_hours"]}, "A reason names the client"),
        ({"title": "As for Meridian Mutual", "new_client": "Harbour"}, "The title names the client"),
        ({"title": "Notes", "new_client": "Harbour", "keep": ["luck"]}, "Select a valid choice."),
    ],
)
def test_what_the_page_refuses_it_names(signed_in, source, given, said):
    answer = signed_in.post(page(source), {"client": "", **given})
    assert said in text_of(answer)
    assert Assessment.objects.count() == 1


def test_a_case_without_assumptions_of_its_own_asks_for_none(signed_in, examples_gate):
    case = factories.assessment(answers=factories.worked_answers())
    assert "Assumptions of your own" not in text_of(signed_in.get(page(case)))
    signed_in.post(page(case), {"new_client": "Harbour", "client": "", "title": "Delivery notes"})
    assert Assessment.objects.get(client__name="Harbour").answers == case.answers


def test_a_client_of_another_firm_cannot_be_chosen(signed_in, source):
    theirs = factories.client("Theirs", of=factories.firm("eastgate"))
    answer = signed_in.post(page(source), {"client": theirs.pk, "new_client": "", "title": "Mine"})
    assert "Select a valid choice" in text_of(answer)
    assert Assessment.objects.count() == 1


def test_somebody_elses_case_is_not_copied(client, source):
    client.force_login(factories.consultant(factories.firm("eastgate")))
    given = {"client": "", "new_client": "Mine", "title": "Mine"}
    assert client.get(page(source)).status_code == client.post(page(source), given).status_code == 404
    assert Assessment.objects.count() == 1
