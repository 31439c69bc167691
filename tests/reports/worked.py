"""A worked client with its evidence, as a report sees it: made once in a run for each database, then plain data."""

from datetime import date
from functools import cache

from django.db import connection, transaction

from assessments import facts
from reports import document
from reports.case import Case
from tests import factories, kept_answers, starter

AS_OF = date(2026, 11, 22)


@cache
def case(case_id: str = "W01", language: str = "en") -> Case:
    """The case of a worked client on the starter registry. Leaves the database as it was."""
    return _cases()[case_id, language]


@cache
def _cases() -> dict[tuple[str, str], Case]:
    return kept_answers.made_once(f"worked-{connection.vendor}", _evaluated)


def _evaluated() -> dict[tuple[str, str], Case]:
    with transaction.atomic():
        starter.fill()
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
