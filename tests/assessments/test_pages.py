import re

import pytest
from django.urls import reverse

from assessments import operations
from assessments.models import Assessment, Client
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    client.force_login(factories.consultant())
    return client


def address(name, case, **more):
    return reverse(f"assessments:{name}", kwargs={"reference": case.reference, **more})


def text_of(response):
    """The page's words without markup, in one line."""
    page = re.sub(r"<(script|style|datalist).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def knowledge(version=1, **answers):
    return {"version": version, "needs_private_facts": "false", "citation_required": "false", "regulated": "false"} | (
        answers
    )


def test_a_consultant_begins_a_case_for_a_new_client(signed_in):
    response = signed_in.post(
        reverse("assessments:assessment-create"),
        {"new_client": "Harbour", "title": "Delivery notes", "language": "es", "currency": "USD", "client": ""},
        follow=True,
    )
    case = Assessment.objects.get()
    assert (case.client.name, case.title, case.language) == ("Harbour", "Delivery notes", "es")
    assert response.redirect_chain[-1][0] == address("step", case, step="task")


def test_a_new_client_that_is_there_already_stores_nothing(signed_in):
    factories.client("Harbour")
    response = signed_in.post(
        reverse("assessments:assessment-create"),
        {"new_client": "Harbour", "title": "Delivery notes", "language": "en", "currency": "USD", "client": ""},
    )
    assert "Your firm has a client of this name already." in text_of(response)
    assert not Assessment.objects.exists()


def test_a_case_is_for_one_client(signed_in):
    response = signed_in.post(
        reverse("assessments:assessment-create"), {"title": "Delivery notes", "language": "en", "currency": "USD"}
    )
    assert "Choose a client, or name a new one: one of the two." in text_of(response)


def test_a_client_is_entered_and_listed(signed_in):
    response = signed_in.post(
        reverse("assessments:client-list"), {"name": "Harbour", "sector": "Transport"}, follow=True
    )
    assert Client.objects.get().sector == "Transport"
    assert "Harbour is entered." in text_of(response)


def test_a_page_is_saved_and_the_next_one_follows(signed_in):
    case = factories.assessment()
    response = signed_in.post(address("step", case, step="knowledge"), knowledge() | {"continue": "1"})
    assert response["Location"] == address("step", case, step="tried")
    case.refresh_from_db()
    assert case.answers == {"needs_private_facts": False, "citation_required": False, "regulated": False}
    assert case.changed_by == factories.consultant()


def test_leaving_saves_what_is_there(signed_in):
    case = factories.assessment()
    response = signed_in.post(address("step", case, step="data"), {"version": 1, "n_examples": "1,200", "leave": "1"})
    assert response["Location"] == reverse("assessments:assessment-list")
    case.refresh_from_db()
    assert case.answers["n_examples"] == 1200


def test_what_was_mistyped_is_still_there_when_one_comes_back(signed_in):
    case = factories.assessment()
    signed_in.post(address("step", case, step="data"), {"version": 1, "n_examples": "a lot", "leave": "1"})
    page = signed_in.get(address("step", case, step="data"))
    assert 'value="a lot"' in page.content.decode()
    assert "Enter a whole number from 0 to 10,000,000." in text_of(page)
    overview = text_of(signed_in.get(address("answers", case)))
    assert "a lot Not a valid answer" in overview


def test_an_error_is_said_in_the_summary_and_at_the_field_and_the_rest_is_saved(signed_in):
    case = factories.assessment()
    response = signed_in.post(
        address("step", case, step="data"),
        {"version": 1, "n_examples": "-5", "retrain_cadence_months": "6", "continue": "1"},
    )
    page = response.content.decode()
    assert "There is a problem" in page
    assert page.count("Enter a whole number from 0 to 10,000,000.") == 2
    assert 'href="#id_n_examples"' in page
    case.refresh_from_db()
    assert case.answers["retrain_cadence_months"] == 6


def test_a_question_that_an_answer_makes_matter_is_asked_without_complaint(signed_in):
    case = factories.assessment()
    response = signed_in.post(
        address("step", case, step="knowledge"), knowledge(needs_private_facts="true") | {"continue": "1"}
    )
    said = text_of(response)
    assert "There is a problem" not in said
    assert "One of your answers makes a further question matter" in said
    part = re.search(r'<div data-when-fact="needs_private_facts"[^>]*>', response.content.decode())
    assert "hidden" not in part[0]
    case.refresh_from_db()
    response = signed_in.post(
        address("step", case, step="knowledge"), knowledge(case.version, needs_private_facts="true", continue_="1")
    )
    assert "Choose one." in text_of(response)


def test_a_question_that_does_not_matter_is_hidden_and_never_an_error(signed_in):
    case = factories.assessment()
    page = signed_in.get(address("step", case, step="knowledge")).content.decode()
    assert "hidden" in re.search(r'<div data-when-fact="needs_private_facts"[^>]*>', page)[0]
    response = signed_in.post(address("step", case, step="knowledge"), knowledge() | {"continue": "1"})
    assert response.status_code == 302


def test_the_second_of_two_tabs_sees_both_texts_and_may_then_save(signed_in):
    case = factories.assessment()
    page = address("step", case, step="knowledge")
    signed_in.post(page, knowledge() | {"continue": "1"})
    response = signed_in.post(page, knowledge(regulated="true") | {"continue": "1"})
    said = text_of(response)
    assert "Somebody saved this page before you" in said
    assert "Stored meanwhile: No ." in said.replace("No.", "No .")
    case.refresh_from_db()
    assert case.answers["regulated"] is False
    version = re.search(r'name="version" value="(\d+)"', response.content.decode())[1]
    assert signed_in.post(page, knowledge(version, regulated="true") | {"continue": "1"}).status_code == 302
    case.refresh_from_db()
    assert case.answers["regulated"] is True


def test_the_overview_leads_to_the_first_open_page(signed_in):
    answers = factories.worked_answers()
    del answers["tokens_in"]
    case = factories.assessment(answers=answers)
    assert signed_in.get(case.get_absolute_url())["Location"] == address("step", case, step="volume")
    page = text_of(signed_in.get(address("answers", case)))
    assert "Some questions are still open." in page
    assert "Input tokens per request Not answered yet" in page


def test_a_result_without_all_answers_sends_back_to_them(signed_in):
    case = factories.assessment()
    assert signed_in.get(address("result", case))["Location"] == address("answers", case)
    assert signed_in.get(address("finalise", case))["Location"] == address("answers", case)
    assert signed_in.post(address("finalise", case))["Location"] == address("answers", case)


def test_a_currency_without_a_rate_is_said(signed_in):
    case = factories.assessment(answers=factories.worked_answers(), currency="CHF")
    response = signed_in.get(address("result", case), follow=True)
    assert "no exchange rate from USD to CHF is published" in text_of(response)


def test_a_case_is_made_final_and_run_again(signed_in, examples_gate):
    case = factories.assessment(answers=factories.worked_answers("W05"))
    assert "Make this assessment final?" in text_of(signed_in.get(address("finalise", case)))
    page = signed_in.post(address("finalise", case), follow=True)
    assert "Test before you build" in text_of(page)
    assert "frozen" in text_of(page)
    case.refresh_from_db()
    assert case.is_final
    assert signed_in.get(address("step", case, step="task"))["Location"] == address("result", case)
    successor = signed_in.post(address("rerun", case), follow=True)
    assert "A-2026-0002 takes over the answers of A-2026-0001." in text_of(successor)


def test_a_final_case_takes_no_answers_from_an_open_tab(signed_in, final_assessment):
    response = signed_in.post(
        address("step", final_assessment, step="knowledge"), knowledge() | {"continue": "1"}, follow=True
    )
    assert "is final and does not change" in text_of(response)


def test_the_list_is_searched_and_filtered(signed_in, final_assessment):
    draft = factories.assessment(title="Contract analysis")
    listed = reverse("assessments:assessment-list")
    assert "A-2026-0001" in text_of(signed_in.get(listed))
    for query, expected in (
        ("?q=contract", {draft.reference}),
        (f"?q={final_assessment.reference}", {final_assessment.reference}),
        ("?state=final", {final_assessment.reference}),
        (f"?client={draft.client_id}&state=draft", {draft.reference}),
        ("?q=nothing", set()),
    ):
        assert set(re.findall(r"A-2026-\d{4}", text_of(signed_in.get(listed + query)))) == expected, query


def test_what_people_type_is_never_markup(signed_in):
    case = factories.assessment(title="<script>alert(1)</script>")
    operations.save_answers(
        by=factories.consultant(),
        at=factories.NOON,
        assessment=case,
        version=1,
        answers={},
        unread={"n_examples": '"><script>alert(2)</script>'},
    )
    for name in ("answers", "assessment-list", "step"):
        page = (
            signed_in.get(reverse("assessments:assessment-list"))
            if name == "assessment-list"
            else signed_in.get(address(name, case, **({"step": "data"} if name == "step" else {})))
        )
        assert "<script>alert" not in page.content.decode(), name
