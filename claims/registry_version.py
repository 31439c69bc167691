"""A number that is the same as long as nothing changed that the registry says of a day (docs/decisions/0050).

Every verb puts an act into the log in its own transaction, and a trigger raises the version with it: on PostgreSQL when
the transaction commits, so that of two transactions the one that ends last has the last number.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from claims import prepared
from claims.announced import CHANNEL, Announced
from claims.unwritten import Unwritten, asked

SQL = (
    "COALESCE((SELECT MAX(number) FROM claims_registryversion), 0) || '.'"
    " || COALESCE((SELECT MAX(id) FROM claims_act), 0)"
)
"""The version as text: its number and that of the newest act, for a transaction sees its own acts before the version
rises. It reads no row of a claim."""
QUERY = f"SELECT {SQL}"

announced = Announced(QUERY)
"""What this process heard of it last, on PostgreSQL."""
unwritten = Unwritten(QUERY)
"""What this process was told last, in a file of SQLite."""


def quickly() -> str:
    """`current`, past Django's cursor and without a question where the database tells of changes otherwise: for who asks
    before anything else is done.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    if ours.in_atomic_block:  # it sees its own acts, which nobody else does
        return asked(ours, QUERY)
    if ours.vendor == "postgresql":
        return announced.current()
    return unwritten.current(ours)


def current() -> str:
    """The version as text."""
    [[version]] = prepared.rows(QUERY)
    return str(version)


_ONE_ROW = "INSERT INTO claims_registryversion (id, number) VALUES (1, 1)"
_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION footing_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('footing.version_of', true) IS DISTINCT FROM txid_current()::text THEN
        {_ONE_ROW} ON CONFLICT (id) DO UPDATE SET number = claims_registryversion.number + 1;
        PERFORM set_config('footing.version_of', txid_current()::text, true);
        PERFORM pg_notify('{CHANNEL}', '');
    END IF;
    RETURN NULL;
END $$
"""
NAME = "claims_act_new_version"


def install(schema_editor: Any) -> None:
    """The trigger: a migration calls this."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL)
        schema_editor.execute(
            f"CREATE CONSTRAINT TRIGGER {NAME} AFTER INSERT ON claims_act DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION footing_new_version()"
        )
    else:
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} AFTER INSERT ON claims_act BEGIN"
            f" {_ONE_ROW} ON CONFLICT (id) DO UPDATE SET number = number + 1; END"
        )


def announce(schema_editor: Any) -> None:
    """The function of the trigger as it is now, where an earlier release made it: a migration calls this."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL)


def remove(schema_editor: Any) -> None:
    """The inverse."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {NAME} ON claims_act")
        schema_editor.execute("DROP FUNCTION footing_new_version()")
    else:
        schema_editor.execute(f"DROP TRIGGER {NAME}")
