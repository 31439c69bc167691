"""The evidence and the costs of a report as tables for a spreadsheet. They read the case alone, as the report does.

Columns are named alike in every language; texts are in the report's. Numbers are numbers, what is not known is an empty
cell, and no text can become a formula (docs/decisions/0027).
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import openpyxl

from assessments.engine.offer import chosen_variant, variant_of
from claims.sheet_cells import escaped, guarded
from reports.case import Case, PinnedClaim
from reports.texts import claim_text, formula_text, mark_text
from reports.words import words

Row = dict[str, Any]
Cell = str | float | int | None

EVIDENCE = (
    "n", "claim", "statement", "value", "low", "likely", "high", "bound", "rating", "unit", "currency", "per", "scope",
    "assumptions", "source", "publisher", "url", "interest", "printed", "locator", "stance", "published_on",
    "reliability", "credibility", "certainty", "independent_sources", "checked_on", "check_due_on", "expires_on",
    "freshness", "contested_by", "digest",
)  # fmt: skip
COSTS = (
    "option", "name", "chosen", "offered", "remark", "measure", "low", "likely", "high", "unit", "currency", "per",
    "figure", "mark", "from", "comes_from", "p10", "p50", "p90", "drawn_figures", "drawn_from",
)  # fmt: skip
MEASURES = ("upfront", "monthly", "cost_per_request", "tco")  # these first, the others by name
PERCENTILES = ("p10", "p50", "p90")
MANY = "; "  # between what stands in one cell
PLACES = " | "  # between the places of a claim that stands in several documents
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
FIXED = (1980, 1, 1, 0, 0, 0)  # the date of each part of a workbook, so that the same table gives the same bytes


def evidence(case: Case) -> Iterator[Row]:
    """A row for each cited claim, in the order of the annex, all its places in one cell."""
    for cited in case.result["citations"]:
        yield _claim_row(cited["n"], case.by_reference[cited["claim"]], case.language)


def _claim_row(n: int, claim: PinnedClaim, lang: str) -> Row:
    document, standing = claim.document, claim.standing
    value, places = document["value"], document["citations"]
    source = [one["source"] for one in places]
    return {
        "n": n,
        "claim": claim.reference,
        "statement": claim_text(document, "statement", lang),
        "value": value["rating"] or claim_text(document, "value", lang),
        **{key: value[key] for key in ("low", "likely", "high", "bound", "rating", "unit", "currency", "per")},
        "scope": MANY.join(f"{key}={found}" for key, found in sorted(document["scope"].items())),
        "assumptions": document["assumptions"],
        "source": _placed(one["title"] for one in source),
        "publisher": _placed(one["publisher"] for one in source),
        "url": _placed(one["url"] for one in source),
        "interest": _placed(one["interest"] for one in source),
        "printed": _placed(one["printed"] for one in places),
        "locator": _placed(one["locator"] for one in places),
        "stance": _placed(one["stance"] for one in places),
        "published_on": _placed(one["published_on"] or one["updated_on"] for one in source),
        "reliability": _placed(one["reliability"] for one in source),
        "credibility": document["credibility"],
        "certainty": document["certainty"],
        "independent_sources": document["independent_sources"],
        **{key: standing[key] for key in ("checked_on", "check_due_on", "expires_on", "freshness")},
        "contested_by": MANY.join(standing["contested_by"]),
        "digest": document["digest"],
    }


def _placed(found: Iterator[Any]) -> str:
    return PLACES.join(str(one or "") for one in found)


def costs(case: Case) -> Iterator[Row]:
    """A row for each figure of each option, its total with the percentiles; one without figures says why."""
    chosen = chosen_variant(case.result["options"], case.result["recommendation"]["option"])
    for option in case.result["options"]:
        head = {
            "option": variant_of(option),
            "name": words("option", variant_of(option), case.language),
            "chosen": _said(variant_of(option) == chosen),
            "offered": _said(option["eligible"]),
            "remark": " ".join(_remarks(option, case.language)),
        }
        named = {name: figure for name, figure in option["figures"].items() if name not in PERCENTILES}
        if "tco" not in named:
            yield {**head, "measure": "tco"}
        for name, figure in sorted(named.items(), key=lambda one: (_place(one[0]), one[0])):
            drawn = [option["figures"][one] for one in PERCENTILES if one in option["figures"]] if name == "tco" else []
            yield {**head, **_figure_row(case, name, figure), **_drawn(case, drawn)}


def _place(measure: str) -> int:
    return MEASURES.index(measure) if measure in MEASURES else len(MEASURES)


def _said(holds: bool) -> str:
    return "yes" if holds else "no"


def _remarks(option: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Why it is not offered, what it lacks, and what is to be known of it."""
    for group, codes in (("not_offered", "reasons"), ("missing", "missing"), ("note", "notes")):
        yield from (words(group, code, lang) for code in option[codes])


def _figure_row(case: Case, name: str, figure_id: str) -> Row:
    figure = case.figures[figure_id]
    kind = figure["origin"]["kind"]
    return {
        "measure": name,
        **{key: figure[key] for key in ("low", "likely", "high", "unit", "currency", "per")},
        "figure": figure_id,
        "mark": mark_text(case, figure_id)[1],
        "from": kind,
        "comes_from": _origin(case, figure_id),
    }


def _origin(case: Case, figure_id: str) -> str:
    """The claim, question or formula that a figure comes from; of an assumption why it is what it is, and who set it."""
    origin = case.figures[figure_id]["origin"]
    match origin["kind"]:
        case "claim":
            return str(origin["claim"])
        case "answer":
            return str(origin["question"])
        case "assumption":
            return f"{origin['note']} ({origin['by']})"
        case _:
            return formula_text(case, figure_id)


def _drawn(case: Case, figures: Sequence[str]) -> Row:
    if not figures:
        return {}
    likely = {name: case.figures[one]["likely"] for name, one in zip(PERCENTILES, figures, strict=True)}
    return {**likely, "drawn_figures": MANY.join(figures), "drawn_from": formula_text(case, figures[1])}


TABLES: Mapping[str, tuple[Sequence[str], Callable[[Case], Iterator[Row]]]] = {
    "evidence": (EVIDENCE, evidence),
    "costs": (COSTS, costs),
}
"""Columns and rows, by the name of the table."""


def as_csv(case: Case, table: str) -> bytes:
    """A table of `TABLES` as CSV in UTF-8."""
    columns, rows = TABLES[table]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    for row in rows(case):
        writer.writerow({name: guarded(cell) if isinstance(cell, str) else cell for name, cell in row.items()})
    return out.getvalue().encode()


def as_xlsx(case: Case, table: str) -> bytes:
    """A table of `TABLES` as a workbook, dated by the evidence. Raises `claims.sheet_cells.CellTooLong`."""
    columns, rows = TABLES[table]
    cells = [[escaped(one) if isinstance(one, str) else one for one in map(row.get, columns)] for row in rows(case)]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = table
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for r, row in enumerate(cells, start=2):
        for c, value in enumerate(row, start=1):
            _fill(sheet.cell(r, c), value)
    book.properties.creator = "Footing"
    book.properties.title = f"{case.reference}, {table}"
    book.properties.created = datetime.combine(case.as_of, datetime.min.time())
    out = io.BytesIO()
    book.save(out)
    return _undated(out.getvalue(), of=book.properties.created)


def _fill(cell: Any, value: Cell) -> None:
    """A text stays a text, whatever it begins with, also when somebody edits the cell."""
    if value is None or value == "":
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = guarded(value) != value


def _undated(book: bytes, *, of: datetime) -> bytes:
    """The same workbook without the moment at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + of.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<2>", content)
            kept.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
