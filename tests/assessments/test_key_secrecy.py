"""A key is in no log, no report of an error, no problem document, no stored row and no answer but the one that shows it."""

import logging
import sys
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter
from django.views.decorators.debug import sensitive_variables

from assessments import api_authentication, case_pages, tokens
from assessments.models import Membership, Token
from config.log_lines import Line
from tests import factories
from tests.assessments.programs import Program, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything_logged(caplog) -> Iterator[pytest.LogCaptureFixture]:
    """Every record of every logger, SQL with its parameters among them."""
    before = connection.force_debug_cursor
    connection.force_debug_cursor = True
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="django"):
        yield caplog
    connection.force_debug_cursor = before


@pytest.fixture
def key():
    return token_of(factories.consultant(), "read", "assess")[1].text


@pytest.fixture
def reports() -> Iterator[list[str]]:
    """What Django would report of each error, as page and as text."""
    made: list[str] = []

    def report(sender, request, **_more):
        reporter = ExceptionReporter(request, *sys.exc_info())
        made.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    got_request_exception.connect(report)
    yield made
    got_request_exception.disconnect(report)


def asked(key: str) -> list:
    """Answers of many kinds to a program with this key."""
    program, case = Program(key), factories.assessment()
    wrong = Program(key[:-1])
    wrong.get()
    return [
        program.get(),
        program.get(f"{case.reference}/"),
        program.get("nothing/"),
        program.get(f"?q={key}"),
        program.get(f"?{key}=1"),
        program.get(f"?state={key.replace('_', '%5F')}"),
        program.begin("k", title=f"Mine is {key[:3]}"),
        program.begin("k"),
        program.answer(case, n_examples="few"),
        program.post(f"{case.reference}/evaluate/"),
        program.post(f"{case.reference}/issue/"),
        wrong.get(),
        Client().get(f"/api/v1/assessments/?access_token={key}"),
        Client().get(f"/api/v1/claims/?access_token={key}"),
        Client().get(f"/api/v1/claims/?topic={key}"),
        Client().get(f"/api/v1/nothing/?token={key}"),
    ]


def test_no_answer_and_no_log_has_it(key, everything_logged):
    answers = asked(key)
    assert {answer.status_code for answer in answers} == {200, 201, 400, 401, 403, 404, 409, 422}
    for answer in answers:
        told = f"{answer.headers} {answer.content.decode()}"
        assert key not in told
        assert key[:-1] not in told
        assert key.replace("_", "%5F") not in told
    logged = "\n".join(Line("%(message)s").format(record) for record in everything_logged.records)
    assert "SELECT" in logged
    assert "/api/v1/assessments/" in logged
    assert key[8:40] not in logged


@pytest.mark.parametrize("name", ["access_token", "token", "api_key", "Authorization"])
def test_a_key_in_an_address_is_refused_and_told_where_it_belongs(key, name):
    for address in ("/api/v1/assessments/", "/api/v1/claims/", "/api/v1/assessments/A-2026-0001/report.pdf"):
        for value in (key, "something"):
            answer = Client().get(address, {name: value})
            assert answer.status_code == 400
            (error,) = answer.json()["errors"]
            assert error["parameter"] == name
            assert "A key goes into the header “Authorization: Bearer …”, never into an address" in error["message"]


def test_no_row_has_it(key):
    asked(key)
    for model in apps.get_models():
        assert key[8:40] not in str(list(model.objects.values())), model


def test_a_line_of_the_log_has_none_though_an_address_had_one(key):
    record = logging.makeLogRecord({"msg": '"GET %s HTTP/1.1" 400', "args": (f"/api/v1/claims/?token={key}",)})
    assert Line("%(message)s").format(record) == '"GET /api/v1/claims/?token=footing_… HTTP/1.1" 400'
    try:
        raise ValueError(key)
    except ValueError:
        record = logging.makeLogRecord({"msg": "Oh.", "exc_info": sys.exc_info()})
    assert key not in Line("%(message)s").format(record)


@sensitive_variables()
def fail(*_arguments, **_options):
    raise ZeroDivisionError("a fault of ours")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (api_authentication, "Secret"),
        (tokens, "recognise"),
        (tokens, "used"),
        (Token, "state_on"),
        (case_pages, "CaseList"),
    ],
)
def test_no_report_of_an_error_has_it_where_a_key_is_read(key, place, name, reports, monkeypatch):
    monkeypatch.setattr(place, name, fail)
    program = Program(key)
    program.client.raise_request_exception = False
    answer = program.get()
    assert answer.status_code == 500
    assert len(reports) == 2
    assert "ZeroDivisionError" in reports[0]
    for report in [*reports, answer.content.decode()]:
        assert key[8:40] not in report


@pytest.mark.parametrize("where", ["record", "page"])
def test_nor_where_one_is_made(where, reports, monkeypatch):
    made = []
    really = tokens.bearer.make

    def make():
        made.append(really())
        return made[-1]

    monkeypatch.setattr(tokens.bearer, "make", make)
    if where == "record":
        monkeypatch.setattr(tokens, "record", fail)
    else:
        monkeypatch.setattr("assessments.token_views.render", fail)
    browser = Client(raise_request_exception=False)
    browser.force_login(factories.consultant())
    fields = {"name": "Spreadsheet", "scopes": ["read"], "expires_on": str(timezone.now().date())}
    assert browser.post(reverse("tokens"), fields).status_code == 500
    assert len(made) == 1
    assert len(reports) == 2
    for report in reports:
        assert made[0].text not in report


def test_the_page_that_shows_it_is_kept_by_nobody(key):
    browser = Client()
    browser.force_login(factories.consultant())
    assert Membership.objects.get().tokens.count() == 1
    assert browser.get(reverse("tokens"))["Cache-Control"] == "private, no-store"
    assert key not in browser.get(reverse("tokens")).content.decode()
