"""What is claimed and on what evidence. One noun a file."""

from claims.models.check import Check
from claims.models.claim import Citation, Claim
from claims.models.conflict import Conflict
from claims.models.person import Person
from claims.models.revision import Revision
from claims.models.source import Source
from claims.models.vocabulary import Metric, MetricFamily, Subject, Topic

__all__ = [
    "Check",
    "Citation",
    "Claim",
    "Conflict",
    "Metric",
    "MetricFamily",
    "Person",
    "Revision",
    "Source",
    "Subject",
    "Topic",
]
