"""Which part of a page is its content, and which stands around it: navigation, references, advertising, and the like.

A figure counts as printed only where it stands in the content. What cannot be told apart counts as content.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

SKIPPED = frozenset(
    [
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "iframe",
        "object",
        "canvas",
        "audio",
        "video",
        "textarea",
    ]
)
AROUND = frozenset(["nav", "footer", "aside", "dialog", "menu", "select", "del", "s", "strike"])
SECTIONS = frozenset(["article", "main", "section"])
ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "menu",
        "menubar",
        "dialog",
        "alertdialog",
        "doc-bibliography",
        "doc-endnotes",
        "doc-toc",
    ]
)
# Inline elements run on in the line; everything else begins a new one.
INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
# What people call such parts in `class` and `id`. The whole of a name counts, not any part of it.
NAMED_AROUND = re.compile(
    r"(?:(?:site|page|global|top|bottom|primary|secondary|main|left|right|blog|post|article|entry|wp)[-_]+)*"
    r"(?:nav|navbar|navigation|menu|sidebar|side-bar|footer|masthead|breadcrumbs?|toc|cookies?|consent|ad|ads|advert|"
    r"adverts|advertisement|advertising|adsense|adslot|sponsors?|sponsored|promos?|banner|related|recommended|"
    r"references|reference-list|reflist|bibliography|footnotes|endnotes|comments|newsletter|subscribe|"
    r"share-buttons|share-links|social|popup|modal)"
    r"(?:[-_].*)?",
    re.IGNORECASE,
)
REFERENCES = re.compile(
    r"[\d.\s]*(?:references|bibliography|works cited|literature cited|further reading|see also|external links|"
    r"related (?:articles|posts|reading)|you (?:may|might) also like|footnotes|endnotes|notes and references|"
    r"referencias|bibliografía|véase también|literaturverzeichnis|einzelnachweise|quellen)[\s:.]*",
    re.IGNORECASE,
)
APPENDIX = re.compile(r"(?:appendix|appendices|supplementary material|annex)\b.{0,80}", re.IGNORECASE)
HEADING = re.compile(r"h[1-6]")
TEN_TO_THE = re.compile(r"(?<![\d.,])10\s*$")
SPACES = re.compile(r"[^\S\n\u00a0\u2009\u202f]+")
LINES = re.compile(r" ?\n[ \n]*")
LONGEST_HEADING = 100


def tidy(text: str) -> str:
    """Text without needless white space; the spaces that hold a number together stay."""
    return LINES.sub("\n", SPACES.sub(" ", text)).strip()


class _Walk:
    """Goes through a page and puts each piece of text where it belongs."""

    def __init__(self) -> None:
        self.content: list[str] = []
        self.aside: list[str] = []
        self.references = 0  # the level of the heading under which references stand; 0: not among them
        self.skipping = 0
        self.sections = 0
        self.around: list[bool] = [False]

    def write(self, text: str) -> None:
        if text and not self.skipping:
            (self.aside if self.around[-1] or self.references else self.content).append(text)

    def start(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag in SKIPPED:
            self.skipping += 1
        if HEADING.fullmatch(tag):
            self._heading(element)
        self._enter(around=self.around[-1] or stands_around(element, inside_section=self.sections > 0))
        self.sections += tag in SECTIONS
        if tag in ("sup", "sub"):
            self.write(self._raised(element))
        elif tag not in INLINE:
            self.write("\n")
        self.write(element.text or "")

    def end(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if tag not in INLINE:
            self.write("\n")
        elif tag in ("sup", "sub"):
            self.write(" ")
        self.around.pop()
        self.sections -= tag in SECTIONS
        if tag in SKIPPED:
            self.skipping -= 1
        self.write(element.tail or "")

    def _enter(self, *, around: bool) -> None:
        if around and not self.around[-1]:  # what stands before and after a piece that is taken out is not one word
            self.content.append(" ")
            self.aside.append("\n")
        self.around.append(around)

    def _heading(self, element: html.HtmlElement) -> None:
        level = int(element.tag[1])
        if REFERENCES.fullmatch(_beginning(element)):
            self.references = level
        elif self.references and level <= self.references:
            self.references = 0

    def _raised(self, element: html.HtmlElement) -> str:
        """A raised number is the mark of a footnote, unless it is a power of ten; it must not lengthen a figure."""
        written = self.content[-1] if self.content else ""
        return "^" if element.tag == "sup" and TEN_TO_THE.search(written[-20:]) else " "


def stands_around(element: html.HtmlElement, *, inside_section: bool) -> bool:
    """Whether an element holds what is not the page's content."""
    tag = element.tag
    if tag in AROUND or (tag == "header" and not inside_section):
        return not (tag == "header" and _holds_content(element))
    if (element.get("role") or "").strip().lower() in ROLES:
        return True
    if tag in ("html", "body", *SECTIONS) or HEADING.fullmatch(tag):
        return False
    names = [*(element.get("class") or "").split()[:20], element.get("id") or ""]
    if not any(NAMED_AROUND.fullmatch(name[:80]) for name in names):
        return False
    return not _holds_content(element)


def _holds_content(element: html.HtmlElement) -> bool:
    """Something that holds the article, or the title of the page, is a frame and not a margin."""
    return next(element.iter("article", "main", "h1"), None) is not None


def outermost_around(tree: html.HtmlElement) -> list[html.HtmlElement]:
    """The elements of a page that stand around its content, without those inside another of them."""
    found: list[html.HtmlElement] = []
    depth = sections = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            sections -= element.tag in SECTIONS
            depth -= bool(depth)
        elif depth:
            depth += 1
            sections += element.tag in SECTIONS
        else:
            if element is not tree and stands_around(element, inside_section=sections > 0):
                found.append(element)
                depth = 1
            sections += element.tag in SECTIONS
    return found


def divided(tree: html.HtmlElement) -> tuple[str, str]:
    """The text of a page: (content, what stands around it)."""
    walk = _Walk()
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if isinstance(element.tag, str):
            walk.start(element) if event == "start" else walk.end(element)
        elif event == "end":
            walk.write(element.tail or "")
    return tidy("".join(walk.content)), tidy("".join(walk.aside))


def divided_lines(text: str) -> tuple[str, str]:
    """The same for plain text and the text of a PDF: references begin at their heading and end at an appendix."""
    content: list[str] = []
    aside: list[str] = []
    for line, is_reference in _lines(text):
        (aside if is_reference else content).append(line)
    return tidy("\n".join(content)), tidy("\n".join(aside))


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    references = False
    for line in text.splitlines():
        stripped = line.strip()
        if len(stripped) <= LONGEST_HEADING:
            if REFERENCES.fullmatch(stripped.lstrip("#")):
                references = True
            elif references and APPENDIX.fullmatch(stripped):
                references = False
        yield line, references


def _beginning(element: html.HtmlElement) -> str:
    """The text of a heading, if it is short enough to be one."""
    found = ""
    for piece in element.itertext():
        found += piece
        if len(found) > LONGEST_HEADING:
            break
    return " ".join(found.split())
