"""Running the engine again on what a manifest holds: the answers, the attached claims as they stood, what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assessments import framework_choice
from assessments.engine.choices import read_choices
from assessments.engine.evaluation import evaluate
from assessments.engine.method import shipped
from claims.projection import canonical

VALUES = ("low", "likely", "high", "unit", "currency", "per")


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What another run gave: the `method` of today, and what comes out otherwise; nothing where the method is another."""

    method: str
    faults: tuple[str, ...]


def recompute(manifest: Mapping[str, Any]) -> Recomputed:
    """Run the engine again and compare every figure, and the recommendation."""
    again = evaluate(
        manifest["answers"],
        [{**entry["document"], **entry["standing"]} for entry in manifest["claims"]],
        as_of=date.fromisoformat(manifest["as_of"]),
        frameworks=framework_choice.of_result(manifest),
        reference=manifest["reference"],
        currency=manifest["currency"],
        choices=read_choices(manifest.get("choices", {}), shipped().house),
    ).as_dict()
    if again["method"] != manifest["method"]:
        return Recomputed(again["method"], ())
    figures = {_identity(figure): figure for figure in again["figures"]}
    faults = [
        f"{figure['id']} comes out otherwise"
        for figure in manifest["figures"]
        if canonical(_values(figures.get(_identity(figure), {}))) != canonical(_values(figure))
    ]
    if canonical(again["recommendation"]) != canonical(manifest["recommendation"]):
        faults.append("the recommendation comes out otherwise")
    return Recomputed(again["method"], tuple(faults))


def _identity(figure: Mapping[str, Any]) -> tuple[str, str]:
    return figure["id"], figure["key"]


def _values(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {key: figure.get(key) for key in VALUES}
