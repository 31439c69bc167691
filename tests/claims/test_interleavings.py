"""Two editors, a thousand generated interleavings: no silent overwrite, and nothing that was stored is lost."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from claims import operations
from claims.models import Act, Claim
from claims.operations import OperationRefused, rules
from tests.claims import factories as make
from tests.claims.desk import open_claim, signed_in
from tests.claims.factories import NOON
from tests.claims.interleaving import STEPS as VERBS
from tests.claims.interleaving import ByForms, ByOperations, Hands, Schedule, begin, text_now

THROUGH_OPERATIONS = 950
THROUGH_FORMS = 50
STEPS = 5
STEPS_OF_FORMS = 3


def two_people() -> tuple:
    """Each may edit and approve, so that each can do everything the other does."""
    return tuple(make.person(name, "editor", "reviewer", is_staff=True) for name in ("ann", "ben"))


@contextmanager
def forgotten() -> Iterator[None]:
    """A transaction that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def run(hands: Hands, seeds: range, steps: int = STEPS) -> tuple[Counter[str], Counter[str]]:
    """Run one schedule a seed; how often each step was done, and how often refused."""
    claim, people = make.publish().claim, two_people()
    done, told = Counter[str](), Counter[str]()
    for seed in seeds:
        with forgotten():
            begin(claim, seed)
            schedule = Schedule(claim, people, hands, random.Random(seed))
            try:
                schedule.run(steps, uploads=seed % 4 == 1)
            except AssertionError as broken:
                raise AssertionError(f"schedule {seed}: {broken}") from broken
            done, told = done + schedule.done, told + schedule.told
    return done, told


@pytest.mark.slow
@pytest.mark.django_db
def test_no_interleaving_of_operations_overwrites_anything_unseen():
    done, told = run(ByOperations(), range(THROUGH_OPERATIONS))
    # Each kind of step was taken often, and each was refused often.
    assert min(done[verb] for verb in VERBS if verb != "open") > 20
    assert min(told[verb] for verb in VERBS if verb != "open") > 20
    assert done.total() > THROUGH_OPERATIONS
    assert told.total() > THROUGH_OPERATIONS


@pytest.mark.slow
@pytest.mark.django_db
def test_no_interleaving_of_forms_overwrites_anything_unseen():
    done, told = run(ByForms(), range(THROUGH_OPERATIONS, THROUGH_OPERATIONS + THROUGH_FORMS), STEPS_OF_FORMS)
    assert done.total() > THROUGH_FORMS
    assert told.total() > THROUGH_FORMS


@pytest.mark.django_db
def test_without_the_comparison_of_numbers_the_schedules_would_notice(monkeypatch):
    found = rules.lock
    for module in ("drafting", "publishing", "approving"):
        careless = lambda claim, edit_number=None: found(claim)  # noqa: E731 - one line says it
        monkeypatch.setattr(import_module(f"claims.operations.{module}"), "lock", careless)
    with pytest.raises(AssertionError, match="was current"):
        run(ByOperations(), range(50))


# Truly at once: threads with connections of their own, on SQLite and on PostgreSQL.


@pytest.fixture
def registry(transactional_db) -> Claim:
    import_module("claims.migrations.0005_roles_of_the_workbench").make_roles(apps, None)
    return make.publish().claim


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returns or raises, all begun at the same moment."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)

    def take(place: int) -> None:
        start.wait()
        try:
            found[place] = acts[place]()
        except OperationRefused as refusal:
            found[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return found


def test_of_two_saves_at_once_one_is_stored_and_the_other_is_told(registry):
    people = two_people()
    for number in range(5):
        seen = Claim.objects.get().edit_number
        saves = [
            lambda who=who, seen=seen, text=f"{who} {number}": operations.revise(
                by=who, at=NOON, claim=registry, fields={"statement": text}, edit_number=seen
            )
            for who in people
        ]
        found = at_once(*saves)
        assert sorted(type(one).__name__ for one in found) == ["Claim", "EditedMeanwhile"]
        winner = next(one for one in found if isinstance(one, Claim))
        assert Claim.objects.get().statement == winner.statement
        assert Claim.objects.get().edit_number == seen + 1


def test_of_two_forms_at_once_the_second_comes_back_with_both_texts(registry):
    people = two_people()
    pages = [open_claim(who, registry) for who in people]
    answers = at_once(
        *(
            lambda page=page, who=who: page.send(statement=f"By {who}.", _save="1")
            for page, who in zip(pages, people, strict=True)
        )
    )
    told = [answer for answer in answers if answer.words("collision")]
    assert len(told) == 1
    mine, stored = told[0].data["statement"][0], text_now(registry)["statement"]
    assert {mine, stored} == {"By ann.", "By ben."}
    assert told[0].rows("collision")["Statement"][1:3] == [stored, mine]
    assert Act.objects.filter(verb="revise").count() == 1


def test_what_two_approve_in_bulk_at_once_is_published_once(registry):
    claims = [registry, *(make.publish(f"more-{number}").claim for number in range(3))]
    for place, claim in enumerate(claims):
        changed = operations.revise(
            by=make.editor(),
            at=NOON,
            claim=claim,
            fields={"change_note": "Read."},
            citations=[make.citation(note="Read.")],
        )
        claims[place] = operations.submit(by=make.editor(), at=NOON, claim=changed)
    seen = {claim.pk: claim.edit_number for claim in claims}
    outcomes = at_once(
        *(
            lambda who=who: operations.approve_confirmations(by=who, at=NOON, claims=claims, seen=seen)
            for who in (make.reviewer(), make.manager())
        )
    )
    published = [str(revision) for outcome in outcomes for revision in outcome.published]
    assert sorted(published) == sorted(f"{claim.slug}@2" for claim in claims)
    assert sum(len(outcome.left) for outcome in outcomes) == len(claims)
    assert operations.verify_chain() == []


def test_an_approval_and_a_save_at_once_leave_one_of_two_clear_outcomes(registry):
    ann, _ = two_people()
    claim = operations.revise(by=make.editor(), at=NOON, claim=registry, fields={"statement": "First."})
    claim = operations.submit(by=make.editor(), at=NOON, claim=claim)
    seen = claim.edit_number
    approved, saved = at_once(
        lambda: operations.approve(by=make.reviewer(), at=NOON, claim=claim, edit_number=seen),
        lambda: operations.revise(by=ann, at=NOON, claim=claim, fields={"statement": "Second."}, edit_number=seen),
    )
    assert isinstance(saved, Claim)
    assert Claim.objects.get().statement == "Second."
    if isinstance(approved, OperationRefused):
        assert registry.revisions.count() == 1
    else:
        assert approved.body["statement"] == "First."


def test_two_lists_send_the_same_approval_at_once(registry):
    claim = operations.revise(by=make.editor(), at=NOON, claim=registry, fields={"change_note": "Read."})
    claim = operations.submit(by=make.editor(), at=NOON, claim=claim)
    form = {
        "action": "approve_confirmations",
        "_selected_action": [claim.pk],
        f"seen-{claim.pk}": claim.edit_number,
    }
    people = (make.reviewer(), make.manager())
    browsers = [signed_in(who) for who in people]
    pages = at_once(
        *(lambda one=one: one.post("/admin/claims/claim/", form, follow=True).content.decode() for one in browsers)
    )
    assert sorted("Published 1: rag-build-cost." in page for page in pages) == [False, True]
    assert claim.revisions.count() == 2
