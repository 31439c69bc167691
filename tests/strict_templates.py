"""In tests, a variable that a template of ours names and nobody defined is a failure, not an empty string."""

from pathlib import Path

from django.conf import settings
from django.template.base import FilterExpression, Parser
from django.template.context import Context
from django.template.defaultfilters import default

OURS = Path(settings.BASE_DIR, "templates")

# Pages of errors are rendered without a request, so they have to ask whether these are there.
MAY_BE_ASKED_FOR = {"user", "request", "messages", "perms"}


class UndefinedTemplateVariable(AssertionError):
    """A template names a variable that its context does not have."""


class Refusal:
    """Stands for `ignore_failures`: Django asks for its truth when a variable is missing, and only then."""

    def __init__(self, expression: "StrictExpression") -> None:
        self.expression = expression

    def __bool__(self) -> bool:
        raise UndefinedTemplateVariable(f"{{{{ {self.expression.token} }}}} is not defined in {self.expression.where}")


class StrictExpression(FilterExpression):
    """A variable with its filters, written in one of our templates.

    `{% if thing.part %}` may ask for a part that a thing does not have, but the thing itself must be given; and
    `|default:` says that there may be nothing.
    """

    __slots__ = ("where",)

    def __init__(self, token: str, parser: Parser) -> None:
        super().__init__(token, parser)
        self.where = parser.origin.name

    def resolve(self, context: Context, ignore_failures: bool = False) -> object:
        return super().resolve(
            context, ignore_failures if self.may_be_missing(context, ignore_failures) else Refusal(self)
        )

    def may_be_missing(self, context: Context, asked: bool) -> bool:
        if not self.is_var or any(function is default for function, _ in self.filters):
            return True
        root = self.var.lookups[0] if self.var.lookups else None
        return asked and (root in MAY_BE_ASKED_FOR or root in context)


def compile_filter(parser: Parser, token: str) -> FilterExpression:
    """Replace Parser.compile_filter: our templates get strict expressions, those of other packages stay as they are."""
    ours = parser.origin is not None and OURS in Path(str(parser.origin.name)).parents
    return StrictExpression(token, parser) if ours else FilterExpression(token, parser)
