"""What an import changes, in words: by claim and field, before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from claims.admin.words import reason_pairs
from claims.import_rows import column_of
from claims.models import Claim, ImportBatch, ImportedChange, Metric, Source, Subject, Topic
from claims.operations import VALUE_FIELDS
from claims.operations.bulk_rules import quantity
from claims.operations.import_batches import ImportLine, lines_of, unpacked
from claims.operations.working_copies import Copy, standing
from claims.quantity import QuantityError, text
from claims.templatetags.registry import day, scope_words
from claims.wording import CERTAINTY, CREDIBILITY, STUDY_TYPE


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """One claim of an import. `fields` are name, text before, text after; a new claim has nothing before."""

    slug: str
    row: int
    claim: int | None
    is_new: bool
    was_changed_since: bool
    fields: list[tuple[str, str, str]]


def counts(batch: ImportBatch) -> str:
    """How many claims are new, change, and stand already."""
    report = batch.report
    return f"{report['new']:,} new, {report['changed']:,} changed, {report['unchanged']:,} unchanged"


def others(batch: ImportBatch) -> str:
    """What else the file holds, which an import leaves alone; empty where it holds nothing else."""
    return ", ".join(f"{number:,} {kind}" for kind, number in batch.report["others"].items())


def who_and_when(name: str, at: datetime | None) -> str:
    """A person and a moment; a dash where it did not happen."""
    return f"{name}, {day(at)} {at:%H:%M}" if at else "–"


def refusals(batch: ImportBatch) -> list[tuple[int, str, str, str]]:
    """Row, claim, column and reason of each refusal that is kept in words."""
    return [(row, slug, column_of(part), message) for row, slug, part, message in batch.report["refusals"]]


def changing_lines(batch: ImportBatch) -> list[bytes]:
    """The packed lines of the claims that are new or change."""
    report = batch.report
    # Lines of claims that stand already come last, and there are as many others as the report says.
    return lines_of(batch)[: report["new"] + report["changed"]] if report["new"] + report["changed"] else []


def of_page(batch: ImportBatch, lines: Sequence[bytes]) -> list[ClaimChange]:
    """The claims of a page of lines, in words."""
    wanted = [unpacked(line) for line in lines]
    slugs = [line.slug for line in wanted]
    claims = {
        slug: (pk, number)
        for pk, slug, number in Claim.objects.filter(slug__in=slugs).values_list("pk", "slug", "edit_number")
    }
    names = _names()
    before = _before(batch, [pk for pk, _ in claims.values()])
    return [_change(batch, line, claims.get(line.slug), before, names) for line in wanted]


def _before(batch: ImportBatch, claims: list[int]) -> Mapping[int, Copy]:
    """The copies that stood before the import, by claim."""
    if batch.state in (ImportBatch.State.APPLIED, ImportBatch.State.UNDONE):
        kept = ImportedChange.objects.filter(batch=batch, claim__in=claims, before__isnull=False)
        return {pk: kept_before["copy"] for pk, kept_before in kept.values_list("claim_id", "before")}
    return standing(claims)


def _change(
    batch: ImportBatch,
    line: ImportLine,
    claim: tuple[int, int] | None,
    before: Mapping[int, Copy],
    names: Mapping[str, str],
) -> ClaimChange:
    assert line.copy is not None
    is_new = line.expects is None
    stood = None if is_new or claim is None else before.get(claim[0])
    then = in_words(stood, names) if stood else {}
    after = in_words(line.copy, names)
    fields = [(name, then.get(name, ""), words) for name, words in after.items() if words != then.get(name, "")]
    is_waiting = batch.state == ImportBatch.State.PREVIEWED
    since = is_waiting and (claim is not None if is_new else claim is None or claim[1] != line.expects)
    return ClaimChange(line.slug, line.row, claim and claim[0], is_new, since, fields)


def _names() -> dict[str, str]:
    """Slugs in words, with the kind before them, so that a topic is no subject."""
    found = {}
    for model in (Subject, Metric, Topic):
        for slug, name in model._default_manager.values_list("slug", "name"):
            found[f"{model.__name__}:{slug}"] = name
    for slug, publisher in Source.objects.values_list("slug", "publisher"):
        found[f"Source:{slug}"] = f"{publisher} ({slug})"
    return found


def in_words(copy: Copy, names: Mapping[str, str]) -> dict[str, str]:
    """The fields of a copy as people read them, in the order of the claim's form."""

    def named(kind: str, slug: str) -> str:
        return names.get(f"{kind}:{slug}", slug)

    return {
        "Statement": copy["statement"],
        "Statement in Spanish": copy["statement_es"],
        "Subject": named("Subject", copy["subject"]),
        "Metric": named("Metric", copy["metric"]),
        "Topics": ", ".join(named("Topic", slug) for slug in copy["topics"]),
        "Value": _value(copy),
        "Scope": _lines(scope_words(copy["scope"])),
        "Assumptions": copy["assumptions"],
        "Kind of evidence": STUDY_TYPE.get(copy["study_type"], copy["study_type"]),
        "Credibility": f"{copy['credibility']}, {CREDIBILITY.get(copy['credibility'], '')}",
        "Reason for the credibility": copy["credibility_reason"],
        "Certainty": CERTAINTY.get(copy["certainty"], copy["certainty"]),
        "Reasons for the certainty": _lines(reason_pairs(copy["certainty_reasons"])),
        "Hard stop": day(copy["expires_on"]) if copy["expires_on"] else "",
        "Sources": "\n".join(
            _citation(citation, named("Source", citation["source"])) for citation in copy["citations"]
        ),
    }


def _value(copy: Copy) -> str:
    """The value as it is printed, and what it is per, which the printed value may leave out."""
    try:
        printed = text(quantity(copy))
    except QuantityError:  # a copy of before, which today's rules would refuse
        printed = ", ".join(f"{name} {copy[name]}" for name in VALUE_FIELDS if copy[name])
    per = f"per {copy['per'].replace('_', ' ')}"
    return printed if not copy["per"] or per in printed else f"{printed} {per}"


def _citation(citation: Mapping[str, Any], source: str) -> str:
    rest = (citation["attributed_to"] and f"after {citation['attributed_to']}", citation["note"])
    words = ". ".join(filter(None, (citation["printed"] or "no figure", citation["locator"], *rest)))
    return f"{source} {citation['stance']}: {words}"


def _lines(pairs: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {words}" for name, words in pairs)
