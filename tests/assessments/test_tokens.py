"""Tokens: made, listed, revoked, recognised; what they may do, which is never more than their owner may."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments import operations, tokens
from assessments.models import Membership, Token
from claims import immutability
from claims.models import Act
from claims.wording import ACT
from tests import factories
from tests.assessments.programs import Program, program, token_of

pytestmark = pytest.mark.django_db
CONSULTANT, ADMIN, READER = Membership.Role.CONSULTANT, Membership.Role.FIRM_ADMIN, Membership.Role.CLIENT_READER


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(factories.NOON, tick=False)
    return time_machine


@pytest.fixture
def consultant():
    return factories.consultant()


def reader():
    return factories.member("rea", role=READER, client=factories.client())


def page(person, **fields):
    browser = Client()
    browser.force_login(person)
    return browser.post(reverse("tokens"), fields) if fields else browser.get(reverse("tokens"))


def form(**fields):
    return {"name": "Spreadsheet", "scopes": ["read"], "expires_on": "2027-01-31"} | fields


def key_on(response):
    found = re.search(r"footing_[0-9A-Za-z]{49}", response.content.decode())
    return found[0] if found else None


# Made, listed, revoked


def test_a_token_is_made_and_its_key_is_shown_once(consultant):
    answer = page(consultant, **form(scopes=["read", "assess"]))
    key = key_on(answer)
    assert Program(key).get().status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    listed = page(consultant)
    assert key_on(listed) is None
    assert "Spreadsheet" in listed.content.decode()
    token = Token.objects.get()
    assert (token.scopes, token.expires_on.isoformat(), token.firm.slug) == (
        ["read", "assess"],
        "2027-01-31",
        "northwind",
    )
    assert key not in str(Token.objects.values().get())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "Say what the token is for."),
        ({"scopes": []}, "Choose what the token may do: one of these at least."),
        ({"scopes": ["everything"]}, "Select a valid choice."),
        ({"expires_on": ""}, "Give the last day on which the token works"),
        ({"expires_on": "soon"}, "Give the day as year, month and day"),
        ({"expires_on": "2026-11-21"}, "Choose a day from 2026-11-22 to 2027-11-22, not 2026-11-21."),
        ({"expires_on": "2027-11-23"}, "Choose a day from 2026-11-22 to 2027-11-22, not 2027-11-23."),
    ],
)
def test_what_is_wrong_with_a_new_one_is_said_at_its_field(consultant, fields, said):
    answer = page(consultant, **form(**fields))
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Token.objects.exists()


def test_a_client_reader_gives_a_token_nothing_but_reading():
    rea = reader()
    assert "assess" not in re.findall(r'name="scopes" value="(\w+)"', page(rea).content.decode())
    assert page(rea, **form(scopes=["issue"])).status_code == 422
    assert key_on(page(rea, **form()))
    with pytest.raises(tokens.OperationRefused, match="As a client reader you cannot give a token the scope issue"):
        token_of(rea, "read", "issue")


def test_who_works_for_two_firms_says_for_which(consultant):
    second = factories.firm("eastgate")
    operations.add_member(by=consultant, at=factories.NOON, firm=second, person=consultant, role=CONSULTANT)
    assert "Choose one." in page(consultant, **form()).content.decode()
    theirs = Membership.objects.get(firm=second)
    page(consultant, **form(membership=theirs.pk))
    assert Token.objects.get().firm == second


def test_the_membership_of_somebody_else_cannot_be_used(consultant):
    other = factories.member("other")
    with pytest.raises(tokens.OperationRefused, match="made by the person whose membership"):
        token_of(consultant, membership=Membership.objects.get(person=other))
    operations.add_member(
        by=other, at=factories.NOON, firm=factories.firm("eastgate"), person=consultant, role=CONSULTANT
    )
    answer = page(consultant, **form(membership=Membership.objects.get(person=other).pk))
    assert "Choose one of your own." in answer.content.decode()


def test_a_member_sees_only_their_own_and_the_admin_all_of_the_firm(consultant):
    token_of(consultant)
    other, fay = factories.member("other"), factories.member("fay", role=ADMIN)
    rival = factories.consultant(factories.firm("eastgate"))
    for person, sees in ((consultant, True), (fay, True), (other, False), (rival, False)):
        assert ("Spreadsheet" in page(person).content.decode().replace("“Spreadsheet of", "")) == sees, person
    boss = factories.member("boss", of=factories.firm("eastgate"), role=ADMIN)
    assert "footing_" not in page(boss).content.decode()


@pytest.mark.parametrize("who", ["consultant-northwind", "fay"])
def test_owner_and_admin_of_the_firm_revoke_a_token_at_once(consultant, who):
    factories.member("fay", role=ADMIN)
    token, key = token_of(consultant)
    browser = Client()
    browser.force_login(tokens.Person.objects.get(username=who))
    answer = browser.post(reverse("token-revoke", args=[token.pk]), follow=True)
    assert "is revoked: it opens nothing any more." in answer.content.decode()
    assert Program(key).get().status_code == 401
    again = browser.post(reverse("token-revoke", args=[token.pk]), follow=True)
    assert "This token was revoked already." in again.content.decode()
    token.refresh_from_db()
    assert token.revoked_by.username == who


def test_nobody_else_revokes_it(consultant):
    token, key = token_of(consultant)
    boss = factories.member("boss", of=factories.firm("eastgate"), role=ADMIN)
    for person in (factories.member("other"), boss, reader()):
        browser = Client()
        browser.force_login(person)
        assert browser.post(reverse("token-revoke", args=[token.pk])).status_code == 404
        with pytest.raises(tokens.OperationRefused, match="Its owner and the admins of the firm"):
            tokens.revoke(by=person, at=factories.NOON, token=token)
    assert Program(key).get().status_code == 200


def test_making_and_revoking_stand_in_the_log_without_the_key_and_the_name(consultant):
    token, key = token_of(consultant)
    tokens.revoke(by=consultant, at=factories.NOON, token=token)
    acts = list(Act.objects.filter(verb__endswith="_token").order_by("pk"))
    assert [(act.verb, act.by) for act in acts] == [("make_token", consultant), ("revoke_token", consultant)]
    assert {act.verb for act in acts} <= set(ACT)
    assert acts[0].detail == {
        "about": f"{key.beginning}… of consultant-northwind",
        "token": token.pk,
        "scopes": ["read", "assess", "issue"],
        "expires_on": "2026-12-22",
    }
    assert key.text not in str([act.detail for act in acts])


def test_the_database_keeps_what_a_token_is(consultant):
    token, _ = token_of(consultant, "read")
    for change in ({"scopes": ["issue"]}, {"expires_on": "2099-01-01"}, {"digest": "0" * 64}, {"name": "Other"}):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            Token.objects.filter(pk=token.pk).update(**change)
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
        token.delete()


def test_the_triggers_are_there():
    assert immutability.missing_triggers(connection) == []


# Recognised


def refused(answer):
    """The description in the header of a refusal."""
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    found = re.fullmatch(
        r'Bearer realm="footing", error="invalid_token", error_description="([^"]+)"', answer["WWW-Authenticate"]
    )
    assert answer.json()["detail"] == found[1]
    return found[1]


def test_without_a_key_the_header_says_how_to_bring_one(consultant):
    answer = Client().get("/api/v1/assessments/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="footing"')
    basic = Client().get("/api/v1/assessments/", headers={"Authorization": "Basic abc"})
    assert basic.status_code == 401


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text[:-1], "This is no key of ours: it is mistyped or cut off."),
        (lambda text: text + "x", "This is no key of ours: it is mistyped or cut off."),
        (lambda text: "", "This is no key of ours: it is mistyped or cut off."),
        (lambda text: tokens.bearer.make().text, "This key is not known here."),
    ],
)
def test_a_wrong_key_is_refused(consultant, change, said):
    _, key = token_of(consultant)
    assert refused(Program(change(key.text)).get()) == said


def test_a_wrong_key_is_refused_though_somebody_is_signed_in(consultant):
    browser = Client()
    browser.force_login(consultant)
    assert browser.get("/api/v1/assessments/").status_code == 200
    refused(browser.get("/api/v1/assessments/", headers={"Authorization": "Bearer footing_x"}))


def test_a_token_works_on_its_last_day_and_not_on_the_next(consultant, clock):
    _, key = token_of(consultant, expires_on=factories.NOON.date())
    assert Program(key).get().status_code == 200
    clock.move_to(factories.NOON.replace(day=23, hour=0), tick=False)
    assert refused(Program(key).get()) == "The token expired at the end of 2026-11-22."


def test_a_revoked_one_says_so(consultant):
    token, key = token_of(consultant)
    tokens.revoke(by=consultant, at=factories.NOON, token=token)
    assert refused(Program(key).get()) == "The token was revoked."


def test_it_ends_with_the_membership_and_does_not_come_back_with_it(consultant):
    _, key = token_of(consultant)
    membership = Membership.objects.get(person=consultant)
    operations.remove_member(membership=membership)
    assert refused(Program(key).get()) == "The membership for which the token was made has ended."
    operations.add_member(by=consultant, at=factories.NOON, firm=factories.firm(), person=consultant, role=CONSULTANT)
    assert refused(Program(key).get()) == "The membership for which the token was made has ended."
    assert "ended with the membership" in page(consultant).content.decode()


def test_it_does_nothing_while_its_owner_is_inactive(consultant):
    _, key = token_of(consultant)
    consultant.is_active = False
    consultant.save()
    assert refused(Program(key).get()) == "The membership for which the token was made has ended."


def test_a_role_that_only_reads_takes_the_other_scopes_away(consultant):
    _, key = token_of(consultant)
    Membership.objects.filter(person=consultant).update(role=READER, client=factories.client())
    answer = Program(key).post("", {"title": "T", "new_client": "C"})
    assert (answer.status_code, 'error="insufficient_scope"' in answer["WWW-Authenticate"]) == (403, True)
    assert Program(key).get().status_code == 404


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [(["read"], (200, 403, 403)), (["assess"], (403, 400, 403)), (["issue"], (403, 403, 400))],
)
def test_each_scope_opens_its_own_and_nothing_else(consultant, scopes, statuses):
    case = factories.assessment()
    program_of_hers = program(consultant, *scopes)
    answers = (
        program_of_hers.get(),
        program_of_hers.patch(f"{case.reference}/", {}),
        program_of_hers.post(f"{case.reference}/issue/", {}),
    )
    assert tuple(answer.status_code for answer in answers) == statuses
    wanted = [scope for scope, status in zip(("read", "assess", "issue"), statuses, strict=True) if status == 403]
    challenges = [answer["WWW-Authenticate"] for answer in answers if answer.status_code == 403]
    assert challenges == [f'Bearer realm="footing", error="insufficient_scope", scope="{one}"' for one in wanted]


def test_a_token_reaches_its_one_firm_only(consultant):
    case = factories.assessment()
    eastgate = factories.firm("eastgate")
    theirs = factories.assessment(of=eastgate)
    operations.add_member(by=consultant, at=factories.NOON, firm=eastgate, person=consultant, role=CONSULTANT)
    ours = Program(token_of(consultant, membership=Membership.objects.get(person=consultant, firm=case.firm))[1])
    assert [row["reference"] for row in ours.get().json()["results"]] == [case.reference]
    assert ours.get(f"{theirs.reference}/").status_code == 404
    assert ours.begin(firm="eastgate").status_code == 400
    browser = Client()
    browser.force_login(consultant)
    assert len(browser.get("/api/v1/assessments/").json()["results"]) == 2


def test_a_token_to_read_for_a_client_is_no_more_though_its_owner_advises_too(consultant):
    case = factories.assessment()
    operations.add_member(
        by=consultant, at=factories.NOON, firm=case.firm, person=consultant, role=READER, client=case.client
    )
    reads = Program(token_of(consultant, "read", membership=Membership.objects.get(role=READER))[1])
    assert reads.get().status_code == 404
    assert reads.get(f"{case.reference}/").status_code == 404


# When it was used


def test_last_use_is_written_once_a_minute(consultant, clock, django_assert_num_queries):
    token, key = token_of(consultant)
    moments = []
    for second in (0, 30, 59, 61):
        clock.move_to(factories.NOON + timedelta(seconds=second), tick=False)
        Program(key).get()
        token.refresh_from_db()
        moments.append((token.last_used_at - factories.NOON).seconds)
    assert moments == [0, 0, 0, 61]
    recognised = tokens.recognise(key, at=timezone.now())
    with django_assert_num_queries(0):
        tokens.used(recognised, at=timezone.now())


def test_a_database_that_cannot_be_written_to_fails_no_read(consultant, monkeypatch, caplog):
    _, key = token_of(consultant)

    def read_only(*_arguments, **_values):
        raise DatabaseError("attempt to write a readonly database")

    monkeypatch.setattr(type(Token.objects.all()), "update", read_only)
    assert Program(key).get().status_code == 200
    assert "could not be written down" in caplog.text


def test_a_key_costs_one_question(consultant, django_assert_num_queries):
    _, key = token_of(consultant)
    with django_assert_num_queries(1):
        tokens.recognise(key, at=timezone.now())
