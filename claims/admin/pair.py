"""The two claims of a conflict beside each other: what each says, on what evidence, and both values made alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from claims import comparison, projection, published
from claims.admin.log import in_words, particulars
from claims.conflicts import PART_KEYS, Comparison, Range
from claims.models import Act, Claim, Conflict, Revision
from claims.rates import Conversion
from claims.templatetags.registry import day, scope_words
from claims.wording import APART, CERTAINTY, CONFLICT_STATE, CREDIBILITY, RELATION


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the table: what it is, and what it says of either claim. `differs`: a scope key that parts the two."""

    name: str
    first: str
    second: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Everything the page shows of a conflict. `first` and `second` are claims, `documents` what readers see of them."""

    conflict: Conflict
    documents: tuple[Mapping[str, Any], Mapping[str, Any]]
    alike: tuple[str, str] | None
    verdict: str
    conversion: Conversion | None
    scope: Sequence[Part]
    rest: Sequence[Part]
    used_when_opened: Sequence[str]

    @property
    def sides(self) -> tuple[tuple[Claim, Mapping[str, Any]], tuple[Claim, Mapping[str, Any]]]:
        """Each claim with its document."""
        return (self.conflict.first, self.documents[0]), (self.conflict.second, self.documents[1])


def of(conflict: Conflict, *, on: date) -> Pair:
    """A conflict as things are on a day."""
    documents = _document(conflict.first, on), _document(conflict.second, on)
    found = _compared(conflict, on)
    return Pair(
        conflict=conflict,
        documents=documents,
        alike=(range_text(found.first), range_text(found.second)) if found and found.first and found.second else None,
        verdict=_verdict(found),
        conversion=found.conversion if found else None,
        scope=_scope(documents[0]["scope"], documents[1]["scope"]),
        rest=[Part(name, say(documents[0]), say(documents[1])) for name, say in _PARTS.items()],
        used_when_opened=_rates_then(conflict),
    )


def _document(claim: Claim, on: date) -> Mapping[str, Any]:
    """What readers see of a claim on a day; of one that was never published, what they would see."""
    if claim.current_revision is not None:
        return published.documents([claim.current_revision], on=on)[0]
    return projection.build(claim, number=0, state=Revision.State.PUBLISHED, at=claim.changed_at, checked_on=None)


def _compared(conflict: Conflict, on: date) -> Comparison | None:
    first, second = conflict.first.current_revision, conflict.second.current_revision
    if first is None or second is None:
        return None
    return comparison.between(first, second, on=on, rates=comparison.rates(on))


def _verdict(found: Comparison | None) -> str:
    if found is None:
        return "Not compared: one of them was never published."
    if found.relation is not None:
        return RELATION[found.relation]
    key = f", by {found.key.replace('_', ' ')}" if found.key else ""
    return f"Not compared: {APART[str(found.apart)]}{key}."


def range_text(found: Range) -> str:
    """A comparable value, to four digits: "13.13–39.4 USD per run", "at least 10,000 examples"."""
    measure = found.measure.partition(" of ")[0].replace("_", " ")
    if found.low is None or found.high is None:
        end = found.high if found.low is None else found.low
        if end is None:
            return f"any {measure}"
        return f"at {'most' if found.low is None else 'least'} {_number(end)} {measure}"
    low, high = _number(found.low), _number(found.high)
    return f"{low if low == high else f'{low}–{high}'} {measure}"


def _number(number: Decimal) -> str:
    """Whole numbers in full, others to four digits."""
    whole = number == number.to_integral_value()
    return str(format_decimal(number, format="#,##0" if whole else "@@##", locale="en_001"))


def _scope(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Part]:
    """The scope of both, key by key; what one leaves out is any, but a list of parts that it does not give is unknown."""
    found = []
    for key in [*first, *(key for key in second if key not in first)]:
        one, other = (dict(scope_words({key: scope[key]})) if key in scope else None for scope in (first, second))
        name = next(iter(one or other or {}))
        lists_parts = key in PART_KEYS
        missing = "not said" if lists_parts else "any"
        found.append(
            Part(
                name=name,
                first=one[name] if one else missing,
                second=other[name] if other else missing,
                differs=not lists_parts and key in first and key in second and first[key] != second[key],
            )
        )
    return found


def _credibility(document: Mapping[str, Any]) -> str:
    return f"{document['credibility']}, {CREDIBILITY[document['credibility']]}. {document['credibility_reason']}"


def _certainty(document: Mapping[str, Any]) -> str:
    notes = [reason["note"] for reason in document["certainty_reasons"] if reason["note"]]
    return ". ".join([CERTAINTY[document["certainty"]].capitalize(), *(note.rstrip(".") for note in notes)])


def _freshness(document: Mapping[str, Any]) -> str:
    read = f"last read on {day(document['checked_on'])}" if document["checked_on"] else "not read since publication"
    return f"{document['freshness'].capitalize()}, {read}"


_PARTS = {
    "Assumptions": lambda document: document["assumptions"] or "None noted",
    "Credibility": _credibility,
    "Certainty": _certainty,
    "Independent sources": lambda document: str(document["independent_sources"]),
    "Freshness": _freshness,
}


def _rates_then(conflict: Conflict) -> list[str]:
    """The claims (`slug@n`) whose rates were used when the pair was last opened by the machine."""
    opened = conflict.acts.filter(verb__in=("open_conflict", "reopen_conflict")).order_by("-pk").first()
    return list(opened.detail.get("rates", ())) if opened else []


def history(conflict: Conflict) -> list[dict[str, Any]]:
    """What was done to a conflict, newest first, with what was decided each time."""
    acts = Act.objects.filter(conflict=conflict).select_related("by", "claim", "revision").order_by("-pk")
    return [
        {
            "at": act.at,
            "by": act.by,
            "words": in_words(act).removesuffix(" the conflict between").removesuffix(" a conflict between"),
            "decided": CONFLICT_STATE.get(act.detail.get("state", ""), ""),
            "note": act.note,
            "earlier": _earlier(act.detail.get("earlier") or {}),
            "particulars": particulars(act),
        }
        for act in acts
    ]


def _earlier(decision: Mapping[str, Any]) -> str:
    """The decision that stood before a pair was opened again; empty where there was none."""
    if "decided_on" not in decision:
        return ""
    return f"{CONFLICT_STATE[decision['state']]} ({decision['decided_by']}, {day(decision['decided_on'])}). {decision['reason']}"
