"""The words for a code: the report's own, else those that page and report share (assessments/wording)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assessments import wording


@cache
def _own() -> dict[str, dict[str, dict[str, str]]]:
    """Kind → code → language → words."""
    kinds: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
        (Path(__file__).parent / "wording.yaml").read_text(encoding="utf-8")
    )
    return kinds


def words(kind: str, code: str, lang: str) -> str:
    """The words for a code. Raises `wording.WordingMissing` where there are none."""
    own = _own().get(kind, {})
    return own[code][lang] if code in own else wording.word(kind, code, lang)


def because_text(because: Mapping[str, Any], lang: str) -> str:
    """Why a claim was applied or set aside, with the particulars that the engine gives."""
    role = because["params"].get("role")
    if because["code"] == "different_role" and role in _own()["different_role"]:
        return words("different_role", role, lang)
    params = {name: _plain(value) for name, value in because["params"].items()}
    return wording.word("because", because["code"], lang, **params)


def _plain(value: Any) -> str:
    """A code, a list of slugs or a value of a scope as it can stand in a sentence."""
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    return "–" if value is None else str(value).replace("_", " ")
