"""The shapes of a comparison for the schema of the API; see `claims/serializers.py`."""

from typing import Any

from rest_framework import serializers

from claims.quantity import PERS, UNITS
from claims.serializers import ClaimSerializer, MetricNameSerializer, ValueSerializer
from claims.side_by_side import WHY


class ConversionSerializer(serializers.Serializer[Any]):
    """At which published rate an amount was turned into another currency."""

    locals()["from"] = serializers.CharField()
    to = serializers.CharField()
    factor = serializers.FloatField(help_text="So much of `to` is one unit of `from`.")
    on = serializers.DateField(help_text="Day of the rate.")
    rates = serializers.ListField(child=serializers.CharField(), help_text="The claims it comes from, `slug@number`.")


class NotPooledSerializer(serializers.Serializer[Any]):
    """Why a claim stands in no pool."""

    code = serializers.ChoiceField(choices=list(WHY))
    other = serializers.SlugField(allow_null=True, help_text="The claim that it is apart from.")
    key = serializers.CharField(allow_null=True, help_text="The key on which their scopes differ.")
    message = serializers.CharField()


class ComparedClaimSerializer(serializers.Serializer[Any]):
    """A claim and its value as it is compared; `claim.value` stays as it is printed."""

    claim = ClaimSerializer()
    compared = ValueSerializer()
    conversion = ConversionSerializer(allow_null=True)
    pooled = serializers.BooleanField()
    not_pooled = NotPooledSerializer(allow_null=True)


class PoolWeightSerializer(serializers.Serializer[Any]):
    """What a claim weighs in a pool: `grade` × `freshness` ÷ `copies`."""

    claim = serializers.CharField(help_text="`slug@number`.")
    grade = serializers.FloatField(help_text="Weight of its certainty, beside 1 for high.")
    freshness = serializers.FloatField(help_text="2^(−age ÷ half-life), 1 for evidence that was read today.")
    copies = serializers.IntegerField(
        help_text="Claims of the pool that lead to one upstream with it, itself included."
    )
    share = serializers.FloatField(help_text="Its share of the whole pool, from 0 to 1.")


class PoolSerializer(serializers.Serializer[Any]):
    """Claims about one subject whose ranges meet and whose scopes do not contradict each other, as one range."""

    subject = serializers.SlugField()
    value = ValueSerializer(help_text="From the lowest end to the highest; `likely` is the weighted mean.")
    claims = PoolWeightSerializer(many=True)


class ComparedGroupSerializer(serializers.Serializer[Any]):
    """Claims whose values are counted in the same."""

    counted_in = serializers.CharField()
    unit = serializers.ChoiceField(choices=UNITS)
    currency = serializers.CharField(allow_null=True)
    per = serializers.ChoiceField(choices=PERS, allow_null=True)
    pools = PoolSerializer(many=True)
    claims = ComparedClaimSerializer(many=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """The claims on one metric side by side."""

    metric = MetricNameSerializer()
    as_of = serializers.DateField()
    count = serializers.IntegerField()
    groups = ComparedGroupSerializer(many=True)
