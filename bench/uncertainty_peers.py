"""The eight options of one client written out by hand: the same sums and the same answers without a ledger.

Every peer gets the same values of the inputs (scalars, or one array of draws each) and gives the same answers as
`study` and `thresholds`: P10, P50 and P90 of each total, how often each is the lowest, the worth of knowing each input,
the tornado, and where each input makes another option the lowest.
"""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

import numpy as np

MILLION = 1e6
PERCENTILES = (0.1, 0.5, 0.9)
CLASSES = 64

Values = Mapping[str, Any]
Parts = dict[str, tuple[Any, Any]]
"""Option → what it costs up front, and a month."""


def parts(v: Values) -> Parts:
    """Up front and a month, by option."""
    fresh, cached = v["tokens_in"] * (1 - v["share"]), v["tokens_in"] * v["share"]
    request = (cached * v["cached_price"] + fresh * v["input_price"] + v["tokens_out"] * v["output_price"]) / MILLION
    retrieved = request + v["context_tokens"] * v["input_price"] / MILLION
    tuned = (v["tokens_in"] * v["tuned_input_price"] + v["tokens_out"] * v["tuned_output_price"]) / MILLION
    upkeep, tuned_upkeep = v["prompt_hours"] * v["hourly_rate"], v["fine_tuning_hours"] * v["hourly_rate"]
    retrieval = v["rag_hours"] * v["hourly_rate"] + v["rag_infrastructure"]
    gpu = _whole(v["requests"] / v["gpu_capacity"]) * v["gpu_hours"] * v["gpu_hour"]
    own = tuned_upkeep + gpu + v["retraining_cost"] / v["cadence"]
    run = (
        v["n_examples"]
        * (v["tokens_in"] + v["tokens_out"])
        * v["training_passes"]
        * v["tuned_training_price"]
        / MILLION
    )
    prepared = v["data_preparation"] + v["engineering"] + v["evaluation"] + v["iterations"] * v["full_run"]
    volume = v["requests"]
    return {
        "prompting": (v["prompting_build"], volume * request + upkeep),
        "few_shot": (v["few_shot_build"], volume * request + upkeep),
        "prompt_chaining": (v["chaining_build"], volume * request * v["chain_steps"] + upkeep),
        "rag": (v["rag_build"], volume * retrieved + retrieval),
        "fine_tune_lora": (v["project"], own),
        "fine_tune_lora_provider": (v["project"], volume * tuned + tuned_upkeep + run / v["cadence"]),
        "fine_tune_full": (prepared, v["hosting"] + v["maintenance"] + v["full_run"] / v["cadence"]),
        "hybrid_rag_lora": (v["rag_build"] + v["project"], retrieval + own),
    }


def _whole(gpus: Any) -> Any:
    """Whole GPUs, one at least; a plain float stays one."""
    return max(1.0, float(ceil(gpus))) if isinstance(gpus, float) else np.maximum(1, np.ceil(gpus))


def closed_form(v: Values) -> dict[str, Any]:
    """The totals over the horizon at once."""
    return {option: upfront + v["months"] * monthly for option, (upfront, monthly) in parts(v).items()}


def by_month(v: Values) -> dict[str, Any]:
    """The totals from a table of months by draws for each option, each month priced anew."""
    count = max(np.size(value) for value in v.values())
    months = int(np.max(v["months"]))
    rows: dict[str, list[Any]] = {}
    for _ in range(months):
        for option, (_, monthly) in parts(v).items():
            rows.setdefault(option, []).append(np.broadcast_to(monthly, count))
    return {option: upfront + np.stack(rows[option]).sum(axis=0) for option, (upfront, _) in parts(v).items()}


def in_plain_python(v: Values, draws: int) -> dict[str, list[float]]:
    """The same draw by draw and month by month, without numpy."""
    rows = {name: value.tolist() if np.ndim(value) else [float(value)] * draws for name, value in v.items()}
    totals: dict[str, list[float]] = {}
    for place in range(draws):
        draw = {name: row[place] for name, row in rows.items()}
        sums = {option: upfront for option, (upfront, _) in parts(draw).items()}
        for _ in range(int(draw["months"])):
            for option, (_, monthly) in parts(draw).items():
                sums[option] += monthly
        for option, total in sums.items():
            totals.setdefault(option, []).append(total)
    return totals


def answers_in_plain_python(totals: dict[str, list[float]], shares: Mapping[str, list[float]]) -> dict[str, Any]:
    """Percentiles, how often each is the lowest, and the worth of each input, without numpy."""
    names, columns = list(totals), list(totals.values())
    count = len(columns[0])
    percentiles = {}
    for name, column in totals.items():
        ordered = sorted(column)
        percentiles[name] = [ordered[int(share * (count - 1))] for share in PERCENTILES]
    lowest = dict.fromkeys(names, 0)
    for row in zip(*columns, strict=True):
        lowest[names[row.index(min(row))]] += 1
    best = min(sum(column) for column in columns) / count
    worth = {}
    for name, share in shares.items():
        sums = [[0.0] * len(columns) for _ in range(CLASSES)]
        for place, row in zip(share, zip(*columns, strict=True), strict=True):
            one = sums[int(place * CLASSES)]
            for number, cost in enumerate(row):
                one[number] += cost
        worth[name] = best - sum(min(one) for one in sums) / count
    return {"percentiles": percentiles, "lowest": lowest, "worth": worth}


def answers(
    v: Values,
    shares: Mapping[str, Any],
    likely: Values,
    model: Callable[[Values], dict[str, Any]],
    pair: tuple[str, str],
) -> dict[str, Any]:
    """Everything that is asked of a simulation, by one model of the totals. `shares` are those of the uncertain inputs.

    `pair` are the two options whose difference the tornado is of.
    """
    drawn = model(v)
    count = len(next(iter(shares.values())))
    rows = np.stack([np.broadcast_to(total, count) for total in drawn.values()])
    percentiles = np.quantile(rows, PERCENTILES, axis=1)
    lowest = np.bincount(rows.argmin(axis=0), minlength=len(rows)) / count
    best = rows.mean(axis=1).min()
    worth = {}
    for name, share in shares.items():
        place = (share * CLASSES).astype(np.intp)
        sums = np.stack([np.bincount(place, weights=row, minlength=CLASSES) for row in rows])
        worth[name] = best - sums.min(axis=0).sum() / count
    return {
        "percentiles": dict(zip(drawn, percentiles.T.tolist(), strict=True)),
        "lowest": dict(zip(drawn, lowest.tolist(), strict=True)),
        "evpi": best - rows.min(axis=0).mean(),
        "worth": worth,
        "tornado": dict(zip(shares, _tornado(v, shares, model, pair).tolist(), strict=True)),
        "thresholds": _thresholds(likely, model),
    }


def _tornado(
    v: Values, shares: Mapping[str, Any], model: Callable[[Values], dict[str, Any]], pair: tuple[str, str]
) -> Any:
    """The difference with each input in turn at its P10 and its P90, of shape (inputs, 2)."""
    ends = {name: np.quantile(v[name], PERCENTILES) for name in shares}
    width = 2 * len(ends) + 1
    moved = {name: np.full(width, ends[name][1]) if name in ends else value for name, value in v.items()}
    for number, name in enumerate(ends):
        moved[name][2 * number], moved[name][2 * number + 1] = ends[name][0], ends[name][2]
    totals = model(moved)
    return (np.broadcast_to(totals[pair[0]], width) - totals[pair[1]])[:-1].reshape(-1, 2)


def _thresholds(likely: Values, model: Callable[[Values], dict[str, Any]]) -> dict[str, float]:
    """Where a straight line through two points of each total makes another option the lowest."""
    names = [name for name, value in likely.items() if value]
    width = 2 * len(names)
    moved = {name: np.full(width, float(value)) for name, value in likely.items()}
    for number, name in enumerate(names):
        moved[name][2 * number + 1] *= 1.5
    rows = np.stack([np.broadcast_to(total, width) for total in model(moved).values()])
    here, there = rows[:, 0::2], rows[:, 1::2]
    now = here[:, 0].argmin()
    gap, change = here - here[now], (there - there[now]) - (here - here[now])
    with np.errstate(all="ignore"):
        steps = np.where((change < 0) & (gap > 0), -gap / change * 0.5, np.inf)
    return {name: float(likely[name] * (1 + steps[:, n].min())) for n, name in enumerate(names)}
