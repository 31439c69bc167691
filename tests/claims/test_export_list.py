"""A filtered list of claims as a file, from the public page and from the desk."""

import csv
import io
import json
import re
from html import unescape

import openpyxl
import pytest
import yaml
from django.urls import reverse

from claims import exporting, importing, operations
from claims.sheet_cells import LONGEST
from tests.claims import factories as make
from tests.claims.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registry() -> None:
    make.publish("rag-cost", citations=[make.citation(printed="=1+1")])
    make.publish("lora-cost", subject=make.subject("lora"), certainty="high")
    make.publish("rag-cost-basic", topics=[], low=1, likely=2, high=3)
    make.draft("rag-draft")


def slugs(form: str, content: bytes) -> list[str]:
    if form == "csv":
        return [row["slug"] for row in csv.DictReader(io.StringIO(content.decode()))]
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book.sheetnames == ["claims"]
        return [str(row[0].value) for row in book["claims"].iter_rows(min_row=2)]
    if form == "yaml":
        return [claim["slug"] for claim in yaml.safe_load(content).get("claims", [])]
    return [json.loads(line)["slug"] for line in content.splitlines()]


FORMS = ("csv", "xlsx", "yaml", "jsonl")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["rag-cost-basic", "lora-cost", "rag-cost"]),
        ("?subject=rag", ["rag-cost-basic", "rag-cost"]),
        ("?subject=rag&topic=costs&page_size=1&ordering=slug&cursor=x", ["rag-cost"]),
        ("?q=nothing-like-it", []),
        ("?as_of=2026-11-21", []),
    ],
)
def test_a_reader_gets_all_that_the_list_finds(client, form, query, expected):
    response = client.get(f"/claims.{form}{query}")
    assert response.status_code == 200
    day = "2026-11-21" if "as_of" in query else "20"
    assert response["Content-Disposition"].startswith(f'attachment; filename="claims-{day}')
    assert response["Content-Disposition"].endswith(f'.{form}"')
    assert slugs(form, response.getvalue()) == expected


@pytest.mark.parametrize("form", FORMS)
def test_what_the_list_refuses_the_file_refuses(client, form):
    assert client.get(f"/claims.{form}?colour=red").status_code == 400


def test_a_line_is_the_claim_as_the_api_serves_it(client):
    lines = [json.loads(line) for line in client.get("/claims.jsonl").getvalue().splitlines()]
    assert lines == [client.get(f"/api/v1/claims/{line['slug']}/").json() for line in lines]


def test_the_public_list_links_to_the_file_of_what_it_found(client):
    page = client.get("/claims/?subject=rag&ordering=slug").content.decode()
    assert 'All 2 claims of this list as a file: <a href="/claims.csv?subject=rag" download>CSV</a>' in page
    assert "as a file" not in client.get("/claims/?q=nothing-like-it").content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx", "yaml"])
def test_a_public_file_can_be_imported_and_changes_nothing(client, form):
    content = client.get(f"/claims.{form}").getvalue()
    batch = importing.preview(by=make.editor(), at=NOON, name=f"claims.{form}", content=content)
    assert [batch.report[key] for key in ("new", "changed", "unchanged", "refused")] == [0, 0, 3, 0]


@pytest.mark.parametrize("form", ["csv", "xlsx", "yaml"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"lora-cost", "rag-cost", "rag-cost-basic", "rag-draft"}),
        ("?state__exact=draft", {"rag-draft"}),
        ("?q=lora&certainty__exact=high", {"lora-cost"}),
    ],
)
def test_an_editor_gets_the_working_copies_that_the_list_shows(client, form, query, expected):
    client.force_login(make.editor())
    response = client.get(reverse(f"admin:claims_claim_export_{form}") + query)
    assert (response.status_code, set(slugs(form, response.getvalue()))) == (200, expected)
    page = client.get(reverse("admin:claims_claim_changelist") + query).content.decode()
    (linked,) = re.findall(rf'href="([^"]*/export\.{form}[^"]*)"', page)
    assert set(slugs(form, client.get(unescape(linked)).getvalue())) == expected


def test_an_unpublished_change_is_in_the_editors_file_and_not_in_the_readers(client):
    claim = make.draft("another")
    revision = make.publish("changing")
    operations.revise(by=make.editor(), at=NOON, claim=revision.claim, fields={"statement": "It changed."})
    client.force_login(make.editor())
    mine = client.get(reverse("admin:claims_claim_export_csv")).getvalue().decode()
    rows = {row["slug"]: row for row in csv.DictReader(io.StringIO(mine))}
    assert (rows["changing"]["statement"], rows["changing"]["state"]) == ("It changed.", "draft")
    assert rows[claim.slug]["state"] == "draft"
    assert "It changed." not in client.get("/claims.csv").getvalue().decode()


def test_a_list_is_read_in_pieces_and_stays_in_order(client, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 2)
    assert slugs("csv", client.get("/claims.csv").getvalue()) == ["rag-cost-basic", "lora-cost", "rag-cost"]
    assert slugs("jsonl", client.get("/claims.jsonl").getvalue()) == ["rag-cost-basic", "lora-cost", "rag-cost"]


def test_a_text_that_no_cell_holds_is_said_instead_of_cut(client):
    make.publish("long", assumptions="x" * (LONGEST + 1))
    response = client.get("/claims.xlsx")
    assert response.status_code == 422
    assert "does not fit into a cell of a workbook, which holds 32,767: use CSV or YAML." in response.content.decode()
    assert "long" in slugs("csv", client.get("/claims.csv").getvalue())
