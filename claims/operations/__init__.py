"""What can be done to the registry. Every write is one of these verbs.

Each is atomic and takes who does it (`by`) and when (`at`, an aware datetime
read at the edge), and puts itself into the log of acts. Rules that people run
into raise `OperationRefused` with a message for them.
"""

from claims.operations.checking import check, check_once, newest_by_a_person
from claims.operations.conflicts import record_conflict, settle_conflict
from claims.operations.desk import choose_digest, delete_view, release, save_view, take
from claims.operations.drafting import draft, revise, send_back, submit
from claims.operations.history import verify_chain
from claims.operations.letters import begin_letter, letter_failed, written_to
from claims.operations.publishing import publish, retract, supersede
from claims.operations.rules import (
    FIELDS,
    VALUE_FIELDS,
    CheckedMeanwhile,
    EditedMeanwhile,
    OperationRefused,
    check_value,
    validate,
)
from claims.operations.tasks import close_task

__all__ = [
    "FIELDS",
    "VALUE_FIELDS",
    "CheckedMeanwhile",
    "EditedMeanwhile",
    "OperationRefused",
    "begin_letter",
    "check",
    "check_once",
    "check_value",
    "choose_digest",
    "close_task",
    "delete_view",
    "draft",
    "letter_failed",
    "newest_by_a_person",
    "publish",
    "record_conflict",
    "release",
    "retract",
    "revise",
    "save_view",
    "send_back",
    "settle_conflict",
    "submit",
    "supersede",
    "take",
    "validate",
    "verify_chain",
    "written_to",
]
