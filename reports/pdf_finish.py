"""What WeasyPrint 70 leaves undone in a tagged PDF, mended before the file is written.

- header cells say whether they head a column or a row (`Scope`);
- links are printed (the flag that PDF/A and many viewers ask for);
- the metadata stream is not compressed, so that any program finds it;
- the attached file is named in the catalogue (`AF`), as PDF/A-3 and PDF 2.0 have it.
"""

from collections.abc import Mapping
from typing import Any

import pydyf

PRINT = 4


def finish(document: Any, pdf: Any) -> None:  # noqa: ARG001 - WeasyPrint hands both to a finisher
    """Called by WeasyPrint with its document and the `pydyf.PDF` that is about to be written."""
    dictionaries = {one.reference: one for one in pdf.objects if isinstance(one, pydyf.Dictionary)}
    for one in dictionaries.values():
        if one.get("S") == "/TH":
            one["A"]["Scope"] = "/Column" if _is_in_head(one, dictionaries) else "/Row"
        elif one.get("Subtype") == "/Link":
            one["F"] = PRINT
    files = [reference for reference, one in dictionaries.items() if one.get("Type") == "/Filespec"]
    if files:
        pdf.catalog["AF"] = pydyf.Array(files)
        for reference in files:
            dictionaries[reference]["AFRelationship"] = "/Data"
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and one.extra.get("Type") == "/Metadata":
            one.compress = False


def _is_in_head(cell: Mapping[str, Any], dictionaries: Mapping[Any, Mapping[str, Any]]) -> bool:
    """Whether a cell stands in a table's head: its row's parent says so."""
    row = dictionaries[cell["P"]]
    return bool(dictionaries[row["P"]].get("S") == "/THead")
