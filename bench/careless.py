"""The same content as a report of ours, marked up as one does who does not think of layout time.

Every row of a table is a flex container and every cell an item of it, paragraphs are blocks among them, fonts come as
WOFF2, and each page says how many there are. Nothing of the text is lost: `words` of both are the same.
"""

import re
from html.parser import HTMLParser

from reports.pdf_worker import BASE, STATIC

FACES = (
    ("Serif", 400, "normal", "footing-serif-400"),
    ("Serif", 400, "italic", "footing-serif-400-italic"),
    ("Serif", 600, "normal", "footing-serif-600"),
    ("Sans", 400, "normal", "footing-sans-400"),
    ("Sans", 600, "normal", "footing-sans-600"),
    ("Mono", 400, "normal", "footing-mono-400"),
)
STYLE = """
@page { size: A4; margin: 25mm 20mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Sans } }
body { font: 9.5pt/1.45 Serif; }
h1, h2, h3 { font-family: Sans; }
.table { margin: 4mm 0; }
.row { display: flex; border-bottom: .5pt solid #ccc; }
.cell { display: block; flex: 1; padding: 1mm 2mm; font: 8pt/1.4 Sans; }
.paragraph { display: block; margin: 2mm 0; }
.mono { font-family: Mono; }
section { break-before: page; }
"""
CHANGES = (
    (r"<table[^>]*>", '<div class="table">'),
    (r"<tr[^>]*>", '<div class="row">'),
    (r"<t[dh](?![a-z])([^>]*)>", r'<div class="cell">'),
    (r"<p(?![a-z])[^>]*>", '<div class="paragraph">'),
    (r"<caption[^>]*>", "<div>"),
    (r"</(?:table|tr|td|th|p|caption)>", "</div>"),
    (r"</?(?:thead|tbody|tfoot|colgroup|col)(?![a-z])[^>]*>", ""),
)


def careless(html: str) -> str:
    """One HTML document that brings its own style, for `HTML(string).write_pdf()` alone."""
    faces = "".join(
        f'@font-face {{ font-family: {family}; font-weight: {weight}; font-style: {style}; src: url("{_font(name)}") }}\n'
        for family, weight, style, name in FACES
    )
    for pattern, replacement in CHANGES:
        html = re.sub(pattern, replacement, html)
    return html.replace("</head>", f"<style>{faces}{STYLE}</style></head>").replace(BASE, STATIC.as_uri() + "/")


def _font(name: str) -> str:
    return (STATIC / "fonts" / f"{name}.woff2").as_uri()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.found += data.split()


def words(html: str) -> list[str]:
    """The words of a document in their order."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return reader.found
