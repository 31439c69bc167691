"""Makes requests to the read API that nobody in good faith would send, and good ones between them: the same from a seed.

Every address of `claims/api_urls.py` is asked with every parameter there is. Whoever runs them appends to `Known.issued`
the cursors that answers gave, so that later requests can use them, and bend them.
"""

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote_from_bytes

from django.urls import URLPattern

from claims import api_urls
from claims.models import Claim, Metric, Revision, Source, Subject, Topic
from claims.quantity import UNITS
from tests.hostile import values

V1 = "/api/v1/"
Pairs = tuple[tuple[bytes, bytes], ...]
FILTERS = (
    "q", "topic", "subject", "metric", "source", "unit", "currency", "reliability", "credibility", "certainty", "freshness",
    "contested", "value_min", "value_max", "checked_before", "checked_after", "updated_after", "state", "as_of",
)  # fmt: skip
PAGING = ("ordering", "page_size", "cursor", "facets", "count")
SCOPES = ("scope.tier", "scope.months")
ADDRESSES: dict[str, tuple[str, ...]] = {
    pattern.name: {
        "api-claim-list": (*FILTERS, *PAGING, *SCOPES),
        "api-claims-csv": (*FILTERS, *SCOPES),
        "api-claims-jsonl": (*FILTERS, *SCOPES),
        "api-compare": ("metric", "subject", "topic", "as_of", *SCOPES),
        "api-change-list": ("since", "page_size"),
    }.get(pattern.name, ())
    for pattern in api_urls.urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name
}
"""Name of an address → the parameters it takes."""
ROUTES = {pattern.name: str(pattern.pattern) for pattern in api_urls.urlpatterns}
WHOLE_FILES = ("api-claims-csv", "api-claims-jsonl")


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `found` says whether the address names something; `fields` are of the environment of WSGI."""

    name: str
    method: str
    path: str
    found: bool
    pairs: Pairs = ()
    fields: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def query(self) -> str:
        """As it stands in the address."""
        return "&".join(f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in self.pairs)

    @property
    def headers(self) -> dict[str, str]:
        """The fields by name."""
        return dict(self.fields)


@dataclass(slots=True)
class Known:
    """What there is in the registry that is asked, and the cursors that it gave: with filters, and order."""

    slugs: dict[str, list[str]]
    revisions: list[tuple[str, int, str]]
    last: int
    issued: list[tuple[Pairs, bytes]] = field(default_factory=list)

    @classmethod
    def read(cls, most: int = 500) -> "Known":
        """The registry of this process."""
        kinds = {"topic": Topic, "subject": Subject, "metric": Metric, "source": Source}
        there = Revision.objects.order_by("sequence").values_list("claim__slug", "number", "digest")
        newest = Revision.objects.order_by("-sequence").values_list("sequence", flat=True).first()
        claims = Claim.objects.filter(current_revision__isnull=False).order_by("pk")
        return cls(
            slugs={
                name: list(kind.objects.order_by("pk").values_list("slug", flat=True)) for name, kind in kinds.items()
            }
            | {"unit": sorted(UNITS), "claim": list(claims.values_list("slug", flat=True)[:most])},
            revisions=list(there[:most]),
            last=newest or 0,
        )


class Making:
    """Makes one request after the other."""

    def __init__(self, known: Known, seed: int, *, whole_files: float = 1.0) -> None:
        """Of the files that hold the whole registry only this share is asked for without a filter."""
        self.known, self.random, self.whole_files = known, Random(seed), whole_files

    def requests(self, number: int) -> Iterator[Request]:
        """So many of them; each address has its turn."""
        names = list(ADDRESSES) + ["api-claim-list"] * 14 + ["api-compare", "api-change-list", "api-lookup"] * 2
        for place in range(number):
            yield self.request(names[place % len(names)])

    def request(self, name: str) -> Request:
        """One request to an address."""
        random = self.random
        path, found = self._path(name)
        pairs = self._pairs(name)
        if name in WHOLE_FILES and not pairs and random.random() >= self.whole_files:
            pairs = ((b"q", b"xyzzy"),)
        method = "POST" if name == "api-lookup" else "GET"
        fields: dict[str, str] = {}
        body = b""
        if random.random() < 0.06:
            method = random.choice(values.METHODS)
        if random.random() < 0.15:
            for one in random.sample(sorted(values.HEADERS), random.choice((1, 1, 3))):
                fields[one] = random.choice(values.HEADERS[one])
        if random.random() < 0.1:
            fields["HTTP_ACCEPT"] = random.choice(values.ACCEPT)
        if random.random() < 0.02:
            fields["HTTP_HOST"] = random.choice(values.HOSTS)
        if name == "api-lookup" or method in ("POST", "PUT", "PATCH"):
            fields["CONTENT_TYPE"] = (
                "application/json" if random.random() < 0.9 else random.choice(values.CONTENT_TYPES)
            )
            body = self._body()
        return Request(name, method, path, found, pairs, tuple(sorted(fields.items())), body)

    def _path(self, name: str) -> tuple[str, bool]:
        random, route = self.random, ROUTES[name]
        if "<" not in route:
            return V1 + route, True
        good = random.random() < 0.8
        kind = {"topics": "topic", "subjects": "subject", "metrics": "metric", "sources": "source"}.get(
            route.split("/")[0]
        )
        slug, number, _ = random.choice(self.known.revisions)
        if kind:
            slug = random.choice(self.known.slugs[kind])
        elif "<int:number>" not in route:
            slug = random.choice(self.known.slugs["claim"])
        parts = [slug, str(number)]
        if not good:
            place = random.randrange(2 if "<int:number>" in route else 1)
            parts[place] = random.choice((values.SLUGS, values.NUMBERS)[place]).decode()
        return V1 + route.replace("<slug:slug>", parts[0]).replace("<int:number>", parts[1]), good

    def _pairs(self, name: str) -> Pairs:
        random, takes = self.random, ADDRESSES[name]
        if takes and random.random() < 0.03:
            return self._very_many(takes)
        if name == "api-claim-list" and self.known.issued and random.random() < 0.15:
            return self._walking()
        given: list[tuple[bytes, bytes]] = []
        if name == "api-compare" and random.random() < 0.9:
            given.append((b"metric", self._value("metric", hostile=0.1)))
        hostile = random.choice((0.0, 0.0, 0.15, 0.5))
        for one in random.sample(takes, min(len(takes), random.choice((0, 1, 1, 2, 3, 5)))):
            times = random.choice((1, 1, 1, 1, 2, 3))
            given += [(one.encode(), self._value(one, hostile=hostile)) for _ in range(times)]
        if random.random() < (0.1 if takes else 0.3):
            given.append((random.choice(values.NAMES), random.choice((b"1", *values.NOWHERE))))
        if random.random() < 0.03:
            given.append((random.choice((*FILTERS, *PAGING)).encode(), random.choice(values.NOWHERE)))
        random.shuffle(given)
        return tuple(given)

    def _value(self, name: str, *, hostile: float) -> bytes:
        random = self.random
        if random.random() < hostile:
            return random.choice(values.NOWHERE)
        if name in self.known.slugs:
            return random.choice(self.known.slugs[name]).encode()
        return random.choice(values.FITTING.get(name, values.NOWHERE))

    def _very_many(self, takes: tuple[str, ...]) -> Pairs:
        """A query of up to 8 kB: one parameter very often, or very many of them."""
        random = self.random
        room, given = random.choice((600, 2000, 8000)), []
        same = random.choice((*takes, *(one for one in ("q", "topic", "source") if one in takes)))
        mixed = random.random() < 0.3
        while room > 0:
            if mixed and "scope.tier" in takes:
                name, value = f"scope.k{random.randrange(10**6)}".encode(), b"1"
            else:
                name = same.encode()
                value = random.choice("abcdefghijklmnop").encode() * random.choice((1, 2, 3)) if same == "q" else b""
                value = value or self._value(same, hostile=0.0)
            given.append((name, value))
            room -= len(name) + len(value) + 2
        return tuple(given)

    def _walking(self) -> Pairs:
        """A cursor that was given for a query: as it is, bent, or with another query."""
        random = self.random
        pairs, cursor = random.choice(self.known.issued[-200:])
        kind = random.choice(("right", "bent", "bent", "rewritten", "rewritten", "cut", "foreign"))
        if kind == "bent":
            place = random.randrange(len(cursor))
            cursor = (
                cursor[:place]
                + random.choice((b"A", b"_", b"=", b"%", b"\x00", "\u0661".encode()))
                + cursor[place + 1 :]
            )
        if kind == "rewritten":
            cursor = self._rewritten(cursor)
        if kind == "cut":
            cursor = random.choice((cursor[:-3], cursor * 2, cursor + b"=", b"=" + cursor))
        if kind == "foreign":
            pairs = (*pairs, (b"currency", b"USD"))
        return (*pairs, (b"cursor", cursor))

    def _rewritten(self, cursor: bytes) -> bytes:
        """A cursor with one of its parts exchanged for something of another kind."""
        random = self.random
        parts = json.loads(base64.urlsafe_b64decode(cursor + b"=" * (-len(cursor) % 4))[4:])
        parts[random.randrange(len(parts))] = random.choice(CURSOR_PARTS)
        content = json.dumps(parts).encode()
        checksum = zlib.crc32(content) if random.random() < 0.9 else 0
        return base64.urlsafe_b64encode(checksum.to_bytes(4) + content).rstrip(b"=")

    def _body(self) -> bytes:
        random = self.random
        if random.random() < 0.5:
            return random.choice(values.BODIES)
        items: list[object] = []
        for _ in range(random.choice((1, 3, 20))):
            slug, number, digest = random.choice(self.known.revisions)
            items.append(random.choice((f"{slug}@{number}", digest, f"{slug}@{number + 7}")))
        if random.random() < 0.3:
            items.insert(random.randrange(len(items)), random.choice((None, 1, 1.5, [], {}, "", "x", "@1", True)))
        return json.dumps(items).encode()


CURSOR_PARTS: tuple[object, ...] = (
    None, True, False, [], {}, "", 0, -1, 1.5, 2**31, 2**63 - 1, 2**63, 2**64, 10**40, "1_0", "\u0661\u0662", " 1", "1e5", "NaN",
    "Infinity", "-0", "1e-999999", "2026-11-22", "2026-W01-1", "0001-01-01", "9999-12-31", "a\x00b", "\ud800", "x" * 300,
    [[]], [0, [1], 0], {"a": 1}, "slug", "-slug",
)  # fmt: skip
