"""Whether a page still prints a figure: the figure to the letter, in its unit, among words that speak of the same.

Only what printers do differently is passed over: kinds of dashes, spaces and quotation marks, small and capital
letters, and how thousands are grouped. `$35,000` is not in `$350,000`, `35,000 euros`, `$35,000-50,000` or
`A$35,000`; `10` is not in `10,000`, `10 %` or `10 million`. The words around it are compared loosely.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from claims.models import Check
from claims.page_text import PageText

AROUND = 400  # characters on either side of a figure count as its surroundings
SHOWN = 160  # of them are shown
MOST_HITS = 500  # places are looked at
SAME_PASSAGE = 75  # of 100: the surroundings read as they did before
SAME_WORD = 85  # of 100: one word in two forms
DISTINCT = 4  # parts of a figure; that many together are seldom met by chance

DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
SPACES = dict.fromkeys(map(ord, "\u2007\u2008\u2009\u200a\u202f"), "\u00a0")
QUOTES = {ord(one): "'" for one in "‘’ʼ′`"} | {ord(one): '"' for one in "“”„«»″"}
DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
LIGATURES = {ord("ﬁ"): "fi", ord("ﬂ"): "fl", ord("ﬀ"): "ff", ord("ﬃ"): "ffi", ord("ﬄ"): "ffl", ord("×"): "x"}
WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF04: "$", 0xFFE1: "£", 0xFFE5: "¥", 0xFF05: "%"}
RAISED = dict.fromkeys(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹"), " ")
TYPOGRAPHY = DASHES | SPACES | QUOTES | DROPPED | LIGATURES | WIDE | RAISED
POWER = re.compile("(?<![\\d.,])10([⁰¹²³⁴⁵⁶⁷⁸⁹])")

SIGNS = "$€£¥₹"
GROUPED = re.compile(r"\d{1,3}(?:[,'\u00a0]\d{3})+(?!\d)")
PART = re.compile(r"\d+(?:[,'\u00a0]\d{3})+(?!\d)|\d+|[^\W\d_]+(?:[-'][^\W\d_]+)*|[^\w\s]|_")
MAGNITUDE = r"(?:hundred|thousand|million|billion|trillion|k|m|mn|bn|b|tn|percent|per cent|pct|%|p\.p\.)"
CURRENCY = (
    r"(?:euros?|eur|dollars?|usd|pounds?|gbp|sterling|yen|jpy|yuan|cny|rmb|rupees?|inr|francs?|chf|cad|aud|nzd|sgd|"
    r"hkd|sek|nok|dkk|pln|krw|won|reais|brl|mxn|pesos?|cents?|us\$)"
)
BEFORE_NUMBER = re.compile(rf"(?:[{SIGNS}]\s?|\b{CURRENCY}\s?|[^\W_]|\d[.,'\u00a0])$", re.IGNORECASE)
BEFORE_MONEY = re.compile(r"(?:(?<![^\W_])US|(?<![^\W_])us)?(.?)$", re.DOTALL)
BEFORE_SIGN = re.compile(r"(?:^|[\s(\[,;:=])-$")
DASH_OF_A_RANGE = re.compile(r"(?:[\w%]|\d\s?%?\s)$")  # what stands before a dash that is not a minus
RANGE_BEFORE = re.compile(rf"\d\s?(?:%|x|k|m|bn)?\s?(?:-|\bto)\s?[{SIGNS}]?$", re.IGNORECASE)
AFTER_NUMBER = re.compile(
    rf"(?:[.,'\u00a0]\d|[^\W_]|\^|\+|\s?[%{SIGNS}]|[\s-]?{MAGNITUDE}(?![^\W_])|\s?{CURRENCY}(?![^\W_]))", re.IGNORECASE
)
OWN_DOLLARS = re.compile(r"\s?(?:us\s?dollars?|dollars?|usd|us\$)(?![^\W_])", re.IGNORECASE)
RANGE_AFTER = re.compile(rf"\s?(?:-|to\b)\s?(?:us)?[{SIGNS}]?\d", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{4,}")
COMMON = frozenset(
    [
        "that",
        "this",
        "with",
        "from",
        "they",
        "have",
        "their",
        "what",
        "when",
        "where",
        "which",
        "while",
        "will",
        "would",
        "about",
        "there",
        "these",
        "those",
        "than",
        "then",
        "more",
        "most",
        "some",
        "such",
        "only",
        "also",
        "into",
        "over",
        "under",
        "between",
        "both",
        "each",
        "other",
        "very",
        "much",
        "many",
        "does",
        "first",
        "second",
        "table",
        "section",
        "line",
        "last",
        "paragraph",
        "question",
        "answer",
        "heading",
        "figure",
        "text",
        "page",
        "column",
        "rows",
    ]
)


@dataclass(frozen=True, slots=True)
class Context:
    """What should stand around a figure: `words` of the claim and its locator, `passage` as it was read before."""

    words: str
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """`finding` is FOUND, ELSEWHERE or MISSING. `passage` is the page's text around the figure: data, not HTML."""

    finding: Check.Finding
    passage: str = ""
    note: str = ""


def find_figure(printed: str, context: Context, page: PageText) -> Sighting:
    """Look for a printed figure in a page. FOUND only in its content, to the letter, among words of the claim."""
    content = plain(page.content)
    hits = _hits(printed, content)
    for start, end in hits:
        if _in_context(content[max(0, start - AROUND) : start], content[end : end + AROUND], printed, context):
            return Sighting(Check.Finding.FOUND, _passage(content, start, end))
    if hits:
        return Sighting(
            Check.Finding.MISSING, _passage(content, *hits[0]), "It stands in the page, but among other words."
        )
    aside = plain(page.aside)
    around = _hits(printed, aside)
    if around:
        return Sighting(Check.Finding.ELSEWHERE, _passage(aside, *around[0]))
    return Sighting(Check.Finding.MISSING)


@lru_cache(maxsize=4)
def plain(text: str) -> str:
    """Text with one kind of dash, space and quotation mark. The thin spaces that group digits stay, as one kind."""
    return POWER.sub(r"10^", text).translate(TYPOGRAPHY)


def _hits(printed: str, text: str) -> list[tuple[int, int]]:
    """Where a figure stands on its own: not as a part of another, and not in another unit."""
    parts = PART.findall(plain(printed).strip())
    if not parts:
        return []
    found = []
    for match in _pattern(tuple(parts), plain(printed).strip()).finditer(text):
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
        if _begins(parts, before) and _ends(parts, after):
            found.append(match.span())
            if len(found) == MOST_HITS:
                break
    return found


def _begins(parts: list[str], before: str) -> bool:
    """Whether the figure begins where the match does."""
    first = parts[0]
    if first[0].isdigit():
        return not (BEFORE_NUMBER.search(before) or BEFORE_SIGN.search(before) or RANGE_BEFORE.search(before))
    if first in SIGNS:
        if RANGE_BEFORE.search(before) or BEFORE_SIGN.search(before):
            return False
        owner = BEFORE_MONEY.search(before)
        return owner is None or not owner[1].isalnum()
    if first == "-" and len(parts) > 1 and parts[1][0].isdigit():
        return not DASH_OF_A_RANGE.search(before)
    return not re.search(r"[^\W_]-?$", before) if first[0].isalpha() else True


def _ends(parts: list[str], after: str) -> bool:
    """Whether the figure ends where the match does."""
    last = parts[-1]
    numeric = any(part[0].isdigit() for part in parts)
    if numeric and RANGE_AFTER.match(after):
        return False
    if last[0].isdigit():
        if any(part in SIGNS for part in parts) and OWN_DOLLARS.match(after) and "$" in parts:
            return True
        return not AFTER_NUMBER.match(after)
    if numeric and after.startswith("+"):
        return False
    return not re.match(r"-?[^\W_]", after) if last[0].isalpha() else True


@lru_cache(maxsize=256)
def _pattern(parts: tuple[str, ...], printed: str) -> re.Pattern[str]:
    pieces: list[str] = []
    at = 0
    for place, part in enumerate(parts):
        start = printed.index(part, at)
        if place:
            pieces.append(_between(parts[place - 1], part, apart=start > at))
        pieces.append(_piece(part, after_number=place > 0 and parts[place - 1][-1].isdigit()))
        at = start + len(part)
    return re.compile("".join(pieces), re.IGNORECASE)


def _between(left: str, right: str, *, apart: bool) -> str:
    """What may stand between two parts of a figure: words and numbers stay apart, signs may or may not."""
    if left[-1].isalnum() and right[0].isalnum():
        both_of_a_kind = left[-1].isdigit() == right[0].isdigit()
        if both_of_a_kind:
            return r"\s{1,3}"
        return r"[\s-]{0,3}" if apart else r"\s?"
    return r"\s{0,3}"


def _piece(part: str, *, after_number: bool) -> str:
    if part[0].isdigit():
        return _number(part)
    if part[0].isalpha():
        if len(part) == 1 and after_number and part not in "kKxX":
            return f"(?-i:{part})"  # 10 m are not 10 M
        return re.escape(part).replace(r"\-", r"-?\s?")
    return re.escape(part)


def _number(digits: str) -> str:
    """A whole number with its thousands grouped in any of the usual ways, or not at all."""
    bare = re.sub(r"[,'\u00a0]", "", digits)
    if len(bare) < 4 or bare[0] == "0" or (not GROUPED.fullmatch(digits) and not digits.isdigit()):
        return re.escape(digits)
    groups = [bare[max(0, end - 3) : end] for end in range(len(bare), 0, -3)][::-1]
    return r"[,'\u00a0]?".join(groups)


def _in_context(before: str, after: str, printed: str, context: Context) -> bool:
    """Whether the words around a figure speak of what the claim speaks of, or are those that stood there before."""
    if context.passage:
        likeness = fuzz.token_set_ratio(plain(context.passage).casefold(), f"{before} {printed} {after}".casefold())
        if likeness >= SAME_PASSAGE:
            return True
    own = {word.casefold() for word in WORD.findall(plain(printed))}
    wanted = {word.casefold() for word in WORD.findall(plain(context.words))} - COMMON - own
    there = {word.casefold() for word in WORD.findall(before + " " + after)}
    met = sum(process.extractOne(word, there, scorer=fuzz.ratio, score_cutoff=SAME_WORD) is not None for word in wanted)
    return met >= min(1 if len(PART.findall(printed)) >= DISTINCT else 2, len(wanted))


def _passage(text: str, start: int, end: int) -> str:
    """The figure with the words around it, cut at spaces."""
    first, last = max(0, start - SHOWN), min(len(text), end + SHOWN)
    if first:
        first = text.find(" ", first, start) + 1 or start
    if last < len(text):
        cut = text.rfind(" ", end, last)
        last = cut if cut > 0 else end
    return " ".join(text[first:last].split())
