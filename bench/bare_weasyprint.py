"""The peer: WeasyPrint as its documentation shows it, on the same HTML and stylesheets, kept warm.

Run as `python -m bench.bare_weasyprint HTML STYLESHEET…`. For every line on standard input it makes the PDF once and
prints wall and processor seconds as JSON.
"""

import json
import sys
import time
from pathlib import Path

import weasyprint

from reports.pdf_worker import BASE, OPTIONS, STATIC


def main(html_path: str, *sheets: str) -> None:
    """Serve until the input ends."""
    # The page names its fonts below a host that does not exist; the bare peer reads them from disk.
    base = STATIC.as_uri() + "/"
    html = Path(html_path).read_text("utf-8").replace(BASE, base)
    paths = [STATIC / "css" / sheet for sheet in sheets]
    for _ in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        document = weasyprint.HTML(string=html, base_url=base)
        pdf = document.write_pdf(stylesheets=[weasyprint.CSS(filename=str(path)) for path in paths], **OPTIONS)
        spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - processor, "bytes": len(pdf)}
        print(json.dumps(spent), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
