"""The parsed tree of a firm's template, checked against a list of what may stand in it."""

from collections.abc import Sequence

from jinja2 import nodes

from assessments.engine.questionnaire import UNKNOWN, Question
from assessments.facts import questionnaire
from assessments.wording import LANGUAGES, kinds
from reports.own_words_figures import names as figure_names
from reports.own_words_syntax import (
    AFTER,
    ANSWER,
    BEFORE,
    FIGURES,
    FLAGS,
    FUNCTIONS,
    QUESTIONS,
    TEXTS,
    Unwritable,
    nearest,
    shortened,
)


def check_tree(tree: nodes.Template) -> None:
    """Raises Unwritable for the first thing that is not on the list, or that touches a figure."""
    _check_body(tree.body)
    _ends(tree.body, frozenset({""}))


def _check_body(body: Sequence[nodes.Node]) -> None:
    for node in body:
        if isinstance(node, nodes.If):
            _check_test(node.test)
            for part in (node.body, node.elif_, node.else_):
                _check_body(part)
        elif isinstance(node, nodes.Output):
            for one in node.nodes:
                _check_printed(one)
        else:
            raise Unwritable(node.lineno, "Only words, figures, answers and conditions can stand here.")


def _check_printed(node: nodes.Node) -> None:
    if isinstance(node, nodes.TemplateData):
        return
    if isinstance(node, nodes.Name) and node.name in TEXTS:
        return
    if isinstance(node, nodes.Call) and _check_call(node) in (*FIGURES, ANSWER):
        return
    raise Unwritable(
        node.lineno, "Between {{ and }} stands one name, one figure or one answer; the rest is asked with {% if … %}."
    )


def _check_test(node: nodes.Node) -> None:
    if isinstance(node, nodes.And | nodes.Or):
        _check_test(node.left)
        _check_test(node.right)
    elif isinstance(node, nodes.Not):
        _check_test(node.node)
    elif isinstance(node, nodes.Compare):
        _check_comparison(node)
    elif isinstance(node, nodes.Call):
        if _check_call(node) not in QUESTIONS:
            raise Unwritable(
                node.lineno, 'Ask {% if has_figure("…") %} or {% if has_answer("…") %} whether something is there.'
            )
    elif not isinstance(node, nodes.Name) or node.name not in {*TEXTS, *FLAGS}:
        raise Unwritable(
            node.lineno, "A condition asks for a name, has_figure, has_answer, or compares with == and !=."
        )


def _check_comparison(node: nodes.Compare) -> None:
    """A code against one of those that it can be; numbers are not compared, for that is what the rules do."""
    compared = node.expr
    if isinstance(compared, nodes.Name) and compared.name == "language":
        known = list(LANGUAGES)
    elif isinstance(compared, nodes.Name) and compared.name == "recommended":
        known = list(kinds()["option"])
    elif isinstance(compared, nodes.Call) and _check_call(compared) == ANSWER:
        known = _choices(questionnaire().by_id[_argument(compared)])
    else:
        known = []
    if not known:
        raise Unwritable(
            node.lineno, "Only language, recommended, and an answer that is one of several can be compared with a word."
        )
    [operand, *more] = node.ops
    if more or operand.op not in ("eq", "ne") or not isinstance(operand.expr, nodes.Const):
        raise Unwritable(node.lineno, 'One comparison at a time, with a word: {% if language == "es" %}.')
    if operand.expr.value not in known:
        raise Unwritable(
            node.lineno, f"It is never {shortened(operand.expr.value)}. {nearest(str(operand.expr.value), known)}"
        )


def _choices(question: Question) -> list[str]:
    """What an answer can be compared with; nothing where it is a number or several at once."""
    if question.type == "bool":
        return ["yes", "no", UNKNOWN]
    return [*(one.value for one in question.options), UNKNOWN] if question.type == "enum" else []


def _check_call(node: nodes.Call) -> str:
    """The name of the function; raises Unwritable where there is none, or not one known name is given to it."""
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    if name not in FUNCTIONS or node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) != 1:
        raise Unwritable(node.lineno, f"One name in quotation marks is given to each of {', '.join(FUNCTIONS)}.")
    if not isinstance(node.args[0], nodes.Const) or not isinstance(node.args[0].value, str):
        raise Unwritable(node.lineno, f'Give {name} one name in quotation marks: {name}("…").')
    wanted = _argument(node)
    if name in (ANSWER, "has_answer"):
        if wanted not in questionnaire().by_id:
            raise Unwritable(
                node.lineno, f"There is no question {shortened(wanted)}. {nearest(wanted, list(questionnaire().by_id))}"
            )
    elif wanted not in figure_names():
        raise Unwritable(node.lineno, f"No case has a figure {shortened(wanted)}. {nearest(wanted, figure_names())}")
    return name


def _argument(node: nodes.Call) -> str:
    return str(node.args[0].value)  # type: ignore[attr-defined] # a Const, as `_check_call` saw


# ---- What touches a figure ----

PRINTED = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for what an expression prints


def _ends(body: Sequence[nodes.Node], before: frozenset[str]) -> frozenset[str]:
    """The characters that this can end with, given those that may stand before it. Raises Unwritable.

    Conditions leave no trace in the text, so what stands before one touches what stands in it and after it.
    """
    for node in body:
        if isinstance(node, nodes.If):
            ways = [node.body, *(one.body for one in node.elif_), node.else_]
            before = frozenset().union(*(_ends(way, before) for way in ways))
            continue
        for one in node.nodes:  # type: ignore[attr-defined] # an Output, as `_check_body` saw
            before = _after(one, before)
    return before


def _after(node: nodes.Node, before: frozenset[str]) -> frozenset[str]:
    if not isinstance(node, nodes.TemplateData):
        for last in before:
            if last and not last.isspace() and last not in BEFORE:
                raise Unwritable(node.lineno, _touching(last, "before"))
        return frozenset({PRINTED})
    if not node.data:
        return before
    first = node.data[0]
    if PRINTED in before and not first.isspace() and first not in AFTER:
        raise Unwritable(node.lineno, _touching(first, "after"))
    return frozenset({node.data[-1]})


def _touching(character: str, where: str) -> str:
    what = "Another name or figure" if character == PRINTED else f"“{character}”"
    return f"{what} stands right {where} a name or figure, and could be read as part of it. Put a blank between them."
