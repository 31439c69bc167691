"""Statements that are asked all day: the same rows whichever way they are sent, and never unseen."""

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from claims import prepared
from tests.claims import factories as make

pytestmark = pytest.mark.usefixtures("registry")

STATEMENT = "SELECT slug, until IS NULL FROM claims_feedrow WHERE heading = %s AND state = %s ORDER BY sequence"


def test_both_ways_find_the_same_however_often() -> None:
    expected = prepared.rows_planned_anew(STATEMENT, [0, "published"])
    assert ("rag-cost", True) in [(slug, bool(stands)) for slug, stands in expected]
    for _ in range(8):
        assert prepared.rows(STATEMENT, [0, "published"]) == expected
    make.publish("another")
    assert len(prepared.rows(STATEMENT, [0, "published"])) == len(expected) + 1


def test_each_statement_is_seen_by_who_watches_however_often_it_was_asked() -> None:
    with CaptureQueriesContext(connection) as watched:
        for _ in range(8):
            prepared.rows(STATEMENT, [0, "published"])
            prepared.rows_planned_anew(STATEMENT, [0, "published"])
    assert [one["sql"].startswith("SELECT slug, until IS NULL FROM claims_feedrow") for one in watched] == [True] * 16


def test_bytes_are_those_of_the_text() -> None:
    text = "'5 – 10 %% “ñ” 🦉'" if connection.vendor == "postgresql" else "'5 – 10 % “ñ” 🦉'"
    [[found]] = prepared.rows(f"SELECT {prepared.utf8(text)}")
    assert bytes(found).decode() == "5 – 10 % “ñ” 🦉"


def test_a_statement_that_is_wrong_is_told_in_djangos_way() -> None:
    with pytest.raises(DatabaseError, match="nowhere"):
        prepared.rows("SELECT 1 FROM nowhere")
