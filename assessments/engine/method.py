"""The method: everything that decides and is data, read once from the directory it ships in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assessments.engine.house import House, load_house
from assessments.engine.notices import Notice, Unasked, load_unasked, load_warnings
from assessments.engine.questionnaire import Questionnaire, load_questionnaire
from assessments.engine.result import DIGEST_PREFIX, digest
from assessments.engine.tables import Framework, load_frameworks

VERSION = "4"
DIRECTORY = Path(__file__).resolve().parent.parent
NOTICES = ("warnings.yaml", "unasked.yaml")
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Method:
    """Questionnaire, frameworks, house table, warnings and unasked questions; `notices` are the digests of the last two."""

    questionnaire: Questionnaire
    frameworks: tuple[Framework, ...]
    house: House
    warnings: tuple[Notice, ...]
    unasked: tuple[Unasked, ...]
    notices: tuple[str, ...]


def load_method(directory: Path) -> Method:
    """Read and check all tables of a directory. Raises FrameworkError naming file, rule and key."""
    questionnaire = load_questionnaire(directory / "questionnaire.yaml")
    return Method(
        questionnaire,
        load_frameworks(directory / "frameworks", questionnaire),
        load_house(directory / "house.yaml", questionnaire),
        load_warnings(directory / "warnings.yaml", questionnaire),
        load_unasked(directory / "unasked.yaml", questionnaire),
        tuple(digest(yaml.safe_load((directory / name).read_text(encoding="utf-8"))) for name in NOTICES),
    )


@cache
def shipped() -> Method:
    """The method this version of the product ships with."""
    return load_method(DIRECTORY)


def version(questionnaire: Questionnaire, frameworks: Sequence[Framework], method: Method) -> str:
    """The version of the engine with a digest of the tables, so that no change of them goes unseen."""
    tables = [questionnaire.digest, *(framework.digest for framework in frameworks), method.house.digest]
    return f"{VERSION}-{digest([*tables, *method.notices]).removeprefix(DIGEST_PREFIX)[:_DIGITS]}"
