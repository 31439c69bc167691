"""What can be done to the registry. Every write is one of these verbs.

Each is atomic and takes who does it (`by`) and when (`at`, an aware datetime
read at the edge), and puts itself into the log of acts. Rules that people run
into raise `OperationRefused` with a message for them.
"""

from claims.operations.approving import Approvals, approve, approve_confirmations, beyond_reading, warning_of
from claims.operations.checking import check
from claims.operations.conflicts import record_conflict, settle_conflict
from claims.operations.drafting import draft, restore, revise, send_back, submit
from claims.operations.history import verify_chain
from claims.operations.people import ROLES, password_was_set, save_person, save_role
from claims.operations.publishing import publish, retract, supersede
from claims.operations.rules import FIELDS, VALUE_FIELDS, EditedMeanwhile, OperationRefused, check_value, validate
from claims.operations.vocabulary import Entry, file_entry, fingerprint, save_entry

__all__ = [
    "FIELDS",
    "ROLES",
    "VALUE_FIELDS",
    "Approvals",
    "EditedMeanwhile",
    "Entry",
    "OperationRefused",
    "approve",
    "approve_confirmations",
    "beyond_reading",
    "check",
    "check_value",
    "draft",
    "file_entry",
    "fingerprint",
    "password_was_set",
    "publish",
    "record_conflict",
    "restore",
    "retract",
    "revise",
    "save_entry",
    "save_person",
    "save_role",
    "send_back",
    "settle_conflict",
    "submit",
    "supersede",
    "validate",
    "verify_chain",
    "warning_of",
]
