"""How many independent sources stand behind a claim, as a table of citations."""

import pytest

from claims.support import Cited, independent
from tests.claims import factories as make


def cited(text: str) -> list[Cited]:
    """`A>B` cites A, which names B; `-A` contradicts, `~A` mentions."""
    stances = {"-": "contradicts", "~": "mentions"}
    found = []
    for one in text.split():
        stance = stances.get(one[0], "supports")
        source, _, upstream = one.lstrip("-~").partition(">")
        found.append(Cited(source, upstream or None, stance))
    return found


@pytest.mark.parametrize(
    ("citations", "expected"),
    [
        pytest.param("", 0, id="none"),
        pytest.param("A", 1, id="one"),
        pytest.param("A A", 1, id="one, in two places"),
        pytest.param("A B", 2, id="two"),
        pytest.param("A>U B>U", 1, id="two documents of one text"),
        pytest.param("A>U B>V", 2, id="two upstreams"),
        pytest.param("A>B B", 1, id="a copy beside its original"),
        pytest.param("A>B B>D", 1, id="a chain of two steps"),
        pytest.param("B>D A>B", 1, id="the same, the other way round"),
        pytest.param("A>B B>D C>D", 1, id="a chain and a copy of its end"),
        pytest.param("A>B B>D C", 2, id="a chain and a stranger"),
        pytest.param("A>B B>A", 1, id="two that name each other"),
        pytest.param("A>B B>C C>A D", 2, id="a circle of three and a stranger"),
        pytest.param("A>U A>V", 1, id="one carrier of two upstreams"),
        pytest.param("A>U A>V B>V", 1, id="a carrier in common"),
        pytest.param("A A>U B>U", 1, id="named once and left out once"),
        pytest.param("-A", 0, id="a contradiction"),
        pytest.param("A -B", 1, id="a contradiction beside it"),
        pytest.param("A>U -B>U", 1, id="a contradiction of the same upstream"),
        pytest.param("~A", 0, id="a mention"),
        pytest.param("A>B ~B>D C>D", 1, id="a mention that tells the chain"),
    ],
)
def test_sources_that_lead_to_one_upstream_count_once(citations: str, expected: int) -> None:
    assert independent(cited(citations)) == expected
    assert independent(reversed(cited(citations))) == expected


@pytest.mark.django_db
def test_the_number_is_on_the_document_and_on_the_page(client) -> None:
    carrier, original = make.source("carrier", publisher="Carrier"), make.source("original", publisher="Original")
    upstream, stranger = make.source("upstream", publisher="Upstream"), make.source("stranger", publisher="Stranger")
    make.publish(
        citations=[
            make.citation(source=carrier, attributed_to=original),
            make.citation(source=original, attributed_to=upstream),
            make.citation(source=stranger),
            make.citation(source=make.source(), stance="contradicts"),
        ]
    )
    assert client.get("/api/v1/claims/rag-build-cost/").json()["independent_sources"] == 2
    assert "2 independent sources" in client.get("/claims/rag-build-cost/").content.decode()
    assert "2 independent" in client.get("/claims/").content.decode()
