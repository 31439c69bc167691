"""What the tests of reports share: a worked client printed and rendered once, and a warm renderer."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from reports import document, manifest
from reports.branding import logos
from reports.branding.brand import Brand
from reports.case import Case
from reports.document import Printed
from reports.models import WrittenFile
from reports.operations import Written, typeset
from reports.pdf import Attachment, Renderer
from tests import factories
from tests.reports import pictures, worked


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

    def bind(
        html: str,
        attached: bytes,
        stylesheets: tuple[str, ...] = ("report.css", "report-draft-en.css"),
        files: Mapping[str, bytes] | None = None,
    ) -> bytes:
        every = {manifest.NAME: attached, **(files or {})}
        attachments = [Attachment(name, content, "Evidence", factories.NOON) for name, content in every.items()]
        return renderer.render(html, stylesheets=stylesheets, attachments=attachments).pdf

    return bind


@pytest.fixture(scope="session")
def sample(printed, bound) -> bytes:
    """The draft of W01 as PDF."""
    return bound(printed.html, manifest.encode(printed.manifest), files=printed.files)


@pytest.fixture(scope="session")
def finished(renderer, worked_cases):
    """The report of W01 as the product makes it, by language and whether it is issued."""

    @cache
    def make(language: str, issued: bool) -> Written:
        case = replace(worked_cases("W01", language), issued=issued)
        return typeset(case, at=document.draft_date(case), renderer=renderer)

    return make


@pytest.fixture
def known(db):
    """Enters a file among those that were written here."""

    def enter(content: bytes) -> bytes:
        WrittenFile.objects.create(
            digest=manifest.file_digest(content), reference="D-W01", state="draft", written_at=factories.NOON
        )
        return content

    return enter


@pytest.fixture(scope="session")
def logo():
    return logos.read(pictures.logo())


@pytest.fixture(scope="session")
def whole(logo):
    """A brand that says something of everything."""
    return Brand(
        logo=logo,
        logo_alt="Northwind 1987",
        accent="#7a1f5c",
        ink="#222222",
        text_font="Footing Sans",
        figure_font="Footing Serif",
        cover_text="Advisers since 1987, in 14 countries",
        footer_text="Northwind, Calle Mayor 12, 28013 Madrid",
        disclaimer="This advice is of 1 firm.\n\nIt binds nobody for more than 30 days. <b>No</b> {{ markup }}.",
        file_name="{client} {reference} {language}",
    )


@pytest.fixture
def signing_key(settings, time_machine):
    """This installation can seal the keys of firms, on the day for which the certificates of the tests are made."""
    time_machine.move_to(factories.NOON, tick=False)
    settings.SIGNING_KEY = "a long random text that only the operator knows"
