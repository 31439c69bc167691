"""An issued report as a page: the same sections from the same case, which its manifest gives back."""

import json
import re
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reports import document, manifest
from reports.case import Case
from reports.models import Report

SAME = ("printed", "page_references", "running")
"""What has to come out again as it was issued: every text with a number in it, in its order, with its origin."""

BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
WIDTH = re.compile(r' style="[^"]*"')  # of columns on paper
PAGE = re.compile(r'<a class="page"[^>]*></a>')  # a number that the stylesheet of the paper puts in
TABLE = re.compile(r'<table(?: class="((?!about|contents)[^"]*)")?>\s*<caption>(.*?)</caption>(.*?)</table>', re.DOTALL)
CHART = re.compile(r'<div class="chart"><p class="caption">(.*?)</p>')
LOGO = re.compile(r'<img class="logo" src="[^"]*"')
TAG = re.compile(r"<[^>]*>")


def body_of(report: Report, *, logo: str = "") -> SafeString | None:
    """The sections of an issued report as markup for a screen. `logo`: the address at which its picture is had.

    None where this version of the program would print a number otherwise than it was issued: the file is shown then.
    """
    stored = report.manifest_document
    at = datetime.fromisoformat(stored["document"]["written_at"])
    try:
        made = document.build(Case.from_manifest(stored), at=at).print()
    except (manifest.UnrecordedNumber, LookupError):  # a manifest or a word of an earlier version
        return None
    again = json.loads(manifest.encode(made.manifest))
    if any(again[part] != stored[part] for part in SAME):
        return None
    return _for_screen(made.html, logo)


def _for_screen(html: str, logo: str) -> SafeString:
    """Without what only paper needs; what may be wider than a telephone can be scrolled, by keyboard too."""
    [body] = BODY.findall(html)
    body = PAGE.sub("", WIDTH.sub("", body))
    body = LOGO.sub(lambda _found: format_html('<img class="logo" src="{}"', logo), body)
    body = TABLE.sub(_table, body)
    return mark_safe(CHART.sub(_chart, body))  # noqa: S308 – markup of our own templates, which escape what was typed


def _table(found: re.Match[str]) -> str:
    name = _plain(found[2])
    return format_html(
        '<div class="scrolls" role="region" tabindex="0" aria-label="{}"><table class="{}"><caption>{}</caption>{}</table></div>',
        name,
        SafeString(found[1] or "plain"),
        SafeString(found[2]),
        SafeString(found[3]),
    )


def _chart(found: re.Match[str]) -> str:
    return format_html(
        '<div class="chart scrolls" role="region" tabindex="0" aria-label="{}"><p class="caption">{}</p>',
        _plain(found[1]),
        SafeString(found[1]),
    )


def _plain(markup: str) -> SafeString:
    """The words of a caption, which stand escaped in the markup already."""
    return SafeString(TAG.sub("", markup).strip())
