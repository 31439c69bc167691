"""The request as gunicorn hands it on."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest


class Request(WSGIRequest):
    """One whose Content-Type may be anything: over a parameter in an unheard-of encoding (`a*=nope''%41`, RFC 2231) Django
    lets the whole request fail, before any view or handler of errors, and so does REST framework where there is no body.
    Here it is a type that nobody takes.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]  # Django's stubs leave it out
        except (LookupError, ValueError):
            self.content_type, self.content_params = "", {}
            meta["CONTENT_TYPE"] = meta["CONTENT_TYPE"].replace(";", ",")  # without parameters, and told as it came
