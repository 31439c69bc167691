"""The value type: low, likely, high, bound, unit, currency, per. Parse, normalise, compare, print.

The one door to it; each noun has its own file:

- `quantity_value`: `Quantity`, and what it refuses
- `quantity_parsing`: `parse`, what sources print (with `quantity_scanning`, text to marks)
- `quantity_text`: `text`, what we print
- `quantity_normalising`: `normalise`, `saving_as_ratio`, for comparison
- `quantity_language`, `quantity_words`: the words, in English and Spanish
"""

from claims.quantity_normalising import normalise, saving_as_ratio
from claims.quantity_parsing import parse
from claims.quantity_text import text
from claims.quantity_value import PERS, UNITS, WORD_NUMBERS, Bound, Quantity, QuantityError, bound_of

__all__ = [
    "PERS",
    "UNITS",
    "WORD_NUMBERS",
    "Bound",
    "Quantity",
    "QuantityError",
    "bound_of",
    "normalise",
    "parse",
    "saving_as_ratio",
    "text",
]
