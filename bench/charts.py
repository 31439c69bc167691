"""Each chart of one case: processor time of drawing it, texts included, against an empty drawing."""

import gc
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import yaml
from django.utils import translation

from assessments import facts
from claims.svg import Drawing
from reports import document
from reports.chart_parts import NARROW, WIDTH
from reports.every_chart import CHARTS

ROOT = Path(__file__).resolve().parents[1]
ANSWERS = ROOT / "docs" / "examples" / "answers.yaml"
AS_OF = date(2026, 11, 22)
ROUNDS, TIMES = 15, 20
MOST = 1.0  # milliseconds for one chart


def run() -> dict[str, Any]:
    """Milliseconds of processor time for each chart in the width of paper and of a phone: medians of rounds in turns.

    `floor` is an empty drawing. `within` says whether every chart is drawn in a millisecond.
    """
    answers = yaml.safe_load(ANSWERS.read_text(encoding="utf-8"))
    result = facts.evaluate(answers, as_of=AS_OF, reference="BENCH").as_dict()
    case = document.unsaved(result=json.loads(json.dumps(result)), title="Benchmark", client="Nobody")
    tasks: dict[str, Callable[[], Any]] = {"floor": _empty}
    with translation.override(case.language):
        for name, draw in CHARTS.items():
            for form, width in (("wide", WIDTH), ("narrow", NARROW)):
                if draw(case, width=width) is not None:
                    tasks[f"{name} {form}"] = lambda draw=draw, width=width: draw(case, width=width)  # type: ignore[misc]
        taken = _in_turns(tasks)
        sizes = {name: len(CHARTS[name](case).svg) for name in CHARTS if f"{name} wide" in tasks}  # type: ignore[union-attr]
    floor = taken.pop("floor")
    return {
        "milliseconds": {name: round(one, 3) for name, one in taken.items()},
        "floor_milliseconds": round(floor, 4),
        "slowest_milliseconds": round(max(taken.values()), 3),
        "slowest_to_floor": round(max(taken.values()) / floor, 1),
        "bytes": sizes,
        "not_in_this_case": [name for name in CHARTS if name not in sizes],
        "within": max(taken.values()) <= MOST,
    }


def _empty() -> str:
    return Drawing(chart_id="c", title="Nothing", description="Nothing.", width=WIDTH).render(1)


def _in_turns(tasks: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The median processor time of each task, in milliseconds; the tasks take turns."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    gc.collect()
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            started = process_time()
            for _again in range(TIMES):
                task()
            taken[name].append(1000 * (process_time() - started) / TIMES)
    return {name: median(times) for name, times in taken.items()}
