"""The tree of tags of a PDF, without those that say nothing.

WeasyPrint gives each text a tag of its own, inside that of its cell or paragraph: half of all tags, which take time to
write and tell a reader nothing. A text can belong to its cell or paragraph directly (ISO 32000-1, 14.7.4.2).
"""

from collections.abc import Mapping
from typing import Any

SAYS_NOTHING = frozenset({"/Span", "/NonStruct"})
HOLDS_TEXT = frozenset({*SAYS_NOTHING, "/TD", "/TH", "/P", "/H1", "/H2", "/H3", "/LBody", "/Caption"})


def lift_texts(pdf: Any, dictionaries: Mapping[bytes, Any]) -> set[bytes]:
    """Let the texts of cells, paragraphs and headings belong to them directly.

    `dictionaries`: those of the `pydyf.PDF` by their references. Returns the references of the tags that nothing leads
    to any more.
    """
    reference = pdf.catalog.get("StructTreeRoot")
    if reference is None:
        return set()
    root = dictionaries[reference]
    lifted: dict[bytes, bytes] = {}
    for document in root["K"]:
        _lift(dictionaries[document], dictionaries, lifted)
    for texts in dictionaries[root["ParentTree"]]["Nums"]:
        if isinstance(texts, list):
            texts[:] = [_owner(tag, lifted) for tag in texts]
    return set(lifted)


def _lift(tag: Any, dictionaries: Mapping[bytes, Any], lifted: dict[bytes, bytes]) -> None:
    """Do so below a tag; `lifted` takes who has the texts now, by who had them."""
    kids: list[Any] = []
    for kid in tag["K"]:
        child = dictionaries[kid] if isinstance(kid, bytes) else {}
        if "S" in child:  # a tag, not a text nor what a link leads to
            _lift(child, dictionaries, lifted)
        if _needless(child, tag):
            kids += child["K"]
            lifted[kid] = tag.reference
        else:
            kids.append(kid)
    tag["K"][:] = kids


def _needless(child: Mapping[str, Any], tag: Mapping[str, Any]) -> bool:
    """Whether it is a tag around texts alone that could stand in `tag`. The tree is made page by page: both are of one."""
    return child.get("S") in SAYS_NOTHING and tag["S"] in HOLDS_TEXT and all(isinstance(one, int) for one in child["K"])


def _owner(tag: bytes, lifted: Mapping[bytes, bytes]) -> bytes:
    while tag in lifted:
        tag = lifted[tag]
    return tag
