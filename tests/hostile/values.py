"""What hostile requests put into parameters, addresses, header fields and bodies: bytes, some of which are right."""

ORDERINGS = [sign + name for name in ("published_at", "checked_on", "value", "slug") for sign in ("", "-")]
FACETS = ("subject", "metric", "topic", "source", "unit", "currency", "reliability", "credibility", "certainty")

WORDS: dict[str, frozenset[str]] = {
    "reliability": frozenset("ABCDEF"),
    "credibility": frozenset("123456"),
    "certainty": frozenset(("very_low", "low", "moderate", "high")),
    "freshness": frozenset(("fresh", "due", "overdue", "expired")),
    "contested": frozenset(("true", "false")),
    "count": frozenset(("true", "false")),
    "state": frozenset(("published", "superseded", "retracted")),
    "ordering": frozenset(ORDERINGS),
}
"""Parameters that take one of some words."""

NOWHERE: tuple[bytes, ...] = (
    b"", b" ", b"\t", b"\x00", b"a\x00b", b"\xff", b"\xed\xa0\x80", b"\xf0\x9f\x92", b"\xc0\xaf", b"\xef\xbf\xbd", b"-",
    b"'", b'"', b"%", b"%%s", b"{}", b"\\", b"NULL", b"null", b"None", b"true", b"False", b"TRUE", b"0", b"-0", b"-1",
    b"9" * 20, b"9" * 400, b"9" * 5000, b"1e999", b"-1e999", b"1e-999999", b"1e400000", b"NaN", b"sNaN", b"Infinity",
    b"1_000", b"0x10", b"1.0", b"1,5", b"+5", b" 5 ", b"5.", b".5", "\u0665".encode(), "\uff11".encode(),
    "\u0662\u0660\u0662\u0665-\u0660\u0661-\u0660\u0661".encode(), b"' OR 1=1 --", b"); DROP TABLE x; --", b"a AND b",
    b"NEAR(a b)", b"heading : a", b'"a" *', b"a*", b"^a", b"a & b | !c", b"a:*", b"<script>", b"../../etc/passwd",
    b"__class__", b"id__in", b"[]", b"[1]", b'{"a":1}', b"a,b", b",", b",,,", b"subject,", b"subject,id", b"x" * 200,
    b"x" * 201, b"x" * 7000, "\ufdfa".encode() * 200, "\U0001e900\U0001e901".encode(), "\U0001f4a9".encode(),
    "e\u0301".encode() * 60, "\u202e\u200b".encode(), "\u00df\u0130\u0131".encode(), b"0000-00-00", b"0001-01-01",
    b"1999-12-31", b"2000-01-01", b"2025-02-30", b"2025-1-2", b"20250102", b"2025-W01-1", b"9999-12-31",
    b"99999-01-01", b"2025-01-01T00:00:00Z", b"2025-01-01 00:00", b"01/02/2025", b"0001-01-01T00:00:00+14:00",
    b"9999-12-31T23:59:59-14:00", b"2025-01-01T24:00:00Z", b"2025-01-01T23:59:60Z", b"2025-06-01T00:00:00+99:99",
    b"\r\nSet-Cookie: a=b", b"a;b=c", b"\x1f\x7f", b"\x0b",
)  # fmt: skip
"""Values for any parameter. Most are right for none; whoever judges says which are for one."""

FITTING: dict[str, tuple[bytes, ...]] = {
    "q": (
        b"rag",
        b"RAG system",
        b"cost production",
        b"a",
        b"lora examples",
        "\u00e9t\u00e9".encode(),
        b"100%",
        b"to",
        b"e",
    ),
    "currency": (b"USD", b"EUR", b"XXX", b"usd", b"US", "\uff35SD".encode()),
    "value_min": (b"0", b"500", b"15000.01", b"-3.5", b"1000000000000000"),
    "value_max": (b"0.15", b"2000", b"99999999", b"-1", b"1000000000000001"),
    "checked_before": (b"2026-01-01", b"2025-06-30"),
    "checked_after": (b"2025-01-01", b"2026-11-01"),
    "updated_after": (b"2025-07-06T09:00:00Z", b"2026-07-06", b"2025-01-01T00:00:00+02:00"),
    "as_of": (b"2025-06-30", b"2026-07-02", b"2024-02-29", b"2000-01-01", b"2099-01-01"),
    "page_size": (b"1", b"2", b"50", b"500", b"501"),
    "facets": (
        b"subject,metric",
        b",".join(name.encode() for name in FACETS),
        b"topic",
        b"topic,topic",
        b"unit, source",
    ),
    "since": (b"0", b"1", b"3", b"2147483647", b"2147483648"),
    "scope.tier": (b"production", b"basic"),
    "scope.months": (b"3", b"3.0", b"true", b"1e5"),
    **{name: tuple(word.encode() for word in sorted(words)) for name, words in WORDS.items()},
}
"""Values that are likely to be right, by name of the parameter."""

NAMES: tuple[bytes, ...] = (
    b"", b"\x00", b"\xff", b"x", b"Topic", b"topic ", b"topic[]", b"topic__slug", b"claim__by", b"claim__drafted_by",
    b"id", b"pk", b"scope", b"scope.", b"scope.Tier", b"scope.tier.deep", b"scope.tier__in", b"scope.\x00", b"scope._",
    "scope.\u0661".encode(), "\u0442opic".encode(), b"format", b"limit", b"offset", b"page", b"token", b"callback", b"_",
    b"q" * 3000, b"$where", b"fields", b"include", b"expand", b"select",
)  # fmt: skip
"""Names of parameters that no address takes."""

SLUGS: tuple[bytes, ...] = (
    b"nothing", b"a" * 120, b"a" * 500, b"A_b-9", b"%00", b"a%00b", b"%ED%A0%80", b"%F0%9F%92%A9", b"..%2F..%2Fetc",
    b"a%20b", b"a@b", b"%25", b"%FF", b"'%20OR%201=1",
)  # fmt: skip
"""Parts of addresses that name nothing, percent-encoded."""

NUMBERS: tuple[bytes, ...] = (b"0", b"-1", b"1.5", b"9" * 9, b"9" * 19, b"9" * 40, b"9" * 5000, b"%D9%A5", b"1_0", b"")
"""Numbers of revisions that no claim has."""

HEADERS: dict[str, tuple[str, ...]] = {
    "HTTP_ACCEPT_LANGUAGE": (
        "es", "en;q=0.1, es", "*", "", "x" * 9000, "es-" * 2000, ",,,;;q=", "\x00", "zz-ZZ-zz", "es;q=9999999999", "\xff\xfe",
        "a" * 600, "en-" + "a" * 600, "*" * 600, ", ".join(["aa"] * 300),
    ),
    "HTTP_IF_NONE_MATCH": ('"', "*", 'W/"', '""', '"a", W/"b"', "\x00", '"' * 5000, "W/*", '"a' * 1000, "\xff"),
    "HTTP_RANGE": ("bytes=0-1", "bytes=-1", "bytes=9999999999999999999-", "bytes=" + "0-0," * 900, "\x00", "lines=1"),
    "HTTP_IF_MODIFIED_SINCE": ("yesterday", "Thu, 99 Foo 99999 99:99:99 GMT", "\x00", "Sat, 29 Oct 1994 19:43:31 GMT"),
    "HTTP_IF_MATCH": ('"nothing"', "*", "\x00"),
    "HTTP_ACCEPT_ENCODING": ("gzip;q=x", "\x00", "br" * 2000),
    "HTTP_X_FORWARDED_FOR": ("", "," * 2000, "not an address", "::::", "127.0.0.1, \x00"),
    "HTTP_X_FORWARDED_PROTO": ("gopher", "https", "\x00"),
    "HTTP_COOKIE": ("sessionid=\x00; csrftoken=" + "a" * 4000, "=;=;=", "sessionid=" + "\xff" * 40),
    "HTTP_AUTHORIZATION": ("", "Bearer", "Bearer \x00", "Basic !!!", "Bearer " + "a" * 4000, "\xff \xfe", "Negotiate x y z"),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE",),
}  # fmt: skip
"""Fields that change nothing of what may be answered, whatever is in them."""

ACCEPT: tuple[str, ...] = (
    "*/*", "application/json", "application/ld+json", "text/csv", "application/jsonl", "text/html", "image/png", "", ";", ",",
    "/", "application/", "application/json;q=x", "application/json; indent=9", "*/*;q=0", "application/json; a*=nope''%41",
    "a/b; c*=utf-8''%FF%FE", "\x00", "application/json" + ";a=b" * 3000, "text/*;level=1, " * 400, "\xff/\xfe", "a" * 9000,
    "application/json; version=\x00", "*/*; q=1e999", "application/json; profile=\"", "*/json", "json",
)  # fmt: skip
HOSTS: tuple[str, ...] = (
    "evil.example", "a b", "\x00", "[::1", "127.0.0.1\r\nX: y", "..", "127.0.0.1@evil.example", "x" * 9000,
    "127.0.0.1:8000:1", "\xff", "xn--\x7f", "127.0.0.1/../",
)  # fmt: skip
METHODS: tuple[str, ...] = (
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "TRACE",
    "PROPFIND",
    "get",
    "X-\x7f",
    "CONNECT",
)

BODIES: tuple[bytes, ...] = (
    b"", b" ", b"null", b"true", b"0", b'""', b"{}", b"[]", b"[[]]", b"[null]", b"[1]", b'["a"]', b'["a@0"]', b'["a@1"',
    b'["a@1",]', b"[" * 200, b"[" * 100_000, b"[" * 60_000 + b"]" * 60_000, b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
    b'["\\ud800"]', b'["\\udc00\\ud800@1"]', b'["\xff@1"]', b'["a\\u0000@1"]', b'["\xed\xa0\x80"]', b"\xef\xbb\xbf[]",
    b"\xff\xfe[\x00]\x00", b"[1e999]", b"[-1e999]", b"[NaN]", b"[Infinity]", b"[" + b"9" * 5000 + b"]", b"[" + b"9" * 25 + b"]",
    b"[0." + b"1" * 5000 + b"]", b'{"items":["a@1"]}', b'{"a":1,"a":2}', b'[{"a":1,"a":2}]', b'["a@1"] x', b"<xml/>",
    b"a=b&c=d", b'["' + b"a" * 120 + b'@999999999"]', b'["' + b"a" * 121 + b'@1"]', b'["a@1234567890"]',
    b'["sha256:' + b"0" * 64 + b'"]', b'["sha256:' + b"0" * 63 + b'"]', b'["SHA256:' + b"0" * 64 + b'"]',
    '["a@\u0661"]'.encode(), '["\uff41@1"]'.encode(), b'["a@1\\n"]', b'["a@1 "]', b"[" + b'"a@1",' * 500 + b'"a@1"]',
    b"[" + b'"a@1",' * 499 + b'"a@1"]', b"[" + b'"x",' * 499 + b'"x"]', b"x" * (256 * 1024 + 1), b'["' + b"x" * 262_100 + b'"]',
)  # fmt: skip
CONTENT_TYPES: tuple[str, ...] = (
    "application/json; charset=utf-8", "application/json; charset=nope", "text/plain", "", "application/x-www-form-urlencoded",
    "multipart/form-data", "multipart/form-data; boundary=\x00", "application/json; a*=nope''%41", "/", ";", "\xff/\xfe",
    "application/json;" + "a=b;" * 3000,
)  # fmt: skip
