"""Words for the codes of claim documents, and dates as people write them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template

from claims import wording
from claims.rates import Conversion
from claims.totals import times_text

register = template.Library()

WORDS: Mapping[str, Mapping[Any, str]] = {
    "reliability": wording.RELIABILITY,
    "credibility": wording.CREDIBILITY,
    "certainty": wording.CERTAINTY,
    "certainty_means": wording.CERTAINTY_MEANS,
    "certainty_reason": wording.CERTAINTY_REASON,
    "study_type": wording.STUDY_TYPE,
    "source_kind": wording.SOURCE_KIND,
    "check_kind": wording.CHECK_KIND,
    "conflict_state": wording.CONFLICT_STATE,
    "revision_state": wording.REVISION_STATE,
    "freshness_means": wording.FRESHNESS_MEANS,
    "relation": wording.RELATION,
    "total_finding": wording.TOTAL_FINDING,
    "total_relation": wording.TOTAL_RELATION,
    "stance": wording.STANCE,
}


@register.filter
def in_words(code: Any, kind: str) -> str:
    """`{{ claim.certainty|in_words:"certainty" }}`; a code that has no words is shown as it is, without underscores."""
    return WORDS[kind].get(code, str(code).replace("_", " "))


@register.filter
def as_share(change: float) -> str:
    """A relative change with its sign: "+25%", "−8%"; below half a percent "less than 1%"."""
    if abs(change) < 0.005:
        return "less than 1%"
    return f"{change:+.0%}".replace("-", "−")


@register.filter
def day(value: str | date | None) -> str:
    """A day of a document or a row: "22 November 2026"; empty for none."""
    if not value:
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return format_date(value, format="d MMMM y", locale="en_GB")


@register.filter
def iso_day(value: str | date) -> str:
    """The same for `<time datetime>`: "2026-11-22"."""
    return value[:10] if isinstance(value, str) else value.strftime("%Y-%m-%d")


@register.filter
def distinct_sources(citations: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The sources that citations of a document name, each once, in their order."""
    found: dict[str, Mapping[str, Any]] = {}
    for citation in citations:
        found.setdefault(citation["source"]["slug"], citation["source"])
    return list(found.values())


@register.filter
def source_day(source: Mapping[str, Any]) -> str:
    """The date a source of a document gives itself: its last change, else its publication; empty for none."""
    return source.get("updated_on") or source.get("published_on") or ""


@register.filter
def scope_words(scope: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs of a scope in words: `model_size: 7B` as ("Model size", "7B")."""
    return [(key.replace("_", " ").capitalize(), _scope_value(key, value)) for key, value in sorted(scope.items())]


def _scope_value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if key == "role" and value in wording.SCOPE_ROLE:
        return wording.SCOPE_ROLE[value]
    if not isinstance(value, str):
        return f"{value:,}"
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value.replace("_", " ")


@register.filter
def times_in_words(part: Mapping[str, Any]) -> str:
    """How often a part of a total counts: "once", "12 times"."""
    return "once" if part["times"] == 1 else f"{times_text(part['times'])} times"


@register.filter
def rate_in_words(conversion: Conversion) -> str:
    """What one unit of a currency buys, to the six digits that the bank gives: "USD 1.31349"."""
    return f"{conversion.currency} {format_decimal(conversion.factor, format='@@####', locale='en_001')}"


@register.filter
def short_digest(digest: str) -> str:
    """The first twelve digits of a digest, to recognise it by."""
    return digest.removeprefix("sha256:")[:12]
