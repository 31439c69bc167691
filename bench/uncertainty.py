"""One assessment of eight options over 36 months with 16,384 draws, tornado and thresholds, against the same by hand.

Peers, each on the same draws in the same run: the sums month by month in numpy and in plain Python, a closed form
without a ledger, and Squiggle where npm can install it. Processor time, the median of some runs, taken in turns.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np
import yaml

from assessments.engine.break_even import break_even
from assessments.engine.choices import read_choices
from assessments.engine.claim import Claims
from assessments.engine.client_case import ClientCase
from assessments.engine.costing import Costing
from assessments.engine.draws import DRAWS, Graph, Leaf, chunks
from assessments.engine.evidence import Evidence, Selection
from assessments.engine.facts import validate
from assessments.engine.inputs import Inputs
from assessments.engine.ledger import Figure, Ledger
from assessments.engine.method import shipped
from assessments.engine.thresholds import thresholds
from assessments.engine.uncertainty import study
from bench import uncertainty_peers as peers

ROOT = Path(__file__).resolve().parents[1]
AS_OF = date(2026, 11, 22)
MANY = 64 * DRAWS  # 1,048,576
RUNS = 15
PLAIN = 2048  # draws in plain Python; its time is scaled up from them
DECLARED = {
    "gpu_capacity": 2_000_000,
    "chain_steps": 3,
    "tuned_input_price": 0.3,
    "tuned_output_price": 1.2,
    "tuned_training_price": 3,
}
NAMES = {
    "prompting-build-cost-advanced": "prompting_build",
    "few-shot-build-cost": "few_shot_build",
    "prompt-chaining-build-cost": "chaining_build",
    "rag-build-cost-production": "rag_build",
    "rag-maintenance-hours": "rag_hours",
    "fine-tuning-project-cost-range": "project",
    "fine-tuning-data-preparation-cost-aiformaking": "data_preparation",
    "fine-tuning-engineering-cost-aiformaking": "engineering",
    "fine-tuning-evaluation-cost-aiformaking": "evaluation",
    "fine-tuning-iterations": "iterations",
    "fine-tuning-run-cost-full-40b": "full_run",
    "fine-tuning-hosting-cost-aiformaking": "hosting",
    "fine-tuning-maintenance-monthly": "maintenance",
    "token-price-openai-gpt-6-1-sol-input": "input_price",
    "token-price-openai-gpt-6-1-sol-output": "output_price",
    "token-price-openai-gpt-6-1-sol-cached-input": "cached_price",
    "requests_per_month": "requests",
    "cacheable_share": "share",
    "retrain_cadence_months": "cadence",
    "horizon_months": "months",
}
"""Claim, question or assumption of the ledger → the peers' name for it, where that is another."""


def run() -> dict[str, Any]:
    """The ratios, the error of the default number of draws, and the memory of more."""
    client = _Client()
    ledger, offers = client.priced()
    graph = Graph(ledger, [offer.figures["tco"] for offer in offers.values()])
    values, shares, likely = _inputs(graph)
    ours = study(ledger, offers, "few_shot")
    assert ours is not None
    assert set(offers) == set(peers.parts(likely)), "eight options are priced on both sides"
    assert ours.option is not None
    assert ours.against is not None
    pair = (ours.option, ours.against)
    turned = thresholds(ledger, offers, client.method.questionnaire)
    by_hand = peers.answers(values, shares, likely, peers.closed_form, pair)
    _same(graph, offers, ours, turned, by_hand)
    by_months = peers.answers(values, shares, likely, peers.by_month, pair)
    for name in offers:
        assert np.allclose(by_months["percentiles"][name], by_hand["percentiles"][name], rtol=1e-9)
    seconds = _in_turns(
        {
            "ours": client.judge,
            "closed_form": lambda: peers.answers(values_again(graph, shares), shares, likely, peers.closed_form, pair),
            "by_month": lambda: peers.answers(values_again(graph, shares), shares, likely, peers.by_month, pair),
        }
    )
    some = {name: value[:PLAIN] if np.ndim(value) else value for name, value in values.items()}
    started = process_time()
    plain = peers.in_plain_python(some, PLAIN)
    peers.answers_in_plain_python(plain, {name: share[:PLAIN].tolist() for name, share in shares.items()})
    seconds["plain_python"] = (process_time() - started) * DRAWS / PLAIN
    assert np.allclose(plain["rag"], peers.closed_form(some)["rag"])
    accuracy, memory = _accuracy(client), _memory()
    return {
        "options": len(offers),
        "months": int(likely["months"]),
        "plain_python_draws": PLAIN,
        "draws": DRAWS,
        "milliseconds": {name: round(1000 * one, 2) for name, one in seconds.items()},
        "by_month_to_ours": round(seconds["by_month"] / seconds["ours"], 2),
        "plain_python_to_ours": round(seconds["plain_python"] / seconds["ours"], 1),
        "ours_to_closed_form": round(seconds["ours"] / seconds["closed_form"], 2),
        **accuracy,
        **memory,
        **_beside_squiggle(_squiggle(likely), accuracy, memory),
    }


def _number(figure: Figure) -> float:
    assert figure.likely is not None
    return float(figure.likely)


def _same(graph: Graph, offers: dict[str, Any], ours: Any, turned: Any, by_hand: dict[str, Any]) -> None:
    """That the sums by hand give the same answers as the ledger's."""
    names = {figure.id: _name(leaf) for leaf in graph.leaves.values() for figure in (leaf.figure, leaf.shown)}
    for name, offer in offers.items():
        drawn = [_number(offer.figures[code]) for code in ("p10", "p50", "p90")]
        assert np.allclose(drawn, by_hand["percentiles"][name], rtol=1e-9), f"{name} is another sum by hand"
        assert np.isclose(_number(offer.figures["p_cheapest"]), 100 * by_hand["lowest"][name], rtol=1e-8), name
    assert np.isclose(_number(ours.evpi), by_hand["evpi"], rtol=1e-8)
    worth = {names[one.id]: _number(value) for one, value in ours.worth}
    for name, value in by_hand["worth"].items():
        assert np.isclose(worth.get(name, 0.0), value, rtol=1e-8, atol=1e-6), f"knowing {name} is worth something else"
    for bar in ours.bars:
        found = by_hand["tornado"][names[bar.input.id]]
        assert np.allclose([_number(bar.low), _number(bar.high)], found, rtol=1e-3, atol=1.0), (
            f"{names[bar.input.id]} moves"
        )
    straight = [one for one in turned if one.side == "above" and names[one.input.id] != "requests"]
    assert straight, "some threshold lies above today's value"
    for one in straight:  # the volume needs more GPUs on its way, which a straight line does not see
        name = names[one.input.id]
        assert np.isclose(_number(one.value), by_hand["thresholds"][name], rtol=1e-9), f"{name} turns elsewhere"


def _beside_squiggle(theirs: dict[str, Any] | None, accuracy: dict[str, Any], memory: dict[str, Any]) -> dict[str, Any]:
    """Squiggle's figures and the ratios to them; None where there is none."""
    if theirs is None or "failed" in theirs:
        return {"squiggle": theirs}
    difference = theirs["sum_of_percentiles"] / accuracy["sum_of_percentiles"] - 1
    assert abs(difference) < 0.005, "Squiggle adds up something else"
    return {
        "squiggle": theirs,
        "squiggle_to_ours": round(theirs["seconds"] / accuracy["million_draws_seconds"], 1),
        "our_memory_to_squiggle": round(memory["peak_mb_million_draws"] / theirs["peak_mb"], 3),
    }


class _Client:
    """One client with every option priced, over 36 months."""

    def __init__(self) -> None:
        cases = ROOT / "tests" / "cases"
        answers = yaml.safe_load((cases / "base_answers.yaml").read_text(encoding="utf-8"))
        self.claims = Claims(yaml.safe_load((cases / "keystone_claims.yaml").read_text(encoding="utf-8")))
        self.method = shipped()
        signed = {key: {"value": value, "note": "For the benchmark.", "by": "bench"} for key, value in DECLARED.items()}
        self.choices = read_choices({"assumptions": signed}, self.method.house)
        changed = {
            "horizon_months": 36,
            "requests_per_month": {"low": 600_000, "likely": 1_000_000, "high": 1_900_000},
            "tokens_in": {"low": 600, "likely": 800, "high": 1_500},
            "tokens_out": {"low": 150, "likely": 200, "high": 300},
        }
        self.facts = validate({**answers, **changed}, self.method.questionnaire)

    def priced(self) -> tuple[Ledger, dict[str, Any]]:
        """The ledger with the totals of all options, every one of them taken as adequate."""
        ledger = Ledger()
        evidence = Evidence(self.claims, AS_OF, "USD", Selection(self.method.house.grades))
        case = ClientCase(self.facts, self.method.questionnaire, self.claims, AS_OF, ledger)
        inputs = Inputs(case.facts, self.method.questionnaire, self.method.house, evidence, ledger, "USD", self.choices)
        costing = Costing(inputs)
        break_even(costing)
        return ledger, {name: offer for name, offer in costing.offers.items() if "tco" in offer.figures}

    def draw(self, ledger: Ledger, offers: dict[str, Any], draws: int = DRAWS) -> None:
        """Draws, tornado and thresholds."""
        study(ledger, offers, "few_shot", draws)
        thresholds(ledger, offers, self.method.questionnaire)

    def judge(self) -> None:
        """Everything: the figures of the ledger, then what is drawn from them."""
        self.draw(*self.priced())


def _name(leaf: Leaf) -> str:
    figure = leaf.figure
    key = figure.params.get("claim") or figure.params.get("question") or figure.key
    return NAMES.get(key, key)


def _inputs(graph: Graph) -> tuple[dict[str, Any], dict[str, Any], dict[str, float]]:
    """Draws, shares and likely values of the inputs, by the peers' names."""
    [chunk] = chunks(graph, DRAWS)
    names = {one: _name(leaf) for one, leaf in graph.leaves.items()}
    shares = {names[one]: share for one, share in chunk.shares.items()}
    values = values_again(graph, shares)
    likely = {
        name: float(np.median(values[name]) if (known := graph.leaves[one].likely) is None else known)
        for one, name in names.items()
    }
    return values, shares, likely


def values_again(graph: Graph, shares: dict[str, Any]) -> dict[str, Any]:
    """The inputs drawn anew from their shares, as every peer has to."""
    values: dict[str, Any] = {}
    for leaf in graph.leaves.values():
        name = _name(leaf)
        values[name] = leaf.middle if leaf.spread is None else leaf.spread.quantile(shares[name])
    return values


def _in_turns(tasks: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """The median processor time of each, in seconds."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(RUNS):
        for name, task in tasks.items():
            started = process_time()
            task()
            taken[name].append(process_time() - started)
    return {name: median(times) for name, times in taken.items()}


def _accuracy(client: _Client) -> dict[str, Any]:
    """How far P10, P50 and P90 at the default number of draws are from those of a million, at most, in percent."""
    found = []
    taken = 0.0
    for draws in (DRAWS, MANY):
        ledger, offers = client.priced()
        started = process_time()
        study(ledger, offers, "few_shot", draws)
        taken = process_time() - started
        found.append(
            {
                (name, code): float(one.figures[code].likely or 0)
                for name, one in offers.items()
                for code in ("p10", "p50", "p90")
            }
        )
    few, many = found
    worst = max(abs(few[key] / many[key] - 1) for key in few)
    return {
        "worst_error_percent": round(100 * worst, 3),
        "million_draws_seconds": round(taken, 3),
        "sum_of_percentiles": round(sum(many.values()), 2),
    }


_CHILD = """
import resource, sys
from bench.uncertainty import _Client
client = _Client()
ledger, offers = client.priced()
client.draw(ledger, offers)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
client.draw(*client.priced(), draws=int(sys.argv[1]))
print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _memory() -> dict[str, Any]:
    """Peak memory of a process after 16,384 draws, and after as many more as are asked for, in megabytes."""
    command = [sys.executable, "-c", _CHILD, str(MANY)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    before, after = (int(one) / 1024 for one in done.stdout.split())
    return {"peak_mb": round(before, 1), "peak_mb_million_draws": round(after, 1)}


def _squiggle(likely: dict[str, float]) -> dict[str, Any] | None:
    """Squiggle's time and memory for a million draws of the same eight totals; None where it cannot be installed."""
    folder = ROOT / "var" / "bench" / "squiggle"
    folder.mkdir(parents=True, exist_ok=True)
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    if not (folder / "node_modules").exists():
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "@quri/squiggle-lang@0.10.0"]
        if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode:
            return None
    (folder / "values.json").write_text(json.dumps(likely))
    script = Path(__file__).with_name("squiggle.mjs")
    shutil.copy(script, folder / "squiggle.mjs")
    command = [node, "squiggle.mjs", str(MANY)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1][:200] if done.stderr.strip() else "no output"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found
