"""A firm's own framework for tests: the example file, as far as a registry of one claim can bear it."""

from datetime import datetime
from typing import Any

import yaml

from assessments import own_frameworks
from assessments.models import Firm, FrameworkVersion, Membership
from claims.models import Person
from tests import factories
from tests.assessments.engine.own_framework import EXAMPLE, example

__all__ = ["EXAMPLE", "TITLE", "admin", "content", "upload"]

TITLE = "Upkeep first"


def content(**parts: Any) -> bytes:
    """The file with some parts changed. It names no claim but the gate of examples."""
    data = {**example(), "claims": [], **parts}
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True).encode()


def admin(of: Firm | None = None) -> Person:
    """An admin of a firm, named after it."""
    of = of or factories.firm()
    username = f"admin-{of.slug}"
    found = Person.objects.filter(username=username).first()
    return found or factories.member(username, of=of, role=Membership.Role.FIRM_ADMIN)


def upload(
    *, of: Firm | None = None, by: Person | None = None, at: datetime = factories.NOON, **parts: Any
) -> FrameworkVersion:
    """A new version of the example, of a firm."""
    of = of or factories.firm()
    return own_frameworks.upload(by=by or admin(of), at=at, firm=of, content=content(**parts))
