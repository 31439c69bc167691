"""Whether a value moved away from the figures that its citations print: a change that nothing at the source explains.

Works on texts in the shape of documents (`contract.md`, "A claim"). Plain Python.
"""

from collections.abc import Mapping
from typing import Any

from claims.quantity import Quantity, QuantityError, parse

_VALUE = ("low", "likely", "high", "bound", "rating", "unit", "currency", "per")


def warning(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> str:
    """What to say where the value differs from the published one and no figure as printed does; empty: nothing.

    `before` is the published document, None where there is none yet. Where a citation prints what the new value says,
    the change corrects our reading of it, and there is nothing to say.
    """
    if before is None or all(before["value"][key] == after["value"][key] for key in _VALUE):
        return ""
    if _printed(before) != _printed(after) or any(_says(figure, after["value"]) for _, figure in _printed(after)):
        return ""
    figures = [figure for _, figure in _printed(after) if figure]
    old, new = before["value"]["text"], after["value"]["text"]
    if not figures:
        return f"The value changes from {old} to {new}, and no citation says what the source prints."
    printed = " and ".join(f"“{figure}”" for figure in figures)
    return f"The value changes from {old} to {new}, and the citation still prints {printed}."


def _printed(text: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Source and figure of each supporting citation, in an order of its own."""
    supporting = (c for c in text["citations"] if c["stance"] == "supports")
    return sorted((c["source"]["slug"], c["printed"]) for c in supporting)


def _says(figure: str, value: Mapping[str, Any]) -> bool:
    """Whether a figure as printed reads as this value; what the figure leaves out (the median, per what) may be any."""
    try:
        read = parse(figure).as_json()
        wanted = Quantity.from_json(value).as_json()
    except QuantityError:
        return False
    return all(read[key] == wanted[key] for key in ("low", "high", "bound", "rating", "unit", "currency")) and all(
        read[key] in (None, wanted[key]) for key in ("likely", "per")
    )
