from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Serve the registry to a language model over the Model Context Protocol, on standard input and output: tools "
        "search, get, compare, changes and vocabulary. Needs the extra footing[mcp]."
    )
    requires_system_checks = ()  # they may print, and standard output belongs to the protocol

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from claims.mcp_server import server  # noqa: PLC0415 - the package is optional
        except ModuleNotFoundError as error:
            if error.name != "mcp":
                raise
            raise CommandError("The package mcp is not installed: it comes with the extra footing[mcp].") from None
        server().run("stdio")
