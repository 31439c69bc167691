"""Many rows in and out of a table at once: COPY on PostgreSQL, one prepared statement on SQLite.

For verbs that write a hundred thousand rows in one transaction. The database's own constraints and triggers hold as
always; Django's fields turn values into what the database stores.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

Row = Sequence[Any]

CHUNK = 5_000
"""Keys named in one query."""


def in_chunks(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Keys in pieces that fit into one query."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def new_ids(model: type[Model], count: int) -> range | list[int]:
    """Ids for so many new rows of a table, which nobody else gets."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # The transaction is the only one that writes, and deleted rows leave their ids behind in the sequence.
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last: int = cursor.fetchone()[0]
        return range(last + 1, last + 1 + count)


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write new rows; `columns` are names of fields, as `attname`."""
    table, names, prepared = _prepared(model, columns, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", prepared)  # noqa: S608


def put(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows, new or over the row with the same key, which is the first column."""
    table, names, prepared = _prepared(model, columns, rows)
    key, *rest = names
    statement = (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))}) "  # noqa: S608
        f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in rest)}"
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, prepared)


def update(model: type[Model], columns: Sequence[str], rows: Iterable[Row], *, and_where: str = "TRUE") -> None:
    """Change rows; the first column is the key by which a row is found, where a condition holds too."""
    table, names, prepared = _prepared(model, columns, rows)
    key, *rest = names
    statement = f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in rest)} WHERE {key} = %s AND {and_where}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, ((*row[1:], row[0]) for row in prepared))


def delete(model: type[Model], column: str, keys: Sequence[Any]) -> None:
    """Delete the rows that have one of these keys in a column. Nothing that refers to them is looked for."""
    for chunk in in_chunks(keys):
        found = model._default_manager.filter(**{f"{column}__in": chunk})
        found._raw_delete(found.db)  # noqa: SLF001 - what Django itself deletes with, without collecting rows first


def _prepared(
    model: type[Model], columns: Sequence[str], rows: Iterable[Row]
) -> tuple[str, list[str], Iterator[list[Any]]]:
    """The table, the names of the columns, and the rows as the database takes them."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    plain = {"CharField", "TextField", "SlugField", "ForeignKey", "OneToOneField", "BigAutoField"}
    convert = [
        (place, fields[column])
        for place, column in enumerate(columns)
        if fields[column].get_internal_type() not in plain and "Integer" not in fields[column].get_internal_type()
    ]

    def prepared() -> Iterator[list[Any]]:
        for row in rows:
            values = list(row)
            for place, field in convert:
                values[place] = field.get_db_prep_save(values[place], connection)
            yield values

    return quote(model._meta.db_table), [quote(fields[column].column) for column in columns], prepared()
