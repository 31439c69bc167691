"""The starter registry for tests: loaded from its files once in a run for each database, copied row by row after that.

Loading goes the whole way, draft, review and publication, some fifty queries a claim. That has tests of its own; what
only stands on the registry takes the copy, and `tests/claims/test_starter_copy.py` holds that both are the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction

from claims import loading, price_data, serving
from claims.models import Person, RegistryVersion
from claims.records import Record, flatten, typed
from tests import kept_answers

FILES = sorted(Path(__file__).resolve().parents[1].glob("claims/starter/*.yaml"))
MODEL = "gpt-6.1-sol"
"""The one model that the worked clients use."""
SIGNED_BY = {"registry-import": "editor", "registry-review": "reviewer"}
"""The people who sign a load, and their groups."""

Rows = dict[type[models.Model], list[list[Any]]]


@contextmanager
def starter_registry() -> Iterator[None]:
    """The starter registry with the prices of one model; the database is left as it was."""
    with transaction.atomic():
        fill()
        yield
        transaction.set_rollback(True)


def fill() -> None:
    """Bring in the starter registry and the prices of one model."""
    load()
    load_prices()


def load() -> None:
    """Bring in what `load_claims claims/starter` does, into a registry that is empty."""
    if taken := [model.__name__ for model in _tables() if model._default_manager.exists()]:
        raise AssertionError(f"The starter registry is for an empty registry; there are rows of {', '.join(taken)}.")
    with transaction.atomic():
        _copy(*_loaded())


def load_from_files() -> None:
    """Bring it in the way a person does."""
    call_command("load_claims", *map(str, FILES), stdout=StringIO())


def load_prices() -> None:
    """Bring in the token prices of the one model."""
    version = price_data.installed_version()
    release = price_data.selection()[0][version]
    author, approver = (loading.registry_person(name, group=group) for name, group in SIGNED_BY.items())
    loading.load(
        [
            Record(kind=kind, cells=typed(kind, flatten(kind, row)), file="genai-prices", row=number)
            for kind, rows in price_data.registry(release).items()
            for number, row in enumerate(rows, start=1)
            if kind != "claims" or row["scope"]["model"] == MODEL
        ],
        author=author,
        approver=approver,
        at=release.reviewed_at,
        dry_run=False,
    )


def rows() -> Rows:
    """What stands in the tables of the registry, in the order in which it was made: the values of each column."""
    return {
        model: [
            [getattr(one, field.attname) for field in _columns(model)] for one in model._base_manager.order_by("pk")
        ]
        for model in _tables()
    }


def _tables() -> list[type[models.Model]]:
    """The tables of the registry but for people, who may be there before, and the version, which triggers write."""
    apart = {RegistryVersion, Person, *(field.remote_field.through for field in Person._meta.many_to_many)}
    return [one for one in apps.get_app_config("claims").get_models(include_auto_created=True) if one not in apart]


def _columns(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.concrete_fields)


@cache
def _loaded() -> tuple[Rows, dict[int, str]]:
    """The rows of the registry, and the names of the people in them by key. Leaves the database as it was."""
    found, people = kept_answers.made_once(f"starter-{connection.vendor}", _read)
    return {apps.get_model(label): lines for label, lines in found.items()}, people


def _read() -> tuple[dict[str, list[list[Any]]], dict[int, str]]:
    with transaction.atomic():
        load_from_files()
        found = {model._meta.label: lines for model, lines in rows().items()}
        people = dict(Person.objects.filter(username__in=SIGNED_BY).values_list("pk", "username"))
        transaction.set_rollback(True)
    return found, people


def _copy(found: Rows, people: dict[int, str]) -> None:
    keys = {key: loading.registry_person(name, group=SIGNED_BY[name]).pk for key, name in people.items()}
    for model, lines in found.items():
        columns = _columns(model)
        signed = [isinstance(field, models.ForeignKey) and field.related_model is Person for field in columns]
        model._base_manager.bulk_create(
            model(
                **{
                    field.attname: keys[value] if by_person and value is not None else value
                    for field, by_person, value in zip(columns, signed, line, strict=True)
                }
            )
            for line in lines
        )
    serving.enter_words()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(found)):
            cursor.execute(statement)
