"""The table of contents: one frozen dataclass for each section, in the order in which they are printed."""

from collections.abc import Iterable

from reports.layouts import Layout, chosen
from reports.sections.answers import Answers
from reports.sections.assumptions import Assumptions
from reports.sections.base import Section
from reports.sections.basis import Basis
from reports.sections.calculations import Calculations
from reports.sections.costs import Costs
from reports.sections.cover import Cover
from reports.sections.evidence import Evidence
from reports.sections.frameworks import Frameworks
from reports.sections.gaps import Gaps
from reports.sections.method import Method
from reports.sections.next_steps import NextSteps
from reports.sections.options import Options
from reports.sections.questions import Questions
from reports.sections.readings import Readings
from reports.sections.recommendation import Recommendation
from reports.sections.reservations import Reservations
from reports.sections.risks import Risks
from reports.sections.set_aside import SetAside
from reports.sections.since import Since
from reports.sections.summary import Summary
from reports.sections.terms import Terms
from reports.sections.uncertainty import Uncertainty

SECTIONS: tuple[type[Section], ...] = (
    Cover,
    Summary,
    Since,
    Recommendation,
    Frameworks,
    Options,
    Costs,
    Uncertainty,
    Readings,
    Risks,
    Reservations,
    NextSteps,
    Questions,
    Basis,
    Method,
    Evidence,
    Gaps,
    SetAside,
    Assumptions,
    Answers,
    Calculations,
    Terms,
)

BY_SLUG = {section.slug: section for section in SECTIONS}


def laid_out(layout: Layout) -> tuple[type[Section], ...]:
    """The sections of a layout in its order. Raises KeyError for a slug that there is not.

    A firm's terms stand at the end of every layout that does not place them elsewhere.
    """
    if not layout.sections:
        return SECTIONS
    named = tuple(BY_SLUG[slug] for slug in layout.sections)
    return named if Terms in named else (*named, Terms)


def layout_of(name: str, sections: Iterable[str] = ()) -> Layout:
    """The layout that somebody asks for by name, or by the slugs of its sections. Raises `layouts.LayoutError`."""
    return chosen(name, sections, known=BY_SLUG)
