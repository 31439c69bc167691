"""The shapes of assessments in the API, for its schema. Nothing is read or assembled through these.

A test holds what is served against the schema that these make.
"""

from typing import Any

from rest_framework import serializers

from assessments.models import Assessment
from claims.serializers import ProblemSerializer, list_of

ANSWERS = (
    "Answers by question: numbers, ranges as {low, likely, high}, words, lists of words, true, false, or “unknown”."
)


class AssessmentRowSerializer(serializers.Serializer[Any]):
    """An assessment in a list."""

    reference = serializers.CharField()
    url = serializers.CharField(help_text="Address of the assessment in the API.")
    title = serializers.CharField()
    client = serializers.CharField(help_text="The client's name, one of a kind in the firm.")
    firm = serializers.SlugField()
    state = serializers.ChoiceField(choices=Assessment.State.choices)
    language = serializers.ChoiceField(choices=Assessment.Language.choices)
    currency = serializers.CharField(help_text="ISO 4217.")
    version = serializers.IntegerField(help_text="Grows with each change of the answers.")
    predecessor = serializers.CharField(
        allow_null=True, help_text="Reference of the assessment that this one runs again."
    )
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    changed_by = serializers.CharField()


class MissingSerializer(serializers.Serializer[Any]):
    """A question that keeps an assessment from being judged."""

    question = serializers.CharField()
    message = serializers.CharField()


class ResultSerializer(serializers.Serializer[Any]):
    """What an assessment comes to: the document that is in the file `evidence.json` of its report as well."""

    reference = serializers.CharField()
    as_of = serializers.DateField(help_text="The evidence is as it was published by the end of this day.")
    method = serializers.CharField()
    currency = serializers.CharField()
    answers = serializers.DictField(help_text=ANSWERS)
    choices = serializers.DictField(help_text="What the consultant decided besides the answers.")
    frameworks = serializers.ListField(child=serializers.DictField())
    recommendation = serializers.DictField()
    options = serializers.ListField(child=serializers.DictField())
    break_even = serializers.DictField()
    warnings = serializers.ListField(child=serializers.DictField())
    questions = serializers.ListField(child=serializers.DictField())
    evidence = serializers.DictField()
    assumptions = serializers.ListField(child=serializers.CharField())
    figures = serializers.ListField(child=serializers.DictField(), help_text="Every number with its origin.")
    citations = serializers.ListField(child=serializers.DictField())
    digest = serializers.CharField(help_text="Covers everything else in it.")


class AssessmentSerializer(AssessmentRowSerializer):
    """An assessment."""

    answers = serializers.DictField(help_text=ANSWERS)
    unread_answers = serializers.DictField(help_text="What somebody typed on a page that is no valid answer yet.")
    missing = MissingSerializer(many=True, help_text="What is not answered yet, of the questions that matter.")
    as_of = serializers.DateField(allow_null=True)
    digest = serializers.CharField(allow_null=True)
    result = ResultSerializer(allow_null=True, help_text="Once the assessment is final; until then ask `evaluate/`.")


AssessmentListSerializer = list_of(AssessmentRowSerializer, "Assessment")


class NewAssessmentSerializer(serializers.Serializer[Any]):
    """What begins an assessment: one of `client` and `new_client`."""

    title = serializers.CharField(max_length=200, help_text="What is to be decided: the title of the report.")
    client = serializers.CharField(required=False, help_text="The name of a client whom the firm has.")
    new_client = serializers.CharField(required=False, max_length=200, help_text="The name of one whom it has not.")
    firm = serializers.SlugField(required=False, help_text="Needed by people who work for several firms.")
    language = serializers.ChoiceField(choices=Assessment.Language.choices, default="en")
    currency = serializers.RegexField(r"^[A-Z]{3}$", default="USD", help_text="ISO 4217.")


class GivenAnswersSerializer(serializers.Serializer[Any]):
    """Answers to some questions. The others stay as they are."""

    version = serializers.IntegerField(min_value=1, help_text="The version of the assessment that you read.")
    answers = serializers.DictField(help_text=ANSWERS)


class ConflictingAnswersSerializer(ProblemSerializer):
    """What stands in the way of storing answers."""

    version = serializers.IntegerField(required=False, help_text="The version that there is now.")
    stored = serializers.DictField(required=False, help_text="What stands there now, by question that both changed.")
