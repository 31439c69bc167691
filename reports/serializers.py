"""The shapes of issuing in the API, for its schema."""

from typing import Any

from rest_framework import serializers

from assessments.models import Assessment
from claims.serializers import ProblemSerializer
from reports.layouts import NAMES
from reports.models import Report


class IssueSerializer(serializers.Serializer[Any]):
    """How a report is issued."""

    version = serializers.IntegerField(
        required=False, help_text="Of the assessment as you read it. Needed for a draft, which becomes final with it."
    )
    language = serializers.ChoiceField(
        choices=Assessment.Language.choices, required=False, help_text="Else that of the assessment."
    )
    layout = serializers.ChoiceField(choices=NAMES, default="full")
    sections = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Slugs of sections, for the layout `custom`."
    )
    to = serializers.CharField(required=False, max_length=200, help_text="Whom it is for. Kept, not printed.")
    reasons = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="By code of a warning, why the report is issued in spite of it. The report prints it.",
    )


class ReservationSerializer(serializers.Serializer[Any]):
    """In spite of what a report was issued."""

    code = serializers.CharField()
    about = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()
    by = serializers.CharField()


class LayoutSerializer(serializers.Serializer[Any]):
    """Which sections a report has; none named: all of them."""

    name = serializers.ChoiceField(choices=NAMES)
    sections = serializers.ListField(child=serializers.CharField())


class ReportSerializer(serializers.Serializer[Any]):
    """An issued report."""

    reference = serializers.CharField()
    language = serializers.ChoiceField(choices=Assessment.Language.choices)
    state = serializers.ChoiceField(choices=Report.State.choices)
    digest = serializers.CharField(help_text="SHA-256 of the file.")
    issued_at = serializers.DateTimeField()
    issued_by = serializers.CharField()
    issued_to = serializers.CharField(allow_blank=True)
    reservations = ReservationSerializer(many=True)
    layout = LayoutSerializer()
    pdf = serializers.CharField(help_text="Address of the file in the API.")
    verify = serializers.CharField(help_text="Address of the public page that recognises it.")


class ObstacleItemSerializer(serializers.Serializer[Any]):
    """One thing in the way."""

    text = serializers.CharField()
    url = serializers.CharField(help_text="Address of the page on which it is mended.")
    remedy = serializers.CharField(help_text="What can be done there.")
    about = serializers.ListField(child=serializers.CharField())


class ObstacleSerializer(serializers.Serializer[Any]):
    """What is in the way, of one kind."""

    code = serializers.CharField()
    title = serializers.CharField()
    blocks = serializers.BooleanField(help_text="true: to be mended; false: a reason under this code is enough.")
    items = ObstacleItemSerializer(many=True)


class InTheWaySerializer(ProblemSerializer):
    """Why a report is not issued."""

    version = serializers.IntegerField(required=False, help_text="The version that there is now.")
    obstacles = ObstacleSerializer(many=True, required=False)
