"""The tags through which a report prints anything with a number in it. See `reports/printing.py`."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.chart_texts import Chart
from reports.own_words import PASSAGES
from reports.own_words_printing import block, passage
from reports.printing import Printer
from reports.texts import SHORT

register = template.Library()


def _printer(context: Context) -> Printer:
    printer: Printer = context["printer"]
    return printer


@register.simple_tag(takes_context=True)
def figure(
    context: Context, figure_id: str, form: str = "full", *, mark: bool = True, per: bool = True, bare: bool = False
) -> SafeString:
    """A figure of the ledger with its mark. `form`: full, likely, range, low, high; `bare`: without its unit."""
    return _printer(context).figure(figure_id, form=form, mark=mark, per=per, bare=bare)


@register.simple_tag(takes_context=True)
def marks(context: Context, figure_ids: Sequence[str], references: Sequence[str] = ()) -> SafeString:
    """The marks of figures without the figures, and of claims behind them."""
    return _printer(context).marks(figure_ids, references)


@register.simple_tag(takes_context=True)
def cite(context: Context, references: Sequence[str] | str, marked: Sequence[str] = ()) -> SafeString:
    """The marks of claims, given as `slug@n`, without those that figures just printed (`marked`) bear already."""
    return _printer(context).cite([references] if isinstance(references, str) else references, marked=marked)


@register.simple_tag(takes_context=True)
def claim_text(context: Context, reference: str, path: str = "statement") -> str:
    """A text of a claim's document."""
    return _printer(context).claim(reference, path)


@register.simple_tag(takes_context=True)
def claim_reference(context: Context, reference: str) -> str:
    """`slug@n`."""
    return _printer(context).claim_reference(reference)


@register.simple_tag(takes_context=True)
def arithmetic(context: Context, reference: str, part: str) -> str:
    """A text of what was found of a stated total: parts, computed, middle, gap."""
    return _printer(context).arithmetic(reference, part)


@register.simple_tag(takes_context=True)
def day(context: Context, value: Any, form: str = "long") -> str:
    """A date in words."""
    return _printer(context).date(value, form=form)


@register.simple_tag(takes_context=True)
def name(context: Context, of: str) -> str:
    """What somebody typed: client, title, firm, author."""
    return _printer(context).name(of)


@register.simple_tag(takes_context=True)
def brand_text(context: Context, part: str, paragraph: int | None = None) -> str:
    """What the firm says in its own words: cover_text, or a paragraph of its disclaimer."""
    return _printer(context).brand(part, paragraph)


@register.simple_tag(takes_context=True)
def brand_logo(context: Context) -> SafeString:
    """The picture of the firm, if it has one."""
    return _printer(context).logo()


@register.simple_tag(takes_context=True)
def reference(context: Context) -> str:
    """The reference of the assessment."""
    return _printer(context).reference()


@register.simple_tag(takes_context=True)
def digest(context: Context, groups: int = 4) -> str:
    """The beginning of the result's digest."""
    return _printer(context).digest(groups)


@register.simple_tag(takes_context=True)
def seal(context: Context, groups: int = SHORT) -> str:
    """The beginning of the document's seal."""
    return _printer(context).seal(groups)


@register.simple_tag(takes_context=True)
def head(context: Context, part: str) -> str:
    """The last revision of the chain: sequence, digest."""
    return _printer(context).head(part)


@register.simple_tag(takes_context=True)
def verify_link(context: Context) -> SafeString:
    """The address of the page that recognises this report."""
    return _printer(context).verify_link()


@register.simple_tag(takes_context=True)
def verify_code(context: Context) -> SafeString:
    """The same as a QR code."""
    return _printer(context).verify_code()


@register.simple_tag(takes_context=True)
def numbering(context: Context, number: int) -> str:
    """A number that only counts."""
    return _printer(context).numbering(number)


@register.simple_tag(takes_context=True)
def tally(context: Context, of: str) -> str:
    """How many claims, sources, assumptions, answers or formulas there are."""
    return _printer(context).count(of)


@register.simple_tag(takes_context=True)
def own_mark(context: Context, text: str) -> str:
    """The number of a row of the annex."""
    return _printer(context).own_mark(str(text))


@register.simple_tag(takes_context=True)
def page_number(context: Context, anchor: str) -> SafeString:
    """The page on which an anchor stands."""
    return _printer(context).page(anchor)


@register.simple_tag(takes_context=True)
def claim_path(context: Context, reference: str, base: str, path: str) -> str:
    """A text of a claim's document below `base`, such as `citations.0`."""
    return _printer(context).claim(reference, f"{base}.{path}")


@register.simple_tag(takes_context=True)
def conflict(context: Context, index: int, path: str) -> str:
    """A text of a conflict, such as its reason."""
    return _printer(context).conflict(index, path)


@register.simple_tag(takes_context=True)
def reservation(context: Context, place: int, part: str) -> str:
    """A text of a reservation: reason, by."""
    return _printer(context).reservation(place, part)


@register.simple_tag(takes_context=True)
def since(context: Context, part: str) -> str:
    """A text of the report that this one supersedes: reference."""
    return _printer(context).since(part)


@register.simple_tag(takes_context=True)
def since_figure(context: Context, place: int) -> SafeString:
    """A figure as it was in that report, by its place among the changes."""
    return format_html('<b class="n">{}</b>', _printer(context).since(str(place)))


@register.simple_tag(takes_context=True)
def word(context: Context, group: str, code: str) -> str:
    """The words for a code."""
    return _printer(context).word(group, code)


@register.simple_tag(takes_context=True)
def framework(context: Context, framework_id: str, part: str, code: str = "") -> str:
    """A text of a framework: title, verdict, reason with its code, or the mark of a firm's own."""
    return _printer(context).framework(framework_id, part, code)


@register.simple_tag(takes_context=True)
def label(context: Context, figure_id: str) -> str:
    """What a figure is."""
    return _printer(context).label(figure_id)


@register.simple_tag(takes_context=True)
def origin(context: Context, figure_id: str, part: str) -> str:
    """A text of an assumption's origin: note, by."""
    return _printer(context).origin(figure_id, part)


@register.simple_tag(takes_context=True)
def scope_text(context: Context, question: int, part: str | int) -> str:
    """A text of a scope question: title, note, by, or the answer at a place."""
    return _printer(context).scope(question, part)


@register.simple_tag(takes_context=True)
def question(context: Context, question_id: str) -> str:
    """A question as it was asked."""
    return _printer(context).question(question_id)


@register.simple_tag(takes_context=True)
def answer(context: Context, question_id: str) -> str:
    """The client's answer in words."""
    return _printer(context).answer(question_id)


@register.simple_tag(takes_context=True)
def other_answer(context: Context, unknown: int, choice: int | None = None) -> str:
    """What an unknown answer was taken as, or one of the other choices."""
    return _printer(context).other_answer(unknown, choice)


@register.simple_tag(takes_context=True)
def answer_marks(context: Context, questions: Sequence[str] | str) -> SafeString:
    """The marks of answers, given by their questions."""
    return _printer(context).answer_marks([questions] if isinstance(questions, str) else questions)


@register.simple_tag(takes_context=True)
def method(context: Context) -> str:
    """The version of the method."""
    return _printer(context).method()


@register.simple_tag(takes_context=True)
def formula(context: Context, figure_id: str) -> str:
    """The formula of a computed figure, its inputs by their ids."""
    return _printer(context).formula(figure_id)


@register.simple_tag(takes_context=True)
def because(context: Context, part: str, entry: int, reason: int) -> str:
    """Why a claim was applied or set aside."""
    return _printer(context).because(part, entry, reason)


@register.simple_tag(takes_context=True)
def chart(context: Context, drawing: Chart) -> SafeString:
    """A drawing with its caption; the texts on it are recorded."""
    return _printer(context).chart(drawing)


@register.simple_tag(takes_context=True)
def source_mark(context: Context, slug: str) -> SafeString:
    """The mark that leads to a source."""
    return _printer(context).source_mark(slug)


class PassageNode(template.Node):
    """Prints what the firm wrote for a passage, else what stands between the tags."""

    def __init__(self, name: str, css: str, ours: template.NodeList) -> None:
        self.name, self.css, self.nodelist = name, css, ours

    def render(self, context: Context) -> str:
        paragraphs = passage(_printer(context), self.name)
        return block(paragraphs, self.css) if paragraphs else self.nodelist.render(context)


@register.tag("passage")
def own_passage(parser: Parser, token: Token) -> PassageNode:
    """A passage by its name, `own_words.PASSAGES`, and the class of its paragraphs if they have one."""
    name, *css = (part.strip('"') for part in token.split_contents()[1:])
    ours = parser.parse(("endpassage",))
    parser.delete_first_token()
    return PassageNode(PASSAGES[name].name, "".join(css), ours)
