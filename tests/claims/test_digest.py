"""The letter of what is due: to whom, on which days, once, and with what in it."""

import smtplib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from claims import operations
from claims.digest import shares
from claims.models import Act, Person
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db
SUNDAY = NOON
MONDAY, TUESDAY, SATURDAY = (datetime(2026, 11, day, 6, tzinfo=UTC) for day in (23, 24, 28))


@pytest.fixture
def letters(capsys):
    """A function that runs the command on a day and returns the letters it sent."""

    def run(*arguments, at=MONDAY):
        mail.outbox.clear()
        with time_machine.travel(at, tick=False):
            call_command("send_digest", *arguments)
        return mail.outbox

    return run


def with_address(person, digest="daily"):
    Person.objects.filter(pk=person.pk).update(email=f"{person.username}@example.org", digest=digest)
    return Person.objects.get(pk=person.pk)


def test_an_editor_is_told_what_to_read_to_look_at_and_to_correct(letters, settings):
    settings.SITE_URL = "https://footing.example.org"
    ed = with_address(make.editor())
    claim = make.due("old", statement="It costs\nthis much.")
    task = make.task(claim=claim)
    draft = operations.submit(by=ed, at=NOON, claim=make.draft("returned"))
    operations.send_back(by=make.reviewer(), at=NOON, claim=draft, reason="Add the tier.")
    [letter] = letters()
    assert (letter.to, letter.subject) == (["ed@example.org"], "Footing: 3 due to you")
    assert (
        letter.body
        == f"""\
Dear ed,

1 SENT BACK TO YOU

A production system costs this much to build.
  US$18,000–45,000 (median 28,000), draft, sent back: Add the tier.
  https://footing.example.org/admin/claims/claim/{draft.pk}/change/

1 TO BE READ AGAIN

It costs this much.
  US$18,000–45,000 (median 28,000), overdue, was due on 1 July 2020, its source is of 1 January 2020, \
half-life 548 days, cited by nothing, exposure 4.32
  https://footing.example.org/admin/claims/claim/{claim.pk}/recheck/

1 NOTICED BY A MACHINE

It costs this much.
  US$18,000–45,000 (median 28,000), The printed figure was not found, 22 November 2026
  https://footing.example.org/admin/queue/task/{task.pk}/

--
The whole queue: https://footing.example.org/admin/
How often this comes: https://footing.example.org/admin/queue/digest/
"""
    )


def test_a_reviewer_is_told_what_waits_for_them_and_not_what_they_wrote(letters):
    with_address(make.reviewer())
    both = with_address(make.person("both", "reviewer", "editor"))
    operations.submit(by=make.editor(), at=NOON, claim=make.draft("of-ed"))
    own = operations.draft(by=both, at=NOON, slug="own", fields=make.claim_fields(), citations=[make.citation()])
    operations.submit(by=both, at=NOON, claim=own)
    subjects = {letter.to[0]: letter.subject for letter in letters()}
    assert subjects == {"rev@example.org": "Footing: 2 due to you", "both@example.org": "Footing: 1 due to you"}


def test_no_letter_comes_where_nothing_is_due(letters):
    with_address(make.editor())
    assert letters() == []
    assert not Act.objects.filter(verb="digest").exists()


@pytest.mark.parametrize(
    ("digest", "days"),
    [("daily", [MONDAY, TUESDAY]), ("weekly", [MONDAY]), ("never", [])],
)
def test_letters_come_on_the_days_that_one_chose(letters, digest, days):
    make.due("old")
    with_address(make.editor(), digest)
    assert [day for day in (MONDAY, TUESDAY, SATURDAY, SUNDAY) if letters(at=day)] == days


def test_a_second_run_on_the_same_day_sends_nothing(letters):
    make.due("old")
    with_address(make.editor())
    assert len(letters()) == 1
    assert letters(at=MONDAY + timedelta(hours=9)) == []
    assert len(letters(at=TUESDAY)) == 1
    act = Act.objects.filter(verb="digest").last()
    assert (act.by, act.detail) == (None, {"person": make.editor().pk, "items": 1})


def test_force_sends_on_any_day_and_again_but_never_to_who_chose_never(letters):
    make.due("old")
    with_address(make.editor(), "weekly")
    with_address(make.manager(), "never")
    assert [letter.to for letter in letters("--force", at=SATURDAY)] == [["ed@example.org"]]
    assert [letter.to for letter in letters("--force", at=SATURDAY)] == [["ed@example.org"]]


def test_a_dry_run_prints_and_neither_sends_nor_records(letters, capsys):
    make.due("old")
    with_address(make.editor())
    assert letters("--dry-run") == []
    printed = capsys.readouterr().out
    assert "To: ed@example.org\nSubject: Footing: 1 due to you\n\nDear ed," in printed
    assert "1 to send, 0 failed" in printed
    assert not Act.objects.filter(verb="digest").exists()


def test_one_person_can_be_named(letters):
    make.due("old")
    with_address(make.editor())
    with_address(make.manager())
    assert [letter.to for letter in letters("--to", "mana")] == [["mana@example.org"]]
    with pytest.raises(CommandError, match="nobody gets no letters"):
        letters("--to", "nobody")


def test_who_has_left_has_no_role_or_no_address_gets_none(letters):
    make.due("old")
    make.editor()
    left = with_address(make.person("left", "editor"))
    Person.objects.filter(pk=left.pk).update(is_active=False)
    with_address(make.person("guest"))
    assert letters() == []


def test_a_letter_that_could_not_be_handed_over_is_tried_again(letters, monkeypatch, capsys):
    make.due("old")
    with_address(make.editor())
    with_address(make.manager())

    def refuse(*arguments, **options):
        raise smtplib.SMTPServerDisconnected("the server hung up")

    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMessage, "send", refuse)
        with pytest.raises(CommandError, match="2 letters could not be handed over"):
            letters()
    assert "ed: the server hung up" in capsys.readouterr().err
    assert [letter.to for letter in letters()] == [["ed@example.org"], ["mana@example.org"]]
    assert letters() == []


def test_at_most_twenty_items_are_named_and_the_rest_is_counted(letters):
    for number in range(30):
        make.due(f"claim-{number:02}")
    make.task(claim=make.due("with-a-task"))
    with_address(make.editor())
    [letter] = letters()
    assert letter.subject == "Footing: 32 due to you"
    assert letter.body.count("/recheck/\n") == 19
    assert "… and 12 more: http://127.0.0.1:8000/admin/?list=recheck" in letter.body
    assert letter.body.count("/admin/queue/task/") == 1


@pytest.mark.parametrize(
    ("totals", "expected"),
    [([], []), ([3], [3]), ([30], [20]), ([30, 30], [10, 10]), ([30, 1, 30], [10, 1, 9]), ([2, 2], [2, 2])],
)
def test_places_in_a_letter_are_shared(totals, expected):
    assert shares(totals, 20) == expected


# --- The choice ----------------------------------------------------------------------------------------------------


def test_everybody_chooses_for_themselves(client):
    ed, rev = make.editor(), make.reviewer()
    client.force_login(ed)
    page = client.get(reverse("queue:digest")).content.decode()
    assert "Your account has no e-mail address" in page
    answer = client.post(reverse("queue:digest"), {"digest": "never", "person": rev.pk, "username": "rev"})
    assert answer.url == "/admin/"
    assert dict(Person.objects.values_list("username", "digest")) == {"ed": "never", "rev": "weekly"}
    refused = client.post(reverse("queue:digest"), {"digest": "hourly"}).content.decode()
    assert "hourly is not one of the available choices" in refused


def test_of_some_kinds_somebody_gets_a_letter_for_each_thing_a_day():
    reader = make.editor()

    def begun(about: str, at=MONDAY) -> bool:
        return operations.begin_letter(at=at, to=reader, items=1, kind="warn", about=about)

    assert [begun("one"), begun("one"), begun("two")] == [True, False, True]
    operations.letter_failed(at=MONDAY, to=reader, kind="warn", about="one")
    assert [begun("two"), begun("one"), begun("one", at=TUESDAY)] == [False, True, True]
