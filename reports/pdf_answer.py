"""A PDF as the answer to a request."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_answer(content: bytes, name: str, **headers: str) -> HttpResponse:
    """Shown in the browser, kept by nobody on the way. `name` may have any letters (RFC 6266)."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(False, name) or "inline",
            "Cache-Control": "private, no-store",
            **headers,
        },
    )
