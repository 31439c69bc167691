"""Nothing that is not published is reached through the API: by no name of a parameter, no order, no search, no answer."""

import json
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db.models import Field, Model
from django.http import QueryDict
from django.test import Client

from claims import operations
from claims.filters import FILTERS
from claims.forms import ChangesForm, WrongParameter, wrong_parameters
from claims.listing import PAGING, Listing
from claims.models import Claim, Conflict, FeedRow, Metric, Revision, ServedClaim, Source, Subject, Topic
from claims.pagination import ORDERINGS
from claims.side_by_side import Question
from claims.tallies import FACETS
from tests.claims import factories as make
from tests.claims.addresses import V1
from tests.claims.factories import NOON
from tests.claims.shelf import TODAY

pytestmark = pytest.mark.usefixtures("registry")
DEPTH = 3
WORD = "quillibrax"
"""Stands in every text of what is hidden, and nowhere else."""
NAME = "zorvantine"
"""Stands in every name of the person who wrote it, who has published things too."""


# --- No name leads there ---------------------------------------------------------------------------------------------


def paths(model: type[Model], depth: int = DEPTH) -> Iterator[tuple[str, Field | None]]:
    """Every path over fields and relations, either way, with the field at its end."""
    for field in model._meta.get_fields(include_hidden=True):
        names = {field.name, getattr(field, "attname", field.name)}
        if hasattr(field, "get_accessor_name"):
            names |= {name for name in (field.get_accessor_name(), field.related_query_name) if isinstance(name, str)}
        for name in names:
            yield name, field if isinstance(field, Field) else None
        if depth > 1 and field.related_model and field.related_model != "self":
            for rest, last in paths(field.related_model, depth - 1):
                yield f"{field.name}__{rest}", last


def every_path() -> set[str]:
    found = {path for model in (Revision, Claim, FeedRow, ServedClaim) for path, _ in paths(model)}
    return found | {"pk", "claim__pk"}


def with_lookups() -> Iterator[str]:
    """Every path, alone and with each lookup and transform that is registered for its end."""
    seen: dict[str, set[str]] = {}
    for model in (Revision, Claim, FeedRow, ServedClaim):
        for path, field in paths(model):
            seen.setdefault(path, set()).update(field.get_lookups() if field else {"exact", "in", "isnull"})
    for path, lookups in seen.items():
        yield path
        yield from (f"{path}__{lookup}" for lookup in lookups)


def asked(names: list[str], value: str = "1") -> QueryDict:
    query = QueryDict(mutable=True)
    for name in names:
        query[name] = value
    return query


def named(wrong: list[WrongParameter]) -> set[str]:
    return {one.parameter for one in wrong}


def test_no_path_over_the_tables_is_a_parameter() -> None:
    names = set(with_lookups()) - set(FILTERS) - set(PAGING)
    assert len(names) > 20_000
    assert named(Listing(asked(sorted(names)), today=TODAY).wrong) == names


def test_no_path_is_a_parameter_anywhere_else() -> None:
    paths = every_path() - set(FILTERS) - set(PAGING) - set(ChangesForm.base_fields)
    for names in (paths, {path.replace("__", ".") for path in paths if "__" in path}):
        query = asked(sorted(names))
        assert named(Listing(query, today=TODAY, paged=False).wrong) == names
        assert named(Question(query, today=TODAY).wrong) == {*names, "metric"}
        assert named(wrong_parameters(query, [ChangesForm(query)])) == names


def test_no_path_is_an_order_or_a_facet() -> None:
    for path in every_path():
        for name in {path, f"-{path}", f"{path}__lower"} - set(ORDERINGS):
            assert named(Listing(QueryDict(f"ordering={name}"), today=TODAY).wrong) == {"ordering"}, name
        if path not in FACETS:
            assert named(Listing(QueryDict(f"facets=subject,{path}"), today=TODAY).wrong) == {"facets"}, path


def test_a_key_of_the_scope_is_a_key_of_the_scope_alone(hidden_person) -> None:
    fields = {path for path in every_path() if "__" not in path}
    for name in sorted(fields):
        for value in ("ed", NAME, "1", "published", "USD"):
            found = Listing(QueryDict(urlencode({f"scope.{name}": value})), today=TODAY)
            assert found.wrong or found.count() == 0, (name, value)
    deep = [f"scope.{path}" for path in every_path() if "__" in path]
    assert named(Listing(asked(deep), today=TODAY).wrong) == set(deep)


@pytest.mark.parametrize(
    "address", ["claims/", "claims.csv", "claims.jsonl", "compare/?metric=build-cost", "changes/", "topics/"]
)
def test_over_http_it_is_the_same(client: Client, address: str) -> None:
    known = {*FILTERS, *PAGING, *ChangesForm.base_fields}
    random = Random(address)
    for name in random.sample(sorted(set(with_lookups()) - known), 8):
        response = client.get(f"{V1}/{address}{'&' if '?' in address else '?'}{quote(name)}=1")
        assert (response.status_code, [one["parameter"] for one in response.json()["errors"]]) == (400, [name])


# --- No answer tells of it -------------------------------------------------------------------------------------------


@pytest.fixture
def hidden_person() -> Any:
    """Somebody whose work is published and whose name is not, with the words that a draft is to be filed under."""
    person = make.person(
        f"{NAME}-user",
        "editor",
        "reviewer",
        "registry-manager",
        first_name=NAME,
        last_name=NAME,
        email=f"{NAME}@example.org",
    )
    claim = Claim.objects.get(slug="rag-cost-basic")
    operations.check(by=person, at=NOON, claim=claim, kind="read_in_context", on=date(2026, 11, 19))
    other = operations.draft(
        by=person, at=NOON, slug="by-them", fields=make.claim_fields(low=90000, likely=None, high=95000, scope={}),
        citations=[make.citation()], topics=[make.topic()],
    )  # fmt: skip
    operations.submit(by=person, at=NOON, claim=other)
    operations.publish(by=make.reviewer(), at=NOON, claim=other)
    conflict = Conflict.objects.get(first=claim, second=other)
    operations.settle_conflict(by=person, at=NOON, conflict=conflict, state="contested", reason="They differ.")
    make.topic("unseen-topic")
    make.subject("unseen-subject")
    make.metric("unseen-metric")
    make.source("unseen-source")
    return person


def hide(person: Any) -> None:
    """A draft in review, another draft, and changes to a published claim that nobody has approved."""
    unseen = {
        "topics": [Topic.objects.get(slug="unseen-topic"), Topic.objects.get(slug="build-cost")],
        "citations": [
            make.citation(source=Source.objects.get(slug="unseen-source"), printed=WORD, locator=WORD, note=WORD)
        ],
    }
    fields = {
        "statement": f"The {WORD} costs this much.", "assumptions": WORD, "credibility_reason": WORD,
        "scope": {"tier": WORD, WORD: "production"}, "low": 123456, "likely": None, "high": 123457, "currency": "NOK",
    }  # fmt: skip
    about = {"subject": Subject.objects.get(slug="unseen-subject"), "metric": Metric.objects.get(slug="unseen-metric")}
    for slug, more in ((f"{WORD}-review", {}), (f"{WORD}-draft", about)):
        claim = operations.draft(by=person, at=NOON, slug=slug, fields=make.claim_fields(**fields, **more), **unseen)
        if not more:
            operations.submit(by=person, at=NOON, claim=claim)
    for slug, change in (("rag-cost", fields), ("lora-examples", {"statement": WORD, "low": 1})):
        claim = Claim.objects.get(slug=slug)
        operations.revise(by=person, at=NOON, claim=claim, fields={**change, "change_note": WORD}, **unseen)
    make.task(claim=Claim.objects.get(slug="rag-cost"), note=WORD)


def values() -> dict[str, list[str]]:
    """Every parameter of the list with all values that occur, those of what is to be hidden too."""
    slugs = {name: list(kind.objects.values_list("slug", flat=True)) for name, kind in (
        ("topic", Topic), ("subject", Subject), ("metric", Metric), ("source", Source))}  # fmt: skip
    documents = [json.loads(one) for one in Revision.objects.values_list("document", flat=True)]
    words = {word for document in documents for word in document["statement"].strip(".").split()}
    scopes = {(key, str(value).lower()) for document in documents for key, value in document["scope"].items()}
    found = slugs | {
        "q": [*sorted(words), WORD, WORD[:4], NAME, "ed", "rev", "unfinished", "unseen", "NOK", "123456"],
        "unit": ["currency", "examples", "rating"],
        "currency": ["USD", "EUR", "NOK"],
        "reliability": list("ABCDEF"), "credibility": list("123456"),
        "certainty": ["very_low", "low", "moderate", "high"],
        "freshness": ["fresh", "due", "overdue", "expired"],
        "contested": ["true", "false"],
        "value_min": ["0", "123456"], "value_max": ["1", "123457"],
        "checked_before": ["2026-11-20", "2026-11-22"], "checked_after": ["2026-11-19", "2026-11-22"],
        "updated_after": ["2026-07-06T09:00:00Z", "2026-11-22"],
        "state": ["published", "retracted", "superseded"],
        "as_of": ["2026-07-02", "2026-11-21", "2026-11-22"],
        "ordering": ORDERINGS, "page_size": ["2"], "facets": [",".join(FACETS)], "count": ["true"],
        "scope.tier": ["production", "basic", WORD], f"scope.{WORD}": ["production"],
    }  # fmt: skip
    for key, value in scopes:
        found.setdefault(f"scope.{key}", []).append(value)
    return found


def addresses() -> list[str]:
    """All that is asked before and after."""
    given = values()
    claims = [urlencode({name: one}) for name, some in given.items() if name != "cursor" for one in some]
    files = [query for query in claims if query.partition("=")[0] not in PAGING]
    words = [(name, slug) for name in ("topic", "subject", "metric", "source") for slug in given[name]]
    slugs = [*Claim.objects.order_by("slug").values_list("slug", flat=True), f"{WORD}-review", f"{WORD}-draft"]
    return [
        *(f"{V1}/claims/?{query}" for query in claims),
        *(f"{V1}/claims/?{query}&count=true&page_size=3&facets={','.join(FACETS)}" for query in files[::3]),
        *(f"{V1}/claims/?ordering={order}&page_size=500" for order in ORDERINGS),
        *(f"{V1}/claims.{form}?{query}" for form in ("csv", "jsonl") for query in ["", *files[::2]]),
        *(f"{V1}/compare/?metric={metric}{more}" for metric in given["metric"] for more in ("", "&subject=rag", "&topic=costs")),
        *(f"{V1}/compare/?metric=build-cost&scope.tier={tier}" for tier in given["scope.tier"]),
        *(f"{V1}/{name}s/{slug}/" for name, slug in words),
        *(f"{V1}/{name}/" for name in ("topics", "subjects", "metrics", "sources", "conflicts", "changes", "dataset")),
        *(f"{V1}/changes/?since={since}" for since in (1, 5)),
        *(f"{V1}/claims/{quote(slug)}/{rest}" for slug in slugs for rest in ("", "revisions/", "checks/")),
        *(f"{V1}/claims/{quote(slug)}@{number}/" for slug in slugs for number in (1, 2, 3)),
        "/changes/feed/",
        *(f"/topics/{slug}/feed/" for slug in given["topic"]),
    ]  # fmt: skip


def answers(client: Client, asked_for: list[str]) -> dict[str, tuple[int, bytes]]:
    """What each address answers, as JSON and as JSON-LD where there is such."""
    found = {}
    for address in asked_for:
        response = client.get(address)
        found[address] = (response.status_code, b"".join(response))
    for address in [one for one in asked_for if one.startswith(f"{V1}/claims/")][::5]:
        response = client.get(address, headers={"accept": "application/ld+json"})
        found[f"{address} linked"] = (response.status_code, response.content)
    items = [f"{slug}@{n}" for slug in ("rag-cost", f"{WORD}-review", f"{WORD}-draft", "unfinished") for n in (1, 2, 3)]
    response = client.post(f"{V1}/lookup/", json.dumps(items), content_type="application/json")
    found["lookup/"] = (response.status_code, response.content)
    return found


def test_with_something_hidden_every_answer_is_the_same_to_the_byte(client: Client, settings, hidden_person) -> None:
    settings.API_RATE = (10**6, 60)
    asked_for = addresses()
    before = answers(client, asked_for)
    hide(hidden_person)
    after = answers(client, asked_for)
    assert {name for name in before if before[name] != after[name]} == set()
    assert {status for status, _ in after.values()} == {200, 404, 406}  # 406: no JSON-LD of that
    assert len(asked_for) > 300
    # What was asked for is repeated in links and refusals; nothing else may hold a word of it.
    telling = (WORD, NAME, "NOK", "123456")
    for name, (_, body) in after.items():
        if not any(word in name for word in telling) and name != "lookup/":
            assert not [word for word in telling if word.encode() in body], name


def test_a_hidden_claim_that_is_published_is_seen(client: Client, settings, hidden_person) -> None:
    """The test before this one would notice."""
    settings.API_RATE = (10**6, 60)
    hide(hidden_person)
    asked_for = [
        f"{V1}/claims/?q={WORD}",
        f"{V1}/topics/",
        f"{V1}/claims.csv?currency=NOK",
        "/topics/unseen-topic/feed/",
    ]
    before = answers(client, asked_for)
    operations.publish(by=make.reviewer(), at=NOON, claim=Claim.objects.get(slug=f"{WORD}-review"))
    after = answers(client, asked_for)
    assert [name for name in before if before[name] == after[name]] == []
