"""Documents that fall behind the code fail here: commands, columns, filters, questions, settings, paths, links."""

import re
import shlex
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

from assessments import facts
from assessments.engine import economics
from assessments.engine.facts import validate
from claims.filters import FILTERS
from claims.listing import PAGING
from claims.loading import REQUIRED
from claims.price_data import selection
from claims.quantity import QuantityError, parse
from claims.records import RECORDS
from tests.claims import factories
from tests.shared_documents import SHARED

TOP = Path(__file__).resolve().parents[1]
CONTRACT = SHARED / "contract.md"
EXAMPLE = TOP / "docs" / "examples" / "answers.yaml"
PARAMETERS = TOP / "docs" / "examples" / "economics.yaml"
DOCUMENTS = sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")])
APPS = {"config", "claims", "assessments", "reports"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(TOP))


@cache
def text_of(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def prose(document: Path) -> str:
    """A document without its fenced blocks."""
    return FENCE.sub("", document.read_text(encoding="utf-8"))


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    match = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{level}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert match, f"there is no heading {heading!r}"
    return match[1]


def first_cells(table: str) -> list[str]:
    """The first cell of each row of a Markdown table, without its header."""
    rows = re.findall(r"^\| ([^|]+?) \|", table, re.MULTILINE)
    return rows[1:]


# --- Commands ------------------------------------------------------------------------------------------------------


def contract_commands() -> tuple[set[str], set[str]]:
    """Scripts and management commands that the contract promises."""
    rows = re.findall(r"^\| `([^`\s]+)", section(CONTRACT.read_text(encoding="utf-8"), "## Commands"), re.MULTILINE)
    return {row for row in rows if "/" in row}, {row for row in rows if "/" not in row}


def not_yet() -> str:
    return section(text_of("README.md"), "## What it does not do yet")


def mentioned(command: str) -> list[str]:
    pattern = re.compile(rf"(?:manage\.py |`){re.escape(command)}\b")
    return [name_of(document) for document in DOCUMENTS if pattern.search(document.read_text(encoding="utf-8"))]


def test_each_script_of_the_contract_is_there_and_documented() -> None:
    scripts, _ = contract_commands()
    assert len(scripts) == 5
    assert [script for script in scripts if not (TOP / script).is_file() or not mentioned(script)] == []


def test_each_command_of_the_contract_is_there_or_said_to_be_missing() -> None:
    _, commands = contract_commands()
    assert len(commands) == 7
    absent = {command for command in commands if command not in get_commands()}
    assert absent == {command for command in commands if f"`{command}`" in not_yet()}


def test_each_command_of_ours_is_documented() -> None:
    ours = {command for command, app in get_commands().items() if app in APPS}
    assert len(ours) > 5
    assert [command for command in ours if not mentioned(command)] == []


def console_lines() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for language, block in FENCE.findall(document.read_text(encoding="utf-8")):
            if language == "console":
                for line in block.replace("\\\n", " ").splitlines():
                    if line.strip():
                        yield name_of(document), line.strip()


@pytest.mark.parametrize(("document", "line"), [*console_lines()])
def test_each_line_for_the_console_can_be_typed(document: str, line: str, db, client, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # what `db_worker` asks for
    words = [word for word in shlex.split(line, comments=True) if not re.fullmatch(r"[A-Z_]+=.*", word)]
    match words:
        case ["curl", *_, address]:
            factories.publish("rag-build-cost-production", topics=[factories.topic("rag")])
            path = re.fullmatch(r"http://127\.0\.0\.1:8000(/.*)", address)
            assert path, address
            assert client.get(unquote(path[1])).status_code == 200
        case [".venv/bin/python", "manage.py", command, *arguments]:
            parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
            parser.parse_args(arguments)  # raises CommandError for an option that is not there
        case [program, *_]:
            assert program.startswith("script/")
            assert (TOP / program).is_file()


def test_a_wrong_option_would_be_noticed() -> None:
    parser = load_command_class("claims", "load_claims").create_parser("manage.py", "load_claims")
    with pytest.raises(CommandError):
        parser.parse_args(["claims.yaml", "--sideways"])


# --- What the code offers, word by word ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RECORDS)
def test_each_column_of_a_file_is_documented(kind: str) -> None:
    cells = first_cells(section(text_of("docs/editors.md"), f"### `{kind}`"))
    assert [cell.strip("*`") for cell in cells] == list(RECORDS[kind])
    assert {cell.strip("*`") for cell in cells if cell.startswith("**")} == set(REQUIRED[kind])


def test_figures_as_printed_are_read_as_documented() -> None:
    table = section(text_of("docs/editors.md"), "## Correcting a claim").split("| printed | is read as |", 1)[1]
    examples = [
        text for row in re.findall(r"^ *\| ([^|]+?) \|", table, re.MULTILINE) for text in re.findall("`(.+?)`", row)
    ]
    assert len(examples) > 10
    for printed in examples:
        parse(printed)  # raises where it is not read at all
    for refused in ("$30 to $10", "1.500,50 €"):
        assert f"`{refused}`" in table
        with pytest.raises(QuantityError):
            parse(refused)


def test_the_freshness_policy_is_documented_as_it_is_shipped() -> None:
    families = yaml.safe_load(text_of("claims/starter/00-policy.yaml"))["families"]
    policy = section(text_of("docs/editors.md"), "## Freshness")
    for family in families:
        review = f"{family['review_days']} days" if family["review_days"] else "on an event"
        assert f"| {family['name']} | {family['half_life_days']} days | {review} |" in policy


@pytest.mark.parametrize("parameter", [*FILTERS, *PAGING, "scope.<key>"])
def test_each_filter_of_the_api_is_documented(parameter: str) -> None:
    assert f"`{parameter}`" in text_of("docs/api.md")


def test_each_question_is_documented_with_its_reason() -> None:
    documented = text_of("docs/consultants.md")
    for question in facts.questionnaire().questions:
        row = f"| `{question.id}` | {question.text['en']} | {question.reason['en']} |"
        assert row in documented


def test_each_assumption_of_the_cost_model_is_documented() -> None:
    house = yaml.safe_load(text_of("assessments/house.yaml"))
    listed = section(text_of("docs/consultants.md"), "## What the report lists as assumptions")
    for assumption in house["assumptions"].values():
        last = "" if "replaced_by" in assumption else " (no claim can replace it)"
        assert f"\n- {assumption['label']}{last}\n" in listed


def test_the_documented_settings_are_those_that_are_read() -> None:
    """`tests/test_project.py` holds settings.py and the scripts to this; here all code is read, both ways."""
    readers = [path for app in APPS for path in (TOP / app).rglob("*.py")]
    readers += [*(TOP / "script").iterdir(), *(TOP / "bench").rglob("*.py"), *(TOP / "tests" / "browser").glob("*.py")]
    name = re.compile(r"FOOTING_[A-Z0-9_]+")
    read = {found for path in readers for found in name.findall(path.read_text(encoding="utf-8"))}
    assert read == set(name.findall(text_of("docs/operations.md")))


# --- Paths, links, numbers -----------------------------------------------------------------------------------------


FOLDERS = {"assessments", "bench", "claims", "config", "docs", "reports", "script", "static", "templates", "tests"}
FILE = re.compile(r".+\.(py|yaml|html|css|js|md|sh|ttf|po)")


def named_paths(document: Path) -> Iterator[str]:
    """What stands in backquotes and is a path of the checkout: one into a folder of it, or one to a file."""
    for path in re.findall(r"`([\w.-]+/[\w./-]*)`", prose(document)):
        if path.split("/")[0] in FOLDERS or FILE.fullmatch(path):
            yield path


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_each_path_in_a_document_exists(document: Path) -> None:
    bases = [TOP, document.parent, TOP / "templates"]
    missing = {path for path in named_paths(document) if not any((base / path).exists() for base in bases)}
    assert missing == set()


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as Markdown viewers make them."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_each_link_in_a_document_leads_somewhere(document: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    records = sorted((TOP / "docs" / "decisions").glob("*.md"))
    index = text_of("docs/README.md")
    assert len(records) > 10
    for number, record in enumerate(records, start=1):
        lines = record.read_text(encoding="utf-8").splitlines()
        assert record.name.startswith(f"{number:04d}-")
        assert lines[0].startswith(f"# {number}. ")
        title = lines[0].partition(". ")[2]
        assert f"[{title}](decisions/{record.name})" in index
        assert re.fullmatch(r"\d{4}-\d\d-\d\d · (accepted|replaced by \[decision \d+\]\(.+\))", lines[2])
        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]


# --- The examples --------------------------------------------------------------------------------------------------


def example() -> dict[str, object]:
    answers: dict[str, object] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    return answers


def test_the_example_answers_every_question() -> None:
    priced = {model for models in selection()[1].values() for model in models}
    validate(example(), facts.questionnaire(), models=priced)
    assert set(example()) == {question.id for question in facts.questionnaire().questions}


@pytest.mark.django_db
def test_the_example_can_be_assessed(tmp_path: Path) -> None:
    result = tmp_path / "result.json"
    call_command("assess", str(EXAMPLE), "--json", str(result), "--as-of", "2026-11-22")
    written = yaml.safe_load(result.read_text(encoding="utf-8"))
    assert written["answers"] == example()


def test_the_example_parameters_give_costs_and_a_break_even() -> None:
    parameters = yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))

    def prices(model: str, first: str, months: int, _longest_prompt: int) -> list[dict[str, Decimal | None]]:
        assert (model, first) == ("gpt-6.1-sol", "2026-11")
        return [{"input": Decimal(2), "output": Decimal(10), "cached": Decimal("0.1")}] * months

    result = economics.run(parameters, price_lookup=prices)
    assert set(result["tco"]) == set(parameters["upfront"])
    assert set(result["break_even"]) == {"few_shot", "rag"}
