"""How a line of the log is written: without keys of the API, which somebody may have put into an address."""

import logging

from claims import bearer


class Line(logging.Formatter):
    """Hides keys in all that a line says, a traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return bearer.hidden(super().format(record))
