"""Writes that may be sent again: under an `Idempotency-Key` a request is done once and answered as often as it is sent.

As draft-ietf-httpapi-idempotency-key-header has it: another body under the same key is refused with 422, one that is
still being done with 409. Keys belong to a token or a person, and to a firm. A refusal is kept like any other answer; a
failure of ours is not, so that the request can be sent again.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.db import transaction

from assessments.api_problems import Refused, wrong_fields
from assessments.models import KeptAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)
GIVEN_UP = timedelta(minutes=10)  # longer than any request takes: the process that did it has died
_KEY = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255})')


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a write: a JSON object with its status and headers."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """A write as it was asked for. `owner`: whose key; `at`: now; `header`: the key as it was sent, None for none."""

    owner: str
    at: datetime
    header: str | None
    method: str
    address: str
    precondition: str
    body: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The key without its quotation marks; empty where there is none. Raises for one that cannot be one."""
        if self.header is None:
            return ""
        found = _KEY.fullmatch(self.header.strip())
        if found is None:
            raise wrong_fields({HEADER: ["A key is up to 255 letters, digits and signs, such as a UUID."]})
        return found[1] or found[2]

    @property
    def fingerprint(self) -> str:
        """By which the same request is known."""
        parts = [self.method, self.address, self.precondition, self.body]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


Run = Callable[[], Answer]


def once(write: Write, run: Run, *, refused: Callable[[Exception], Answer], whole: bool = True) -> Answer:
    """Do a write, or give the answer to it again. `refused` makes an answer of what `run` raises, or raises.

    `whole`: what is written and the kept answer are one transaction, so that a process that dies in between leaves
    neither. Without it (for what takes seconds and refuses by itself to be done twice) only the key is held.
    """
    if not write.key:
        return run()
    kept, ours = _claim(write)
    if not ours:
        return _again(kept)
    try:
        with _together(whole):
            answer = _done(run, refused, whole=whole)
            if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                _keep(kept, answer)
    except BaseException:
        _let_go(kept)
        raise
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _let_go(kept)
    return answer


def forget(*, at: datetime) -> int:
    """Remove the answers that nobody can ask for any more; how many there were."""
    return KeptAnswer.objects.filter(begun_at__lte=at - KEPT).delete()[0]


def _together(whole: bool) -> AbstractContextManager[Any]:
    return transaction.atomic() if whole else nullcontext()


def _claim(write: Write) -> tuple[KeptAnswer, bool]:
    """The row of the key, and whether the request is to be done by us. The unique constraint lets one only insert it."""
    defaults = {"fingerprint": write.fingerprint, "begun_at": write.at}
    kept, made = KeptAnswer.objects.get_or_create(owner=write.owner, key=write.key, defaults=defaults)
    if made or (kept.begun_at <= write.at - KEPT and _take_over(kept, write)):
        return kept, True
    if kept.fingerprint != write.fingerprint:
        raise Refused(
            "This idempotency key was used for another request: take a new key for each.",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if kept.status is None and not (kept.begun_at <= write.at - GIVEN_UP and _take_over(kept, write)):
        raise _in_progress()
    return kept, kept.status is None


def _take_over(kept: KeptAnswer, write: Write) -> bool:
    """Begin anew what is too old to count; of two at once one does."""
    as_seen = KeptAnswer.objects.filter(pk=kept.pk, begun_at=kept.begun_at, status=kept.status)
    fresh: dict[str, Any] = {"begun_at": write.at, "fingerprint": write.fingerprint, "status": None}
    if not as_seen.update(**fresh, headers={}, content=""):
        raise _in_progress()
    kept.begun_at, kept.fingerprint, kept.status = write.at, write.fingerprint, None
    return True


def _done(run: Run, refused: Callable[[Exception], Answer], *, whole: bool) -> Answer:
    try:
        with _together(whole):
            return run()
    except Exception as error:  # noqa: BLE001 – `refused` raises again what it does not know
        return refused(error)


def _keep(kept: KeptAnswer, answer: Answer) -> None:
    ours = KeptAnswer.objects.filter(pk=kept.pk, begun_at=kept.begun_at, status=None)
    content = json.dumps(answer.body, ensure_ascii=False)
    if not ours.update(status=answer.status, headers=dict(answer.headers), content=content):
        raise _in_progress()  # somebody believed that we had died: theirs counts


def _let_go(kept: KeptAnswer) -> None:
    KeptAnswer.objects.filter(pk=kept.pk, begun_at=kept.begun_at, status=None).delete()


def _again(kept: KeptAnswer) -> Answer:
    assert kept.status is not None, "what is running is not given again"
    return Answer(kept.status, json.loads(kept.content), kept.headers | {REPLAYED: "true"})


def _in_progress() -> Refused:
    return Refused("A request with this idempotency key is still being done: send it again in a while.")
