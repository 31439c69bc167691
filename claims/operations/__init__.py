"""What can be done to the registry. Every write is one of these verbs.

Each is atomic and takes who does it (`by`) and when (`at`, an aware datetime
read at the edge), and puts itself into the log of acts. Rules that people run
into raise `OperationRefused` with a message for them.
"""

from claims.operations.checking import check
from claims.operations.comparing import find_conflicts
from claims.operations.conflicts import DecidedMeanwhile, last_act, record_conflict, settle_conflict
from claims.operations.drafting import draft, revise, send_back, submit
from claims.operations.history import verify_chain
from claims.operations.publishing import publish, retract, supersede
from claims.operations.rules import FIELDS, VALUE_FIELDS, EditedMeanwhile, OperationRefused, check_value, validate

__all__ = [
    "FIELDS",
    "VALUE_FIELDS",
    "DecidedMeanwhile",
    "EditedMeanwhile",
    "OperationRefused",
    "check",
    "check_value",
    "draft",
    "find_conflicts",
    "last_act",
    "publish",
    "record_conflict",
    "retract",
    "revise",
    "send_back",
    "settle_conflict",
    "submit",
    "supersede",
    "validate",
    "verify_chain",
]
