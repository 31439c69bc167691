"""What can be done to the registry. Every write is one of these verbs.

Each is atomic and takes who does it (`by`) and when (`at`, an aware datetime
read at the edge), and puts itself into the log of acts. Rules that people run
into raise `OperationRefused` with a message for them.
"""

from claims.operations.approving import Approvals, approve, approve_confirmations, beyond_reading, warning_of
from claims.operations.checking import check, check_once, newest_by_a_person
from claims.operations.comparing import find_conflicts
from claims.operations.conflicts import DecidedMeanwhile, last_act, record_conflict, settle_conflict
from claims.operations.desk import choose_digest, delete_view, release, save_view, take
from claims.operations.drafting import draft, restore, revise, send_back, submit
from claims.operations.gaps import close_gap, closed_because, count_gaps, note_gaps, reopen_gap
from claims.operations.history import verify_chain
from claims.operations.import_batches import MOST_REFUSALS, ImportLine, Refusal, record_import
from claims.operations.importing import ImportRefused, apply_import, may_change
from claims.operations.judging import certainty_after, check_judgement, judge_certainty, scope_key
from claims.operations.letters import CASES, QUEUE, begin_letter, letter_failed, written_to
from claims.operations.people import ROLES, password_was_set, save_person, save_role
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
from claims.operations.totals import check_total, state_total, withdraw_total
from claims.operations.undoing import ImportTouched, Touched, undo_import
from claims.operations.visiting import Look, Seen, SeenClaim, record_visit
from claims.operations.vocabulary import Entry, file_entry, fingerprint, save_entry

__all__ = [
    "CASES",
    "FIELDS",
    "MOST_REFUSALS",
    "QUEUE",
    "ROLES",
    "VALUE_FIELDS",
    "Approvals",
    "CheckedMeanwhile",
    "DecidedMeanwhile",
    "EditedMeanwhile",
    "Entry",
    "ImportLine",
    "ImportRefused",
    "ImportTouched",
    "Look",
    "OperationRefused",
    "Refusal",
    "Seen",
    "SeenClaim",
    "Touched",
    "apply_import",
    "approve",
    "approve_confirmations",
    "begin_letter",
    "beyond_reading",
    "certainty_after",
    "check",
    "check_judgement",
    "check_once",
    "check_total",
    "check_value",
    "choose_digest",
    "close_gap",
    "close_task",
    "closed_because",
    "count_gaps",
    "delete_view",
    "draft",
    "file_entry",
    "find_conflicts",
    "fingerprint",
    "judge_certainty",
    "last_act",
    "letter_failed",
    "may_change",
    "newest_by_a_person",
    "note_gaps",
    "password_was_set",
    "publish",
    "record_conflict",
    "record_import",
    "record_visit",
    "release",
    "reopen_gap",
    "restore",
    "retract",
    "revise",
    "save_entry",
    "save_person",
    "save_role",
    "save_view",
    "scope_key",
    "send_back",
    "settle_conflict",
    "state_total",
    "submit",
    "supersede",
    "take",
    "undo_import",
    "validate",
    "verify_chain",
    "warning_of",
    "withdraw_total",
    "written_to",
]
