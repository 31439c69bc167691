"""What can be done to the registry. Every write is one of these verbs.

Each is atomic and takes who does it (`by`) and when (`at`, an aware datetime
read at the edge), and puts itself into the log of acts. Rules that people run
into raise `OperationRefused` with a message for them.
"""

from claims.operations.checking import check
from claims.operations.conflicts import record_conflict, settle_conflict
from claims.operations.drafting import draft, revise, send_back, submit
from claims.operations.history import verify_chain
from claims.operations.import_batches import MOST_REFUSALS, ImportLine, Refusal, record_import
from claims.operations.importing import ImportRefused, apply_import, may_change
from claims.operations.judging import certainty_after, check_judgement, judge_certainty, scope_key
from claims.operations.publishing import publish, retract, supersede
from claims.operations.rules import FIELDS, VALUE_FIELDS, EditedMeanwhile, OperationRefused, check_value, validate
from claims.operations.totals import check_total, state_total, withdraw_total
from claims.operations.undoing import ImportTouched, Touched, undo_import
from claims.operations.visiting import Look, Seen, SeenClaim, close_task, record_visit

__all__ = [
    "FIELDS",
    "MOST_REFUSALS",
    "VALUE_FIELDS",
    "EditedMeanwhile",
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
    "certainty_after",
    "check",
    "check_judgement",
    "check_total",
    "check_value",
    "close_task",
    "draft",
    "judge_certainty",
    "may_change",
    "publish",
    "record_conflict",
    "record_import",
    "record_visit",
    "retract",
    "revise",
    "scope_key",
    "send_back",
    "settle_conflict",
    "state_total",
    "submit",
    "supersede",
    "undo_import",
    "validate",
    "verify_chain",
    "withdraw_total",
]
