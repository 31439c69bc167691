"""The child that closes a PDF with a password. Run as `python -m reports.protecting_worker MEMORY`.

AES-256, revision 6 of PDF 2.0. The password for the owner's rights is made up and forgotten: nobody gets more than
reading, printing and what screen readers need.
"""

import io
import re
import secrets
from collections.abc import Sequence
from typing import Any

from claims.child import limit_memory, serve

if __name__ == "__main__":
    limit_memory()

import pypdf
from pypdf.constants import UserAccessPermissions
from pypdf.generic import NameObject, StreamObject

REFUSED = (
    UserAccessPermissions.MODIFY
    | UserAccessPermissions.EXTRACT
    | UserAccessPermissions.ADD_OR_MODIFY
    | UserAccessPermissions.FILL_FORM_FIELDS
    | UserAccessPermissions.ASSEMBLE_DOC
)
PDF_A = re.compile(rb"<pdfaid:(part|conformance)>[^<]*</pdfaid:\1>\n?")


def protect(header: dict[str, Any], bodies: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    """`header["password"]` opens what comes back. It says no more that it is PDF/A, which forbids a password."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(bodies[0]))
    writer.pdf_header = "%PDF-2.0"
    described = StreamObject()
    described.update(writer.root_object["/Metadata"])
    described.set_data(PDF_A.sub(b"", writer.root_object["/Metadata"].get_data()))
    writer.root_object[NameObject("/Metadata")] = writer._add_object(described)  # noqa: SLF001 - pypdf offers no other
    writer.encrypt(
        header["password"],
        secrets.token_urlsafe(32),
        permissions_flag=UserAccessPermissions.all() & ~REFUSED,
        algorithm="AES-256",
    )
    out = io.BytesIO()
    writer.write(out)
    return {}, out.getvalue()


if __name__ == "__main__":
    serve(protect)
