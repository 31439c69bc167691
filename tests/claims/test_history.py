"""Nothing that was published can be changed, dropped or slipped in without being seen."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from claims import immutability, operations, projection
from claims.models import Act, Check, Revision
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    first = make.publish("first")
    make.publish("second")
    make.change(first, at=NOON + timedelta(hours=1), low=19000)
    operations.check(by=make.editor(), at=NOON, claim=first.claim, kind=Check.Kind.READ_IN_CONTEXT)
    return list(Revision.objects.order_by("sequence"))


def test_each_revision_names_the_one_before(chain):
    assert [(row.claim.slug, row.number, row.sequence) for row in chain] == [
        ("first", 1, 1),
        ("second", 1, 2),
        ("first", 2, 3),
    ]
    assert [row.previous_digest for row in chain] == ["", chain[0].digest, chain[1].digest]


def test_a_digest_can_be_recomputed_from_the_document_alone(chain):
    body = json.loads(chain[2].document)
    assert projection.digest(body, chain[1].digest) == body["digest"] == chain[2].digest


def test_the_whole_chain_holds(chain, capsys):
    call_command("verify_history")
    assert f"3 revisions, every link holds. Head: {chain[2].digest}" in capsys.readouterr().out


def test_an_empty_history_is_no_success():
    with pytest.raises(CommandError, match="there is no history to verify"):
        call_command("verify_history")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE claims_revision SET document = '{}' WHERE sequence = 1",
        "UPDATE claims_revision SET published_at = CURRENT_TIMESTAMP WHERE sequence = 3",
        "DELETE FROM claims_revision WHERE sequence = 3",
        "DELETE FROM claims_revision_topics",
        "DELETE FROM claims_revision_sources",
        "UPDATE claims_revision_topics SET topic_id = topic_id + 1",
        'UPDATE claims_check SET "on" = CURRENT_DATE',
        "DELETE FROM claims_check",
    ],
)
def test_the_database_refuses_to_rewrite_history(chain, sql):
    refused = pytest.raises(DatabaseError, match="history is never changed")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_postgresql_refuses_to_truncate_history(chain):
    if connection.vendor != "postgresql":
        # SQLite knows no TRUNCATE; its DELETE is tested above.
        return
    refused = pytest.raises(DatabaseError, match="history is never changed")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE claims_revision CASCADE")


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ({"document": "19000→1"}, "the digest does not match the document"),
        ({"previous_digest": "sha256:0"}, "does not name the revision before it"),
        ({"sequence": 9}, "link 3 is missing"),
        ({"document": "pretty"}, "not in canonical form"),
        ({"number": 7}, "the document speaks of another revision"),
        ({"digest": "sha256:f"}, "the digest does not match the document"),
    ],
)
def test_tampering_behind_the_triggers_is_found(chain, tampering, finding):
    last = chain[2]
    if tampering.get("document") == "pretty":
        tampering = {"document": json.dumps(last.body, indent=1)}
    elif "document" in tampering:
        tampering = {"document": last.document.replace('"low":19000', '"low":1')}
    with immutability.suspended(connection):
        Revision.objects.filter(pk=last.pk).update(**tampering)
    assert any(finding in sentence for sentence in operations.verify_chain())


def test_a_dropped_link_is_found(chain):
    with immutability.suspended(connection):
        chain[0].claim.current_revision = chain[0]
        chain[0].claim.save()
        chain[2].topics.clear()
        chain[2].sources.clear()
        make.change(chain[1], at=NOON + timedelta(hours=2), low=20000)
        Act.objects.filter(revision=chain[2]).delete()
        Revision.objects.filter(pk=chain[2].pk).delete()
    assert operations.verify_chain() == [
        "second@2 (link 4): link 3 is missing.",
        "second@2 (link 4): does not name the revision before it.",
    ]


def test_missing_triggers_are_found(chain, capsys):
    immutability.thaw(connection, "claims_check")
    try:
        with pytest.raises(CommandError, match="2 faults" if connection.vendor == "sqlite" else "3 faults"):
            call_command("verify_history")
        assert "The trigger claims_check_no_update is missing." in capsys.readouterr().err
    finally:
        immutability.freeze(connection, "claims_check")
