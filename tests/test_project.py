"""What holds for the project as a whole: its layout, its scripts, its settings, its health."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.template import Context, Origin, Template
from django.utils import timezone
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config import health, workers
from config.secret_key import kept_in
from config.sqlite import journal_for, options_for
from config.sqlite_patient.base import DatabaseWrapper
from tests.strict_templates import OURS, UndefinedTemplateVariable

TOP = Path(__file__).resolve().parent.parent
MADE = {"var", "__pycache__"}
SCRIPTS = sorted((TOP / "script").iterdir())


def project_files(pattern: str = "*") -> Iterator[Path]:
    for directory, names, files in os.walk(TOP):
        names[:] = [name for name in names if name == ".ci" or (name not in MADE and not name.startswith("."))]
        for file in files:
            path = Path(directory, file)
            if path.match(pattern):
                yield path


# --- Layout --------------------------------------------------------------------------------------------------------


def test_a_module_is_named_for_what_it_holds() -> None:
    says_nothing = {"utils", "util", "helpers", "common", "misc", "services", "signals"}
    assert [p for p in project_files("*.py") if p.stem in says_nothing or p.parent.name in says_nothing] == []


def test_a_file_fits_in_a_head() -> None:
    written = [path for path in project_files("*.py") if path.parent.name != "migrations"]  # Django writes those
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in written}
    assert {str(p.relative_to(TOP)): n for p, n in lengths.items() if n > 400} == {}


def test_no_file_names_a_machine_or_a_registry() -> None:
    machine = re.compile(r"(^|[^\w.])/(work|tmp|root|home)/", re.MULTILINE)
    registry = re.compile("|".join(re.escape(".".join(parts)) for parts in [("pypi", "org"), ("pythonhosted", "org")]))
    found = []
    for path in project_files():
        content = path.read_bytes()
        if b"\0" not in content:  # else a picture, a font, a document
            text = content.decode("utf-8")
            found += [f"{path.relative_to(TOP)}: {m.group()}" for p in (machine, registry) for m in p.finditer(text)]
    assert found == []


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Package → (exact version, number of hashes)."""
    text = (TOP / name).read_text(encoding="utf-8")
    pins = {}
    for entry in re.split(r"\n(?=\S)", text):
        match = re.match(r"([\w.-]+)(?:\[[\w, -]+\])?==([^\s;\\]+)", entry)
        assert match, f"{name}: not an exact version: {entry[:60]}"
        pins[canonicalize_name(match[1])] = (match[2], entry.count("--hash=sha256:"))
    return pins


def test_each_dependency_is_locked_in_a_version_we_accept_and_by_hash() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert all(hashes for pins in (runtime, dev) for _, hashes in pins.values())
    for pins, declared in (
        (runtime, project["project"]["dependencies"]),
        (dev, project["project"]["dependencies"] + project["dependency-groups"]["dev"]),
    ):
        for line in declared:
            requirement = Requirement(line)
            version, _ = pins[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), f"{line} is locked as {version}"


def test_the_lock_for_tests_holds_the_lock_of_the_product() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_each_dependency_says_why_it_is_there() -> None:
    lines = (TOP / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    declared = [line for line in lines if re.match(r'\s+"[a-z][\w.-]*(\[[\w,]+\])?[<>=]', line)]
    assert len(declared) > 20
    assert [line for line in declared if not re.search(r"#\s+\w", line)] == []


# --- Scripts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_is_plain_shell(script: Path) -> None:
    subprocess.run(["sh", "-n", script], check=True)
    if script.suffix != ".sh":
        assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
        assert script.stat().st_mode & stat.S_IXUSR


def test_the_scripts_of_the_contract_are_there() -> None:
    assert {"run", "test", "setup", "check", "bench"} <= {path.name for path in SCRIPTS}


def program(directory: Path, name: str, body: str) -> None:
    path = directory / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def test_who_may_not_install_is_told_what_to_ask_for(tmp_path: Path) -> None:
    program(tmp_path, "dpkg-query", 'for last; do :; done; [ "$last" = present ] && printf installed')
    program(tmp_path, "id", "echo 1000")
    shell = subprocess.run(
        ["/bin/sh", "-c", f". {TOP}/script/lib.sh; need_packages present absent-one absent-two"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shell.returncode == 1
    assert "apt-get install --no-install-recommends absent-one absent-two\n" in shell.stderr


def test_apt_is_not_called_when_nothing_is_missing(tmp_path: Path) -> None:
    program(tmp_path, "dpkg-query", "printf installed")
    program(tmp_path, "apt-get", f"touch {tmp_path}/called")
    subprocess.run(
        ["/bin/sh", "-c", f". {TOP}/script/lib.sh; need_packages one two"], env={"PATH": str(tmp_path)}, check=True
    )
    assert not (tmp_path / "called").exists()


# --- Settings ------------------------------------------------------------------------------------------------------


def settings_under(**environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTING_", "DATABASE_", "COV_"))}
    return subprocess.run(
        [sys.executable, "-c", "from config import settings as s; print(s.HTTPS, s.SESSION_COOKIE_SECURE, s.DEBUG)"],
        cwd=TOP,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_private_installation_needs_no_variable_and_is_not_in_debug(tmp_path: Path) -> None:
    assert settings_under(FOOTING_VAR=str(tmp_path)).stdout == "False False False\n"
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_public_address_makes_cookies_secure(tmp_path: Path) -> None:
    public = {"FOOTING_URL": "https://footing.example.org", "FOOTING_VAR": str(tmp_path)}
    assert settings_under(**public, FOOTING_SECRET_KEY="k" * 64).stdout == "True True False\n"


def test_a_public_address_without_a_key_does_not_start(tmp_path: Path) -> None:
    refused = settings_under(FOOTING_URL="https://footing.example.org", FOOTING_VAR=str(tmp_path))
    assert refused.returncode == 1
    assert "FOOTING_SECRET_KEY must be set" in refused.stderr
    assert not (tmp_path / "secret_key").exists()


def test_each_setting_is_documented() -> None:
    read = {TOP / "config" / "settings.py", *SCRIPTS, TOP / "tests" / "browser" / "conftest.py"}
    variables = {v for p in read for v in re.findall(r"FOOTING_[A-Z0-9_]+|DATABASE_URL", p.read_text(encoding="utf-8"))}
    documented = (TOP / "docs" / "operations.md").read_text(encoding="utf-8")
    assert {v for v in variables if f"`{v}`" not in documented} == set()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("FOOTING_URL", "footing.example.org", "FOOTING_URL must be an http or https address"),
        ("FOOTING_API_RATE", "often", "FOOTING_API_RATE must be a number and a period, such as 300/min"),
        ("FOOTING_API_TOKEN_RATE", "0/min", "FOOTING_API_TOKEN_RATE must be a number and a period"),
        ("FOOTING_CACHE_URL", "memcached://127.0.0.1", "FOOTING_CACHE_URL must name a Redis"),
        ("DATABASE_URL", "mysql://somebody@localhost/footing", "DATABASE_URL must name an SQLite or a PostgreSQL"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(tmp_path: Path, variable: str, value: str, message: str) -> None:
    assert message in settings_under(FOOTING_VAR=str(tmp_path), **{variable: value}).stderr


def test_the_secret_key_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    first = kept_in(path)
    assert len(first) == 50
    assert kept_in(path) == first
    assert [p.name for p in tmp_path.iterdir()] == ["secret_key"]


# --- SQLite --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "TRUNCATE"),  # Debian 12
        ((3, 44, 6), "TRUNCATE"),  # carries the fix as a backport, which is not counted
        ((3, 51, 2), "TRUNCATE"),  # the last with the race
        ((3, 51, 3), "WAL"),
        ((3, 53, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_wal_only_where_the_race_is_mended(version: tuple[int, int, int], mode: str) -> None:
    journal = journal_for(version)
    assert (journal.mode, journal.synchronous) == (mode, "FULL")
    assert ".".join(map(str, version)) in journal.reason


@pytest.mark.django_db
@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 3)])
def test_a_connection_uses_the_chosen_journal(version: tuple[int, int, int], tmp_path: Path) -> None:
    database = DatabaseWrapper(
        {
            **connection.settings_dict,
            "ENGINE": "config.sqlite_patient",
            "NAME": tmp_path / "file.sqlite3",
            "OPTIONS": options_for(version),
        }
    )
    with database.cursor() as cursor:
        in_effect = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "cache_size", "busy_timeout")
        ]
    assert database.transaction_mode == "IMMEDIATE"
    database.close()
    assert in_effect == [journal_for(version).mode.lower(), 2, 1, -8000, 0]


def test_the_check_says_which_journal_was_chosen_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check")
    said = capsys.readouterr().err
    if connection.vendor == "sqlite":
        assert f"(footing.I001) SQLite journal: {journal_for(sqlite3.sqlite_version_info).mode}" in said
        assert sqlite3.sqlite_version in said
    else:
        assert "footing.I001" not in said


# --- Health --------------------------------------------------------------------------------------------------------


def test_a_live_process_says_so_without_its_database(client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_ready_when_the_database_has_every_migration(client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "worker": "silent"})
    workers.beat("one", timezone.now())
    assert client.get("/readyz").json() == {"status": "ready", "worker": "alive"}


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("claims", max(name for app, name in recorder.applied_migrations() if app == "claims"))
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "not ready", "migrations": "not all applied"})


def test_not_ready_without_a_database(client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_connection: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "MigrationExecutor", unreachable)
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "not ready", "database": "does not answer"})


def test_only_reading_is_allowed(client) -> None:
    assert client.post("/healthz").status_code == 405


# --- Tests ---------------------------------------------------------------------------------------------------------


SHARING = """
import pytest

@pytest.mark.xdist_group("what is made once")
@pytest.mark.parametrize("number", range(10))
def test_sharing(number):
    pass
"""


@pytest.mark.one_database
def test_what_shares_something_made_once_is_given_to_one_worker(tmp_path: Path) -> None:
    """With a pytest that pytest-xdist does not know, groups are torn apart without a word, and a run takes longer."""
    for name in ("one", "other"):
        (tmp_path / f"test_{name}.py").write_text(SHARING, encoding="utf-8")
    plugins = ["-p", "no:django", "-p", "no:cacheprovider"]
    run = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-n",
        "2",
        "--dist=loadgroup",
        *plugins,
        "--rootdir",
        tmp_path,
        tmp_path,
    ]
    ended = subprocess.run(run, check=False, cwd=tmp_path, capture_output=True, text=True)
    workers_of_tests = re.findall(r"^\[(gw\d)\] .* PASSED", ended.stdout, re.MULTILINE)
    assert (ended.returncode, len(workers_of_tests), len(set(workers_of_tests))) == (0, 20, 1), (
        ended.stdout + ended.stderr
    )


# --- Templates in tests --------------------------------------------------------------------------------------------


def render(source: str, *, ours: bool = True, **context: object) -> str:
    directory = OURS if ours else TOP / "elsewhere"
    return Template(source, origin=Origin(str(directory / "page.html"))).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ thing.missing }}",
        "{{ missing|upper }}",
        "{% if missing %}{% endif %}",
        "{% for x in missing %}{% endfor %}",
    ],
)
def test_an_undefined_variable_in_our_templates_fails(source: str) -> None:
    with pytest.raises(UndefinedTemplateVariable, match="missing"):
        render(source, thing={"part": 1})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ thing.part }}", "1"),
        ('{{ missing|default:"none" }}', "none"),
        ("{% if thing.missing %}yes{% else %}no{% endif %}", "no"),
        ("{% if user.is_authenticated %}yes{% else %}no{% endif %}", "no"),
        ('{{ "constant"|upper }}', "CONSTANT"),
    ],
)
def test_what_may_be_missing(source: str, expected: str) -> None:
    assert render(source, thing={"part": 1}) == expected


def test_templates_of_other_packages_stay_as_they_are() -> None:
    assert render("[{{ missing }}]", ours=False) == "[]"
