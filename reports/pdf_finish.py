"""What WeasyPrint 70 leaves undone in a tagged PDF, mended before the file is written.

- header cells say whether they head a column or a row (`Scope`);
- links are printed (the flag that PDF/A and many viewers ask for);
- the metadata (`pdf_metadata.py`) names both standards, where the file keeps them, and is not compressed, so that any
  program finds it;
- texts belong to their cells and paragraphs directly (`pdf_tags.py`);
- the attached files are named in the catalogue (`AF`), as PDF/A-3 and PDF 2.0 have it;
- no stream ends in a carriage return, which readers take for a part of the line's end behind it.

And it is written once: WeasyPrint would compress every stream and serialize every object twice, first for the file and
again for its identifier.
"""

import zlib
from collections.abc import Mapping
from typing import Any

import pydyf

from reports.pdf_metadata import packet
from reports.pdf_tags import lift_texts

PRINT = 4
CARRIAGE_RETURN = 0x0D
NOTHING = b"null"
LEVEL = 6  # of compression; the highest takes longer and saves next to nothing


def finish(document: Any, pdf: Any, *, identifier: str = "") -> None:
    """Called by WeasyPrint with its document and the `pydyf.PDF` that is about to be written."""
    dictionaries = {one.reference: one for one in pdf.objects if isinstance(one, pydyf.Dictionary)}
    _mend_tags_and_links(dictionaries)
    _name_files(pdf, dictionaries)
    needless = lift_texts(pdf, dictionaries)
    described = packet(
        document.metadata,
        producer=pdf.info["Producer"].string,
        identifier=identifier,
        conforms=not missing_characters(document),
    )
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream):
            if one.extra.get("Type") == "/Metadata":
                one.compress, one.stream = False, [described]
            elif one.compress:
                _compress(one)
    pdf.objects[:] = [
        _Written(one.number, NOTHING if one.reference in needless else one.data)
        if type(one) is pydyf.Dictionary
        else one
        for one in pdf.objects
    ]
    compress_what_is_added(pdf)


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object that changes no more, as its bytes."""

    def __init__(self, number: int, data: bytes) -> None:
        super().__init__()
        self.number = number
        self._data = data

    @property
    def data(self) -> bytes:
        """As `pydyf.Object` has it."""
        return self._data


def _page_references(pdf: Any) -> tuple[bytes, ...]:
    """As pydyf has it, but put together once for each number of pages, not for each of thousands of tags."""
    kids = pdf.pages["Kids"]
    known: tuple[int, tuple[bytes, ...]] = getattr(pdf, "known_pages", (0, ()))
    if known[0] != len(kids):
        known = pdf.known_pages = (len(kids), tuple(b"%d 0 R" % number for number in kids[::3]))
    return known[1]


pydyf.PDF.page_references = property(_page_references)


def missing_characters(document: Any) -> list[str]:
    """The characters of a document for which no font was found, in their order."""
    return [chr(code) for code in sorted({code for font in document.fonts.values() for code in font.missing})]


def _mend_tags_and_links(dictionaries: Mapping[Any, Any]) -> None:
    for one in dictionaries.values():
        if one.get("S") == "/TH":
            one["A"]["Scope"] = "/Column" if _is_in_head(one, dictionaries) else "/Row"
        elif one.get("Subtype") == "/Link":
            one["F"] = PRINT


def _name_files(pdf: Any, dictionaries: Mapping[Any, Any]) -> None:
    files = [reference for reference, one in dictionaries.items() if one.get("Type") == "/Filespec"]
    if files:
        pdf.catalog["AF"] = pydyf.Array(files)
        for reference in files:
            dictionaries[reference]["AFRelationship"] = "/Data"


def _is_in_head(cell: Mapping[str, Any], dictionaries: Mapping[Any, Mapping[str, Any]]) -> bool:
    """Whether a cell stands in a table's head: its row's parent says so."""
    row = dictionaries[cell["P"]]
    return bool(dictionaries[row["P"]].get("S") == "/THead")


def compress_what_is_added(pdf: Any) -> None:
    """Compress in our way what comes into being only as the file is written: all objects as one stream, and where each is."""
    add = pdf.add_object

    def added(one: Any) -> None:
        if isinstance(one, pydyf.Stream) and one.compress:
            _compress(one)
        add(one)

    pdf.add_object = added


def _compress(stream: Any) -> None:
    """Compress a stream in place, unless what comes out ends in a carriage return: its last byte is that of the checksum
    of what goes in (RFC 1950).
    """
    raw = b"\n".join(part if isinstance(part, bytes) else _bytes(part) for part in stream.stream)
    stream.compress = False
    if zlib.adler32(raw) & 0xFF == CARRIAGE_RETURN:
        stream.stream = [raw]
        return
    stream.stream = [zlib.compress(raw, LEVEL)]
    stream.extra["Filter"] = "/FlateDecode"


def _bytes(part: Any) -> bytes:
    return part.data if isinstance(part, pydyf.Object) else str(part).encode()
