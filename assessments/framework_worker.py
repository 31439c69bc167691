"""The child that opens a framework file somebody sent. Run as `python -m assessments.framework_worker MEMORY`.

It answers with the plain data in the file. It judges nothing and knows no database.
"""

import json
from collections.abc import Sequence
from typing import Any

from claims.child import limit_memory, serve

if __name__ == "__main__":
    limit_memory()

from assessments.engine.framework_text import UnreadableFramework, read_text


def read(_header: dict[str, Any], bodies: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    """The body is the file; the answer's body is what it holds, as JSON."""
    try:
        data = read_text(bodies[0])
    except UnreadableFramework as error:
        return {"error": str(error), "reason": "refused"}, b""
    return {}, json.dumps(data).encode()


if __name__ == "__main__":
    serve(read)
