"""Which frameworks a case is judged by: the founding ones, and those that its firm has added, in their versions.

A draft is judged by the newest versions of what is chosen for it or for its firm; a final case by what its result
holds, for as long as it exists.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from assessments import wording
from assessments.engine.errors import FrameworkError, FrameworkUnfit
from assessments.engine.framework_files import Known, definition_of, read_definition
from assessments.engine.method import shipped
from assessments.engine.tables import Framework
from assessments.models import Assessment, Firm, FrameworkVersion


@dataclass(frozen=True, slots=True)
class Offered:
    """A framework that a firm may choose. `version` is None of a founding one."""

    id: str
    title: str
    version: FrameworkVersion | None


def founding() -> Mapping[str, Framework]:
    """The frameworks that everybody has, by id, in their order."""
    return {framework.id: framework for framework in shipped().frameworks}


@cache
def known() -> Known:
    """What a framework may name: the questionnaire, and the options that anything of the house speaks for."""
    method = shipped()
    options = {entry.code for rule in method.house.table.rules for entry in rule.verdict}
    named = {"use", "fallback"}  # stand for an option, and are none
    options |= {one for found in method.frameworks for pointed in found.points_at.values() for one in pointed} - named
    return Known(method.questionnaire, frozenset(options), frozenset(founding()))


def of_case(case: Assessment) -> Sequence[Framework]:
    """The frameworks of a case, the founding ones first. Raises FrameworkUnfit."""
    if case.is_final:
        return of_result(case.result_document)
    return chosen(case.firm, case.shown_frameworks)


def chosen(firm: Firm, ids: Collection[str] | None = None) -> Sequence[Framework]:
    """Those of a firm's frameworks, in their newest versions; without `ids` what the firm has chosen for all its cases.

    Those withdrawn since they were chosen are left out. Raises FrameworkUnfit.
    """
    wanted = firm.shown_frameworks if ids is None else ids
    if wanted is None:
        return tuple(founding().values())
    own = [] if founding().keys() >= set(wanted) else in_use(firm)
    found = [framework for name, framework in founding().items() if name in wanted]
    return (*found, *(_of_version(one, firm) for one in own if one.framework.slug in wanted))


def of_result(result: Mapping[str, Any]) -> Sequence[Framework]:
    """The frameworks that a result was made with, from the result alone. Raises FrameworkUnfit."""
    return tuple(
        _read(one["own"]["definition"], firm=one["own"]["firm"], version=one["version"])
        if "own" in one
        else founding()[one["id"]]
        for one in result["frameworks"]
    )


def told(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Title, firm and version of each framework of a result; of a founding one neither firm nor version."""
    return [
        (wording.framework(one), one["own"]["firm"], one["version"])
        if "own" in one
        else (wording.framework(one), "", "")
        for one in result["frameworks"]
    ]


def in_use(firm: Firm) -> list[FrameworkVersion]:
    """The newest version of each framework of a firm that is not withdrawn."""
    versions = FrameworkVersion.objects.current().filter(framework__firm=firm, framework__withdrawn_at=None)
    return list(versions.select_related("framework__firm").order_by("framework__slug"))


def offered(firm: Firm) -> list[Offered]:
    """All that a firm may choose from."""
    found = [Offered(one.id, one.title["en"], None) for one in founding().values()]
    return found + [Offered(one.framework.slug, one.title, one) for one in in_use(firm)]


def shown_ids(firm: Firm, ids: Iterable[str] | None = None) -> list[str]:
    """The ids that count, where nothing is chosen those of the founding ones."""
    wanted = firm.shown_frameworks if ids is None else ids
    return list(founding()) if wanted is None else list(wanted)


def _of_version(version: FrameworkVersion, firm: Firm) -> Framework:
    return _read(definition_of(version.data), firm=firm.name, version=str(version.number))


def _read(definition: Mapping[str, Any], *, firm: str, version: str) -> Framework:
    try:
        return read_definition(definition, known(), firm=firm, version=version)
    except FrameworkError as error:
        message = f"does not fit the questionnaire any more ({error}): upload a version that does, or leave it out"
        raise FrameworkUnfit([(f"frameworks.{definition['id']}", message)]) from error
