"""What stands in the way of issuing a report, and where it is mended.

What blocks must be mended. For everything else whoever issues gives a reason, and the report prints it
(`reports/sections/reservations.py`). The report is put together as it would be printed, so that what is found here is
what its readers would find.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation

from assessments import scope_rows
from assessments.engine.ledger import HOUSE
from assessments.models import Assessment, Firm
from claims import published
from claims.models import Claim
from reports import document, fonts, identities, recognition, tracing
from reports.case import Case
from reports.characters import LONGEST_NAME, texts_of, unprintable
from reports.every_chart import CHARTS
from reports.layouts import FULL, RESERVATIONS, Layout, LayoutError, check_reservations
from reports.manifest import UnrecordedNumber, text_of
from reports.numbers import numbers
from reports.recomputing import recompute
from reports.words import words

BLOCKING = frozenset(
    {"retracted", "superseded", "expired", "no_origin", "stale_sum", "unlike_evidence", "mute_chart"}
    | {"unprintable", "no_font", "hidden_reservations", "cannot_sign"}
)
"""Codes of what no reason excuses."""

TITLES = {
    "retracted": "Cited claims have been retracted",
    "superseded": "Cited claims have been replaced by others",
    "expired": "Cited claims have expired",
    "no_origin": "Numbers without an origin",
    "stale_sum": "Sums that do not come out any more",
    "unlike_evidence": "Evidence that is not as published",
    "mute_chart": "Charts that the text does not tell",
    "unprintable": "Texts that cannot be printed",
    "no_font": "Characters for which there is no font",
    "hidden_reservations": "The version hides what it is issued in spite of",
    "cannot_sign": "The firm’s signature cannot be made",
    "contested": "Cited claims are contested",
    "revised": "Cited claims have been revised since",
    "house_assumptions": "Assumptions that nobody at the firm has signed",
    "open_scope": "Questions of scope that nobody has settled",
    "no_total": "What is recommended has no total",
    "older_method": "The result was computed by an earlier method",
    "own_words": "Words of the firm that cannot be printed for this case",
}
"""What stands in the way, by code."""

SINCE = ("retracted", "superseded", "expired", "revised")
SHOWN = 3  # faults told of one kind; the rest are counted
Found = tuple[str, "Item"]
"""A code and one thing of that kind."""

DRAWING = re.compile(r"<svg.*?</svg>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the way. `about`: the slugs of claims, the id of a scope question, the name of a chart; or nothing.

    `text` is a sentence; `url` leads to where it is mended, and `remedy` says what can be done there.
    """

    text: str
    url: str
    remedy: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way for one kind of reason: `items` has at least one, and one reason answers them all."""

    code: str
    items: tuple[Item, ...]

    @property
    def blocks(self) -> bool:
        """Whether no reason excuses it."""
        return self.code in BLOCKING

    @property
    def title(self) -> str:
        """What it is, in words for whoever issues."""
        return TITLES[self.code]

    @property
    def text(self) -> str:
        """All items as sentences."""
        return " ".join(item.text for item in self.items)


def obstacles(assessment: Assessment, *, language: str, on: date, layout: Layout = FULL) -> list[Obstacle]:
    """What stands in the way of issuing a final assessment in a language, a version and on a day; what blocks comes first."""
    case = _issued(assessment, language, layout)
    return _by_code([*_all_found(case, on), *_signature(assessment.firm, on)])


def of_case(case: Case, *, on: date) -> list[Obstacle]:
    """The same for a case as it would be issued, whoever signs it."""
    return _by_code(_all_found(case, on))


def _all_found(case: Case, on: date) -> list[Found]:
    items = list(_found(case, on))
    if any(code not in BLOCKING for code, _ in items):
        items += _hidden(case.layout, case.language, Places(case.reference))
    return items


def _by_code(items: list[Found]) -> list[Obstacle]:
    codes = sorted(dict.fromkeys(code for code, _ in items), key=lambda code: code not in BLOCKING)
    return [Obstacle(code, tuple(item for of, item in items if of == code)) for code in codes]


def warns(assessment: Assessment, *, language: str, on: date) -> bool:
    """Whether a report could be issued with reservations only. Puts nothing together where a look at the case tells."""
    return any(code not in BLOCKING for code, _ in _found(_issued(assessment, language, FULL), on))


def _issued(assessment: Assessment, language: str, layout: Layout) -> Case:
    """The case of a final assessment as it would be issued."""
    assert assessment.as_of is not None, f"{assessment.reference} is a draft"
    return document.stored(assessment, as_of=assessment.as_of, language=language, issued=True, layout=layout)


def _found(case: Case, on: date) -> Iterator[Found]:
    """What is found, the cheaper to find the earlier."""
    places = Places(case.reference)
    yield from _evidence(case, places, on)
    yield from _contested(case, places, on)
    yield from _open(case, places)
    yield from _assumptions(case, places)
    yield from _unprintable(case, places)
    yield from _sums(case, places)


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are mended, for one assessment: an address and what it is called."""

    reference: str

    def brand(self) -> tuple[str, str]:
        """What the firm wrote."""
        return reverse("reports:brand-list"), "Look at the brand; an admin of the firm can change it"

    def again(self) -> tuple[str, str]:
        """Today's evidence."""
        return self._result(), "Run the assessment again on today's evidence"

    def scope(self) -> tuple[str, str]:
        """Which claims are meant: settled in a draft, so in the next run."""
        return reverse("assessments:scope", args=[self.reference]), "Look at the question; a new run can settle it"

    def assumptions(self) -> tuple[str, str]:
        """The values of the house."""
        return reverse("assessments:assumptions", args=[self.reference]), "Look through them; a new run can set them"

    def answers(self) -> tuple[str, str]:
        """What the client said."""
        return reverse("assessments:answers", args=[self.reference]), "Look at the answers; a new run can change them"

    def version(self, layout: Layout, language: str) -> tuple[str, str]:
        """Which sections are printed."""
        asked = urlencode({"language": language, "layout": layout.name, "sections": ",".join(layout.sections)})
        return f"{reverse('reports:version', args=[self.reference])}?{asked}", "Choose the sections"

    def of_text(self, where: str) -> tuple[str, str]:
        """Where a text of the case is written, by the keys that lead to it (`unprintable_texts`)."""
        first, *rest = where.split(".")
        if first == "claims":
            return self.claim(rest[0].partition("@")[0])
        if first == "title":
            return reverse("assessments:copy", args=[self.reference]), "Copy the case under another title"
        if first == "client":
            return reverse("assessments:client-list"), "Look at the client's name"
        if first in ("words", "brand"):
            return self.brand()
        if first == "result" and rest[0] == "answers":
            return self.answers()
        return self.assumptions() if first == "result" and rest[0] == "figures" else self.again()

    def claim(self, slug: str) -> tuple[str, str]:
        """The claim itself."""
        return reverse("claims:claim-detail", args=[slug]), "Look at the claim"

    def _result(self) -> str:
        return reverse("assessments:result", args=[self.reference])


def _evidence(case: Case, places: Places, on: date) -> Iterator[Found]:
    """Cited claims that do not stand any more as they were cited."""
    said = {
        "retracted": "has been retracted",
        "superseded": "has been superseded by another claim",
        "expired": "has expired: nobody has checked it for too long",
        "revised": "has been revised since",
    }
    for change in recognition.changes(case.result["citations"], on=on):
        if change.what in SINCE:
            text = f"The cited claim {change.slug} {said[change.what]}."
            yield change.what, Item(text, *places.again(), (change.slug,))


def _contested(case: Case, places: Places, on: date) -> Iterator[Found]:
    """Cited claims that another claim contests, as things stand today."""
    slugs = [cited["claim"].rpartition("@")[0] for cited in case.result["citations"]]
    claims = Claim.objects.filter(slug__in=slugs, current_revision__isnull=False).select_related("current_revision")
    bodies = published.documents([claim.current_revision for claim in claims if claim.current_revision], on=on)
    against = {body["slug"]: body["contested_by"] for body in bodies}
    pairs = dict.fromkeys(tuple(sorted((slug, other))) for slug in slugs for other in against.get(slug, ()))
    for first, second in pairs:
        yield "contested", Item(f"{first} and {second} contradict each other.", *places.claim(first), (first, second))


def _sums(case: Case, places: Places) -> Iterator[Found]:
    """Numbers that cannot be followed back, or that come out otherwise; and words that are not printed as written."""
    try:
        printed = document.build(case, at=document.draft_date(case)).print()
    except UnrecordedNumber as fault:
        yield "no_origin", Item(f"The report prints a number without an origin: {fault}.", *places.again())
        return
    manifest = printed.manifest
    untraced = [*tracing.figure_faults(manifest), *tracing.printed_faults(manifest)]
    if untraced:
        yield "no_origin", Item(f"A number cannot be followed back: {_some(untraced)}.", *places.again())
    unlike = tracing.claim_faults(manifest)
    if unlike:
        yield "unlike_evidence", Item(f"The evidence is not as published: {_some(unlike)}.", *places.again())
    again = recompute(manifest)
    stale = [*tracing.arithmetic_faults(manifest), *again.faults]
    if stale:
        yield "stale_sum", Item(f"A sum does not come out any more: {_some(stale)}.", *places.again())
    if again.method != manifest["method"]:
        yield "older_method", Item("The result was computed by an earlier method.", *places.again())
    yield from (("own_words", Item(note, *places.brand())) for note in printed.notes)
    yield from _mute(case, printed.html, places)
    yield from _no_font(case, printed.html, places)


def _mute(case: Case, html: str, places: Places) -> Iterator[Found]:
    """Charts whose figures the text does not give, for readers who do not see them.

    Of a version that leaves sections out the charts that it prints; the text is that of the whole report.
    """
    with translation.override(case.language):
        drawn = [chart for make in CHARTS.values() if (chart := make(case)) is not None]
    if case.layout.sections:
        printed = " ".join(DRAWING.findall(html))
        drawn = [chart for chart in drawn if f">{escape(chart.title)}</title>" in printed]
        if not drawn:
            return
        whole = replace(case, layout=FULL)
        html = document.build(whole, at=document.draft_date(case)).print().html
    told = set(numbers(text_of(DRAWING.sub("", html))))
    for chart in drawn:
        shown = [text for text, origin in chart.texts if origin["kind"] == "figure"]
        untold = [text for text in shown if not told.issuperset(numbers(text))]
        if untold:
            text = f"The chart “{chart.title}” shows what the text does not say: {_some(untold)}."
            yield "mute_chart", Item(text, *places.again(), (chart.name,))


def unprintable_texts(case: Case) -> Iterator[tuple[str, str]]:
    """Where each text of a case stands that cannot be printed, whatever font there is, and what is wrong with it."""
    claims = {one.reference: one.document for one in case.claims}
    texts = {
        "result": case.result,
        "reservations": case.reservations,
        "words": case.words,
        "brand": case.brand.described,
        "claims": claims,
    }
    yield from unprintable(case.names, longest=LONGEST_NAME)
    yield from unprintable(texts)


def _unprintable(case: Case, places: Places) -> Iterator[Found]:
    for where, fault in unprintable_texts(case):
        yield "unprintable", Item(f"{where} {fault}", *places.of_text(where))


def _no_font(case: Case, html: str, places: Places) -> Iterator[Found]:
    """Characters that the press would not find a font for, with the texts in which they stand."""
    absent = fonts.missing(text_of(html).split("\n"))
    claims = {one.reference: one.document for one in case.claims}
    parts = {**case.names, "words": case.words, "brand": case.brand.described, "claims": claims, "result": case.result}
    texts = list(texts_of(parts)) if absent else []
    for character in absent:
        wheres = dict.fromkeys(places.of_text(where) for where, text in texts if character in text)
        for url, remedy in wheres or [places.again()]:
            text = f"There is no font here for {character} (U+{ord(character):04X}). Write it without, or have one installed."
            yield "no_font", Item(text, url, remedy)


def _hidden(layout: Layout, language: str, places: Places) -> Iterator[Found]:
    """The section that says in spite of what it is issued, where a version leaves it out."""
    try:
        check_reservations(layout, [RESERVATIONS])
    except LayoutError as error:
        yield "hidden_reservations", Item(str(error), *places.version(layout, language))


def _open(case: Case, places: Places) -> Iterator[Found]:
    """Fields of the report that stay empty, and scope questions that nobody settled."""
    advised = case.result["recommendation"]["option"]
    total = next((one["figures"].get("tco") for one in case.result["options"] if one["option"] == advised), None)
    if total is None:
        text = f"The report gives no total for what it recommends ({words('option', advised, 'en')})."
        yield "no_total", Item(text, *places.answers())
    for asked in case.result.get("scope_questions", ()):
        if asked["settled"] is None:
            yield "open_scope", Item(scope_rows.title(asked, "en"), *places.scope(), (asked["id"],))


def _assumptions(case: Case, places: Places) -> Iterator[Found]:
    """Assumptions of the house, which nobody at the firm has set."""
    unsigned = [one for one in case.result["assumptions"] if case.figures[one]["origin"]["by"] == HOUSE]
    if unsigned:
        count = "1 assumption" if len(unsigned) == 1 else f"{len(unsigned)} assumptions"
        text = f"The costs rest on {count} of Footing that nobody at {case.firm} has set or signed."
        yield "house_assumptions", Item(text, *places.assumptions())


def _signature(firm: Firm, on: date) -> Iterator[Found]:
    """A certificate with which nothing can be signed on that day; a firm without one has nothing in its way."""
    identity = identities.current(firm)
    fault = identities.fault(identity, on=on) if identity is not None else ""
    if fault:
        yield "cannot_sign", Item(fault, *_signing_page(firm))


def notices(assessment: Assessment, *, on: date) -> list[Item]:
    """What whoever issues should know, and no reader of the report: nothing stands in the way, no reason is asked for."""
    identity = identities.current(assessment.firm)
    if identity is None or identities.fault(identity, on=on) or not identities.ends_soon(identity, on=on):
        return []
    text = f"The firm’s certificate ends on {identity.valid_until:%Y-%m-%d}: nothing can be issued after that day."
    return [Item(text, *_signing_page(assessment.firm))]


def _signing_page(firm: Firm) -> tuple[str, str]:
    return reverse("reports:signing", args=[firm.slug]), "An admin of the firm can upload another, or retire it"


def _some(faults: list[str]) -> str:
    more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return "; ".join(faults[:SHOWN]) + more


def reservation(obstacle: Obstacle, *, reason: str, by: str) -> Mapping[str, Any]:
    """What the report prints of a warning: its code and what it is about, why it was issued nevertheless, and by whom."""
    about = list(dict.fromkeys(one for item in obstacle.items for one in item.about))
    return {"code": obstacle.code, "about": about, "reason": reason, "by": by}
