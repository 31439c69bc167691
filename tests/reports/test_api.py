"""Reports as a program meets them: issued behind the gate, and fetched."""

import pytest
from django.test import Client

from assessments import operations as assessing
from assessments.models import Assessment, Membership
from claims import operations as claims
from claims.models import Claim
from reports import gate, operations
from reports.models import Download, Report
from reports.pdf import RenderError
from tests import factories
from tests.assessments.programs import V1, Program, errors, program, token_of
from tests.claims import factories as registry

pytestmark = pytest.mark.django_db
READER = Membership.Role.CLIENT_READER
EXPLAINED = {"no_total": factories.REASON, "house_assumptions": factories.REASON}


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(factories.NOON, tick=False)
    return time_machine


@pytest.fixture
def hers():
    """A program of the consultant of Northwind."""
    return program()


@pytest.fixture
def draft(db):
    factories.examples_gate()
    return factories.assessment(answers=factories.worked_answers())


@pytest.fixture
def final(draft):
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


@pytest.fixture
def report(final, renderer):
    return operations.issue(
        assessment=final, by=factories.consultant(), at=factories.NOON, because=factories.REASON, renderer=renderer
    )


def issue(program, case, key="", **body):
    headers = {"idempotency_key": key} if key else {}
    return program.post(f"{case.reference}/issue/", {"version": 1, "reasons": EXPLAINED} | body, **headers)


# Issued


def test_a_draft_is_made_final_and_issued_and_its_file_is_fetched(hers, draft):
    answer = issue(hers, draft, to="The board, November")
    report = Report.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"{V1}{draft.reference}/report.pdf?lang=en")
    assert answer.json() == {
        "reference": draft.reference,
        "language": "en",
        "state": "issued",
        "digest": report.digest,
        "issued_at": "2026-11-22T12:00:00Z",
        "issued_by": "consultant-northwind",
        "issued_to": "The board, November",
        "reservations": [
            {"code": code, "about": [], "reason": reason, "by": "consultant-northwind"}
            for code, reason in EXPLAINED.items()
        ],
        "layout": {"name": "full", "sections": []},
        "pdf": answer["Location"],
        "verify": f"/verify/{report.hex_digest}/",
    }
    draft.refresh_from_db()
    assert (draft.state, draft.finalised_by) == ("final", factories.consultant())
    file = hers.client.get(answer["Location"], headers=hers.headers)
    assert file.content == bytes(report.content)
    assert [(one.person, one.file) for one in Download.objects.all()] == [(factories.consultant(), "report.pdf")]


def test_what_wants_a_reason_is_named_with_where_it_is_mended_and_the_draft_stays_one(hers, draft):
    answer = issue(hers, draft, reasons={"no_total": "Short."})
    assert answer.status_code == 409
    found = {one["code"]: one for one in answer.json()["obstacles"]}
    assert {code: one["blocks"] for code, one in found.items()} == {"no_total": False, "house_assumptions": False}
    assert found["house_assumptions"]["items"] == [
        {
            "text": "The costs rest on 8 assumptions of Footing that nobody at Northwind has set or signed.",
            "url": f"/assessments/{draft.reference}/assumptions/",
            "remedy": "Look through them; a new run can set them",
            "about": [],
        }
    ]
    assert set(errors(answer)) == {"reasons.no_total", "reasons.house_assumptions"}
    draft.refresh_from_db()
    assert (draft.state, Report.objects.count()) == ("draft", 0)
    assert not draft.citations.exists()


def test_a_reason_that_nothing_asks_for_is_refused_and_nothing_is_stored(hers, draft):
    answer = issue(hers, draft, reasons=EXPLAINED | {"contested": factories.REASON})
    assert answer.status_code == 409
    assert errors(answer) == {"reasons.contested": "Nothing asks for this reason now: leave it out."}
    draft.refresh_from_db()
    assert (draft.state, Report.objects.count()) == ("draft", 0)


def test_what_blocks_is_named_and_no_reason_excuses_it(hers, final):
    claim = Claim.objects.get(slug="fine-tuning-examples-gate")
    claims.retract(by=registry.manager(), at=factories.NOON, claim=claim, reason="The source took it back.")
    answer = issue(hers, final)
    (blocking,) = [one for one in answer.json()["obstacles"] if one["blocks"]]
    assert (answer.status_code, blocking["code"], blocking["title"]) == (409, "retracted", gate.TITLES["retracted"])
    assert blocking["items"][0]["about"] == ["fine-tuning-examples-gate"]
    assert blocking["items"][0]["url"] == f"/assessments/{final.reference}/result/"
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"language": "fr"}, {"language": "Choose one of en, es."}),
        ({"layout": "short"}, {"layout": "There is no such version. Choose one of full, executive, annex, custom."}),
        ({"layout": 1}, {"layout": "Send the name of a version."}),
        ({"sections": "cover"}, {"sections": "Send a list of slugs of sections."}),
        ({"version": "1"}, {"version": "Send a whole number."}),
        ({"version": None}, {"version": "It is a draft, and final once it is issued: send the version you read."}),
        ({"to": ["a"]}, {"to": "Send a text."}),
        ({"reasons": ["a"]}, {"reasons": "Send an object with a text for each code."}),
        ({"reasons": {"no_total": 1}}, {"reasons": "Send an object with a text for each code."}),
        ({"colour": "red"}, {"colour": "There is no “colour” here. It takes: version, language, layout, sections, to, reasons."}),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_body_is_said_field_by_field(hers, draft, body, wrong):
    answer = issue(hers, draft, **body)
    assert (answer.status_code, errors(answer)) == (400, wrong)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_reason_for_what_blocks_or_is_unknown_is_refused(hers, draft):
    for code in ("retracted", "colour"):
        assert list(errors(issue(hers, draft, reasons={code: factories.REASON}))) == [f"reasons.{code}"]


def test_a_draft_that_was_changed_since_is_not_issued(hers, draft):
    hers.answer(draft, 1, n_examples=5)
    answer = issue(hers, draft)
    assert (answer.status_code, answer.json()["version"]) == (409, 2)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_draft_with_open_questions_is_not_issued(hers):
    case = factories.assessment(answers={"n_examples": 5})
    answer = issue(hers, case)
    assert (answer.status_code, errors(answer)["answers.task_type"]) == (409, "is not answered yet")


def test_it_is_issued_once_in_a_language_and_answered_as_often_as_it_is_sent(hers, draft, monkeypatch):
    first, again = issue(hers, draft, "k"), issue(hers, draft, "k")
    assert (first.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    other = issue(hers, draft)
    assert (other.status_code, other.json()["detail"]) == (409, "A-2026-0001 was issued in this language already.")
    assert Report.objects.count() == 1


def test_a_press_that_fails_is_not_the_last_word(hers, draft, monkeypatch):
    with monkeypatch.context() as patch:

        def fails(*_arguments, **_options):
            raise RenderError("No press is free.", reason="failed")

        patch.setattr(operations, "typeset", fails)
        answer = issue(hers, draft, "k")
    assert (answer.status_code, answer.json()["detail"]) == (503, "No press is free.")
    assert issue(hers, draft, "k").status_code == 201


def test_a_version_of_ones_own_is_issued_with_its_sections(hers, draft):
    chosen = ["cover", "summary", "reservations", "basis"]
    answer = issue(hers, draft, layout="custom", sections=chosen)
    assert (answer.status_code, answer.json()["layout"]) == (201, {"name": "custom", "sections": chosen})


def test_a_token_without_the_scope_issues_nothing(draft):
    assert issue(program(factories.consultant(), "read", "assess"), draft).status_code == 403
    draft.refresh_from_db()
    assert draft.state == "draft"


# Fetched


def test_the_file_has_its_headers_and_is_not_sent_again(hers, report):
    file = hers.get(f"{report.reference}/report.pdf", accept="application/pdf")
    assert (file.status_code, file.content) == (200, bytes(report.content))
    assert (file["Content-Type"], file["Content-Language"]) == ("application/pdf", "en")
    assert file["Content-Disposition"] == 'inline; filename="A-2026-0001-en.pdf"'
    assert (file["ETag"], file["Cache-Control"]) == (f'"{report.hex_digest}"', "private, no-cache")
    again = hers.get(f"{report.reference}/report.pdf", if_none_match=file["ETag"])
    assert (again.status_code, again["ETag"], again["Cache-Control"]) == (304, file["ETag"], "private, no-cache")
    head = hers.client.head(f"{V1}{report.reference}/report.pdf", headers=hers.headers)
    assert (head.status_code, head.content) == (200, b"")
    assert Download.objects.count() == 1


def test_of_a_case_that_is_not_issued_the_firm_gets_a_draft(hers, draft):
    file = hers.get(f"{draft.reference}/report.pdf?layout=executive")
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert file["Content-Disposition"] == 'inline; filename="A-2026-0001-en-executive-draft.pdf"'
    again = hers.get(f"{draft.reference}/report.pdf?layout=executive", if_none_match=file["ETag"])
    assert again.status_code == 304
    assert not Download.objects.exists()


def test_what_cannot_be_printed_yet_says_why(hers, report):
    case = factories.assessment(answers={"n_examples": 5})
    answer = hers.get(f"{case.reference}/report.pdf", accept="application/pdf")
    assert (answer.status_code, errors(answer)["answers.task_type"]) == (409, "is not answered yet")
    other = hers.get(f"{report.reference}/report.pdf?layout=executive")
    assert (other.status_code, "issued as the version full" in other.json()["detail"]) == (409, True)
    for query, name in (("lang=fr", "lang"), ("layout=x", "layout"), ("colour=red", "colour"), ("lang=", "lang")):
        assert list(errors(hers.get(f"{case.reference}/report.pdf?{query}"))) == [name]


def test_a_client_reader_gets_the_issued_report_of_the_own_client_and_nothing_else(report, final):
    rea = factories.member("rea", role=READER, client=final.client)
    otto = factories.member("otto", role=READER, client=factories.client("Another"))
    address = f"{report.reference}/report.pdf"
    reads = Program(token_of(rea, "read")[1])
    assert reads.get(address).content == bytes(report.content)
    assert Download.objects.get().person == rea
    assert Program(token_of(otto, "read")[1]).get(address).status_code == 404
    successor = assessing.rerun(by=factories.consultant(), at=factories.NOON, assessment=final)
    for missing in (f"{successor.reference}/report.pdf", f"{address}?lang=es", f"{final.reference}/"):
        assert reads.get(missing).status_code == 404
    browser = Client()
    browser.force_login(rea)
    assert browser.get(f"{V1}{address}").content == bytes(report.content)
    assert browser.get(f"{V1}{successor.reference}/report.pdf").status_code == 404


def test_a_token_of_one_client_does_not_read_for_another_of_its_owner(report, final):
    rea = factories.member("rea", role=READER, client=final.client)
    other = factories.client("Another")
    assessing.add_member(by=rea, at=factories.NOON, firm=final.firm, person=rea, role=READER, client=other)
    membership = Membership.objects.get(person=rea, client=other)
    reads = Program(token_of(rea, "read", membership=membership)[1])
    assert reads.get(f"{report.reference}/report.pdf").status_code == 404
    assert Assessment.objects.count() == 1
