"""A worked client with its evidence, as a report sees it: made once for all tests, then plain data."""

from datetime import date
from functools import cache
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from assessments import facts
from claims import loading, price_data
from claims.records import Record, flatten, typed
from reports import document
from reports.case import Case
from tests import factories

STARTER = sorted(Path(__file__).resolve().parents[2].glob("claims/starter/*.yaml"))
AS_OF = date(2026, 11, 22)
MODEL = "gpt-6.1-sol"


@cache
def case(case_id: str = "W01", language: str = "en") -> Case:
    """The case of a worked client on the starter registry. Leaves the database as it was."""
    return _cases()[case_id, language]


@cache
def _cases() -> dict[tuple[str, str], Case]:
    with transaction.atomic():
        call_command("load_claims", *map(str, STARTER), stdout=_Nowhere())
        _load_prices()
        found = {}
        for client in factories.worked_cases():
            result = facts.evaluate(client["answers"], as_of=AS_OF, reference=f"D-{client['id']}").as_dict()
            for language in ("en", "es"):
                found[client["id"], language] = document.unsaved(
                    result=result,
                    title="Build decision 2027",
                    client="Seguros del Plata 24",
                    firm="Northwind Advisory",
                    author="Clara Weiss",
                    language=language,
                )
        transaction.set_rollback(True)
    return found


def _load_prices() -> None:
    """The token prices of the one model that the worked clients use."""
    version = price_data.installed_version()
    release = price_data.selection()[0][version]
    loading.load(
        [
            Record(kind=kind, cells=typed(kind, flatten(kind, row)), file="genai-prices", row=number)
            for kind, rows in price_data.registry(release).items()
            for number, row in enumerate(rows, start=1)
            if kind != "claims" or row["scope"]["model"] == MODEL
        ],
        author=loading.registry_person("registry-import", group="editor"),
        approver=loading.registry_person("registry-review", group="reviewer"),
        at=release.reviewed_at,
        dry_run=False,
    )


class _Nowhere:
    def write(self, text: str) -> int:
        return len(text)
