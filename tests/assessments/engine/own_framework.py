"""The example of a firm's framework, for tests that change it."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from assessments.engine.claim import Claims
from assessments.engine.framework_files import Known
from assessments.engine.framework_text import read_text
from assessments.engine.method import shipped
from tests.assessments.engine.conftest import read

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "framework.yaml"
OPTIONS = frozenset(
    ["prompting", "few_shot", "prompt_chaining", "rag", "fine_tune_lora", "fine_tune_full", "hybrid_rag_lora"]
)


@cache
def _example() -> dict[str, Any]:
    return read_text(EXAMPLE.read_bytes())


def example() -> dict[str, Any]:
    """What the example file holds, to be changed in place."""
    return deepcopy(_example())


def definition() -> dict[str, Any]:
    """The same without its cases."""
    return {key: part for key, part in example().items() if key not in ("base_answers", "cases")}


def known(**changes: Any) -> Known:
    """What it may name: the questionnaire, the options, and the small file of claims."""
    given = {"claims": {claim.slug: claim for claim in Claims(read("keystone_claims.yaml"))}, "sources": {"a-source"}}
    method = shipped()
    founding = frozenset(framework.id for framework in method.frameworks)
    return Known(method.questionnaire, OPTIONS, founding, **{**given, **changes})
