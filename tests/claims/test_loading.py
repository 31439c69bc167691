"""Files into the registry and out again."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection

from claims import immutability, operations, searching
from claims.models import Act, Check, Claim, Conflict, Person, Revision, Source, Topic
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db

REGISTRY = """
published_at: 2026-11-22T00:00:00Z
families:
  - {slug: project-cost, name: Project cost, half_life_days: 548, review_days: 182}
topics:
  - {slug: costs, name: Costs, description: What it costs.}
  - {slug: build-cost, name: Build cost, parent: costs}
subjects:
  - {slug: rag, name: RAG}
metrics:
  - {slug: build-cost, name: Build cost, family: project-cost, units: [currency]}
sources:
  - {slug: upstream, title: A survey, publisher: Somebody, kind: unlocated, reliability: F, reliability_reason: Not found}
  - slug: blog
    title: "Costs: \\"all\\" of them"
    publisher: A Blog
    kind: practitioner_report
    reliability: C
    reliability_reason: Signed
    published_on: 2026-06-16
    attributes_to: [upstream]
claims:
  - slug: rag-build-cost-production
    statement: A production system costs this much to build.
    translations: {es: {statement: Construir un sistema de producción cuesta esto.}}
    subject: rag
    metric: build-cost
    topics: [build-cost, costs]
    value: {low: 18000, likely: 28000, high: 45000.5, unit: currency, currency: USD, per: build}
    scope: {tier: production, months: 3, measured: false}
    study_type: practitioner_report
    credibility: 3
    credibility_reason: Plausible; "=SUM(A1)" is only text.
    certainty: low
    certainty_reasons: [{code: bias, note: Sells it}]
    citations:
      - {source: blog, printed: "$18,000 to $45,000", locator: Costs, attributed_to: upstream}
    checks:
      - {kind: read_in_context, on: 2026-11-22, note: Read}
  - slug: rag-build-cost-basic
    statement: A basic system costs this much to build.
    subject: rag
    metric: build-cost
    value: {low: 5000, high: 15000, unit: currency, currency: USD, per: build}
    study_type: opinion
    credibility: 4
    credibility_reason: Unsigned
    certainty: very_low
    citations: [{source: blog, printed: "-23%", locator: Costs}]
  - slug: rag-build-cost-rumour
    state: review
    statement: Somebody said so.
    subject: rag
    metric: build-cost
    value: {low: 1, bound: at_least, unit: currency, currency: EUR, per: build}
    study_type: opinion
    credibility: 6
    credibility_reason: Hearsay
    certainty: very_low
    citations: [{source: blog, printed: "1+", locator: Costs}]
conflicts:
  - claims: [rag-build-cost-production, rag-build-cost-basic]
    relation: disjoint
    state: scope_differs
    reason: Two tiers.
    decided_on: 2026-11-22
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "registry.yaml"
    path.write_text(REGISTRY)
    return path


def load(*paths: Path, **options):
    call_command("load_claims", *map(str, paths), **options)


def changed(file: Path, old: str, new: str) -> Path:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return file


def everything():
    return [
        *Revision.objects.order_by("sequence").values_list("digest", flat=True),
        Claim.objects.count(),
        Check.objects.count(),
        list(Conflict.objects.values_list("state", "reason")),
        list(Topic.objects.values_list("slug", "parent__slug")),
        list(Source.objects.values_list("slug", "title")),
    ]


def test_a_file_is_published_and_says_what_it_did(file, capsys):
    load(file)
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"{Topic.objects.count() + 1 + 1 + 1 + 2 + 3 + 1} added, 0 changed, 0 unchanged, 0 refused"
    )
    assert sorted(Claim.objects.values_list("slug", "state")) == [
        ("rag-build-cost-basic", "published"),
        ("rag-build-cost-production", "published"),
        ("rag-build-cost-rumour", "review"),
    ]
    body = Claim.objects.get(slug="rag-build-cost-production").current_revision.body
    assert body["published_at"] == "2026-11-22T00:00:00Z"
    assert body["checked_on"] == "2026-11-22"
    assert body["scope"] == {"tier": "production", "months": 3, "measured": False}
    assert operations.verify_chain() == []


def test_the_same_file_gives_the_same_chain_everywhere(file):
    load(file)
    assert Revision.objects.get(sequence=2).digest == (
        "sha256:cfee2927ff51571b4c33402973f42d30b72e7fe4f4fd9e8704643e7cbf77ff52"
    )
    assert (
        Revision.objects.filter(author__username="registry-import", approver__username="registry-review").count() == 2
    )


def test_loading_twice_changes_nothing(file, capsys):
    load(file)
    before = everything()
    capsys.readouterr()
    load(file)
    assert everything() == before
    assert capsys.readouterr().out == "0 added, 0 changed, 3 unchanged, 0 refused\n"


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx"])
def test_loading_what_was_exported_changes_nothing(file, tmp_path, capsys, kind):
    load(file)
    before = everything()
    exported = tmp_path / f"out.{kind}"
    call_command("export_claims", format=kind, output=str(exported))
    capsys.readouterr()
    load(exported)
    assert everything() == before
    assert capsys.readouterr().out == "0 added, 0 changed, 3 unchanged, 0 refused\n"


@pytest.mark.parametrize("kind", ["yaml", "csv", "xlsx"])
def test_an_export_rebuilds_an_empty_registry(file, tmp_path, kind):
    load(file)
    exported, again = tmp_path / f"out.{kind}", tmp_path / "again.yaml"
    call_command("export_claims", format=kind, output=str(exported))
    call_command("export_claims", format="yaml", output=str(again))
    with immutability.suspended(connection):
        Act.objects.all().delete()
        Conflict.objects.all().delete()
        Check.objects.all().delete()
        Claim.objects.update(current_revision=None, state="draft")
        Revision.objects.all().delete()
        Claim.objects.all().delete()
        Source.objects.all().delete()
        for child in Topic.objects.exclude(parent=None):
            child.delete()
        Topic.objects.all().delete()
        searching.empty()
    load(exported)
    rebuilt = tmp_path / "rebuilt.yaml"
    call_command("export_claims", format="yaml", output=str(rebuilt))
    assert yaml.safe_load(rebuilt.read_text()) == yaml.safe_load(again.read_text())
    assert Claim.objects.count() == 3


def test_a_jsonl_line_is_the_claim_as_the_api_serves_it(file, tmp_path, client):
    load(file)
    out = tmp_path / "out.jsonl"
    call_command("export_claims", format="jsonl", output=str(out))
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["slug"] for line in lines] == ["rag-build-cost-production", "rag-build-cost-basic"]
    for line in lines:
        assert client.get(f"/api/v1/claims/{line['slug']}/").json() == line


def test_an_export_of_the_past_holds_what_was_published_then(file, tmp_path):
    load(file)
    claim = Claim.objects.get(slug="rag-build-cost-basic")
    make.change(claim.current_revision, at=NOON + timedelta(days=3), low=6000)
    out = tmp_path / "out.jsonl"

    def low(day):
        call_command("export_claims", format="jsonl", output=str(out), as_of=day)
        return {json.loads(line)["slug"]: json.loads(line)["value"]["low"] for line in out.read_text().splitlines()}

    assert low(date(2026, 11, 22))["rag-build-cost-basic"] == 5000
    assert low(date(2026, 11, 25))["rag-build-cost-basic"] == 6000
    assert low(date(2026, 11, 21)) == {}


def test_a_changed_row_becomes_a_revision_and_nothing_else_moves(file, capsys):
    load(file)
    capsys.readouterr()
    load(changed(file, "low: 5000, high: 15000", "low: 6000, high: 15000"))
    out = capsys.readouterr().out.splitlines()
    # The pair was opened again by the change, and the file decides it.
    assert out == [
        "changed rag-build-cost-basic",
        "changed conflict rag-build-cost-production and rag-build-cost-basic",
        "0 added, 2 changed, 2 unchanged, 0 refused",
    ]
    assert Claim.objects.get(slug="rag-build-cost-basic").current_revision.number == 2


def test_a_new_check_is_added_without_a_revision(file):
    load(file)
    load(changed(file, "note: Read}", "note: Read}\n      - {kind: upstream_read, on: 2026-11-22}"))
    assert Revision.objects.count() == 2
    assert Check.objects.count() == 2


def test_a_dry_run_says_what_would_change_and_writes_nothing(file, capsys):
    load(file, dry_run=True)
    assert capsys.readouterr().out.splitlines()[-1].endswith("(dry run: nothing was written)")
    assert (Claim.objects.count(), Topic.objects.count(), Revision.objects.count()) == (0, 0, 0)
    assert not Person.objects.exists()


REFUSALS = [
    ("low above high", "low: 18000", "low: 99000", "row 23, column value.low: The low end"),
    ("an unknown unit", "unit: currency, currency: USD, per: build}\n    scope", "unit: bananas}\n    scope", "value.unit"),
    ("an unknown source", "source: blog, printed: \"-23%\"", "source: nobody", "column citations: There is no source nobody"),
    ("an unknown topic", "topics: [build-cost, costs]", "topics: [nowhere]", "column topics: There is no topic nowhere"),
    ("a column nobody knows", "subject: rag\n    metric: build-cost\n    topics", "subjekt: rag\n    metric: build-cost\n    topics", "column subjekt: There is no column subjekt"),
    ("a required column missing", "    credibility: 4\n", "", "column credibility: This column is required"),
    ("a number that is none", "credibility: 3", "credibility: high", "column credibility: credibility is a whole number"),
    ("a date that is none", "published_on: 2026-06-16", "published_on: June", "published_on is a date such as 2026-11-22"),
    ("a claim twice", "slug: rag-build-cost-basic", "slug: rag-build-cost-production", "stands in these files twice"),
    ("a state for readers", "state: review", "state: retracted", "published, review or draft"),
    ("a check of no kind", "kind: read_in_context", "kind: guessed", "Check 1 needs `on`, a date, and `kind`"),
    ("a reason without a word", "reason: Two tiers.", "reason: \" \"", "A decision has a reason"),
    ("a conflict of one", "claims: [rag-build-cost-production, rag-build-cost-basic]", "claims: [rag-build-cost-basic]", "between two claims"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS])
def test_one_refused_row_stops_the_whole_file(file, capsys, old, new, message):
    with pytest.raises(CommandError, match="Nothing was written"):
        load(changed(file, old, new))
    assert message in capsys.readouterr().err
    assert (Claim.objects.count(), Source.objects.count(), Revision.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", "claims: [", "a.yaml: Not valid YAML"),
        ("a.yaml", "- 1", "Expected a mapping with some of"),
        ("a.yaml", "planets: []", "column planets: Expected a list under one of"),
        ("a.yaml", "claims: [1]", "Expected a mapping, not 1"),
        ("a.yaml", "claims:\n  - {slug: a, slug: b}", "the key slug stands here twice"),
        ("a.yaml", "published_at: 2026-11-22\nclaims: []", "Expected a moment with its zone"),
        ("a.yaml", "{}", "No record in these files"),
        ("a.csv", "", "The file is empty"),
        ("a.csv", "record,slug\nplanets,x\n", "row 2, column record: Expected one of"),
        ("a.csv", "slug\nx,y\n", "row 2: 2 cells, but only 1 columns have a name"),
        ("a.xlsx", "not a workbook", "Not a readable XLSX workbook"),
        ("a.txt", "x", "Expected a file named"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_name(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(CommandError, match=message.replace("(", r"\(")):
        load(path)


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        load(tmp_path / "nothing.yaml")
    with pytest.raises(CommandError, match="No YAML, CSV or XLSX file in this folder"):
        load(tmp_path)


def test_author_and_approver_are_two_people(file, capsys):
    with pytest.raises(CommandError):
        load(file, author="one", approver="one")
    assert "name two people" in capsys.readouterr().err


def test_a_claim_with_somebodys_unpublished_change_is_not_overwritten(file, capsys):
    load(file)
    claim = Claim.objects.get(slug="rag-build-cost-basic")
    operations.revise(by=make.editor(), at=NOON, claim=claim, fields={"low": 7000})
    with pytest.raises(CommandError):
        load(changed(file, "low: 5000, high: 15000", "low: 6000, high: 15000"))
    assert "has an unpublished change by ed" in capsys.readouterr().err
