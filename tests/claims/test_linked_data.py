"""Claims as JSON-LD: sound for a processor, true to schema.org, and a rating only where somebody could judge."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pyld import jsonld

from claims import linked_data
from claims.models import Claim
from tests.claims import factories as make
from tests.claims import schema_org
from tests.claims.addresses import get
from tests.claims.schema_org import SCHEMA
from tests.claims.shelf import on

pytestmark = pytest.mark.usefixtures("registry")
SITE = "http://127.0.0.1:8000"
OPTIONS = {"documentLoader": schema_org.load}


def described(client, slug: str) -> dict[str, Any]:
    return linked_data.document(get(client, f"claims/{slug}/").json())


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of a document that has a type."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for name, part in value.items():
            if name != "@context":
                yield from nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from nodes(part)


def everything(client) -> list[dict[str, Any]]:
    """Each kind of document that there is."""
    bodies = get(client, "claims/").json()["results"] + [get(client, "claims/withdrawn/").json()]
    page = linked_data.page(
        bodies, address=f"{SITE}/api/v1/claims/", following=f"{SITE}/api/v1/claims/?cursor=x", total=9
    )
    return [*map(linked_data.document, bodies), page, get(client, "dataset/").json()]


def test_a_processor_loses_nothing_of_it(client) -> None:
    for document in everything(client):
        expanded = jsonld.expand(document, OPTIONS)
        compacted = jsonld.compact(expanded, document["@context"], OPTIONS)
        assert compacted == alone_without_list(document)


def alone_without_list(value: Any) -> Any:
    """A document as a processor compacts it: a list of one is the one."""
    if isinstance(value, list):
        return alone_without_list(value[0]) if len(value) == 1 else [alone_without_list(part) for part in value]
    if isinstance(value, dict) and "@context" not in value:
        return {name: alone_without_list(part) for name, part in value.items()}
    if isinstance(value, dict):
        return {name: part if name == "@context" else alone_without_list(part) for name, part in value.items()}
    return value


def test_a_processor_makes_statements_of_it(client) -> None:
    rows = jsonld.to_rdf(described(client, "rag-cost"), OPTIONS)["@default"]
    said = {(row["subject"]["value"], row["predicate"]["value"], row["object"]["value"]) for row in rows}
    here = f"{SITE}/claims/rag-cost@2/"
    assert (here, f"{SCHEMA}text", "A RAG system for production costs this much.") in said
    assert (here, f"{SCHEMA}appearance", f"{SITE}/sources/a-blog/") in said
    assert (f"{SITE}/sources/a-blog/", f"{SCHEMA}url", "https://blog.example/cost") in said


def test_each_property_stands_where_schema_org_has_it(client) -> None:
    seen = set()
    for document in everything(client):
        for node in nodes(document):
            types = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
            allowed = set().union(*(schema_org.ALLOWED[kind] for kind in types))
            seen |= set(types)
            own = {name for name in node if not name.startswith("@")} - {"next", "previous"}
            assert own <= allowed, (types, own - allowed)
            assert not any(part is None or part in ([], "") for part in node.values())
    assert seen == set(schema_org.ALLOWED)


def test_the_figure_has_its_ends_its_unit_and_its_scope(client) -> None:
    assert described(client, "rag-cost")["mainEntity"] == {
        "@type": "PropertyValue",
        "name": "build cost",
        "propertyID": f"{SITE}/api/v1/metrics/build-cost/",
        "description": "US$20,000–45,000 (median 28,000)",
        "minValue": 20000,
        "maxValue": 45000,
        "value": 28000,
        "unitText": "USD",
        "valueReference": [
            {"@type": "PropertyValue", "name": "measured", "value": False},
            {"@type": "PropertyValue", "name": "months", "value": 3},
            {"@type": "PropertyValue", "name": "tier", "value": "production"},
        ],
    }
    open_above = described(client, "lora-examples")["mainEntity"]
    assert (open_above["minValue"], open_above["unitText"], "maxValue" in open_above) == (500, "examples", False)
    assert described(client, "price")["mainEntity"]["unitText"] == "USD per million tokens"
    word = described(client, "rule")["mainEntity"]
    assert (word["value"], "unitText" in word) == ("cheapest_first", False)


@pytest.mark.parametrize(
    ("slug", "rating", "words"),
    [("lora-examples", 4, "Probably true"), ("rag-cost", 3, "Possibly true"), ("rag-cost-basic", 2, "Doubtful")],
)
def test_a_rating_runs_upwards_from_worst_to_best(client, slug: str, rating: int, words: str) -> None:
    review = described(client, slug)["review"]
    assert review["itemReviewed"]["@id"] == described(client, slug)["@id"]
    assert review["reviewRating"] == {
        "@type": "Rating",
        "ratingValue": rating,
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": words,
        "ratingExplanation": "One source, plausible.",
    }


@pytest.mark.parametrize("slug", ["rule", "withdrawn"])
def test_what_cannot_be_judged_or_was_withdrawn_has_no_rating(client, slug: str) -> None:
    found = described(client, slug)
    assert "reviewRating" not in found["review"]
    assert found["creativeWorkStatus"] == ("Published" if slug == "rule" else "Retracted")


def test_only_what_supports_a_claim_is_where_it_appears(client) -> None:
    cited = [
        make.citation(),
        make.citation(source=make.source("against"), stance="contradicts"),
        make.citation(source=make.source("aside"), stance="mentions"),
    ]
    make.publish("argued", at=on(11, 1), citations=cited, statement_es="Cuesta esto.")
    found = described(client, "argued")
    assert [one["@id"] for one in found["appearance"]] == [f"{SITE}/sources/a-blog/"]
    assert [one["@id"] for one in found["citation"]] == [f"{SITE}/sources/against/", f"{SITE}/sources/aside/"]


def test_a_translation_is_a_work_of_its_own(client) -> None:
    make.change(Claim.objects.get(slug="rule").current_revision, at=on(11, 1), statement_es="Prueba lo más barato.")
    translated = described(client, "rule")["workTranslation"]
    assert translated == {"@type": "Claim", "inLanguage": "es", "text": "Prueba lo más barato."}


def test_a_page_leads_to_the_one_before_and_after(client) -> None:
    bodies = get(client, "claims/?page_size=2").json()["results"]
    page = linked_data.page(bodies, address=f"{SITE}/a", following=f"{SITE}/b", previous=f"{SITE}/c")
    assert [one["item"]["@id"] for one in page["itemListElement"]] == [
        f"{SITE}/claims/rag-cost@2/",
        f"{SITE}/claims/price@1/",
    ]
    [expanded] = jsonld.expand(page, OPTIONS)
    assert expanded["http://www.w3.org/ns/hydra/core#next"] == [{"@id": f"{SITE}/b"}]
    assert expanded["http://www.w3.org/ns/hydra/core#previous"] == [{"@id": f"{SITE}/c"}]
    assert "numberOfItems" not in page
    assert not {"next", "previous"} & linked_data.page([], address=f"{SITE}/a").keys()


def test_the_registry_is_a_data_set_with_files(client) -> None:
    response = get(client, "dataset/")
    assert response["Content-Type"] == "application/ld+json"
    body = response.json()
    assert (body["@type"], body["version"], body["dateModified"]) == ("Dataset", "9", "2026-10-01T09:00:00Z")
    files = [one["contentUrl"].removeprefix(SITE) for one in body["distribution"]]
    assert [client.get(file).status_code for file in files] == [200, 200]
    assert [one["name"] for one in body["variableMeasured"]] == [
        "build cost", "decision rule", "token price", "training examples",
    ]  # fmt: skip
    assert get(client, "dataset/", accept="application/json")["Content-Type"] == "application/json"
    assert get(client, "dataset/", if_none_match=response["ETag"]).status_code == 304
    assert get(client, "dataset/", accept="text/html").status_code == 406
    assert get(client, "dataset/?colour=red").status_code == 400


def test_it_is_json(client) -> None:
    for document in everything(client):
        assert json.loads(json.dumps(document, allow_nan=False)) == document
