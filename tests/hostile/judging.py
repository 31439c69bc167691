"""Says of a request and its answer whether the answer is right: by rules of its own, not by what the product reads with."""

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.hostile import values
from tests.hostile.requests import ADDRESSES, FILTERS, PAGING, Known, Pairs, Request

SLOWEST = 2.0
"""Seconds of processor time that an answer may take."""
PROBLEM = "application/problem+json"
PAGES = ("api-guide", "api-recipes", "api-docs")
"""Pages for people under the API: they answer with pages, and look at no parameter."""
ONCE = frozenset(("as_of", *PAGING, "since"))
SCOPE = re.compile(r"scope\.[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d{1,16}(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,2})?", re.ASCII)
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)([Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII)
CITED = re.compile(r"[-a-zA-Z0-9_]{1,120}@[1-9]\d{0,8}|sha256:[0-9a-f]{64}", re.ASCII)
MOST_ITEMS = 500
LARGEST_BODY = 256 * 1024
MOST_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the seconds of processor time it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass(slots=True)
class Verdict:
    """Names of parameters that must be refused, and of those that may be: nobody but the product can say."""

    bad: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)


def _text(value: str) -> bool:
    return len(value.strip()) <= 200 and not set(value) & {"\0", "\ufffd"}


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) else None
    except ValueError:
        return None


def _number(value: str) -> bool:
    return bool(NUMBER.fullmatch(value)) and abs(Decimal(value)) <= Decimal(10) ** 15


def _moment(value: str) -> bool:
    found = MOMENT.fullmatch(value)
    try:
        if not found:
            return False
        moment = datetime.fromisoformat(value.upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).year > 0
    except (ValueError, OverflowError):
        return False


def _whole(low: int, high: int) -> Callable[[str], bool]:
    return lambda value: bool(re.fullmatch(r"\d{1,12}", value, re.ASCII)) and low <= int(value) <= high


def _facets(value: str) -> bool:
    return all(word.strip() in values.FACETS for word in value.split(","))


class Judge:
    """Knows a registry on a day."""

    def __init__(self, known: Known, *, today: date) -> None:
        self.known, self.today = known, today
        named = {name: frozenset(known.slugs[name]) for name in ("topic", "subject", "metric", "source", "unit")}
        words = {**named, **values.WORDS}
        self.rules: dict[str, Callable[[str], bool]] = {
            **{name: self._one_of(there) for name, there in words.items()},
            "q": _text,
            "currency": lambda value: bool(re.fullmatch(r"[A-Z]{3}", value.strip(), re.ASCII)),
            "value_min": _number,
            "value_max": _number,
            "checked_before": self._from_2000,
            "checked_after": self._from_2000,
            "as_of": lambda value: self._from_2000(value) and date.fromisoformat(value) <= today,
            "updated_after": _moment,
            "facets": _facets,
            "page_size": _whole(1, 500),
            "since": _whole(0, 2**31 - 1),
        }

    @staticmethod
    def _one_of(there: frozenset[str]) -> Callable[[str], bool]:
        return lambda value: value in there

    @staticmethod
    def _from_2000(value: str) -> bool:
        day = _day(value)
        return day is not None and day.year >= 2000

    def parameters(self, name: str, pairs: Pairs) -> Verdict:
        """What must be refused of a query string on an address."""
        verdict, takes = Verdict(), ADDRESSES[name]
        given: dict[str, list[str]] = {}
        for key, value in pairs:
            given.setdefault(key.decode("utf-8", "replace"), []).append(value.decode("utf-8", "replace"))
        for key, found in given.items():
            taken = key in takes or (bool(SCOPE.fullmatch(key)) and "scope.tier" in takes)
            once = key in ONCE or (name == "api-compare" and key == "metric")
            if not taken or any(not value.strip() for value in found) or (once and len(found) > 1):
                verdict.bad.add(key)
            elif key == "cursor":
                self._cursor(pairs, verdict)
            elif not all(map(self.rules.get(key, _text), found)):
                verdict.bad.add(key)
        if name == "api-change-list" and "since" in given and "since" not in verdict.bad:
            verdict.unsure.add("since")  # whether the registry has got that far is asked where all else is right
        if name == "api-compare":
            # On a metric with very many claims one is told to narrow it down.
            (verdict.unsure if "metric" in given else verdict.bad).add("metric")
        verdict.unsure -= verdict.bad
        return verdict

    def _cursor(self, pairs: Pairs, verdict: Verdict) -> None:
        [cursor] = [value for key, value in pairs if key == b"cursor"]
        rest = tuple(pair for pair in pairs if pair[0] != b"cursor")
        if (rest, cursor) in self.known.issued:
            return
        try:
            whole = base64.b64decode(cursor + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            parts = json.loads(whole[4:])
            intact = zlib.crc32(whole[4:]) == int.from_bytes(whole[:4])
            readable = intact and isinstance(parts, list) and len(parts) == 8
        except (ValueError, RecursionError):
            readable = False
        (verdict.unsure if readable else verdict.bad).add("cursor")

    def items(self, body: bytes) -> tuple[set[str], bool]:
        """The fields of a body for `lookup/` that must be refused, and whether it can be read at all."""
        try:
            items = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
            json.dumps(items, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            return set(), False
        if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
            return {"items"}, True
        wrong = [not (isinstance(item, str) and CITED.fullmatch(item)) for item in items]
        return {f"items[{place}]" for place, one in enumerate(wrong) if one}, True

    def wrong(self, request: Request, answer: Answer) -> list[str]:
        """What is wrong with an answer; empty where it is right."""
        said = list(self._of_any(request, answer))
        if not said and request.name not in PAGES:
            said = list(self._of_data(request, answer))
        return said

    def _of_any(self, request: Request, answer: Answer) -> Iterable[str]:
        if answer.status >= 500:
            yield f"{answer.status}: a fault of ours, {answer.body[-300:]!r}"
        if answer.seconds > SLOWEST:
            yield f"it took {answer.seconds:.2f} s"
        if request.name not in PAGES and answer.status >= 400 and request.method != "HEAD":
            if answer.headers.get("Content-Type") != PROBLEM:
                yield f"{answer.status} is no problem document but {answer.headers.get('Content-Type')}"
            elif answer.json()["status"] != answer.status:
                yield "its status is another than the document's"

    def _of_data(self, request: Request, answer: Answer) -> Iterable[str]:
        right = _whatever_it_asks(request, answer.status)
        if right is None:
            yield from self._of_query(request, answer)
        elif answer.status not in right:
            yield f"{answer.status} where {sorted(right)} would be right"

    def _of_query(self, request: Request, answer: Answer) -> Iterable[str]:
        verdict = self.parameters(request.name, request.pairs)
        status = answer.status
        if request.name == "api-lookup":
            yield from self._of_body(request, answer, verdict)
        elif status in (200, 304):
            if verdict.bad:
                yield f"{status}, and passed over: {sorted(verdict.bad)}"
            elif status == 200 and request.name == "api-claim-list" and request.method == "GET":
                yield from self._of_list(request, answer)
        elif status in (400, 410):
            if request.method == "HEAD":
                named = verdict.bad | verdict.unsure
            else:
                named = {error["parameter"] for error in answer.json().get("errors", ())}
            if not named:
                yield f"{status} that names nothing"
            if missing := verdict.bad - named:
                yield f"{status} that does not name {sorted(missing)}"
            if more := named - verdict.bad - verdict.unsure:
                yield f"{status} that names {sorted(more)}, which are right"
        else:
            yield f"{status} was not to be expected"

    def _of_body(self, request: Request, answer: Answer, verdict: Verdict) -> Iterable[str]:
        kind = request.headers.get("CONTENT_TYPE", "")
        if verdict.bad:
            named = {error.get("parameter") for error in answer.json().get("errors", ())}
            if answer.status != 400 or named != verdict.bad:
                yield f"{answer.status} that names {named} for parameters where there are none"
        elif answer.status == 415:
            if kind in ("application/json", "application/json; charset=utf-8"):
                yield "415 for JSON"
        elif answer.status == 413:
            if len(request.body) <= LARGEST_BODY:
                yield "413 for a body that is not too large"
        else:
            yield from self._of_items(request, answer)

    def _of_items(self, request: Request, answer: Answer) -> Iterable[str]:
        bad, readable = self.items(request.body)
        if answer.status == 200:
            if bad or not readable:
                yield f"200, and passed over: {sorted(bad)}"
            elif [one["item"] for one in answer.json()["results"]] != json.loads(request.body):
                yield "other items than were asked for"
        elif answer.status != 400:
            yield f"{answer.status} was not to be expected"
        elif readable:
            named = {error.get("field") for error in answer.json().get("errors", ())}
            if not bad:
                yield "400 for a body that is right"
            elif named != bad and (named or not answer.json().get("detail")):
                yield f"400 that names {sorted(map(str, named))[:5]} where {sorted(bad)[:5]} are wrong"

    def _of_list(self, request: Request, answer: Answer) -> Iterable[str]:
        """A parameter that was taken was not passed over: what is listed is what was asked for."""
        given: dict[str, list[str]] = {}
        for key, value in request.pairs:
            given.setdefault(key.decode(), []).append(value.decode())
        body = answer.json()
        if request.headers.get("HTTP_ACCEPT", "").startswith("application/ld+json"):
            return
        results = body["results"]
        if len(results) > int(given.get("page_size", ["50"])[0]):
            yield "more than a page"
        if ("count" in body) != (given.get("count") == ["true"]):
            yield "count"
        if set(body.get("facets", ())) != {word.strip() for word in given.get("facets", [""])[0].split(",")} - {""}:
            yield "facets"
        asked = {name: set(found) for name, found in given.items() if name in SHOWN}
        asked.setdefault("state", {"published"})
        if "as_of" in given:
            asked.pop("state", None)  # the state of that day is not what the document of today would say
        for claim in results:
            for name, there in asked.items():
                shown = SHOWN[name](claim)
                if not shown & {one.strip() for one in there}:
                    yield f"{claim['slug']} has {name} {sorted(shown)}"


def _whatever_it_asks(request: Request, status: int) -> set[int] | None:
    """The statuses that are right whatever the parameters are; None where those decide."""
    headers = request.headers
    methods = ("POST", "OPTIONS") if request.name == "api-lookup" else ("GET", "HEAD", "OPTIONS")
    rules: tuple[tuple[bool, set[int]], ...] = (
        ("HTTP_HOST" in headers, {400}),
        (request.method.upper() not in methods, {400, 405, 406}),
        (status == 412 and "HTTP_IF_MATCH" in headers, {412}),
        (status == 406 and "HTTP_ACCEPT" in headers, {406}),
        (request.method == "OPTIONS", {200, 404}),
        (not request.found, {400, 404}),
        (len(request.pairs) > MOST_FIELDS, {400}),
    )
    return next((right for holds, right in rules if holds), None)


def _no_constant(word: str) -> None:
    raise ValueError(word)


SHOWN: dict[str, Callable[[dict[str, Any]], set[str]]] = {
    "subject": lambda claim: {claim["subject"]["slug"]},
    "metric": lambda claim: {claim["metric"]["slug"]},
    "source": lambda claim: {one["source"]["slug"] for one in claim["citations"]},
    "unit": lambda claim: {claim["value"]["unit"]},
    "currency": lambda claim: {claim["value"]["currency"] or ""},
    "credibility": lambda claim: {str(claim["credibility"])},
    "certainty": lambda claim: {claim["certainty"]},
    "freshness": lambda claim: {claim["freshness"]},
    "contested": lambda claim: {"true" if claim["contested_by"] else "false"},
    "state": lambda claim: {claim.get("state", "published")},
}
"""Name of a filter → what a document shows of it."""
assert set(SHOWN) <= set(FILTERS)
