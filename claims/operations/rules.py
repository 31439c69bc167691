"""What every verb asks first: may this person do it, does the value make sense, is the claim as they think it is."""

import re
from collections.abc import Callable
from math import isfinite

from django.core.exceptions import ValidationError

from claims import working_copy
from claims.models import Claim, Metric, Person
from claims.quantity import Quantity, QuantityError

# What can be asked for as `scope.<key>`: no double underscore, which means something else to a query.
_SCOPE_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
SCOPE_RULE = (
    "Scope is a flat set of keys (small letters, digits, single underscores), each with a text, a finite number or "
    "true/false."
)

# Why certainty may be lowered (GRADE).
REASON_CODES = ("bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
REASONS_RULE = f"Reasons are a list, each with a code ({', '.join(REASON_CODES)}) and a note, and nothing else."

# No database stores a zero character, and half of a character is none.
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
STORABLE_RULE = "The text holds a character that cannot be stored: type it again."

VALUE_FIELDS = ("low", "likely", "high", "bound", "rating", "unit", "currency", "per")
FIELDS = (
    "statement",
    "statement_es",
    "subject",
    "metric",
    *VALUE_FIELDS,
    "scope",
    "assumptions",
    "study_type",
    "credibility",
    "credibility_reason",
    "certainty",
    "certainty_reasons",
    "expires_on",
    "change_note",
)


class OperationRefused(Exception):
    """A rule forbids this. `field` names what is wrong, where one thing is; the message says what would be right."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def require(person: Person, permission: str, verb: str) -> None:
    """Raise `OperationRefused` where a person lacks a permission; `verb` says what for, as in "draft claims"."""
    if not person.has_perm(permission):
        raise OperationRefused(f"{person.get_username()} may not {verb}: ask a registry manager for the role.")


class EditedMeanwhile(OperationRefused):
    """Somebody else saved the claim since this person opened it; nothing was written."""


class CheckedMeanwhile(OperationRefused):
    """Somebody else checked the claim, or published it anew, since this person opened it; nothing was written."""


def lock(claim: Claim, edit_number: int | None = None) -> Claim:
    """The claim as it is now, locked until the transaction ends.

    `edit_number` is the one a person started from: where somebody else saved in between, this raises
    `EditedMeanwhile`. None: the caller read the claim in this transaction.
    """
    # no_key, here and wherever a row is locked that others refer to: its key never changes, so they may go on referring.
    locked = Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if edit_number is not None and edit_number != locked.edit_number:
        raise EditedMeanwhile(
            f"{_last_writer(locked).get_username()} saved {locked.slug} while you were editing. "
            "Nothing of yours was stored: compare the two texts and save again."
        )
    return locked


def _last_writer(claim: Claim) -> Person:
    """Who wrote the text as it is now: by the log, since a reviewer who sends a draft back writes its note."""
    act = next(iter(working_copy.acts_since(claim, claim.edit_number - 1)), None)
    return act.by if act and act.by else claim.changed_by


def check_value(claim: Claim) -> None:
    """Raise `ValidationError` by field where the value makes no sense, or not for its metric."""
    error = value_error(lambda: claim.quantity, claim.metric)
    if error is not None:
        raise ValidationError({value_field(error): [str(error)]}) from error


def value_error(quantity: Callable[[], Quantity], metric: Metric) -> QuantityError | None:
    """Why a value makes no sense, or not for its metric; None where it does."""
    try:
        quantity().check_against(
            units=metric.units,
            ratings=metric.ratings,
            max_percent=metric.max_percent,
            allow_negative=metric.allow_negative,
        )
    except QuantityError as error:
        return error
    return None


def value_field(error: QuantityError) -> str:
    """The field of a claim that an error of its value is about."""
    return error.field if error.field in VALUE_FIELDS else "low"


def is_scope(scope: object) -> bool:
    """Whether this is a flat mapping of keys that can be asked for."""
    return isinstance(scope, dict) and all(
        isinstance(key, str)
        and _SCOPE_KEY.fullmatch(key)
        and isinstance(value, str | int | float | bool)
        and (not isinstance(value, float) or isfinite(value))
        for key, value in scope.items()
    )


def is_reasons(reasons: object) -> bool:
    """Whether these are reasons for lowering certainty: known codes, each with a note."""
    return isinstance(reasons, list) and all(
        isinstance(reason, dict)
        and reason.keys() == {"code", "note"}
        and reason["code"] in REASON_CODES
        and isinstance(reason["note"], str)
        for reason in reasons
    )


def is_storable(value: object) -> bool:
    """Whether every text in a value (plain data) can be stored."""
    if isinstance(value, str):
        return _NOT_STORABLE.search(value) is None
    if isinstance(value, dict):
        return all(is_storable(inner) for inner in value.values())
    return all(is_storable(inner) for inner in value) if isinstance(value, list) else True


def storable(text: str) -> str:
    """A text with a mark for each character that cannot be stored: for messages that repeat what somebody wrote."""
    return _NOT_STORABLE.sub("\ufffd", text)


def validate(claim: Claim) -> None:
    """Raise `ValidationError` by field where the claim breaks a rule of its metric or of the schema."""
    check_value(claim)
    if not is_scope(claim.scope):
        raise ValidationError({"scope": [SCOPE_RULE]})
    if not is_reasons(claim.certainty_reasons):
        raise ValidationError({"certainty_reasons": [REASONS_RULE]})
    for field in FIELDS:
        if not is_storable(getattr(claim, field)):
            raise ValidationError({field: [STORABLE_RULE]})
    claim.full_clean(exclude=["current_revision", "superseded_by", "submitted_by"])
