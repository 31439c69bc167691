"""Evidence and costs for a spreadsheet: the numbers of the report, where they come from, and no formula."""

import csv
import io
from dataclasses import replace

import openpyxl
import pytest
from django.urls import reverse

from assessments import operations as assessing
from assessments.models import Membership
from reports import operations, tables
from reports.case import Case, PinnedClaim
from reports.models import Download
from tests import factories
from tests.reports import worked

pytestmark = pytest.mark.django_db


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def sheet(content):
    [found] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    head, *body = found.iter_rows()
    return [dict(zip([one.value for one in head], line, strict=True)) for line in body]


def number(text):
    return float(text) if text else None


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_cited_claim_is_a_row_with_its_value_source_grade_dates_and_digest(worked_case, language):
    case = worked.case("W01", language)
    found = rows(tables.as_csv(case, "evidence"))
    assert [(int(one["n"]), one["claim"], one["digest"]) for one in found] == [
        (one["n"], one["claim"], one["digest"]) for one in case.result["citations"]
    ]
    for row in found:
        claim = case.by_reference[row["claim"]]
        value, source = claim.document["value"], claim.document["citations"][0]["source"]
        assert [number(row[end]) for end in ("low", "likely", "high")] == [
            value[end] for end in ("low", "likely", "high")
        ]
        assert (row["unit"], row["source"].split(" | ")[0]) == (value["unit"] or "", source["title"])
        assert row["freshness"] == claim.standing["freshness"]
        assert row["checked_on"] == (claim.standing["checked_on"] or "")
    first = {"en": "Do not fine-tune with fewer than", "es": "No conviene ajustar un modelo con menos de"}
    assert found[0]["statement"].startswith(first[language])


def test_every_option_has_its_figures_with_ends_percentiles_and_origin(worked_case):
    found = rows(tables.as_csv(worked_case, "costs"))
    total = {one["option"]: one for one in found if one["measure"] == "tco"}
    assert list(total) == [one["variant"] for one in worked_case.result["options"]]
    for option in worked_case.result["options"]:
        row, told = total[option["variant"]], option["tco"]
        assert {end: number(row[end]) for end in told} == told
        assert row["figure"] == option["figures"].get("tco", "")
    assert [row["option"] for row in total.values() if row["chosen"] == "yes"] == ["fine_tune_lora"]
    assert (total["few_shot"]["mark"], total["few_shot"]["from"]) == ("F28", "formula")
    assert total["few_shot"]["comes_from"]
    assert total["few_shot"]["drawn_figures"] == "F123; F124; F125"
    assert total["prompt_chaining"]["remark"]
    built = next(one for one in found if (one["option"], one["measure"]) == ("prompting", "upfront"))
    assert (built["from"], built["comes_from"]) == ("claim", "prompting-build-cost-advanced@1")


@pytest.mark.parametrize("table", ["evidence", "costs"])
def test_both_files_hold_the_same_and_are_the_same_bytes_each_time(worked_case, table):
    book = tables.as_xlsx(worked_case, table)
    assert book == tables.as_xlsx(worked_case, table)
    cells = [{name: cell.value for name, cell in row.items()} for row in sheet(book)]
    plain = rows(tables.as_csv(worked_case, table))
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in cells] == plain
    assert {type(row["low"]) for row in cells} <= {int, float, type(None)}


def test_a_text_of_a_source_is_never_a_formula(worked_case):
    first = worked_case.result["citations"][0]["claim"]
    claim = worked_case.by_reference[first]
    hostile = {**claim.document, "statement": '=HYPERLINK("https://example.com")', "translations": {}}
    claims = [PinnedClaim(hostile, one.previous, one.standing) if one is claim else one for one in worked_case.claims]
    case = replace(worked_case, claims=tuple(claims))
    assert rows(tables.as_csv(case, "evidence"))[0]["statement"] == '\'=HYPERLINK("https://example.com")'
    cell = sheet(tables.as_xlsx(case, "evidence"))[0]["statement"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ('=HYPERLINK("https://example.com")', "s", True)


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def test_tables_of_an_issued_report_are_read_from_what_was_issued_and_logged(client, final, renderer):
    report = operations.issue(
        assessment=final, by=factories.consultant(), at=factories.NOON, because="The board knows.", renderer=renderer
    )
    reader = factories.member("rea", of=final.firm, role=Membership.Role.CLIENT_READER, client=final.client)
    client.force_login(reader)
    frozen = Case.from_manifest(report.manifest_document)
    for name in tables.TABLES:
        response = client.get(reverse(f"reports:{name}-csv", args=[final.reference]))
        assert response.content == tables.as_csv(frozen, name)
        assert response["Content-Disposition"] == f'attachment; filename="{final.reference}-en-{name}.csv"'
        assert response["Cache-Control"] == "private, no-store"
        workbook = client.get(reverse(f"reports:{name}-xlsx", args=[final.reference], query={"lang": "en"}))
        assert workbook.content == tables.as_xlsx(frozen, name)
    client.head(reverse("reports:costs-csv", args=[final.reference]))
    assert sorted(Download.objects.values_list("person__username", "file")) == [
        ("rea", "costs.csv"), ("rea", "costs.xlsx"), ("rea", "evidence.csv"), ("rea", "evidence.xlsx"),
    ]  # fmt: skip
    assert client.get(reverse("reports:costs-csv", args=[final.reference], query={"lang": "es"})).status_code == 404


def test_before_it_is_issued_only_the_firm_has_tables(client, final):
    address = reverse("reports:evidence-csv", args=[final.reference])
    assert client.get(address).status_code == 302
    client.force_login(factories.consultant(factories.firm("eastgate")))
    assert client.get(address).status_code == 404
    client.force_login(factories.member("rea", of=final.firm, role=Membership.Role.CLIENT_READER, client=final.client))
    assert client.get(address).status_code == 404
    client.force_login(factories.consultant())
    response = client.get(address)
    assert response["Content-Disposition"].endswith('-en-evidence-draft.csv"')
    assert [one["claim"] for one in rows(response.content)] == ["fine-tuning-examples-gate@1"]
    assert not Download.objects.exists()


def test_without_all_answers_there_are_no_tables(client, db):
    client.force_login(factories.consultant())
    response = client.get(reverse("reports:costs-csv", args=[factories.assessment().reference]))
    assert response.status_code == 409
    assert "nothing to put into a table" in response.content.decode()
