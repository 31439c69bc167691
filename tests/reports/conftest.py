"""What the tests of reports share: a worked client printed and rendered once, and a warm renderer."""

from collections.abc import Iterator

import pytest

from reports import document, manifest
from reports.case import Case
from reports.document import Printed
from reports.models import WrittenFile
from reports.pdf import Attachment, Renderer
from tests import factories
from tests.reports import worked


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    with Renderer() as warm:
        yield warm


@pytest.fixture(scope="session")
def worked_case(django_db_setup, django_db_blocker) -> Case:
    """The case of W01 in English, with its evidence."""
    with django_db_blocker.unblock():
        return worked.case()


@pytest.fixture(scope="session")
def worked_cases(worked_case):
    """Every worked client in both languages, by id and language."""
    return worked.case


@pytest.fixture(scope="session")
def printed(worked_case) -> Printed:
    return document.build(worked_case, at=document.draft_date(worked_case)).print()


@pytest.fixture(scope="session")
def bound(renderer):
    """Renders markup with a manifest attached, as the product does."""

    def bind(html: str, attached: bytes, stylesheets: tuple[str, ...] = ("report.css", "report-draft-en.css")) -> bytes:
        attachment = Attachment(manifest.NAME, attached, "Evidence", factories.NOON)
        return renderer.render(html, stylesheets=stylesheets, attachments=[attachment]).pdf

    return bind


@pytest.fixture(scope="session")
def sample(printed, bound) -> bytes:
    """The draft of W01 as PDF."""
    return bound(printed.html, manifest.encode(printed.manifest))


@pytest.fixture
def known(db):
    """Enters a file among those that were written here."""

    def enter(content: bytes) -> bytes:
        WrittenFile.objects.create(
            digest=manifest.file_digest(content), reference="D-W01", state="draft", written_at=factories.NOON
        )
        return content

    return enter
