"""What tests take for the starter registry is what loading its files makes."""

from typing import Any

import pytest
from django.db import transaction

from claims.models import Claim, FeedRow, Person, Revision, Topic
from tests import starter
from tests.claims import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def by_place(rows: starter.Rows) -> dict[str, list[Any]]:
    """The rows with each key replaced by its place in its table, since a second load counts on; people by name."""
    places = {model: {line[0]: place for place, line in enumerate(lines)} for model, lines in rows.items()}
    places[Topic][FeedRow.WHOLE] = None
    places[Person] = dict(Person.objects.values_list("pk", "username"))
    found = {}
    for model, lines in rows.items():
        columns = model._meta.concrete_fields
        assert columns[0].primary_key
        # A heading names a topic without a foreign key, since one heading is the whole registry.
        refers = [
            model, *(Topic if field.attname == "heading" else field.related_model for field in columns[1:])
        ]  # fmt: skip
        found[model.__name__] = [
            {
                field.attname: places[to][value] if to and value is not None else value
                for field, to, value in zip(columns, refers, line, strict=True)
            }
            for line in lines
        ]
        if model._meta.auto_created:  # added as a set, in no order
            found[model.__name__] = sorted([*line.values()][1:] for line in found[model.__name__])
    return found


def test_a_copy_is_what_loading_the_files_makes():
    with transaction.atomic():
        starter.load_from_files()
        loaded = by_place(starter.rows())
        people = {(one.username, *one.groups.values_list("name", flat=True)) for one in Person.objects.all()}
        transaction.set_rollback(True)
    make.person("somebody-else")
    starter.load()
    assert len(loaded["Claim"]) == Claim.objects.count() > 200
    assert by_place(starter.rows()) == loaded
    found = {(one.username, *one.groups.values_list("name", flat=True)) for one in Person.objects.all()}
    assert found == people | {("somebody-else",)}


def test_the_registry_goes_on_after_a_copy():
    starter.load()
    last = Revision.objects.order_by("pk").last()
    made = make.publish()
    assert made.pk > last.pk
    assert made.previous_digest == last.digest


def test_a_registry_with_something_in_it_is_not_copied_over():
    make.publish()
    with pytest.raises(AssertionError, match="for an empty registry"):
        starter.load()
