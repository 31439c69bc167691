"""Whether few revisions hold what is looked for, in an index of nine thousand: that decides how a list is walked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import searching

pytestmark = pytest.mark.django_db

REVISIONS = 9000
HOLDING = {
    "everywhere": range(1, REVISIONS + 1),
    "often": range(1, REVISIONS + 1, 3),
    "lately": range(REVISIONS - 2000, REVISIONS + 1),
    "early": range(1, 1501),
    "seldom": range(50, REVISIONS + 1, 90),
    "once": [4711],
}
"""Word → the links of the chain whose heading holds it."""


@pytest.fixture
def index() -> None:
    held: dict[int, list[str]] = {sequence: [] for sequence in range(1, REVISIONS + 1)}
    for word, sequences in HOLDING.items():
        for sequence in sequences:
            held[sequence].append(word)
    searching.add(
        [
            searching.entry(sequence, heading=" ".join(words), sources="", topics=[], cited=[], scope={})
            for sequence, words in held.items()
        ]
    )


@pytest.mark.parametrize("word", [*HOLDING, "nowhere"])
def test_few_are_two_thousand_at_most_wherever_they_stand(index, word: str) -> None:
    assert searching.finds_few(searching.phrase(word)) is (len(HOLDING.get(word, ())) <= searching.FEW)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="FTS5 counts some thousand in a moment.")
@pytest.mark.parametrize(
    ("word", "counted"), [("everywhere", False), ("lately", True), ("seldom", True), ("once", True)]
)
def test_what_is_common_is_not_counted(index, word: str, counted: bool) -> None:
    expression = searching.phrase(word)
    with CaptureQueriesContext(connection) as asked:
        searching.finds_few(expression)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {asked[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert ("never executed" not in plan) is counted


def test_in_an_empty_index_there_are_few(db) -> None:
    assert searching.finds_few(searching.phrase("anything"))
