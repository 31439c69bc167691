"""The rules of `rules.validate` and of citations for many claims at once, with nothing asked of the database per claim.

Where the schema has a constraint, it is the value type that keeps it here: `Quantity` allows no low end above a high
one and no money without a currency. That both ways of asking give the same verdict is held by a test.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model

from claims.models import Citation, Claim, Metric, Source, Subject, Topic
from claims.operations.rules import (
    REASONS_RULE,
    SCOPE_RULE,
    STORABLE_RULE,
    is_reasons,
    is_scope,
    is_storable,
    value_error,
    value_field,
)
from claims.operations.working_copies import NUMBERS, Copy
from claims.quantity import Quantity, bound_of

MOST_GUESSES = 100
"""Unknown words for which a likely one is looked for: that takes long where many are known."""

Refusals = dict[str, list[str]]

# Columns with few values: the verdict on each is kept.
_CHOSEN = ("bound", "rating", "unit", "currency", "per", "study_type", "credibility", "certainty")
_WRITTEN = ("statement", "credibility_reason")
_OPEN = ("statement_es", "assumptions")


class Vocabulary:
    """What claims may name, read once: ids by slug, and the metrics with their rules."""

    def __init__(self) -> None:
        self.subjects = _ids(Subject)
        self.topics = _ids(Topic)
        self.sources = _ids(Source)
        self.metrics = {metric.slug: metric for metric in Metric.objects.all()}


def _ids(model: type[Model]) -> dict[str, int]:
    return dict(model._default_manager.values_list("slug", "pk"))


class BulkRules:
    """Judges copies (`working_copies`) against one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        claim, citation = _cleaners(Claim), _cleaners(Citation)
        self._meant: dict[tuple[str, str], str] = {}
        self._slug = claim["slug"]
        self._written = [(name, claim[name]) for name in _WRITTEN]
        self._chosen = [(name, cache(claim[name])) for name in _CHOSEN]
        self._stance = cache(citation["stance"])
        self._cited = [(name, citation[name]) for name in ("printed", "locator")]

    def refusals(self, slug: str, copy: Copy) -> Refusals:
        """What is wrong with a claim, by part of the copy (`slug` among them); empty where nothing is."""
        refused: Refusals = {}
        _note(refused, "slug", self._slug(slug))
        for name, clean in self._written:
            _note(refused, name, clean(copy[name]) or _unless_storable(copy[name]))
        for name in _OPEN:
            _note(refused, name, _unless_storable(copy[name]))
        for name, clean in self._chosen:
            _note(refused, name, clean(copy[name]))
        if copy["subject"] not in self.vocabulary.subjects:
            _note(refused, "subject", [self._unknown("subject", copy["subject"], self.vocabulary.subjects)])
        self._judge_value(refused, copy)
        if not is_scope(copy["scope"]):
            _note(refused, "scope", [SCOPE_RULE])
        else:
            _note(refused, "scope", _unless_storable(copy["scope"]))
        if not is_reasons(copy["certainty_reasons"]):
            _note(refused, "certainty_reasons", [REASONS_RULE])
        else:
            _note(refused, "certainty_reasons", _unless_storable(copy["certainty_reasons"]))
        for topic in copy["topics"]:
            if topic not in self.vocabulary.topics:
                _note(refused, "topics", [self._unknown("topic", topic, self.vocabulary.topics)])
        self._judge_citations(refused, copy["citations"])
        return refused

    def _unknown(self, kind: str, slug: str, known: Iterable[str]) -> str:
        """That there is no such word, and which one was likely meant."""
        sentence = f"There is no {kind} {slug}."
        if (kind, slug) not in self._meant and len(self._meant) < MOST_GUESSES:
            close = get_close_matches(slug, known, n=1)
            self._meant[kind, slug] = f" Is {close[0]} meant?" if close else ""
        return sentence + self._meant.get((kind, slug), "")

    def _judge_value(self, refused: Refusals, copy: Copy) -> None:
        metric = self.vocabulary.metrics.get(copy["metric"])
        if metric is None:
            _note(refused, "metric", [self._unknown("metric", copy["metric"], self.vocabulary.metrics)])
            return
        error = value_error(lambda: quantity(copy), metric)
        if error is not None and value_field(error) not in refused:
            _note(refused, value_field(error), [str(error)])

    def _judge_citations(self, refused: Refusals, citations: list[dict[str, Any]]) -> None:
        seen = set()
        for number, citation in enumerate(citations, start=1):
            wrong: list[str] = []
            for name in ("source", "attributed_to"):
                slug = citation[name]
                if slug is not None and slug not in self.vocabulary.sources:
                    wrong.append(self._unknown("source", slug, self.vocabulary.sources))
            for name, clean in self._cited:
                wrong += [f"{name}: {message}" for message in clean(citation[name]) or ()]
            wrong += [f"stance: {message}" for message in self._stance(citation["stance"]) or ()]
            if not is_storable(citation):
                wrong.append(STORABLE_RULE)
            if citation["attributed_to"] == citation["source"]:
                wrong.append("A source is not attributed to itself.")
            key = (citation["source"], citation["stance"], citation["printed"])
            if key in seen:
                wrong.append("This source is cited for this figure already: add the place to its locator.")
            seen.add(key)
            _note(refused, "citations", [f"Citation {number}: {message}" for message in wrong])


def quantity(copy: Mapping[str, Any]) -> Quantity:
    """The typed value of a copy; raises `QuantityError`."""
    numbers = {name: None if copy[name] is None else Decimal(copy[name]) for name in NUMBERS}
    return Quantity(
        **numbers,
        bound=bound_of(copy["bound"]) if copy["bound"] else None,
        rating=copy["rating"] or None,
        unit=copy["unit"],
        currency=copy["currency"] or None,
        per=copy["per"] or None,
    )


def _cleaners(model: type[Model]) -> dict[str, Callable[[Any], list[str] | None]]:
    """By name of a field: what the field itself says is wrong with a value."""

    def cleaner(field: "Field[Any, Any]") -> Callable[[Any], list[str] | None]:
        choices = [code for code, _ in field.flatchoices]

        def messages(value: Any) -> list[str] | None:
            # As `Model.clean_fields`: an empty value is fine where the field may be blank.
            if field.blank and value in field.empty_values:
                return None
            if field.choices and value not in choices:
                return [f"“{value}” is none of: {', '.join(map(str, choices))}."]
            try:
                field.clean(value, None)
            except ValidationError as error:
                return list(error.messages)
            return None

        return messages

    return {field.name: cleaner(field) for field in model._meta.concrete_fields}


def _unless_storable(value: object) -> list[str] | None:
    return None if is_storable(value) else [STORABLE_RULE]


def _note(refused: Refusals, part: str, messages: Iterable[str] | None) -> None:
    found = list(messages or ())
    if found:
        refused.setdefault(part, []).extend(found)
