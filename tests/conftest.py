"""What every test stands on. Objects are made by tests/factories.py, not here."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.template.base import Parser
from django.test import TransactionTestCase

from claims.child import Child
from tests import kept_answers

CORE = ("tests/assessments/engine/", "tests/claims/", "tests/reports/test_manifest.py")
"""Where the tests are that cover every branch of the core; `script/test` measures that."""
BESIDE_THE_CORE = tuple(
    f"tests/claims/test_{name}"
    for name in (
        "admin", "announced", "api", "bearer", "body_page", "claim_list", "conflict_admin", "conflict_pages", "differences",
        "export_list", "feeds", "fetching", "filters", "formula_cells", "gap_screen", "guides", "import_admin",
        "import_prices", "linked_data", "mcp", "nothing_hidden", "overlapping", "page_text", "plans", "prepared", "queue_page",
        "recheck_screen", "repeats", "review_screen", "scale", "starter_documents", "surroundings", "svg", "throttling",
        "totals_admin", "unwritten", "views", "walking",
    )
)  # fmt: skip
"""What readers and pages get of claims: it covers nothing of the core that the rest does not, and is run without count."""
STORED = {"final", "report", "client"}
"""Fixtures of a test of reports that meets what is stored."""


def pytest_configure() -> None:
    """Replace what would cost time in each test and shows nothing: a slow password hash, hashed names of files."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # What script/setup collected is served by no test; each client of a test would read the whole folder again.
    settings.STATIC_ROOT = _folder("static")
    # Drafts are kept for the test that made them.
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name} for name in settings.CACHES
    }
    # Work for the background is put down and not done, unless a test does it.
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    if settings.DATABASES["default"]["ENGINE"] == "config.sqlite_patient":
        keep_sqlite_in_a_file()
    kept_answers.share()


def keep_sqlite_in_a_file() -> None:
    """Give each thread a connection of its own, as in production.

    A test database in memory has one connection for all threads: two requests at once to the live server read each
    other's rows. Nothing here has to survive a loss of power.
    """
    database = settings.DATABASES["default"]
    database.setdefault("TEST", {})["NAME"] = str(_folder("database") / "test.sqlite3")
    database["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"


def _folder(name: str) -> Path:
    """An empty folder for this run."""
    folder = tempfile.mkdtemp(prefix=f"footing-test-{name}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks, and handed out by their groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say what each test is of, and keep together what shares something that is made once for its file."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        if file.startswith(CORE) and not file.startswith(BESIDE_THE_CORE) and item.get_closest_marker("slow") is None:
            item.add_marker("core")
        fixtures = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
        if any(used[-1].scope == "module" for used in fixtures.values()):
            item.add_marker(pytest.mark.xdist_group(file))
        # The worked client of reports is plain data, so what is made of it alone is the same on any database. That a
        # file is verified against what is stored is shown on both.
        if "worked_case" in fixtures and STORED.isdisjoint(fixtures) and "test_verification" not in file:
            item.add_marker("one_database")


@pytest.fixture(autouse=True, scope="session")
def strict_templates() -> Iterator[None]:
    """Let an undefined variable in a template of ours fail the test that renders it."""
    from tests.strict_templates import compile_filter  # noqa: PLC0415 - reads the settings, which are not there at import

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Parser, "compile_filter", compile_filter)
        yield


@pytest.fixture(autouse=True, scope="session")
def history_can_be_flushed() -> Iterator[None]:
    """Let a test with real transactions empty its tables, some of which refuse that by trigger."""
    from claims import immutability, searching  # noqa: PLC0415 - the apps are not ready at import

    teardown = TransactionTestCase._fixture_teardown

    def emptied(self: TransactionTestCase) -> None:
        with immutability.suspended(connection):
            teardown(self)
            searching.empty()  # a table that is no model's

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture(autouse=True, scope="session")
def answered_once() -> Iterator[None]:
    """Print and read the same once in a run, except for tests of what prints and reads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Child, "ask", kept_answers.ask_once)
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say whether the test is about what prints and reads."""
    kept_answers.tested = item.get_closest_marker("presses") is not None


@pytest.fixture
def roles(transactional_db) -> None:
    """Bring back the groups that a migration made: a test with real transactions, before this one, emptied all tables."""
    import_module("claims.migrations.0005_roles_of_the_workbench").make_roles(apps, None)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what a test writes out of the installation's own var/."""
    settings.VAR_DIR = tmp_path_factory.mktemp("var")
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Start without the requests that earlier tests counted against the throttle, and without their evidence."""
    from assessments import evidence_cache  # noqa: PLC0415 - the apps are not ready at import
    from claims import registry_version, slugs  # noqa: PLC0415

    for name in settings.CACHES:
        caches[name].clear()
    evidence_cache.forget()
    slugs.remembered.forget()
    yield
    registry_version.announced.forget()  # a database that somebody listens to cannot be dropped
