"""The engine's tests stand on the shipped tables and a small file of claims; no database, no registry."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assessments.engine import evaluate
from assessments.engine.choices import Choices, read_choices
from assessments.engine.method import DIRECTORY, Method, load_method, shipped

CASES = Path(__file__).resolve().parents[2] / "cases"
AS_OF = date(2026, 11, 22)

Judge = Callable[..., dict[str, Any]]


@cache
def read(name: str) -> Any:
    """A file of cases; whoever changes what is in it changes a copy."""
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def method() -> Method:
    return shipped()


@pytest.fixture
def claims() -> list[dict[str, Any]]:
    return deepcopy(read("keystone_claims.yaml"))


@pytest.fixture
def claim(claims) -> Callable[[str], dict[str, Any]]:
    """A claim document by its slug, to be changed in place."""
    return lambda slug: next(one for one in claims if one["slug"] == slug)


@pytest.fixture
def answers() -> Callable[..., dict[str, Any]]:
    """The base client with some answers changed."""
    base = read("base_answers.yaml")
    return lambda **changes: {**base, **changes}


@pytest.fixture
def judge(method, claims, answers) -> Judge:
    """The result for the base client with some answers changed, as JSON; the claims are those of `claims`."""

    def run(changes: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        return evaluate(
            answers(**(changes or {})),
            claims,
            **{
                "as_of": AS_OF,
                "frameworks": method.frameworks,
                "reference": "A-2026-0001",
                **more,
            },
        ).as_dict()

    return run


@pytest.fixture
def declared(method) -> Callable[..., Choices]:
    """Assumptions that a consultant stands by, from key=value."""

    def choose(**values: float) -> Choices:
        signed = {key: {"value": value, "note": "Measured.", "by": "ana"} for key, value in values.items()}
        return read_choices({"assumptions": signed}, method.house)

    return choose


@pytest.fixture
def world(judge, declared):
    """Variant → option with its figures in place of their ids, and the whole result, under declared assumptions."""

    def run(changes=None, **values):
        result = judge(changes, choices=declared(**values))
        figures = {figure["id"]: figure for figure in result["figures"]}
        options = {
            one["variant"]: one | {"figures": {name: figures[name_id] for name, name_id in one["figures"].items()}}
            for one in result["options"]
        }
        even = {
            key: figures.get(value, value) if isinstance(value, str) else value
            for key, value in result["break_even"].items()
        }
        return options, even, result

    return run


@pytest.fixture
def tables(tmp_path) -> Callable[..., Method]:
    """The shipped tables with one file changed by a function of its data."""

    def load(name: str, change: Callable[[Any], object]) -> Method:
        for source in [*DIRECTORY.glob("*.yaml"), *(DIRECTORY / "frameworks").glob("*.yaml")]:
            target = tmp_path / source.relative_to(DIRECTORY)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(source.read_bytes())
        data = yaml.safe_load((tmp_path / name).read_text(encoding="utf-8"))
        change(data)
        (tmp_path / name).write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
        return load_method(tmp_path)

    return load
