"""Firms, the people in them, their clients, and how a client's case was judged."""

from assessments.models.assessment import Assessment, AssessmentQuerySet, CitedRevision, ReferenceYear, live_citations
from assessments.models.firm import Client, ClientQuerySet, Firm, FirmQuerySet, Membership
from assessments.models.framework import (
    FirmFramework,
    FirmFrameworkQuerySet,
    FrameworkVersion,
    FrameworkVersionQuerySet,
)
from assessments.models.gap import AssessmentGap, live_gaps
from assessments.models.kept_answer import KeptAnswer
from assessments.models.reappraisal import EvidenceEvent, Reappraisal, ReappraisalQuerySet, ReappraisalRound
from assessments.models.scenario import Scenario, ScenarioQuerySet
from assessments.models.token import FROZEN_TOKEN_COLUMNS, Token, TokenQuerySet
from assessments.models.webhook import (
    WebhookAct,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpointQuerySet,
    WebhookEvent,
)

# History that triggers keep from changing (claims/immutability.py): table → when a row is frozen; empty: always.
FROZEN_WHEN = {
    "assessments_assessment": "OLD.state = 'final'",
    "assessments_citedrevision": "",
    "assessments_frameworkversion": "",
    "assessments_webhookact": "",
}
# The same for some columns of a table.
FROZEN_COLUMNS = {"assessments_token": FROZEN_TOKEN_COLUMNS}

__all__ = [
    "FROZEN_COLUMNS",
    "FROZEN_WHEN",
    "Assessment",
    "AssessmentGap",
    "AssessmentQuerySet",
    "CitedRevision",
    "Client",
    "ClientQuerySet",
    "EvidenceEvent",
    "Firm",
    "FirmFramework",
    "FirmFrameworkQuerySet",
    "FirmQuerySet",
    "FrameworkVersion",
    "FrameworkVersionQuerySet",
    "KeptAnswer",
    "Membership",
    "Reappraisal",
    "ReappraisalQuerySet",
    "ReappraisalRound",
    "ReferenceYear",
    "Scenario",
    "ScenarioQuerySet",
    "Token",
    "TokenQuerySet",
    "WebhookAct",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEndpointQuerySet",
    "WebhookEvent",
    "live_citations",
    "live_gaps",
]
