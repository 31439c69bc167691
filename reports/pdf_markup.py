"""Our markup as WeasyPrint reads it, without what a report has no use for.

Two things cost a tenth of a report's time and give it nothing: the parser for whatever a browser may meet, and six
styles for each element in case it has a footnote or a list mark. Our templates write XML but for the void elements, and
no report has either.
"""

import re
from typing import Any
from xml.etree import ElementTree as ET

import cssselect2
import weasyprint
from weasyprint.css.counters import CounterStyle
from weasyprint.html import UA

VOID = re.compile(r"<(br|col|hr|img|meta)\b([^<>]*?)/?>")
UNUSED = re.compile(r"^::(?:marker|footnote-call|footnote-marker|note-call|note-marker|note-callback) \{.*\}\n", re.MULTILINE)  # fmt: skip
BROWSER = weasyprint.CSS(string=UNUSED.sub("", UA), counter_style=CounterStyle())
"""How a browser shows the elements, as WeasyPrint has it, without notes and marks of lists."""


class Markup(weasyprint.HTML):
    """A document of ours."""

    def __init__(self, markup: str, *, base_url: str, url_fetcher: Any) -> None:
        root = parsed(markup)
        if root is None:
            super().__init__(string=markup, base_url=base_url, url_fetcher=url_fetcher)
            return
        self.base_url = base_url
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[weasyprint.CSS]:
        return [BROWSER]


def parsed(markup: str) -> ET.Element | None:
    """The tree of markup that is XML but for its void elements; None where it is something else."""
    try:
        return ET.fromstring(VOID.sub(r"<\1\2/>", markup))  # noqa: S314 - written by our own templates
    except ET.ParseError:
        return None
