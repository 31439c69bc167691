"""What is claimed and on what evidence. One noun a file."""

from claims.models.act import Act
from claims.models.certainty import CertaintyJudgement
from claims.models.check import Check
from claims.models.claim import Citation, Claim
from claims.models.comparable import Comparable
from claims.models.conflict import Conflict
from claims.models.desk import SavedView, TakenItem
from claims.models.gap import Gap
from claims.models.importing import ImportBatch, ImportedChange, ImportedRow
from claims.models.person import Person
from claims.models.revision import Revision
from claims.models.served import FeedRow, RegistryVersion, ServedClaim, Tally
from claims.models.source import Source
from claims.models.task import Task
from claims.models.total import StatedPart, StatedTotal
from claims.models.visit import Visit
from claims.models.vocabulary import Metric, MetricFamily, Subject, Topic

__all__ = [
    "Act",
    "CertaintyJudgement",
    "Check",
    "Citation",
    "Claim",
    "Comparable",
    "Conflict",
    "FeedRow",
    "Gap",
    "ImportBatch",
    "ImportedChange",
    "ImportedRow",
    "Metric",
    "MetricFamily",
    "Person",
    "RegistryVersion",
    "Revision",
    "SavedView",
    "ServedClaim",
    "Source",
    "StatedPart",
    "StatedTotal",
    "Subject",
    "TakenItem",
    "Tally",
    "Task",
    "Topic",
    "Visit",
]
