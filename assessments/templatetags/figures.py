"""The tags through which a page prints a figure: its text, and the mark that leads to where it comes from."""

from collections.abc import Iterable

from django import template
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from assessments.figure_text import figure_part, figure_text
from assessments.result_page import ResultPage

register = template.Library()


@register.simple_tag(takes_context=True)
def figure(context: Context, figure_id: str, part: str = "full", *, mark: bool = True, per: bool = True) -> SafeString:
    """A figure of the result with its mark. `part`: full, likely, range, low, high; `per`: with "per month"."""
    page: ResultPage = context["page"]
    text = figure_text(figure_part(page.figures[figure_id], part), with_per=per)
    return format_html('<span class="fig">{}</span>{}', text, _marks(page, [figure_id]) if mark else "")


@register.simple_tag(takes_context=True)
def marks(context: Context, figure_ids: Iterable[str]) -> SafeString:
    """The marks of figures without the figures."""
    return _marks(context["page"], figure_ids)


@register.simple_tag(takes_context=True)
def mark_on(context: Context, address: str, figure_id: str) -> SafeString:
    """The mark of a figure on another page than the result, whose address is given."""
    page: ResultPage = context["page"]
    anchor, text = page.mark(figure_id)
    return _links([(anchor, text)], address)


@register.simple_tag(takes_context=True)
def label(context: Context, figure_id: str) -> str:
    """What a figure is, in words."""
    page: ResultPage = context["page"]
    return page.label(figure_id)


@register.simple_tag(takes_context=True)
def cite(context: Context, references: Iterable[str] | str) -> SafeString:
    """The marks of claims, given as `slug@n`; one that is not in the evidence has none."""
    page: ResultPage = context["page"]
    wanted = [references] if isinstance(references, str) else references
    numbers = [page.citation_numbers[one] for one in wanted if one in page.citation_numbers]
    return _links((f"claim-{n}", str(n)) for n in dict.fromkeys(numbers))


def _marks(page: ResultPage, figure_ids: Iterable[str]) -> SafeString:
    return _links(dict.fromkeys(page.mark(figure_id) for figure_id in figure_ids))


def _links(marks: Iterable[tuple[str, str]], address: str = "") -> SafeString:
    return format_html_join("", '<a class="cite" href="{}#{}">{}</a>', ((address, *mark) for mark in marks))
