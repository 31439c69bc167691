"""Following every number of a manifest back: figures to their base, printed texts to what they were printed from.

Each function returns sentences that say what does not hold; an empty list means that all does. They read the manifest
alone, so they work on a file from anywhere.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils import translation

from assessments.facts import questionnaire
from claims import totals
from claims.projection import canonical
from claims.projection import digest as chained_digest
from reports import manifest as manifests
from reports.answers import answer_text, question_text
from reports.case import Case
from reports.dates import date_text
from reports.texts import (
    arithmetic_text,
    claim_text,
    count_text,
    digest_text,
    figure_form,
    figure_label,
    footer_text,
    formula_text,
    framework_text,
    head_text,
    heading_text,
    origin_text,
    scale_text,
    scope_text,
    since_text,
    unknown_text,
    verify_address,
)
from reports.words import because_text, words

Manifest = Mapping[str, Any]
BOUNDS = ("low", "likely", "high")


def claim_faults(manifest: Manifest) -> list[str]:
    """Each cited revision is attached, and its digest follows from its text and the revision before it."""
    attached = {entry["claim"]: entry for entry in manifest["claims"]}
    faults = []
    for cited in manifest["citations"]:
        entry = attached.get(cited["claim"])
        if entry is None:
            faults.append(f"{cited['claim']} is cited and not attached")
        elif entry["document"]["digest"] != cited["digest"]:
            faults.append(f"{cited['claim']} is not the revision that was cited")
    for reference, entry in attached.items():
        document = entry["document"]
        if reference != f"{document['slug']}@{document['revision']}":
            faults.append(f"{reference} holds the text of another claim")
        elif chained_digest(document, entry["previous"] or "") != document["digest"]:
            faults.append(f"the text of {reference} does not give its digest")
    return faults


def arithmetic_faults(manifest: Manifest) -> list[str]:
    """What is said of each stated total comes out again from the attached documents of its parts."""
    attached = {entry["claim"]: entry["document"] for entry in manifest["claims"]}
    faults = []
    for entry in stated_totals(manifest):
        found = entry["standing"]["arithmetic"]
        parts = {part["claim"]: attached.get(f"{part['claim']}@{part['revision']}") for part in found["parts"]}
        known = {slug: document for slug, document in parts.items() if document is not None}
        absent = [
            part["claim"] for part in found["parts"] if part["revision"] is not None and part["claim"] not in known
        ]
        defined = {**found, "parts": [{"claim": one["claim"], "times": one["times"]} for one in found["parts"]]}
        if absent:
            faults.append(f"{entry['claim']} is added up from {absent[0]}, which is not attached")
        elif canonical(totals.judged(entry["document"]["value"], defined, known)) != canonical(found):
            faults.append(f"the total of {entry['claim']} comes out otherwise")
    return faults


def stated_totals(manifest: Manifest) -> list[Mapping[str, Any]]:
    """The attached claims that state a total. A file from before there were totals has none."""
    return [entry for entry in manifest["claims"] if entry["standing"].get("arithmetic")]


def figure_faults(manifest: Manifest) -> list[str]:
    """Each figure comes from a cited claim, an answer, a declared assumption, or a formula over such figures."""
    figures = {figure["id"]: figure for figure in manifest["figures"]}
    if len(figures) != len(manifest["figures"]):
        return ["two figures have one id"]
    faults = [fault for figure in figures.values() for fault in _origin_faults(figure, figures, manifest)]
    return faults + [f"{one} is computed from itself" for one in sorted(_cyclic(figures))]


def _origin_faults(figure: Mapping[str, Any], figures: Mapping[str, Any], manifest: Manifest) -> Iterator[str]:
    origin, name = figure["origin"], figure["id"]
    match origin["kind"]:
        case "claim":
            yield from _claim_origin_faults(figure, manifest)
        case "answer":
            yield from _answer_origin_faults(figure, manifest["answers"])
        case "assumption" if not (origin["note"] and origin["by"]):
            yield f"{name} is an assumption without a reason or without the name of who set it"
        case "assumption" if name not in manifest["assumptions"]:
            yield f"{name} is an assumption that is not in the list of assumptions"
        case "assumption":
            pass
        case "formula" if not (origin["formula"] and origin["inputs"]):
            yield f"{name} is computed from nothing"
        case "formula":
            missing = [one for one in origin["inputs"] if one not in figures]
            yield from (f"{name} is computed from {one}, which does not exist" for one in missing)
        case other:
            yield f"{name} has an origin of unknown kind: {other}"


def _claim_origin_faults(figure: Mapping[str, Any], manifest: Manifest) -> Iterator[str]:
    reference = figure["origin"]["claim"]
    cited = {cited["claim"] for cited in manifest["citations"]}
    document = next((one["document"] for one in manifest["claims"] if one["claim"] == reference), None)
    if reference not in cited or document is None:
        yield f"{figure['id']} rests on {reference}, which is not cited"
    elif not all(_same(figure[key], document["value"][key]) for key in BOUNDS):
        yield f"{figure['id']} is not the value of {reference}"


def _answer_origin_faults(figure: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[str]:
    question = figure["origin"]["question"]
    if question not in answers:
        yield f"{figure['id']} rests on an answer to {question}, which is not among the answers"
    elif not _answers(figure["likely"], question, answers[question]):
        yield f"{figure['id']} is not the answer to {question}"


def _answers(value: Any, question_id: str, answer: Any) -> bool:
    """Whether a figure is what the client answered: the number, the middle of a range, or how often a year a pace is."""
    if isinstance(answer, str):
        paces = {option.value: option.per_year for option in questionnaire().by_id[question_id].options}
        return _same(value, paces.get(answer))
    return _same(value, answer["likely"] if isinstance(answer, Mapping) else answer)


def _same(first: Any, second: Any) -> bool:
    if first is None or second is None or isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return Decimal(str(first)) == Decimal(str(second))


def _cyclic(figures: Mapping[str, Any]) -> set[str]:
    """Figures that reach themselves through their inputs. Without recursion: the chain is somebody else's data."""
    waiting = {
        name: {one for one in figure["origin"].get("inputs", ()) if one in figures} for name, figure in figures.items()
    }
    while free := {name for name, inputs in waiting.items() if not inputs}:
        waiting = {name: inputs - free for name, inputs in waiting.items() if name not in free}
    return set(waiting)


def printed_faults(manifest: Manifest) -> list[str]:
    """Each printed text is what its origin prints."""
    reprint = Reprint(manifest)
    faults = []
    for entry in manifest["printed"]:
        expected = reprint.texts(entry["origin"])
        if entry["text"] not in expected:
            faults.append(f"“{entry['text']}” is not what its origin prints ({_described(entry['origin'])})")
    return faults + _running_faults(manifest)


def _running_faults(manifest: Manifest) -> list[str]:
    """What stands in the margin of every page is of this report. A file from before there were seals is let be."""
    if "seal" not in manifest["document"]:
        return []
    case = Case.from_manifest(manifest)
    with translation.override(case.language):
        expected = {heading_text(case), case.reference, footer_text(case, manifests.seal_of(manifest))}
    expected.add(case.brand.footer_text)
    return [f"“{text}” on every page is not what stands there" for text in manifest["running"] if text not in expected]


def _described(origin: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in origin.items())


class Reprint:
    """Prints again what an origin of the manifest stands for, with the functions that printed it first."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.case = Case.from_manifest(manifest)
        self.lang = self.case.language
        dated = (manifest["claims"], manifest["questions"], list(self.case.conflicts))
        self.days = {*(day for part in dated for day in _days(part)), manifest["as_of"], *_days(self.case.since)}
        self.kinds: dict[str, Callable[[Mapping[str, Any]], str]] = {
            "figure": self._figure,
            "claim": lambda origin: claim_text(self.case.documents[origin["claim"]], origin["path"], self.lang),
            "conflict": lambda origin: str(self.case.conflicts[origin["index"]][origin["path"]]),
            "reservation": lambda origin: str(self.case.reservations[origin["place"]][origin["part"]]),
            "since": lambda origin: since_text(self.case, origin["part"]),
            "date": self._date,
            "name": lambda origin: self.case.names[origin["of"]],
            "brand": lambda origin: self.case.brand.text(origin["part"], origin["paragraph"]),
            "reference": lambda _origin: str(manifest["reference"]),
            "count": lambda origin: count_text(self.case, origin["of"]),
            "digest": lambda origin: digest_text(manifest["digest"], origin["groups"]),
            "seal": lambda origin: digest_text(manifests.seal_of(manifest), origin["groups"]),
            "head": lambda origin: head_text(manifest["document"]["head"], origin["part"], self.lang),
            "address": lambda _origin: verify_address(self.case.site),
            "word": lambda origin: words(origin["group"], origin["code"], self.lang),
            "framework": lambda origin: framework_text(self.case, origin["framework"], origin["part"], origin["code"]),
            "question": lambda origin: question_text(origin["question"], self.lang),
            "answer": lambda origin: answer_text(
                origin["question"],
                manifest["answers"][origin["question"]],
                self.lang,
                self.case.taken_as.get(origin["question"]),
            ),
            "unknown": lambda origin: unknown_text(self.case, origin["entry"], origin["choice"], self.lang),
            "label": lambda origin: figure_label(self.case.figures[origin["figure"]], self.case.documents, self.lang),
            "formula": lambda origin: formula_text(self.case, origin["figure"]),
            "because": self._because,
            "arithmetic": lambda origin: arithmetic_text(
                self.case.by_reference[origin["claim"]].standing["arithmetic"], origin["part"], self.lang
            ),
            "origin": lambda origin: origin_text(self.case.figures[origin["figure"]], origin["part"], self.lang),
            "scope": lambda origin: scope_text(
                manifest, self.case.documents, origin["question"], origin["part"], self.lang
            ),
            "method": lambda _origin: str(manifest["method"]),
            "scale": lambda origin: scale_text(origin["value"], self.lang),
        }

    def texts(self, origin: Mapping[str, Any]) -> tuple[str, ...]:
        """What this origin may print; nothing where it leads nowhere."""
        if origin["kind"] == "numbering":
            return tuple(str(n) for n in range(100))
        if origin["kind"] == "mark":
            return self._marks()
        try:
            return (self.kinds[origin["kind"]](origin),)
        except (LookupError, TypeError, ValueError):
            return ()

    def _figure(self, origin: Mapping[str, Any]) -> str:
        return figure_form(
            self.case.figures[origin["figure"]],
            form=origin["form"],
            lang=self.lang,
            with_per=origin["per"],
            bare=origin["bare"],
        )

    def _date(self, origin: Mapping[str, Any]) -> str:
        if origin["date"] not in self.days:
            raise LookupError(origin["date"])
        return date_text(origin["date"], form=origin["form"], lang=self.lang)

    def _because(self, origin: Mapping[str, Any]) -> str:
        entry = self.manifest["evidence"][origin["part"]][origin["entry"]]
        return because_text(entry["because"][origin["reason"]], self.lang)

    def _marks(self) -> tuple[str, ...]:
        return (
            *(str(n) for n in self.case.citation_numbers.values()),
            *(f"A{n}" for n in self.case.assumption_numbers.values()),
            *(f"Q{n}" for n in self.case.answer_numbers.values()),
            *(f"S{n}" for n in self.case.source_numbers.values()),
            *self.case.figures,
        )


def _days(part: Any) -> Iterator[str]:
    """Every date in claims and their standing, as `YYYY-MM-DD`."""
    if isinstance(part, Mapping):
        for value in part.values():
            yield from _days(value)
    elif isinstance(part, list):
        for value in part:
            yield from _days(value)
    elif isinstance(part, str) and len(part) >= 10 and part[4:5] == part[7:8] == "-":
        yield part[:10]
