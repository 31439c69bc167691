"""What can be done to the registry. Every write is one of these verbs.

Each is atomic and takes who does it (`by`) and when (`at`, an aware datetime
read at the edge), and puts itself into the log of acts. Rules that people run
into raise `OperationRefused` with a message for them.
"""

from claims.operations.checking import check
from claims.operations.conflicts import record_conflict, settle_conflict
from claims.operations.drafting import draft, revise, send_back, submit
from claims.operations.history import verify_chain
from claims.operations.publishing import publish, retract, supersede
from claims.operations.rules import FIELDS, VALUE_FIELDS, EditedMeanwhile, OperationRefused, check_value, validate
from claims.operations.tasks import close_task
from claims.operations.visiting import Look, Seen, SeenClaim, record_visit

__all__ = [
    "FIELDS",
    "VALUE_FIELDS",
    "EditedMeanwhile",
    "Look",
    "OperationRefused",
    "Seen",
    "SeenClaim",
    "check",
    "check_value",
    "close_task",
    "draft",
    "publish",
    "record_conflict",
    "record_visit",
    "retract",
    "revise",
    "send_back",
    "settle_conflict",
    "submit",
    "supersede",
    "validate",
    "verify_chain",
]
