"""What `script/setup` leaves: every conflict decided, a chain that holds, and reports in euros and pounds."""

import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from claims import comparison
from claims.models import Act, Conflict, Revision
from tests import factories
from tests.claims import starter_registry

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = "2026-11-25T12:00:00+00:00"


def commands() -> list[list[str]]:
    """The commands of the script that fill the registry, as it has them."""
    script = Path(settings.BASE_DIR, "script", "setup").read_text(encoding="utf-8")
    found = [line.split() for line in re.findall(r'^"\$PYTHON" manage\.py (.+)$', script, re.MULTILINE)]
    return [words for words in found if words[0] not in ("migrate", "collectstatic")]


def run(*words: str) -> list[str]:
    paths = [str(Path(settings.BASE_DIR, word)) if word.startswith("claims/") else word for word in words[1:]]
    out = StringIO()
    call_command(words[0], *paths, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture(scope="module")
def setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """A fresh registry, filled once for the module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(TODAY, tick=False):
        for words in commands():
            run(*words)
        yield
        transaction.set_rollback(True)


def states() -> dict[frozenset[str], str]:
    return {frozenset((one.first.slug, one.second.slug)): one.state for one in Conflict.objects.all()}


def test_the_script_finds_conflicts_last() -> None:
    assert [words[0] for words in commands()] == [
        "load_claims", "import_prices", "import_rates", "load_claims", "find_conflicts",
    ]  # fmt: skip


def test_no_conflict_is_open_and_each_is_decided_in_the_files(setup) -> None:
    assert list(Conflict.objects.to_decide()) == []
    assert states() == {frozenset(one["claims"]): one["state"] for one in starter_registry.conflicts()}
    assert not Conflict.objects.filter(lapsed_at__isnull=False).exists()


def test_what_the_machine_opened_is_what_the_scopes_do_not_tell_apart(setup) -> None:
    opened = Act.objects.filter(verb="open_conflict").order_by("pk")
    assert {
        frozenset((act.conflict.first.slug, act.conflict.second.slug)): act.detail.get("rates", []) for act in opened
    } == {
        frozenset({"fine-tuning-project-cost-range", "fine-tuning-project-cost-average-aiformaking"}): [],
        frozenset({"fine-tuning-examples-range", "fine-tuning-examples-gate"}): [],
        frozenset({"fine-tuning-examples-range", "good-candidate-medical-diagnosis"}): [],
        frozenset({"fine-tuning-run-cost-lora-7b", "lora-run-cost-7b-thellms"}): ["exchange-rate-usd-gbp@1"],
    }


def test_a_second_run_changes_nothing(setup) -> None:
    before = states(), Act.objects.count(), Revision.objects.order_by("-sequence").first()
    for words in commands():
        assert re.search(r"\b0 (added|opened), 0 (changed|reopened)\b", run(*words)[-1]), words
    assert (states(), Act.objects.count(), Revision.objects.order_by("-sequence").first()) == before


def test_every_link_of_the_history_holds(setup) -> None:
    assert re.fullmatch(r"\d+ revisions, every link holds\. Head: sha256:[0-9a-f]{64}", run("verify_history")[-1])


@pytest.mark.parametrize("currency", ["EUR", "GBP"])
def test_a_report_in_another_currency_is_written_and_every_number_traces(setup, tmp_path, currency: str) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(factories.worked_answers()), encoding="utf-8")
    path, result_path = tmp_path / "report.pdf", tmp_path / "result.json"
    with time_machine.travel(TODAY, tick=False):
        run("assess", str(answers), "--currency", currency, "--pdf", str(path), "--json", str(result_path))
    result = json.loads(result_path.read_text(encoding="utf-8"))
    assert result["currency"] == currency
    slug = f"exchange-rate-usd-{currency.lower()}"
    [rate] = [one for one in result["citations"] if one["claim"] == f"{slug}@1"]
    assert rate["used"]
    known = comparison.rates(Revision.objects.get(claim__slug=slug).published_at.date()).between("USD", currency)
    assert known is not None
    dollars = json.loads("\n".join(run("assess", str(answers), "--as-of", result["as_of"])))
    ours, theirs = (
        {one["option"]: one["tco"]["likely"] for one in found["options"] if one["tco"] and one["tco"]["likely"]}
        for found in (result, dollars)
    )
    assert ours
    assert ours == {option: pytest.approx(amount * float(known.factor)) for option, amount in theirs.items()}
    assert run("verify_pdf", str(path))[-1] == f"{path}: every number traces to its evidence"
