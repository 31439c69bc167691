"""One assessment with its PDF: as a whole process, warm, and as a ratio to bare WeasyPrint."""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from assessments import facts
from reports import document, manifest
from reports.pdf import Attachment, Renderer

ROOT = Path(__file__).resolve().parents[1]
ANSWERS = ROOT / "docs" / "examples" / "answers.yaml"
WHOLE_RUNS = 3
WARM_RUNS = 7
WARM_UPS = 2
AS_OF = date(2026, 11, 22)


def run() -> dict[str, Any]:
    """Seconds are medians; memory is the largest single process of the run, in MiB; ratios are paired, run by run."""
    with tempfile.TemporaryDirectory() as folder:
        whole = [_whole_process(Path(folder)) for _ in range(WHOLE_RUNS)]
        warm = _warm(Path(folder))
    return {
        "peer": "bare WeasyPrint on the same HTML and stylesheets, warm, same PDF options",
        "whole_process": {
            "wall_seconds": round(median(row["wall"] for row in whole), 2),
            "cpu_seconds": round(median(row["cpu"] for row in whole), 2),
            "peak_memory_mib": round(max(row["memory"] for row in whole), 1),
            "runs": WHOLE_RUNS,
        },
        "warm": warm,
    }


def _whole_process(folder: Path) -> dict[str, float]:
    """`manage.py assess` with PDF and JSON, from start to exit."""
    command = [sys.executable, "manage.py", "assess", str(ANSWERS), "--as-of", AS_OF.isoformat()]
    command += ["--pdf", str(folder / "report.pdf"), "--json", str(folder / "result.json")]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        raise RuntimeError(f"assess ended with {os.waitstatus_to_exitcode(status)}")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}


def _warm(folder: Path) -> dict[str, Any]:
    """Evaluate, typeset and render in a process that has done so before; the peer in a process of its own beside it."""
    result = json.loads((folder / "result.json").read_text())
    printed = _print(result)
    (folder / "report.html").write_text(printed.html)
    attachment = Attachment(
        name=manifest.NAME,
        content=manifest.encode(printed.manifest),
        description="Every figure of this report with its evidence",
        modified=datetime(2026, 11, 22, tzinfo=UTC),
    )
    peer = subprocess.Popen(
        [sys.executable, "-m", "bench.bare_weasyprint", str(folder / "report.html"), *printed.stylesheets],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    whole, ours, bare = [], [], []
    with peer, Renderer() as renderer:
        for turn in range(WARM_UPS + WARM_RUNS):
            started = time.perf_counter()
            again = _print(_evaluate())
            typeset = time.perf_counter()
            rendered = renderer.render(
                again.html, stylesheets=again.stylesheets, attachments=[attachment], identifier="bench"
            )
            ended = time.perf_counter()
            spent = _ask(peer)
            if turn >= WARM_UPS:
                whole.append(ended - started)
                ours.append((ended - typeset, rendered.cpu_seconds))
                bare.append((spent["wall"], spent["cpu"]))
        assert peer.stdin is not None
        peer.stdin.close()
    return {
        "wall_seconds": round(median(whole), 2),
        "render_wall_seconds": round(median(wall for wall, _ in ours), 2),
        "bare_wall_seconds": round(median(wall for wall, _ in bare), 2),
        "render_peak_memory_mib": round(rendered.peak_memory / 1024 / 1024, 1),
        "pages": rendered.pages,
        "ratio_wall": round(median(a / b for (a, _), (b, _) in zip(ours, bare, strict=True)), 3),
        "ratio_cpu": round(median(a / b for (_, a), (_, b) in zip(ours, bare, strict=True)), 3),
        "runs": WARM_RUNS,
    }


def _ask(peer: "subprocess.Popen[str]") -> dict[str, float]:
    assert peer.stdin is not None
    assert peer.stdout is not None
    peer.stdin.write("\n")
    peer.stdin.flush()
    spent: dict[str, float] = json.loads(peer.stdout.readline())
    return spent


def _evaluate() -> dict[str, Any]:
    return facts.evaluate(yaml.safe_load(ANSWERS.read_text()), as_of=AS_OF).as_dict()


def _print(result: dict[str, Any]) -> document.Printed:
    case = document.unsaved(result=result, title="Benchmark", client="A client")
    return document.build(case, at=document.draft_date(case)).print()
