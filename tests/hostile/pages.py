"""Pages and PDFs that harm whoever reads them; each is a function, named in its address."""

import zlib

from tests.hostile.exchange import Exchange, behaviour, zeros


@behaviour
def deep_page(exchange: Exchange) -> None:
    exchange.answer(b"<div>" * 400_000 + b"$18,000 to $45,000")


@behaviour
def deep_tables(exchange: Exchange) -> None:
    exchange.answer(b"<table><tr><td>" * 100_000 + b"x")


@behaviour
def many_elements(exchange: Exchange) -> None:
    exchange.answer(b"<p>a<b>b</b><i>c" * 250_000)


@behaviour
def many_attributes(exchange: Exchange) -> None:
    exchange.answer(b"<p " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b">x</p>")


@behaviour
def billion_laughs(exchange: Exchange) -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    exchange.answer(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">' + entities + b"]><x>&e11;</x>",
        "Content-Type: application/xml",
    )


@behaviour
def reaches_out(exchange: Exchange) -> None:
    exchange.answer(
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e; and more</x>',
        "Content-Type: application/xhtml+xml",
    )


def pdf(content: bytes, *, dictionary: bytes = b"") -> bytes:
    """One page with a stream, numbered loosely: readers of PDF repair such files."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), dictionary, content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    )


@behaviour
def good_pdf(exchange: Exchange) -> None:
    text = b"BT /F1 12 Tf 50 700 Td (A production system costs $18,000 to $45,000 to build.) Tj ET"
    exchange.answer(pdf(text), "Content-Type: application/pdf")


@behaviour
def pdf_bomb(exchange: Exchange) -> None:
    exchange.answer(pdf(zeros(zlib.MAX_WBITS), dictionary=b"/Filter/FlateDecode"), "Content-Type: application/pdf")


@behaviour
def pdf_of_operators(exchange: Exchange) -> None:
    packed_text = zlib.compress(b"BT /F1 1 Tf (word) Tj ET " * 2_000_000)
    exchange.answer(pdf(packed_text, dictionary=b"/Filter/FlateDecode"), "Content-Type: application/pdf")


@behaviour
def pdf_in_a_ring(exchange: Exchange) -> None:
    exchange.answer(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj "
        b"trailer<</Root 1 0 R/Prev 9>>startxref\n9\n%%EOF",
        "Content-Type: application/pdf",
    )


@behaviour
def no_pdf(exchange: Exchange) -> None:
    exchange.answer(b"%PDF-1.7\n" + b"\x00\xff" * 5000, "Content-Type: application/pdf")
