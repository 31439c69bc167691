"""What the API speaks besides JSON: media types for the negotiation of `Accept`.

Views answer with bytes of their own. A renderer here tells which media type they are, so that DRF refuses with 406 what
nobody can give; an error is rendered as the JSON of a problem document whatever was accepted.
"""

from rest_framework.renderers import JSONRenderer


class CSVFile(JSONRenderer):
    """A table, RFC 4180."""

    media_type = "text/csv"
    format = "csv"


class JSONLines(JSONRenderer):
    """A JSON value a line."""

    media_type = "application/jsonl"
    format = "jsonl"


class LinkedData(JSONRenderer):
    """JSON-LD 1.1."""

    media_type = "application/ld+json"
    format = "jsonld"
