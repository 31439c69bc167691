"""What is found by words, and whether few revisions hold it, in an index of nine thousand: that decides how a list is
walked.
"""

import random
from importlib import import_module
from string import ascii_lowercase
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from claims import searching
from tests.claims import factories as make
from tests.claims.addresses import get

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
    assert searching.finds_few(searching.phrases([word])) is (len(HOLDING.get(word, ())) <= searching.FEW)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="FTS5 counts some thousand in a moment.")
@pytest.mark.parametrize(
    ("word", "counted"), [("everywhere", False), ("lately", True), ("seldom", True), ("once", True)]
)
def test_what_is_common_is_not_counted(index, word: str, counted: bool) -> None:
    expression = searching.phrases([word])
    with CaptureQueriesContext(connection) as asked:
        searching.finds_few(expression)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {asked[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert ("never executed" not in plan) is counted


def test_in_an_empty_index_there_are_few(db) -> None:
    assert searching.finds_few(searching.phrases(["anything"]))


def found(client, *texts: str) -> list[str]:
    """The claims that a list finds by its `q`."""
    answer = get(client, f"claims/?{urlencode([('q', text) for text in texts])}")
    assert answer.status_code == 200
    return [one["slug"] for one in answer.json()["results"]]


PAIRS = [f"{first}{second}" for first in "abcde" for second in ascii_lowercase[:11]]


def shuffled(words: list[str], times: int) -> list[str]:
    """Texts of the same words in different orders."""
    order = random.Random(1)
    return [" ".join(order.sample(words, len(words))) for _ in range(times)]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([" ".join(PAIRS[:17])], 17),
        (shuffled(PAIRS, 20), 55),
        (PAIRS[:17], 17),
        ([" ".join(PAIRS[:9]), " ".join(PAIRS[8:16])], 17),
    ],
)
def test_a_request_with_too_many_words_is_told_how_many_it_takes(client, texts: list[str], words: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = get(client, f"claims/?{urlencode([('q', text) for text in texts])}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"] == [
        {
            "parameter": "q",
            "message": f"It takes 16 words in all, and here are {words}. A word of several texts counts in each.",
        }
    ]
    assert [one["sql"] for one in asked if searching.WORDS in one["sql"]] == []


@pytest.mark.parametrize(
    "texts",
    [
        [" ".join(PAIRS[:16])],
        shuffled(PAIRS[:16], 20),
        PAIRS[:16],
        [" ".join(PAIRS[:16] * 4)],
    ],
)
def test_sixteen_words_cost_as_many_queries_as_one(client, texts: list[str]) -> None:
    asked = []
    for some in (PAIRS[:1], texts):
        with CaptureQueriesContext(connection) as queries:
            assert found(client, *some) == []
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_all_beginnings_are_looked_up_at_once_and_each_finds_its_own(client) -> None:
    make.publish("first", statement="Alpha bravo charlie.")
    make.publish("second", statement="Alphabet delta.")
    assert found(client, "alp") == ["second", "first"]
    assert found(client, "alp bra") == found(client, "cha alp bra") == ["first"]
    assert found(client, "bra alp", "del") == ["second", "first"]
    assert found(client, "alp nothing") == found(client, "alp b") == []


@pytest.mark.parametrize("texts", [["..."], ["—"], ["%%% " * 40, "delta"]])
def test_a_text_without_a_word_is_refused_and_does_not_look_like_nothing_found(client, texts: list[str]) -> None:
    answer = get(client, f"claims/?{urlencode([('q', text) for text in texts])}")
    message = f"“{texts[0].strip()}” has no word: give letters or digits."
    assert (answer.status_code, answer.json()["errors"]) == (400, [{"parameter": "q", "message": message}])


@pytest.mark.parametrize("letters", [20, 95, 160, searching.LONGEST])
def test_the_most_and_longest_words_that_can_be_looked_for_are(client, letters: int) -> None:
    """Sixteen beginnings with as many words behind each as are named, each letter of four bytes."""
    beginnings = [f"\U00010428\U00010428{letter}" for letter in ascii_lowercase[: searching.MOST_WORDS]]
    make.publish("all-of-them", statement=" ".join(f"{one}x" for one in beginnings))
    for place, one in enumerate(beginnings):
        behind = [f"{one}{number:02}".ljust(letters, "\U00010429") for number in range(1, searching.MOST_NAMED)]
        searching.add([searching.Entry(10**6 + place, behind, [], [])])
    assert found(client, " ".join(beginnings)) == ["all-of-them"]
    assert found(client, *beginnings) == ["all-of-them"]
    assert found(client, *(one.ljust(200, "y") for one in beginnings)) == []


UNLIKE = "Trained with LoRA™ on № 5 and a ㎇ of text, ﬁne-tuned: ΟΔΟΣ ﷺ, ǅ Straße, τῷδε, Ⅳ."


@pytest.mark.parametrize(
    "text",
    [
        "loratm", "LoRA™", "lora", "no 5", "№ 5", "gb", "㎇", "FINE", "ﬁne", "οδοσ", "οδος", "ΟΔΟΣ", "ǆ", "DŽ", "strasse",
        "STRASSE", "straße", "stra", "τωδε", "τῷδε", "iv", "Ⅳ", "صلى",
    ],
)  # fmt: skip
def test_letters_are_alike_whichever_way_they_are_written(client, text: str) -> None:
    make.publish("unlike", statement=UNLIKE)
    assert found(client, text) == ["unlike"]


@given(st.text())
def test_words_are_cut_once_and_stay_as_they_are(text: str) -> None:
    once = searching.words(text)
    assert searching.words(" ".join(once)) == once
    assert searching.words(text.lower()) == once


@pytest.mark.parametrize("claims", [0, 2])
def test_words_that_an_earlier_release_entered_are_entered_anew(client, claims: int) -> None:
    published = [make.publish(f"trademark-{number}", statement="LoRA™") for number in range(claims)]
    searching.empty()
    for one in published:
        searching.add([searching.Entry(one.sequence, ["loraTM"], [], [])])
    migration = import_module("claims.migrations.0013_words_are_folded_alike")
    migration.enter(apps, connection.schema_editor())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT word FROM {searching.WORDS} WHERE word LIKE 'lora%%' ORDER BY word")
        assert cursor.fetchall() == [("loratm",)] * bool(claims)
    assert sorted(found(client, "loratm")) == [f"trademark-{number}" for number in range(claims)]
