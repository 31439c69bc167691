"""The words of revisions, found by FTS5 on SQLite and by tsvector on PostgreSQL, behind one set of functions.

The index holds, for each link of the chain, the words of its heading (slug, statement, subject, metric, topics), the
words of its sources, and keys: what is filed under a topic, read in a source, or scoped by a pair. Words are cut here
and not by the databases, so that both find the same. A revision never changes, so nothing is ever taken out.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

TABLE, WORDS = "claims_search", "claims_word"
SHORTEST_BEGINNING = 2
"""From so many letters on the beginning of a word finds it; a shorter word has to be there as it is."""

MOST_WORDS = 16
"""Words that a request may look for, in all its texts together."""
MOST_NAMED, LONGEST_NAMED = 64, 6 * 1024
"""So many words that begin alike, of so many letters in all, are looked for by name; more by their beginning. A tsquery has
room for a megabyte: that of the most words, whose names stand in it twice, takes four fifths of it at most."""
LAST_LETTER = "\U0010ffff"
FEW = 2000
"""So many revisions are looked at one by one; where more are found, a list is walked in its order instead."""
PROBED, SURE = 64, 3
"""PostgreSQL looks at so many revisions, spread evenly, before it counts: where so many of them are found that there are
far more than a few, nothing is counted. Of one in five hundred, three are found among 64 in one case of 3,300."""
LONGEST = 500
"""Letters of a word that count."""

_HEADING, _SOURCES, _KEYS = "h", "s", "k"
_READ = (_HEADING, _SOURCES)
"""Where words are looked for."""
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a text without accents and capitals, in order.

    Capitals go last, for taking letters apart makes new ones (of ™, № or ㎇), and all forms of a letter become one (ß and
    ss, both small sigmas): SQLite would do so by itself, PostgreSQL would not.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    return _WORD.findall("".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold())


def wanted(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """The words of each text, each once. Texts of the same words are one."""
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for text in texts:
        once = dict.fromkeys(word[:LONGEST] for word in words(text))
        found.setdefault(frozenset(once), tuple(once))
    return list(found.values())


def topic_key(topic: int) -> str:
    """The key of what is filed under a topic itself, by its id."""
    return f"t{topic}"


def source_key(source: int) -> str:
    """The key of what cites a source, by its id."""
    return f"r{source}"


def scope_key(name: str, value: str | float | bool) -> str:
    """The key of what has this value under a name in its scope."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "s" + hashlib.sha256(json.dumps([name, value]).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index holds of one link of the chain."""

    sequence: int
    heading: Sequence[str]
    sources: Sequence[str]
    keys: Sequence[str]


def entry(
    sequence: int, *, heading: str, sources: str, topics: Iterable[int], cited: Iterable[int], scope: Mapping[str, Any]
) -> Entry:
    """The entry of a revision: two texts, ids of topics and sources, and its scope."""
    keys = [
        *(topic_key(topic) for topic in topics),
        *(source_key(source) for source in cited),
        *(scope_key(name, value) for name, value in scope.items() if isinstance(value, str | int | float)),
    ]
    return Entry(sequence, words(heading), words(sources), keys)


def add(entries: Sequence[Entry]) -> None:
    """Put entries into the index, and their words among those that there are."""
    if connection.vendor == "postgresql":
        statement = f"INSERT INTO {TABLE} (sequence, words) VALUES (%s, array_to_tsvector(%s))"
        rows: list[tuple[Any, ...]] = [(one.sequence, _lexemes(one)) for one in entries]
    else:
        statement = f"INSERT INTO {TABLE} (rowid, heading, sources, keys) VALUES (%s, %s, %s, %s)"
        rows = [
            (
                one.sequence,
                *(" ".join(word[:LONGEST] for word in part) for part in (one.heading, one.sources, one.keys)),
            )
            for one in entries
        ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        found = sorted({word[:LONGEST] for one in entries for part in (one.heading, one.sources) for word in part})
        cursor.executemany(
            f"INSERT INTO {WORDS} (word) VALUES (%s) ON CONFLICT DO NOTHING", [(word,) for word in found]
        )


def _lexemes(one: Entry) -> list[str]:
    """The words of an entry with a letter in front that says where they stand. A lexeme has 2,046 bytes at most."""
    parts = {_HEADING: one.heading, _SOURCES: one.sources, _KEYS: one.keys}
    return list(dict.fromkeys(f"{letter}{word[:LONGEST]}" for letter, found in parts.items() for word in found))


def empty() -> None:
    """Take everything out, before it is put in anew."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DELETE FROM {TABLE}")
        else:
            cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('delete-all')")
        cursor.execute(f"DELETE FROM {WORDS}")


def phrases(texts: Sequence[str]) -> str:
    """The expression for revisions that hold each word of one of these texts; empty where none of them has a word."""
    sought = wanted(texts)
    named = _beginning_with(list(dict.fromkeys(word for one in sought for word in one)))
    return either([every([_holding(word, named[word]) for word in one]) for one in sought])


def _holding(word: str, named: Sequence[str]) -> str:
    """The expression for revisions that hold one of the words that are named, or any that begins so where none is.

    Words that are named are read as a list is walked; for a beginning the databases gather all that it finds first.
    """
    begins = not named
    if connection.vendor == "postgresql":
        return either([f"'{part}{one}'{':*' if begins else ''}" for part in _READ for one in named or [word]])
    quoted = [f'"{one}" *' if begins else f'"{one}"' for one in named or [word]]
    return f"{{heading sources}} : ({' OR '.join(quoted)})"


def _beginning_with(sought: Sequence[str]) -> dict[str, list[str]]:
    """Word → the words there are that begin with it, or itself where there are none; nothing where there are too many."""
    beginnings = [word for word in sought if len(word) >= SHORTEST_BEGINNING]
    found: dict[str, list[str]] = {word: [] for word in sought}
    if beginnings:
        selects = [
            f"SELECT {place} AS place, word FROM {WORDS} WHERE word >= %s AND word < %s"
            f" ORDER BY word LIMIT {MOST_NAMED + 1}"
            for place in range(len(beginnings))
        ]
        statement = selects[0]
        if len(selects) > 1:
            statement = " UNION ALL ".join(f"SELECT * FROM ({one}) names" for one in selects)
        with connection.cursor() as cursor:
            cursor.execute(statement, [bound for word in beginnings for bound in (word, word + LAST_LETTER)])
            for place, name in cursor.fetchall():
                found[beginnings[place]].append(name)
    return {word: _few(names or [word]) for word, names in found.items()}


def _few(names: list[str]) -> list[str]:
    """These words, or nothing where they are too many or too long to be looked for by name."""
    return names if len(names) <= MOST_NAMED and sum(map(len, names)) <= LONGEST_NAMED else []


def keyed(keys: Iterable[str]) -> str:
    """The expression for revisions that have one of these keys."""
    if connection.vendor == "postgresql":
        return either([f"'{_KEYS}{key}'" for key in keys])
    return either([f'keys : "{key}"' for key in keys])


def either(expressions: Sequence[str]) -> str:
    """One of these expressions holds."""
    return _join(expressions, " OR ", " | ")


def every(expressions: Sequence[str]) -> str:
    """All of these expressions hold."""
    return _join(expressions, " AND ", " & ")


def _join(expressions: Sequence[str], fts5: str, tsquery: str) -> str:
    given = [one for one in expressions if one]
    if len(given) < 2:
        return "".join(given)
    return f"({(tsquery if connection.vendor == 'postgresql' else fts5).join(given)})"


def finds_few(expression: str) -> bool:
    """Whether so few revisions hold what is looked for that they can be looked at one by one."""
    condition, params = matching(expression)
    counted = f"SELECT COUNT(*) FROM (SELECT 1 FROM {TABLE} WHERE {condition} LIMIT {FEW + 1}) found"
    if connection.vendor == "postgresql":
        # Counting so many of a common word reads some thousand rows, and of one that is not so common far more.
        counted = (
            f"WITH ends AS (SELECT MAX(sequence) AS last FROM {TABLE}),"
            f" probe AS (SELECT COUNT(*) AS held FROM {TABLE} WHERE {condition} AND sequence = ANY(ARRAY("
            f"SELECT DISTINCT number * last / {PROBED} FROM ends, generate_series(1, {PROBED}) number)))"
            f" SELECT CASE WHEN held >= {SURE} AND held * last > {2 * FEW * PROBED} THEN {FEW + 1} ELSE ({counted}) END"
            " FROM probe, ends"
        )
        params = params * 2
    with connection.cursor() as cursor:
        cursor.execute(counted, params)
        count: int = cursor.fetchone()[0]
    return count <= FEW


def matching(expression: str) -> tuple[str, list[str]]:
    """SQL for the entries of the index that an expression finds, with its parameters."""
    if connection.vendor == "postgresql":
        return f"{TABLE}.words @@ %s::tsquery", [expression]
    return f"{TABLE} MATCH %s", [expression]


def among(expression: str) -> tuple[str, list[str]]:
    """SQL for the rows `f` of the feed that are among all that an expression finds: for a few."""
    condition, params = matching(expression)
    if connection.vendor == "postgresql":
        return f"f.sequence = ANY(ARRAY(SELECT sequence FROM {TABLE} WHERE {condition}))", params
    return f"f.sequence IN (SELECT rowid FROM {TABLE} WHERE {condition})", params


def holding(expression: str) -> tuple[str, list[str]]:
    """SQL for the rows `f` of the feed that hold what an expression says, looked up one by one: for many."""
    condition, params = matching(expression)
    if connection.vendor == "postgresql":
        one = f"SELECT 1 FROM {TABLE} WHERE sequence = f.sequence AND {condition} OFFSET 0"
    else:
        one = f"SELECT 1 FROM {TABLE} WHERE {condition} AND rowid = f.sequence"
    return f"EXISTS ({one})", params


def make_table(schema_editor: Any) -> None:
    """The index itself: a migration calls this."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE TABLE {TABLE} (sequence bigint PRIMARY KEY, words tsvector NOT NULL)")
        schema_editor.execute(f"CREATE INDEX claims_search_words ON {TABLE} USING gin (words)")
        schema_editor.execute(f'CREATE TABLE {WORDS} (word text COLLATE "C" PRIMARY KEY)')
    else:
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {TABLE} USING fts5(heading, sources, keys, content='', columnsize=0,"
            " prefix='2 3', tokenize='unicode61 remove_diacritics 0')"
        )
        schema_editor.execute(f"CREATE TABLE {WORDS} (word text PRIMARY KEY) WITHOUT ROWID")


def drop_table(schema_editor: Any) -> None:
    """The inverse."""
    schema_editor.execute(f"DROP TABLE {TABLE}")
    schema_editor.execute(f"DROP TABLE {WORDS}")
