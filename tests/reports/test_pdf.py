"""The press: what it serves, what it refuses, and what it may use."""

import time
from datetime import UTC, datetime

import pytest

from claims.child import Limits
from reports.pdf import Attachment, Renderer, RenderError, render

pytestmark = [pytest.mark.one_database, pytest.mark.presses]

PAGE = '<html lang="en"><title>x</title><body><h1>Five</h1>{}</body></html>'
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "asks_for_more",
    [
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="http://127.0.0.1:9/" alt="x">',
        '<img src="https://assets.invalid/fonts/../../config/settings.py" alt="x">',
        '<img src="data:image/png;base64,aaaa" alt="x">',
        '<link rel="stylesheet" href="css/tokens.css">',
        '<style>@import "file:///etc/passwd";</style>',
        '<style>@font-face { font-family: x; src: url("file:///etc/passwd") } p { font-family: x }</style><p>x</p>',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<object data="file:///etc/passwd">x</object>',
    ],
)
def test_nothing_but_our_own_assets_is_served(renderer, asks_for_more):
    with pytest.raises(RenderError, match="refused: the document asks for") as error:
        renderer.render(PAGE.format(asks_for_more))
    assert error.value.reason == "refused"


def test_our_own_fonts_are_embedded(renderer):
    made = renderer.render(PAGE.format("<p>text</p>"))
    assert made.warnings == ()
    assert made.pdf.startswith(b"%PDF-1.7")


# One of these takes some seconds, depending on the machine; all of them take minutes on any.
ENDLESS = "<table><tr><td colspan=100000>x</td></tr></table>" * 50


@pytest.mark.slow
def test_a_document_that_runs_for_ever_is_killed_and_the_next_one_is_made():
    with Renderer(limits=Limits(seconds=4, cpu_seconds=120)) as renderer:
        started = time.monotonic()
        with pytest.raises(RenderError, match="stopped after 4 seconds") as error:
            renderer.render(PAGE.format(ENDLESS))
        assert error.value.reason == "timeout"
        assert time.monotonic() - started < 60
    assert render(PAGE.format("<p>next</p>")).pages == 1


@pytest.mark.slow
def test_a_document_that_uses_too_much_processor_time_is_killed():
    with pytest.raises(RenderError, match="used more than 2 seconds of processor time") as error:
        render(PAGE.format(ENDLESS), limits=Limits(seconds=60, cpu_seconds=2))
    assert error.value.reason == "cpu"


@pytest.mark.slow
def test_a_document_that_needs_too_much_memory_is_refused():
    limits = Limits(seconds=60, cpu_seconds=120, memory=330 * 1024 * 1024)
    with pytest.raises(RenderError) as error:
        render(PAGE.format("<p>" + "word " * 4_000_000), limits=limits)
    assert error.value.reason in ("memory", "crashed")


def test_a_warm_renderer_goes_on_after_a_refusal(renderer):
    with pytest.raises(RenderError):
        renderer.render(PAGE.format('<img src="file:///etc/passwd" alt="x">'))
    assert renderer.render(PAGE.format("<p>next</p>")).pages == 1


def test_the_same_document_gives_the_same_bytes_in_another_process(renderer):
    evidence = Attachment("evidence.json", b'{"a": 1}', "Evidence", NOON)
    warm = renderer.render(PAGE.format("<p>text</p>"), attachments=[evidence], identifier="x").pdf
    cold = render(PAGE.format("<p>text</p>"), attachments=[evidence], identifier="x").pdf
    assert warm == cold
