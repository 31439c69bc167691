"""Sources, and the words that claims are filed under: entered and changed. They have no revisions, so the log has the
text before and after."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.db import models, transaction
from django.db.models import F

from claims import chain, serving
from claims.models import Metric, MetricFamily, Person, Revision, Source, Subject, Topic
from claims.operations.acts import record
from claims.operations.rules import EditedMeanwhile, OperationRefused, require

Entry = Source | Topic | Subject | Metric | MetricFamily


@transaction.atomic
def save_entry(
    *,
    by: Person,
    at: datetime,
    entry: Entry,
    attributes_to: Iterable[Source] | None = None,
    started_from: str | None = None,
) -> Entry:
    """Enter or change a source, topic, subject, metric or family, given as an instance with its new columns.

    `attributes_to` is whom a source names as its own sources; None: as before. `started_from` is the `text_of_entry`
    (as `fingerprint`) that the person saw: where somebody else saved in between, this refuses.
    """
    verb = "change" if type(entry)._default_manager.filter(pk=entry.pk).exists() else "add"
    name = entry._meta.model_name or ""
    require(by, f"claims.{verb}_{name}", f"{verb} {entry._meta.verbose_name_plural}")
    return file_entry(by=by, at=at, entry=entry, attributes_to=attributes_to, started_from=started_from)


@transaction.atomic
def file_entry(
    *,
    by: Person,
    at: datetime,
    entry: Entry,
    attributes_to: Iterable[Source] | None = None,
    started_from: str | None = None,
) -> Entry:
    """The same for a file that the operator of the site loads: who may run the command may enter words."""
    model = type(entry)
    if issubclass(model, Topic | Metric | MetricFamily):
        chain.hold()  # these decide where and how claims are listed
    manager: models.Manager[Any] = model._default_manager
    standing = manager.select_for_update(no_key=True).filter(pk=entry.pk).first()
    before = text_of_entry(standing) if standing else {}
    if standing and started_from is not None and fingerprint(standing) != started_from:
        raise EditedMeanwhile(
            f"Somebody saved {standing.slug} while you were editing. Nothing of yours was stored: compare, and save again."
        )
    if standing and standing.slug != entry.slug:
        raise OperationRefused(
            f"{standing.slug} is part of addresses and of published documents: it stays.", field="slug"
        )
    entry.full_clean()
    entry.save()
    if attributes_to is not None:
        cast(Source, entry).attributes_to.set(attributes_to)
    after = text_of_entry(entry)
    changed = {
        key: [before.get(key), value]
        for key, value in after.items()
        if (before[key] != value if before else value not in (None, "", []))
    }
    if changed:
        kind = str(model._meta.verbose_name)
        record(
            "change_entry" if standing else "add_entry",
            by=by,
            at=at,
            source=entry if isinstance(entry, Source) else None,
            about=f"{kind} {entry.slug}",
            changed=changed,
        )
    if standing:
        _serve(entry, changed.keys())
    return entry


def _serve(entry: Entry, changed: Iterable[str]) -> None:
    """Bring up to date what readers are served, where the words that changed decide where or how a claim is listed."""
    if isinstance(entry, Topic) and "parent" in changed:
        serving.refile()
    ages = isinstance(entry, Metric) and "family" in changed
    if ages or (isinstance(entry, MetricFamily) and {"half_life_days", "review_days"} & set(changed)):
        family = {"metric": entry} if ages else {"metric__family": entry}
        serving.refresh(
            Revision.objects.filter(**family, claim__current_revision=F("pk")).values_list("claim", flat=True)
        )


def text_of_entry(entry: Entry) -> dict[str, Any]:
    """The columns of an entry as JSON data, other entries by their slugs."""
    text: dict[str, Any] = {}
    for field in entry._meta.concrete_fields:
        value = getattr(entry, field.name)
        if not field.primary_key:
            text[field.name] = value.slug if isinstance(value, models.Model) else _plain(field.to_python(value))  # type: ignore[attr-defined]
    if isinstance(entry, Source):
        text["attributes_to"] = sorted(entry.attributes_to.values_list("slug", flat=True))
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)


def fingerprint(entry: Entry) -> str:
    """What an entry says, in a few characters that a form carries along."""
    canonical = json.dumps(text_of_entry(entry), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
