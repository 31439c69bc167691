"""Reports that were printed in this process, so that a test which needs one does not wait for a press again.

The same document gives the same bytes (`tests/reports/test_file.py` and `test_pdf.py` hold that), so printing it again
shows nothing. What tests the presses themselves is marked with `presses` and prints.
"""

import hashlib
from collections.abc import Sequence

from reports import operations
from reports.document import Printed
from reports.pdf import Attachment, Rendered, Renderer

MOST = 300  # some 400 kB each

tested = False
"""Whether the test that runs is one of the presses."""

_print = operations._render
_made: dict[str, Rendered] = {}


def print_once(renderer: Renderer, printed: Printed, attachments: Sequence[Attachment]) -> Rendered:
    """As `operations._render`."""
    if tested:
        return _print(renderer, printed, attachments)
    files = [(one.name, one.description, one.modified, one.content) for one in attachments]
    document = (printed.html, printed.stylesheets, printed.pictures, printed.manifest["manifest_digest"], files)
    key = hashlib.sha256(repr(document).encode()).hexdigest()
    if key not in _made:
        if len(_made) >= MOST:
            _made.clear()
        _made[key] = _print(renderer, printed, attachments)
    return _made[key]
