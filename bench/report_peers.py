"""Peers of our rendering, each kept warm in a process of its own.

Run as `python -m bench.report_peers KIND`. For every line on standard input, the path of an HTML file, it makes the PDF
once and prints wall and processor seconds as JSON. Kinds:

- `bare`: WeasyPrint as its documentation shows it, on our stylesheets and with our options for the PDF;
- `careless`: `HTML(string).write_pdf()` and nothing else;
- `tagged`, `untagged`: our own press without child and limits, with and without tags;
- `chromium`: headless Chromium, printing the same page with the same stylesheets.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SHEETS = ("report.css", "report-draft-en.css")
TICKS = os.sysconf("SC_CLK_TCK")


def _bare() -> Callable[[str], bytes]:
    import weasyprint  # noqa: PLC0415 - Chromium's process does without

    from reports.pdf_worker import BASE, OPTIONS, STATIC  # noqa: PLC0415

    base = STATIC.as_uri() + "/"
    paths = [str(STATIC / "css" / sheet) for sheet in SHEETS]

    def make(html: str) -> bytes:
        document = weasyprint.HTML(string=html.replace(BASE, base), base_url=base)
        pdf: bytes = document.write_pdf(stylesheets=[weasyprint.CSS(filename=path) for path in paths], **OPTIONS)
        return pdf

    return make


def _careless() -> Callable[[str], bytes]:
    import weasyprint  # noqa: PLC0415

    def make(html: str) -> bytes:
        pdf: bytes = weasyprint.HTML(string=html).write_pdf()
        return pdf

    return make


def _press(*, tags: bool) -> Callable[[str], bytes]:
    from reports import pdf_worker  # noqa: PLC0415

    if not tags:
        pdf_worker.OPTIONS = {"presentational_hints": False}
    press = pdf_worker.Press()
    header = {"stylesheets": list(SHEETS), "identifier": "bench", "attachments": [], "pictures": []}

    def make(html: str) -> bytes:
        reply, pdf = press.print(header, [html.encode()])
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return pdf

    return make


def _serve(make: Callable[[str], bytes], spent: Callable[[], float]) -> None:
    for line in sys.stdin:
        html = Path(line.strip()).read_text("utf-8")
        wall, processor = time.perf_counter(), spent()
        pdf = make(html)
        said = {"wall": time.perf_counter() - wall, "cpu": spent() - processor, "bytes": len(pdf)}
        print(json.dumps(said), flush=True)


def _chromium() -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    from reports.pdf_worker import BASE, STATIC  # noqa: PLC0415

    base = STATIC.as_uri() + "/"
    links = "".join(f'<link rel="stylesheet" href="{base}css/{sheet}">' for sheet in SHEETS)
    path = os.environ.get("FOOTING_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        file = Path(os.environ["TMPDIR"]) / "page.html"

        def make(html: str) -> bytes:
            file.write_text(html.replace(BASE, base).replace("</head>", f"{links}</head>"), "utf-8")
            page.goto(file.as_uri())
            return page.pdf(prefer_css_page_size=True, tagged=True, outline=True)

        # Only what the browser spends: the program that drives it is not the peer.
        _serve(make, lambda: sum(_spent(pid) for pid in _below(os.getpid()) if _name(pid).startswith("chrom")))
        browser.close()


def _below(pid: int) -> Iterator[int]:
    """All processes that came from one."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _fields(int(folder.name))):
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    waiting = [pid]
    while waiting:
        for child in parents.get(waiting.pop(), ()):
            yield child
            waiting.append(child)


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:  # it ended
        return []


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _spent(pid: int) -> float:
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


KINDS: dict[str, Callable[[], Callable[[str], bytes]]] = {
    "bare": _bare,
    "careless": _careless,
    "tagged": lambda: _press(tags=True),
    "untagged": lambda: _press(tags=False),
}

if __name__ == "__main__":
    if sys.argv[1] == "chromium":
        _chromium()
    else:
        _serve(KINDS[sys.argv[1]](), time.process_time)
