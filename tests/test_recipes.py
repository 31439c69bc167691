"""The recipes of docs/recipes.md, run as they stand there against a server: a shell's, Python's, and a spreadsheet's."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from claims import operations
from claims.api_examples import CLAIM, EXAMPLES
from claims.models import Claim, Revision
from tests import starter
from tests.claims import factories as make
from tests.claims import shelf
from tests.claims.factories import NOON
from tests.claims.shelf import on

TOP = Path(__file__).resolve().parents[1]
SITE = "https://footing.example"
RECIPES = (TOP / "docs" / "recipes.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def section_of(position: int) -> str:
    """The heading under which something stands."""
    return re.findall(r"^## (.+)$", RECIPES[:position], re.MULTILINE)[-1]


BLOCKS = [(section_of(found.start()), found[1], found[2]) for found in BLOCK.finditer(RECIPES)]


@pytest.fixture
def site(roles, live_server) -> Iterator[str]:
    """The address of a server of the small registry with the claim that the recipes name, on 22 November 2026."""
    with time_machine.travel(NOON):
        shelf.fill()
        other = make.citation(source=make.source("another"))
        make.publish(CLAIM, at=on(11, 1), low=30000, likely=None, high=60000, citations=[other])
        for slug in (CLAIM, "rag-cost-basic"):
            operations.check(by=make.editor(), at=NOON, claim=Claim.objects.get(slug=slug), kind="read_in_context")
        yield live_server.url


def run(language: str, text: str, site: str, folder: Path) -> str:
    """What a recipe prints."""
    text = text.replace(SITE, site)
    command = [sys.executable, "-c", text] if language == "python" else ["bash", "-euc", text]
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "*", "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    return done.stdout


def recipe(section: str, language: str) -> str:
    [text] = [text for name, kind, text in BLOCKS if (name, kind) == (section, language)]
    return text


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_recipes_of_the_shell_print_what_they_promise(site: str, tmp_path: Path) -> None:
    printed = {name: run(kind, text, site, tmp_path) for name, kind, text in BLOCKS if kind == "sh"}
    cheapest = json.loads(printed["What it costs, cheapest first"])["results"]
    assert [one["value"]["low"] for one in cheapest] == sorted(one["value"]["low"] for one in cheapest)
    assert len(cheapest) == 3
    assert '"facets":{"topic":[{"value":"costs"' in printed["Which words there are"]
    found = json.loads(printed["Whether a citation still stands"])["results"]
    assert [one["finding"] for one in found] == ["current", "unknown"]
    assert printed["The whole registry, only when it changed"] == "304\n"
    assert len((tmp_path / "claims.jsonl").read_bytes().splitlines()) == 7
    assert len(printed) == 4


def test_the_recipes_of_python_print_what_they_promise(site: str, tmp_path: Path) -> None:
    make.change(Claim.objects.get(slug=CLAIM).current_revision, at=NOON, assumptions="Changed since.")
    printed = {name: run(kind, text, site, tmp_path) for name, kind, text in BLOCKS if kind == "python"}
    cheapest = printed["What it costs, cheapest first"].splitlines()
    assert cheapest[0].startswith("US$5,000–15,000 | A basic RAG system costs this much. | https://blog.example/cost")
    assert len(cheapest) == 3
    assert "https://blog.example/cost" in printed["A spreadsheet"]
    claim = Claim.objects.get(slug=CLAIM).current_revision
    assert (
        f"{SITE}/claims/{CLAIM}@2/, {claim.digest}, source last read on".replace(SITE, site)
        in printed["Citing a claim"]
    )
    stands = printed["Whether a citation still stands"].splitlines()
    assert stands[0].startswith(f"{CLAIM}@1 changed ")
    assert "    assumptions :  → Changed since." in stands
    assert printed["Whether a document is the one that was published"] == "2 as published\n1 as published\n"
    assert f"together: US$20,000–60,000 from {CLAIM}@2, rag-cost@2" in printed["Side by side, and what agrees"]
    assert printed["Keeping a copy"].endswith("11 changes, 7 claims, cursor 11\n")
    assert len(printed) == 7


def test_a_copy_is_kept_up(site: str, tmp_path: Path) -> None:
    text = recipe("Keeping a copy", "python")
    run("python", text, site, tmp_path)
    operations.retract(by=make.manager(), at=NOON, claim=Claim.objects.get(slug="rule"), reason="It was wrong.")
    make.publish("new", at=NOON)
    assert run("python", text, site, tmp_path) == "2 changes, 7 claims, cursor 12\n"
    assert run("python", text, site, tmp_path) == "0 changes, 7 claims, cursor 12\n"
    standing = Revision.objects.filter(
        claim__state="published", claim__current_revision__isnull=False, state="published"
    )
    current = {one.claim.slug: one.document for one in standing.order_by("number").select_related("claim")}
    assert {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "claims").iterdir()} == current


def test_a_spreadsheet_gets_a_table(client, db) -> None:
    shelf.fill()
    addresses = re.findall(rf'^ .*"{re.escape(SITE)}(/api/[^"]+)"', RECIPES, re.MULTILINE)
    assert len(addresses) == 2
    for address in addresses:
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
        assert len(list(csv.DictReader(io.StringIO(response.getvalue().decode())))) == 4


def test_the_first_screen_prints_what_is_answered(client, db) -> None:
    first_screen = (TOP / "docs" / "api.md").read_text(encoding="utf-8").partition("\n## ")[0]
    [address] = re.findall(rf"curl '{re.escape(SITE)}(/\S+)'", first_screen)
    with time_machine.travel(NOON):
        starter.fill()
        first = client.get(address).json()["results"][0]
    printed = re.findall(r'"\w+": (?:"[^"…]+"|[\d.]+|null)', first_screen.partition('"results"')[2])
    assert len(printed) == 15
    answered = json.dumps(first, ensure_ascii=False)
    assert [member for member in printed if member not in answered] == []


def test_each_address_in_the_recipes_and_on_the_first_screen_is_there(client, db) -> None:
    shelf.fill()
    first_screen = (TOP / "docs" / "api.md").read_text(encoding="utf-8").partition("\n## ")[0]
    assert EXAMPLES["claims_list"][0].address in first_screen
    make.publish(CLAIM, at=on(11, 1))
    for address in re.findall(rf"{re.escape(SITE)}(/[\w/.@?&=,-]*)", RECIPES + first_screen):
        if not address.endswith(("production", "@", "v1", "lookup/", "compare/")):
            assert client.get(address).status_code == 200, address
