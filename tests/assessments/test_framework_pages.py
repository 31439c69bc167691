"""The pages of a firm's frameworks, and what they change on the pages of a case."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments import operations, own_frameworks
from assessments.engine.framework_text import LARGEST
from assessments.models import FirmFramework, FrameworkVersion
from tests import factories, firm_frameworks
from tests.assessments.engine.own_framework import example

pytestmark = pytest.mark.django_db
OURS = "upkeep-first"
TITLE = firm_frameworks.TITLE


@pytest.fixture
def admin(examples_gate, client):
    client.force_login(firm_frameworks.admin())
    return client


@pytest.fixture
def version(examples_gate):
    return firm_frameworks.upload()


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page(name, *args):
    return reverse(f"assessments:{name}", args=args)


def send(browser, content, firm="northwind"):
    file = SimpleUploadedFile("table.yaml", content)
    return browser.post(page("framework-upload", firm), {"file": file}, follow=True)


def test_an_admin_uploads_a_file_and_sees_it_in_words(admin):
    response = send(admin, firm_frameworks.content())
    assert response.redirect_chain == [(page("framework-version", "northwind", OURS, 1), 302)]
    shown = text_of(response)
    for part in (
        "Upkeep first is version 1. It counts where it is chosen.",
        "Framework of Northwind, version 1",
        "Primero, el mantenimiento",
        "nothing of “in the way” holds",
        "in every other case",
        "is less than the low value of fine-tuning-examples-gate",
        "Plain prompting is all that has to be kept up.",
        "something of “in the way” holds",
        "Train nothing; what “instead” gives instead.",
        "speaks for what “instead” gives",
        "is “No connection to the outside” or",
        "A handful of examples is too few",
    ):
        assert part in shown, part


def test_findings_are_listed_with_rule_and_key_and_nothing_is_stored(admin):
    cases = example()["cases"]
    cases[1] |= {"expect": "tune_and_test"}
    response = send(admin, firm_frameworks.content(cases=cases))
    shown = text_of(response)
    assert "The file was not taken: 1 problem" in shown
    assert "expected tune_and_test, found own_it by nobody_to_call" in shown
    assert "Error: Add a framework" in shown
    assert response.content.decode().count("<tr") == 1 + len(cases)
    assert not FirmFramework.objects.exists()


def test_a_file_with_hundreds_of_problems_fills_no_endless_page(admin):
    response = send(
        admin, firm_frameworks.content(words={"verdicts": {}, "reasons": {f"r{n}": {} for n in range(300)}})
    )
    shown = response.content.decode()
    assert shown.count("<li><b>") == 200
    assert "There are more: mend these first." in shown


def test_what_a_file_says_is_never_markup(admin):
    response = send(admin, firm_frameworks.content(id="<script>alert(1)</script>"))
    assert "<script>alert" not in response.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.content.decode()
    words = {"en": "<b>Bold</b> & plain", "es": "<i>x</i>"}
    response = send(admin, firm_frameworks.content(title=words))
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; plain" in response.content.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty. Choose one that holds a framework."),
        (b"x" * (LARGEST + 1), "The file is larger than 64 KB. A framework is smaller."),
        (b"\xff\xfe\x00", "the file is not text in UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(admin, content, message):
    assert message in text_of(send(admin, content))


def test_without_a_file_the_page_asks_for_one(admin):
    assert "Choose a file." in text_of(admin.post(page("framework-upload", "northwind")))


def test_the_same_file_again_is_said_to_be_there(admin):
    send(admin, firm_frameworks.content())
    assert "This file is version 1 of upkeep-first already" in text_of(send(admin, firm_frameworks.content()))
    assert FrameworkVersion.objects.count() == 1


def test_the_file_comes_back_as_it_was_sent(admin, version):
    response = admin.get(page("framework-file", "northwind", OURS, 1))
    assert response.content == firm_frameworks.content()
    assert response["Content-Disposition"] == 'attachment; filename="upkeep-first-1.yaml"'
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_consultant_reads_everything_and_is_offered_no_button(version, client):
    client.force_login(factories.consultant())
    listed = client.get(page("framework-list")).content.decode()
    shown = client.get(page("framework-version", "northwind", OURS, 1)).content.decode()
    assert TITLE in listed
    assert page("framework-upload", "northwind") not in listed
    assert "Withdraw" not in shown
    for name in ("framework-withdraw", "framework-restore"):
        assert client.post(page(name, "northwind", OURS)).status_code == 404
    assert send(client, firm_frameworks.content()).status_code == 404


def test_another_firm_finds_nothing(version, client):
    eastgate = factories.firm("eastgate")
    for person in (factories.consultant(eastgate), firm_frameworks.admin(eastgate)):
        client.force_login(person)
        assert TITLE not in client.get(page("framework-list")).content.decode()
        for name, args in (("framework-version", (OURS, 1)), ("framework-file", (OURS, 1))):
            assert client.get(page(name, "northwind", *args)).status_code == 404
            assert client.get(page(name, "eastgate", *args)).status_code == 404
        assert client.post(page("framework-withdraw", "northwind", OURS)).status_code == 404
        assert client.post(page("framework-choice", "northwind"), {"frameworks": [OURS]}).status_code == 404
    assert not FirmFramework.objects.exclude(withdrawn_at=None).exists()


def test_withdrawing_and_restoring(admin, version):
    listed = text_of(admin.post(page("framework-withdraw", "northwind", OURS), follow=True))
    assert "Final assessments keep what they used." in listed
    assert "withdrawn" in listed
    shown = text_of(admin.get(page("framework-version", "northwind", OURS, 1)))
    assert "Withdrawn by admin-northwind" in shown
    assert TITLE not in text_of(admin.get(page("framework-choice", "northwind")))
    newer = text_of(send(admin, firm_frameworks.content(title={"en": "Upkeep first", "es": "Mantener"})))
    assert "Upkeep first is version 2. The framework is withdrawn: use it again first." in newer
    restored = text_of(admin.post(page("framework-restore", "northwind", OURS), follow=True))
    assert "in use again" in restored
    assert "Upkeep first (own, version 2)" in text_of(admin.get(page("framework-choice", "northwind")))


def test_the_firms_choice_is_saved_and_the_founding_four_are_its_default(admin, version):
    where, firm = page("framework-choice", "northwind"), factories.firm()
    admin.post(where, {"frameworks": ["payback", OURS]})
    firm.refresh_from_db()
    assert firm.shown_frameworks == ["payback", OURS]
    admin.post(where, {"frameworks": ["simplest-first", "change-and-citation", "five-gates", "payback"]})
    firm.refresh_from_db()
    assert firm.shown_frameworks is None
    assert "Choose at least one framework." in text_of(admin.post(where, {}))
    assert "Choose among the frameworks that are in use." in text_of(admin.post(where, {"frameworks": ["magic"]}))


def test_a_version_whose_claim_has_gone_says_that_it_fails_today(admin, version):
    version.pk, version.number = None, 2
    version.content = version.content.replace("fine-tuning-examples-gate", "gone-claim")
    version.save(force_insert=True)
    shown = text_of(admin.get(page("framework-version", "northwind", OURS, 2)))
    assert "It does not pass its checks today." in shown
    assert "&#x27;gone-claim&#x27; is not a published claim" in shown
    assert "They cannot be run: see above." in shown
    assert "Version 1" in shown


@pytest.fixture
def draft(version):
    return factories.assessment(answers=factories.worked_answers())


def test_a_case_chooses_for_itself_and_goes_back_to_its_firm(admin, draft):
    where = page("frameworks", draft.reference)
    assert "Upkeep first (own, version 1)" in text_of(admin.get(where))
    admin.post(where, {"which": "here", "frameworks": [OURS, "payback"]})
    draft.refresh_from_db()
    assert draft.shown_frameworks == ["payback", OURS]
    assert "Choose at least one framework." in text_of(admin.post(where, {"which": "here"}))
    assert "Say whether the firm" in text_of(admin.post(where, {"frameworks": [OURS]}))
    admin.post(where, {"which": "firm"})
    draft.refresh_from_db()
    assert draft.shown_frameworks is None


def test_the_result_shows_an_own_framework_with_its_words_and_whose_it_is(admin, draft):
    admin.post(page("frameworks", draft.reference), {"which": "here", "frameworks": [OURS]})
    shown = text_of(admin.get(page("result", draft.reference)))
    assert "Framework of Northwind, version 1" in shown
    assert TITLE in shown
    assert "Payback" not in shown.partition("The frameworks")[2].partition("Questions nobody asked")[0]


def test_a_final_case_lists_what_it_was_judged_by(admin, draft):
    admin.post(page("frameworks", draft.reference), {"which": "here", "frameworks": [OURS, "payback"]})
    draft.refresh_from_db()
    final = operations.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    firm_frameworks.upload(title={"en": "Another title", "es": "Otro"})
    shown = admin.get(page("frameworks", final.reference))
    assert "Upkeep first Framework of Northwind, version 1" in text_of(shown)
    assert "<input type=" not in shown.content.decode().partition("<main")[2]
    admin.post(page("frameworks", final.reference), {"which": "firm"})
    final.refresh_from_db()
    assert final.shown_frameworks == ["payback", OURS]


def test_a_re_run_says_that_the_version_has_changed(admin, draft):
    admin.post(page("frameworks", draft.reference), {"which": "here", "frameworks": [OURS]})
    draft.refresh_from_db()
    by, at = factories.consultant(), factories.NOON
    final = operations.finalise(by=by, at=at, assessment=draft)
    points_at = example()["points_at"] | {"leave_models_alone": []}
    firm_frameworks.upload(points_at=points_at)
    after = operations.rerun(by=by, at=at, assessment=final)
    shown = text_of(admin.get(page("result", after.reference)))
    assert "Upkeep first: version 1 of the firm&#x27;s framework → version 2." in shown


def test_a_framework_that_was_added_is_told_in_its_own_words(admin, draft):
    other = factories.assessment(answers=factories.worked_answers(), title="Beside it")
    own_frameworks.choose_for_assessment(
        by=factories.consultant(), at=factories.NOON, assessment=other, frameworks=[OURS]
    )
    shown = text_of(admin.get(page("compare", draft.reference), {"with": other.reference}))
    assert "Upkeep first: Not run → Train nothing; few-shot prompting instead." in shown


def test_a_framework_that_fits_no_more_leads_to_the_choice_with_the_reason(admin, draft, version):
    admin.post(page("frameworks", draft.reference), {"which": "here", "frameworks": [OURS]})
    version.pk, version.number = None, 2
    version.content = version.content.replace("eval_infra", "gone_question")
    version.save(force_insert=True)
    why = "frameworks.upkeep-first: does not fit the questionnaire any more"
    chosen = page("frameworks", draft.reference)
    for response in (
        admin.get(page("result", draft.reference), follow=True),
        admin.post(page("finalise", draft.reference), follow=True),
    ):
        assert response.redirect_chain == [(chosen, 302)]
        assert why in text_of(response)
    assert why in text_of(admin.get(page("months", draft.reference), follow=True))
    report = admin.get(reverse("reports:pdf", args=[draft.reference]))
    assert report.status_code == 409
    assert why in text_of(report)
