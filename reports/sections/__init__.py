"""The table of contents: one frozen dataclass for each section, in the order in which they are printed."""

from reports.sections.answers import Answers
from reports.sections.assumptions import Assumptions
from reports.sections.base import Section
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
    Method,
    Evidence,
    Gaps,
    SetAside,
    Assumptions,
    Answers,
    Calculations,
)
