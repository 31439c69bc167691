"""Making the PDF of a report, against others and against itself, in interleaved pairs of processor time.

The document is the sample's: `docs/examples/answers.yaml` on the starter registry. A ratio is the median of the ratios
of its pairs. `holds` says which of them are within what the product promises (`LIMITS`). Only throughput and what people
wait for are wall time; on a machine with other work they say little.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from bench.databases import ROOT, measured
from reports.layouts import EXECUTIVE

RUNS = int(os.environ.get("BENCH_REPORT_RUNS", "5"))
DOCUMENTS = 60
SETTLED = 15  # documents after which memory is expected to stay
ANSWERS = ROOT / "docs" / "examples" / "answers.yaml"
AS_OF = date(2026, 11, 22)
LIMITS = {
    "careless": 0.60,
    "bare": 1.10,
    "fresh_process": 0.50,
    "fresh_process_executive": 0.50,
    "tagging": 1.08,
    "claims_640_to_160": 4.2,
    "one_worker_to_two": 1 / 1.7,
    "memory": 1.01,
    "chromium": 4.0,
    "chromium_executive": 4.0,
    "unchanged_draft": 0.01,
    "unchanged_request_final": 0.01,
    "unchanged_request_draft": 0.01,
}
"""What each ratio may be at most."""


def run() -> dict[str, Any]:
    """In a process of its own, on a database made for it."""
    with tempfile.TemporaryDirectory() as folder:
        return measured("bench.report", f"sqlite:///{folder}/report.sqlite3", folder)


def _measure() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        os.environ["TMPDIR"] = folder
        case, requests = _case()
        printed, executive = _printed(case), _printed(replace(case, layout=EXECUTIVE))
        renderer, peers = _start(stack, Path(folder), printed, executive)
        found: dict[str, Any] = {"runs": RUNS}
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "unchanged": lambda: _unchanged(case, requests),
            "rendering": lambda: {"rendering": _pairs(renderer, printed, executive, peers)},
            "fresh": lambda: _fresh(renderer, printed, executive),
            "long": lambda: _long(renderer, printed),
            "workers": lambda: _workers(printed),
            "memory": lambda: _memory(printed),
        }
        for name in os.environ.get("BENCH_REPORT_PARTS", ",".join(parts)).split(","):
            found |= parts[name]()
            print(json.dumps(found), file=sys.stderr, flush=True)  # it takes minutes: what is known so far
    ratios = {
        **found.get("rendering", {}).pop("ratios", {}),
        **{name: found.pop(name) for name in LIMITS if name in found},
    }
    return {
        "ratios": {name: round(ratio, 4) for name, ratio in ratios.items()},
        "holds": {name: ratio <= LIMITS[name] for name, ratio in ratios.items()},
        **found,
    }


def _case() -> tuple[Any, dict[str, Callable[[], bytes]]]:
    """The sample as a case that is stored nowhere; and requests for the draft of a final and of an open assessment."""
    import yaml  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415 - the apps are ready only now
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from assessments import facts  # noqa: PLC0415
    from assessments import operations as assessing  # noqa: PLC0415
    from reports import document  # noqa: PLC0415
    from tests import factories, starter  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    starter.fill()
    answers = yaml.safe_load(ANSWERS.read_text())
    result = facts.evaluate(answers, as_of=AS_OF).as_dict()
    case = document.unsaved(result=result, title="Benchmark", client="A client")
    draft = factories.assessment(answers=answers)
    final = factories.assessment(answers=answers, title="Final")
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=final)
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(factories.consultant())

    def asking(reference: str) -> Callable[[], bytes]:
        def ask() -> bytes:
            response = browser.get(reverse("reports:pdf", args=[reference]), secure=False)
            assert response.status_code == 200, response.status_code
            content: bytes = response.content
            return content

        return ask

    return case, {"final": asking(final.reference), "draft": asking(draft.reference)}


def _printed(case: Any) -> Any:
    from reports import document  # noqa: PLC0415

    return document.build(case, at=document.draft_date(case)).print()


def _start(stack: ExitStack, folder: Path, printed: Any, executive: Any) -> tuple[Any, dict[str, Callable[[], float]]]:
    """Our renderer, and each peer as a function that makes the document once and returns its processor seconds."""
    from bench.careless import careless, words  # noqa: PLC0415
    from reports.pdf import Renderer  # noqa: PLC0415

    ours, theirs, short = folder / "ours.html", folder / "careless.html", folder / "executive.html"
    ours.write_text(printed.html, "utf-8")
    short.write_text(executive.html, "utf-8")
    theirs.write_text(careless(printed.html), "utf-8")
    assert words(printed.html) == words(theirs.read_text("utf-8")), "the careless document has other words"
    kinds = {
        "bare": ("bare", ours),
        "careless": ("careless", theirs),
        "tagged": ("tagged", ours),
        "untagged": ("untagged", ours),
        "chromium": ("chromium", ours),
        "chromium_executive": ("chromium", short),
    }
    peers = {name: stack.enter_context(_peer(*what)) for name, what in kinds.items()}
    return stack.enter_context(Renderer()), peers


@contextmanager
def _peer(kind: str, html: Path) -> Iterator[Callable[[], float]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.report_peers", kind],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asked, said = process.stdin, process.stdout

    def make() -> float:
        asked.write(f"{html}\n")
        asked.flush()
        return float(json.loads(said.readline())["cpu"])

    with process:
        yield make
        asked.close()


def _attachment(printed: Any) -> Any:
    from reports import manifest  # noqa: PLC0415
    from reports.pdf import Attachment  # noqa: PLC0415

    return Attachment(manifest.NAME, manifest.encode(printed.manifest), "Evidence", datetime(2026, 11, 22, tzinfo=UTC))


def _ours(renderer: Any, printed: Any, html: str = "") -> Any:
    return renderer.render(
        html or printed.html,
        stylesheets=printed.stylesheets,
        attachments=[_attachment(printed)],
        identifier="bench",
    )


def _spent(renderer: Any, printed: Any, html: str = "") -> tuple[float, Any]:
    """Processor seconds of child and parent for one document, with what was rendered."""
    before = time.process_time()
    rendered = _ours(renderer, printed, html)
    return time.process_time() - before + rendered.cpu_seconds, rendered


def _pairs(renderer: Any, printed: Any, executive: Any, peers: dict[str, Callable[[], float]]) -> dict[str, Any]:
    """Each round makes the document once with each; the first round only warms."""
    rounds: list[dict[str, float]] = []
    for _ in range(RUNS + 1):
        spent, rendered = _spent(renderer, printed)
        short, two_pages = _spent(renderer, executive)
        made = {"ours": spent, "ours_executive": short}
        rounds.append(made | {kind: make() for kind, make in peers.items()})
    rounds = rounds[1:]

    def ratio(one: str, other: str) -> float:
        return median(found[one] / found[other] for found in rounds)

    return {
        "pages": [rendered.pages, two_pages.pages],
        "cpu_seconds": {kind: round(median(found[kind] for found in rounds), 2) for kind in rounds[0]},
        "ratios": {
            "careless": ratio("ours", "careless"),
            "bare": ratio("ours", "bare"),
            "tagging": ratio("tagged", "untagged"),
            "chromium": ratio("ours", "chromium"),
            "chromium_executive": ratio("ours_executive", "chromium_executive"),
        },
    }


def _fresh(renderer: Any, printed: Any, executive: Any) -> dict[str, Any]:
    """A warm child against one started for each document: the whole report, and its executive version."""
    import resource  # noqa: PLC0415

    from reports.pdf import Renderer  # noqa: PLC0415

    def fresh(made: Any) -> float:
        before, mine = resource.getrusage(resource.RUSAGE_CHILDREN), time.process_time()
        with Renderer() as own:
            _ours(own, made)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return spent + time.process_time() - mine

    found: dict[str, Any] = {}
    for name, made in (("fresh_process", printed), ("fresh_process_executive", executive)):
        pairs = [(_spent(renderer, made)[0], fresh(made)) for _ in range(RUNS + 1)][1:]
        found[name] = median(warm / cold for warm, cold in pairs)
        found[f"{name}_cpu_seconds"] = [round(median(side), 2) for side in zip(*pairs, strict=True)]
    return found


def _claims(html: str, number: int) -> str:
    """The document with its table of claims repeated until there are so many."""
    before, table, after = re.split(r'(?<=<table class="wide annex claims">)(.*?</table>)', html, maxsplit=1, flags=re.DOTALL)  # fmt: skip
    head, body, end = re.split(r"(?<=<tbody>)(.*)(?=</tbody>)", table, maxsplit=1, flags=re.DOTALL)
    rows = re.findall(r"<tr>.*?</tr>", body, re.DOTALL)
    made = [
        re.sub(r'id="([^"]*)"', rf'id="\1-{n // len(rows)}"', rows[n % len(rows)]) if n >= len(rows) else rows[n]
        for n in range(number)
    ]
    return "".join((before, head, "\n".join(made), end, after))


def _long(renderer: Any, printed: Any) -> dict[str, Any]:
    """640 claims against 160."""
    few, many = _claims(printed.html, 160), _claims(printed.html, 640)
    pairs = [(_spent(renderer, printed, few)[0], _spent(renderer, printed, many)[0]) for _ in range(2)]
    return {
        "claims_640_to_160": median(many / few for few, many in pairs),
        "claims_cpu_seconds": [round(median(side), 2) for side in zip(*pairs, strict=True)],
    }


def _workers(printed: Any) -> dict[str, Any]:
    """Six documents through a pool of one, and through a pool of two: wall seconds."""
    from reports.pool import Pool  # noqa: PLC0415

    def through(pool: Any) -> float:
        left = list(range(6))

        def work() -> None:
            while left:
                left.pop()
                with pool.lent() as renderer:
                    _ours(renderer, printed)

        threads = [Thread(target=work) for _ in range(pool.size)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - begun

    one, two = Pool(size=1), Pool(size=2)
    try:
        pairs = [(through(one), through(two)) for _ in range(3)][1:]
    finally:
        one.close()
        two.close()
    return {
        "one_worker_to_two": median(second / first for first, second in pairs),
        "two_workers_times": round(median(first / second for first, second in pairs), 2),
        "load": [round(load, 1) for load in os.getloadavg()],
    }


def _unchanged(case: Any, requests: dict[str, Callable[[], bytes]]) -> dict[str, Any]:
    """A draft that is kept, against making it: from the case, and as whole requests."""
    from django.utils import timezone  # noqa: PLC0415

    from reports import document, operations, pool  # noqa: PLC0415
    from reports.pdf import Renderer  # noqa: PLC0415

    spent: list[float] = []
    render = Renderer.render

    def counted(self: Renderer, html: str, **options: Any) -> Any:
        rendered = render(self, html, **options)
        spent.append(rendered.cpu_seconds)
        return rendered

    def once(made: Callable[[], Any], times: int = 1) -> float:
        spent.clear()
        before = time.process_time()
        for _ in range(times):
            made()
        return (time.process_time() - before + sum(spent)) / times

    def make() -> Any:
        return operations.typeset(case, at=document.draft_date(case))

    def answer() -> Any:
        return operations.write_draft(case=case, at=timezone.now())

    Renderer.render = counted  # type: ignore[method-assign]
    try:
        make(), answer()
        pairs = [(once(make), once(answer, 20)) for _ in range(RUNS)]
        found: dict[str, Any] = {"unchanged_draft": median(kept / made for made, kept in pairs)}
        found["unchanged_draft_ms"] = round(1000 * median(kept for _, kept in pairs), 1)
        for kind, ask in requests.items():
            ask()
            asked = once(ask, 10)
            found[f"unchanged_request_{kind}_ms"] = round(1000 * asked, 1)
            found[f"unchanged_request_{kind}"] = asked / median(made for made, _ in pairs)
    finally:
        Renderer.render = render  # type: ignore[method-assign]
        pool.close()
    return found


def _memory(printed: Any) -> dict[str, Any]:
    """What a child holds after each of its documents."""
    from reports.pdf import Renderer  # noqa: PLC0415

    with Renderer() as renderer:
        held = [_ours(renderer, printed).resident for _ in range(DOCUMENTS)]
    return {
        "memory": held[-1] / held[SETTLED - 1],
        "resident_mib": {str(n): round(held[n - 1] / 1024 / 1024, 1) for n in (1, SETTLED, 30, 45, DOCUMENTS)},
    }


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(_measure()))
