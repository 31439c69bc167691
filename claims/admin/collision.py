"""Two people edit one claim: what each of them wrote, part by part, and one form in which nothing of either is lost.

Three texts are compared as a form holds them, in strings: what the person started from (by the log), what somebody else
saved since, and what the person typed. A part that only the other one changed is taken over; a part that both changed
stays as typed, with the other's text beside it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from claims import operations, working_copy
from claims.editor_forms import ClaimForm
from claims.models import Act, Citation, Claim, Source
from claims.quantity import QuantityError, text
from claims.working_copy import NamesWhatIsGone

CITED = ("source", "stance", "printed", "locator", "attributed_to", "note")
_CITATIONS = "citations"
# Parts of the form that are read together; all others are one field each.
_PARTS: dict[str, tuple[str, ...]] = {
    "statement": ("statement",),
    "statement_es": ("statement_es",),
    "subject": ("subject",),
    "metric": ("metric",),
    "topics": ("topics",),
    "value": ("value_as_printed", *operations.VALUE_FIELDS),
    **{
        field: (field,)
        for field in operations.FIELDS
        if field not in ("statement", "statement_es", "subject", "metric", *operations.VALUE_FIELDS)
    },
}

Strings = Mapping[str, list[str]]
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the form holds it: the strings of each field, and the rows of citations."""

    fields: Strings
    citations: list[Row]

    def of(self, part: str) -> Any:
        """What can be compared of one part."""
        if part == _CITATIONS:
            return self.citations
        return [self.fields.get(field, [""]) for field in _PARTS[part]]


@dataclass(frozen=True, slots=True)
class Part:
    """One part on which texts differ, in words. `fields` is JSON: what a script fills in to take the other's text."""

    key: str
    label: str
    base: str | None
    theirs: str
    mine: str
    fields: str


@dataclass(frozen=True, slots=True)
class Collision:
    """What the person has to look at, and the form data with which they go on."""

    acts: list[Act]
    both: list[Part]
    taken: list[Part]
    only_mine: list[str]
    knows_start: bool
    data: QueryDict


def compare(claim: Claim, posted: QueryDict, *, started_from: int, take: str = "", merge: bool = True) -> Collision:
    """Lay three texts of a claim side by side.

    `merge`: take over what only the other changed (once: afterwards the form is the person's own). `take` names a part
    for which the person chose the other's text.
    """
    stored, typed, start = _stored(working_copy.text_of(claim)), _typed(posted), _start(claim, started_from)
    assert stored is not None  # a working copy names only what is there
    data = posted.copy()
    data["started_from"], data["compared_from"] = str(claim.edit_number), str(started_from)
    both, taken, only_mine = [], [], []
    rows = typed.citations
    form = ClaimForm()
    for key in (*_PARTS, _CITATIONS):
        mine, theirs, base = typed.of(key), stored.of(key), start and start.of(key)
        if mine == theirs:
            continue
        part = _part(form, key, base=start, theirs=stored, mine=typed)
        if key == take or (merge and mine == base):
            rows = _fill(data, key, stored, rows)
            if key != take:
                taken.append(part)
        elif theirs == base:
            only_mine.append(part.label)
        else:
            both.append(part)
    _write_rows(data, rows)
    return Collision(
        acts=working_copy.acts_since(claim, started_from),
        both=both,
        taken=taken,
        only_mine=only_mine,
        knows_start=start is not None,
        data=data,
    )


def _start(claim: Claim, edit_number: int) -> Text | None:
    text = working_copy.text_at(claim, edit_number)
    return None if text is None else _stored(text)


def _stored(body: Mapping[str, Any]) -> Text | None:
    """A stored text as the form would show it; None where it names what is gone."""
    try:
        parts = working_copy.parts_of(body)
    except NamesWhatIsGone:
        return None
    initial = parts.fields | {"topics": [topic.pk for topic in parts.topics]}
    for field, value in initial.items():
        if isinstance(value, Decimal):
            initial[field] = f"{value.normalize():f}"
        elif hasattr(value, "pk"):
            initial[field] = value.pk
    form = ClaimForm(initial=initial)
    fields = {field: _strings(form[field].value()) for names in _PARTS.values() for field in names}
    rows = [tuple(_string(citation[key]) for key in CITED) for citation in parts.citations]
    return Text(fields, rows)


def _typed(posted: QueryDict) -> Text:
    fields = {field: _strings(posted.getlist(field)) for names in _PARTS.values() for field in names}
    count = posted.get("citations-TOTAL_FORMS", "")
    rows = []
    for number in range(int(count) if count.isdecimal() and len(count) < 4 else 0):
        row = tuple(_string(posted.get(f"citations-{number}-{key}", "")) for key in CITED)
        if not posted.get(f"citations-{number}-DELETE") and any(row[:1] + row[2:]):
            rows.append(row)
    return Text(fields, rows)


def _strings(value: Any) -> list[str]:
    return sorted(map(_string, value)) if isinstance(value, list) and value else [_string(value or "")]


def _string(value: Any) -> str:
    if value is None:
        return ""
    return str(getattr(value, "pk", value)).replace("\r\n", "\n").strip()


def _fill(data: QueryDict, key: str, stored: Text, rows: list[Row]) -> list[Row]:
    """Put the stored text of a part into the form data; the rows of citations to go on with."""
    if key == _CITATIONS:
        return stored.citations
    for field in _PARTS[key]:
        strings = stored.fields[field]
        data.setlist(field, [string for string in strings if string] or ([] if field == "topics" else [""]))
    return rows


def _write_rows(data: QueryDict, rows: list[Row]) -> None:
    """Citations as new rows: those the form was made from are no longer there, and all are written at once anyway."""
    for name in [name for name in data if name.startswith("citations-") and name.split("-")[1].isdecimal()]:
        del data[name]
    data["citations-TOTAL_FORMS"], data["citations-INITIAL_FORMS"] = str(len(rows)), "0"
    for number, row in enumerate(rows):
        for key, value in zip(CITED, row, strict=True):
            data[f"citations-{number}-{key}"] = value


def _part(form: ClaimForm, key: str, *, base: Text | None, theirs: Text, mine: Text) -> Part:
    label = {"value": "Value", _CITATIONS: "Citations"}.get(key) or form[key].label
    fields = {} if key == _CITATIONS else {field: theirs.fields[field] for field in _PARTS[key]}
    return Part(
        key=key,
        label=str(label),
        base=None if base is None else _words(form, key, base),
        theirs=_words(form, key, theirs),
        mine=_words(form, key, mine),
        fields=json.dumps(fields),
    )


def _words(form: ClaimForm, key: str, of: Text) -> str:
    if key == _CITATIONS:
        return "\n".join(_cited(of.citations))
    if key == "value":
        return _value(of.fields)
    strings = of.fields.get(key, [""])
    return ", ".join(_choices(form.fields[key], strings))


def _choices(field: forms.Field, strings: Iterable[str]) -> list[str]:
    """Strings of a field as people read them: a choice by its label."""
    if isinstance(field, forms.ModelMultipleChoiceField | forms.ModelChoiceField):
        rows = field.queryset.filter(pk__in=[int(string) for string in strings if string.isdecimal()])
        return [str(row) for row in rows] if rows else [string for string in strings if string]
    labels = {str(code): str(label) for code, label in getattr(field, "choices", ())}
    return [labels.get(string, string) for string in strings]


def _value(fields: Strings) -> str:
    written = {field: fields.get(field, [""])[0] for field in _PARTS["value"]}
    if written["value_as_printed"]:
        return written["value_as_printed"]
    numbers = ("low", "likely", "high")
    try:
        columns = {
            key: (Decimal(value) if value else None) if key in numbers else value for key, value in written.items()
        }
        del columns["value_as_printed"]
        return text(Claim(**columns).quantity)
    except (ArithmeticError, QuantityError, ValueError):
        return ", ".join(f"{key} {value}" for key, value in written.items() if value)


def _cited(rows: Iterable[Row]) -> Iterable[str]:
    stances = dict(Citation.Stance.choices)
    for row in rows:
        cited = dict(zip(CITED, row, strict=True))
        source, upstream = _source(cited["source"]), _source(cited["attributed_to"])
        told = [
            cited["printed"] or "no figure",
            cited["locator"],
            f"after {upstream}" if upstream else "",
            cited["note"],
        ]
        yield f"{source or 'no source'} {stances.get(cited['stance'], cited['stance'])}: {'. '.join(filter(None, told))}"


def _source(pk: str) -> str:
    source = Source.objects.filter(pk=int(pk)).first() if pk.isdecimal() else None
    return source.publisher if source else ""
