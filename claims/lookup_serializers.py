"""The shapes of what is looked up for the schema of the API; see `claims/serializers.py`."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from claims.freshness import State
from claims.lookup import FINDINGS
from claims.models import Revision


@extend_schema_field({})
class AnythingField(serializers.Field[Any, Any, Any, Any]):
    """Any JSON value."""


class CitedRevisionSerializer(serializers.Serializer[Any]):
    """A revision that somebody cites."""

    slug = serializers.SlugField()
    revision = serializers.IntegerField()
    digest = serializers.CharField()
    url = serializers.CharField()
    published_at = serializers.DateTimeField()


class StandingRevisionSerializer(CitedRevisionSerializer):
    """What stands of a claim today."""

    state = serializers.ChoiceField(choices=Revision.State.choices)
    note = serializers.CharField(allow_blank=True, help_text="Why the last change was made.")
    freshness = serializers.ChoiceField(choices=[state.value for state in State])
    checked_on = serializers.DateField(allow_null=True)
    check_due_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    contested_by = serializers.ListField(child=serializers.SlugField())


class ChangedFieldSerializer(serializers.Serializer[Any]):
    """One field that says something else today."""

    field = serializers.CharField(help_text="Dotted, as `value.low`; a list is one field.")
    old = AnythingField()
    new = AnythingField()


class FoundSerializer(serializers.Serializer[Any]):
    """What has become of one thing that was asked about."""

    item = serializers.CharField(help_text="As it was asked.")
    finding = serializers.ChoiceField(choices=FINDINGS)
    cited = CitedRevisionSerializer(allow_null=True, help_text="The revision that was asked about; null: unknown.")
    current = StandingRevisionSerializer(
        allow_null=True,
        help_text="What stands of its claim; also where there is a claim, but no revision of this number.",
    )
    changes = ChangedFieldSerializer(many=True, help_text="From the cited revision to the current one.")
    successor = StandingRevisionSerializer(allow_null=True, help_text="What took the place of a superseded claim.")


class LookupSerializer(serializers.Serializer[Any]):
    """What has become of everything that was asked about, in the order asked."""

    results = FoundSerializer(many=True)
