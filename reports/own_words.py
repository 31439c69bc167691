"""The passages of a report whose words a firm can change, and the templates it writes for them.

What such a template can say is in `own_words_language.py`; `own_words_printing.py` fills it in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reports import own_words_language


def _nothing() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A fixed text that can be said otherwise. `name` as stored; `title` and `where` tell an admin what it is.

    `section`: the slug of the section in which it stands. `write` gives our own text as a template, in the language that
    is active; nothing where ours says nothing there, so that a firm can only introduce or close what we say.
    """

    name: str
    title: str | Promise
    where: str | Promise
    section: str = ""
    write: Callable[[], str] = field(default=_nothing, repr=False)

    def own(self, language: str) -> str:
        """Our text as a template that prints what we print, from which a firm can start; empty where we say nothing."""
        with translation.override(language):
            return self.write()


def _one_of(flag: str, where_so: str, else_: str) -> str:
    return f"{{% if {flag} %}}{where_so}{{% else %}}{else_}{{% endif %}}"


def _promise() -> str:
    return _one_of(
        "lists",
        _(
            "Every number in this report carries a mark that leads to a published claim, an answer of yours, a declared assumption or a formula over them. What is not known is called unknown."
        ),
        _(
            "Every number in this report carries a mark: a published claim, an answer of yours, a declared assumption or a formula over them. Lists that are not printed here are in the attached file. What is not known is called unknown."
        ),
    )


def _frameworks() -> str:
    return _(
        "Each way is argued for by one source, for its own reasons. None was changed to agree with another; the recommendation weighs them."
    )


def _options() -> str:
    return _(
        "Likely values in %(currency)s, the range of the total beside them. What has no published source is called unknown and is never counted as zero."
    ) % {"currency": "{{ currency }}"}


def _readings() -> str:
    return _(
        "Claims whose ranges do not meet, or that are about different things, are never averaged. Each way to read them was computed, one at a time, all else as in this report."
    )


def _method_advice() -> str:
    return _one_of(
        "founding",
        _(
            "Your answers went through four published decision frameworks and one house table. Their thresholds are values of published claims; none is typed into the program. The first rule that applies decides. Where evidence a rule needs has expired or is not in the registry, the rule gives no verdict and says so."
        ),
        _(
            "Your answers went through the decision frameworks named in this report and one house table; a framework of the firm that advises you is marked as its own. Their thresholds are values of published claims; none is typed into the program. The first rule that applies decides. Where evidence a rule needs has expired or is not in the registry, the rule gives no verdict and says so."
        ),
    )


def _method_costs() -> str:
    formulas = _(
        "Every amount is a closed formula over published claims, your answers and declared assumptions, all listed at the end. A range goes through a formula by its ends, so a range here is wide rather than narrow."
    )
    draws = _one_of(
        "drawn",
        _(
            "How likely a total is comes from draws of every uncertain input at once; how an input is spread between its ends is our convention, said beside it, and no evidence."
        ),
        _("Nothing was drawn: a total says from where to where, not how likely."),
    )
    return f"{formulas} {draws}"


def _evidence() -> str:
    return _(
        "These documents stand behind the figures. A publisher that sells what it recommends may still be right; you should know it when you read."
    )


_ALL = (
    Passage("cover_promise", "Cover: the promise", "Below the contents of the cover.", "cover", _promise),
    Passage(
        "summary_intro",
        "Summary: lead-in",
        "Between the advice and what it costs. Left out of the version of two pages. We say nothing there.",
        "summary",
    ),
    Passage(
        "recommendation_intro",
        "Recommendation: lead-in",
        "Between the advice and what decided it. It introduces the advice and cannot replace it. We say nothing there.",
        "recommendation",
    ),
    Passage(
        "frameworks_intro", "Frameworks: lead-in", "Above the verdicts of the frameworks.", "frameworks", _frameworks
    ),
    Passage("options_intro", "Options: lead-in", "Above the options side by side.", "options", _options),
    Passage("costs_intro", "Costs: lead-in", "Above the costs month by month. We say nothing there.", "costs"),
    Passage(
        "readings_intro", "Where the evidence is apart: lead-in", "Above the ways to read it.", "readings", _readings
    ),
    Passage("risks_intro", "Risks: lead-in", "Above the risks and their remedies. We say nothing there.", "risks"),
    Passage(
        "next_steps_intro", "Next steps: lead-in", "Above the steps in their order. We say nothing there.", "next_steps"
    ),
    Passage("next_steps_closing", "Next steps: closing", "Below the last step. We say nothing there.", "next_steps"),
    Passage("method_advice", "Method: the advice", "How the advice was reached.", "method", _method_advice),
    Passage("method_costs", "Method: the costs", "How the amounts were computed.", "method", _method_costs),
    Passage("evidence_intro", "Evidence: lead-in", "Above the list of sources.", "evidence", _evidence),
)

PASSAGES: Mapping[str, Passage] = {one.name: one for one in _ALL}
"""Every passage by its name."""


def faults(name: str, template: str) -> Sequence[str]:
    """What is wrong with a firm's template for a passage, each in a sentence with its line; nothing: it can be saved.

    Nothing but blanks is no template: ours is printed.
    """
    if name not in PASSAGES:
        return [f"There is no passage {name[:60]!r}."]
    return own_words_language.faults(template)
