"""The shapes of the API for its schema. Nothing is assembled through these: documents are served as they are stored.

A test compares what is served with the schema that these make.
"""

from typing import Any

from rest_framework import serializers

from claims.arithmetic import Finding, Operation
from claims.arithmetic import Relation as ArithmeticRelation
from claims.freshness import State
from claims.models import Check, Citation, Claim, Conflict, Revision, Source
from claims.quantity import PERS, UNITS, Bound


class NamedSerializer(serializers.Serializer[Any]):
    """A row of the vocabulary inside a claim."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class MetricNameSerializer(NamedSerializer):
    """What a claim measures."""

    family = serializers.SlugField(help_text="Family of metrics, by which a claim ages.")


class ValueSerializer(serializers.Serializer[Any]):
    """The typed value. A bound end is a number, an open one null."""

    low = serializers.FloatField(allow_null=True)
    likely = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    bound = serializers.ChoiceField(choices=[bound.value for bound in Bound], allow_null=True)
    rating = serializers.CharField(allow_null=True, help_text="The word, where the value is one.")
    unit = serializers.ChoiceField(choices=UNITS)
    currency = serializers.CharField(allow_null=True, help_text="ISO 4217.")
    per = serializers.ChoiceField(choices=PERS, allow_null=True)
    text = serializers.CharField(help_text="As people read it, in the language of Content-Language.")


class CitedSourceSerializer(serializers.Serializer[Any]):
    """A source as a claim cites it, as it was when the revision was published."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    publisher = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(choices=Source.Kind.choices)
    language = serializers.CharField()
    published_on = serializers.DateField(allow_null=True)
    updated_on = serializers.DateField(allow_null=True)
    accessed_on = serializers.DateField(allow_null=True)
    reliability = serializers.ChoiceField(choices=Source.Reliability.choices)
    interest = serializers.CharField(allow_blank=True, help_text="Declared interest; empty: none declared.")


class CitationSerializer(serializers.Serializer[Any]):
    """Where a claim is read."""

    source = CitedSourceSerializer()
    stance = serializers.ChoiceField(choices=Citation.Stance.choices)
    printed = serializers.CharField(allow_blank=True, help_text="The figure as the source prints it.")
    locator = serializers.CharField(help_text="Where in the source.")
    attributed_to = serializers.SlugField(allow_null=True, help_text="Whom the source names as its own source.")
    note = serializers.CharField(allow_blank=True, help_text="What the source says of how it got the figure.")


class CertaintyReasonSerializer(serializers.Serializer[Any]):
    """Why the certainty was lowered (GRADE)."""

    code = serializers.CharField()
    note = serializers.CharField(allow_blank=True, required=False)


class StatedPartSerializer(serializers.Serializer[Any]):
    """A part of a stated total."""

    claim = serializers.SlugField()
    times = serializers.FloatField(help_text="How often it counts: 12 for a monthly figure in a yearly total.")
    revision = serializers.IntegerField(allow_null=True, help_text="What was computed with; null: not published.")
    value = ValueSerializer(allow_null=True)


class ArithmeticSerializer(serializers.Serializer[Any]):
    """What the parts of a total give that a source states about its own figures, and whether the total follows."""

    operation = serializers.ChoiceField(choices=[one.value for one in Operation])
    parts = StatedPartSerializer(many=True)
    note = serializers.CharField(allow_blank=True, help_text="What the source says of how its total comes about.")
    finding = serializers.ChoiceField(choices=[one.value for one in Finding])
    relation = serializers.ChoiceField(
        choices=[one.value for one in ArithmeticRelation],
        allow_null=True,
        help_text="Where the total lies, seen from what the parts give.",
    )
    computed = ValueSerializer(allow_null=True, help_text="What the parts give, counted as the total is.")
    middle = ValueSerializer(
        allow_null=True, help_text="What the likely values of the parts give, or the middles of their ranges."
    )
    gap = ValueSerializer(allow_null=True, help_text="How far the total lies from it, where they do not meet.")
    reason = serializers.CharField(allow_blank=True, help_text="Why it cannot be checked.")


class ClaimSerializer(serializers.Serializer[Any]):
    """A published claim."""

    slug = serializers.SlugField()
    revision = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Revision.State.choices)
    url = serializers.CharField(help_text="Address of this revision, which never changes.")
    statement = serializers.CharField()
    translations = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))
    subject = NamedSerializer()
    metric = MetricNameSerializer()
    topics = serializers.ListField(child=serializers.SlugField())
    value = ValueSerializer()
    scope = serializers.DictField(help_text="Where the figure holds: keys with a text, a number or true/false.")
    assumptions = serializers.CharField(allow_blank=True)
    citations = CitationSerializer(many=True)
    study_type = serializers.ChoiceField(choices=Claim.StudyType.choices)
    credibility = serializers.IntegerField(min_value=1, max_value=6)
    credibility_reason = serializers.CharField()
    certainty = serializers.ChoiceField(choices=Claim.Certainty.choices)
    certainty_reasons = CertaintyReasonSerializer(many=True)
    independent_sources = serializers.IntegerField()
    contested_by = serializers.ListField(child=serializers.SlugField())
    arithmetic = ArithmeticSerializer(
        allow_null=True,
        required=False,
        help_text="Of a claim that states a total, on the day asked about; absent from the documents of revisions.",
    )
    freshness = serializers.ChoiceField(choices=[state.value for state in State])
    checked_on = serializers.DateField(allow_null=True)
    check_due_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    published_at = serializers.DateTimeField()
    digest = serializers.CharField()


class RevisionSerializer(serializers.Serializer[Any]):
    """One link of a claim's history."""

    revision = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Revision.State.choices)
    url = serializers.CharField()
    published_at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True, help_text="Why the change was made.")
    digest = serializers.CharField()
    previous_digest = serializers.CharField(
        allow_null=True, help_text="Digest of the revision before it in the chain of the whole registry."
    )


class ChangeSerializer(RevisionSerializer):
    """One publication, retraction or supersession."""

    sequence = serializers.IntegerField()
    slug = serializers.SlugField()
    statement = serializers.CharField()


class CheckSerializer(serializers.Serializer[Any]):
    """Somebody, or a machine, looked."""

    kind = serializers.ChoiceField(choices=Check.Kind.choices)
    on = serializers.DateField()
    by = serializers.ChoiceField(choices=["person", "machine"])
    note = serializers.CharField(allow_blank=True)


class TopicSerializer(NamedSerializer):
    """A heading of the tree of topics."""

    description = serializers.CharField(allow_blank=True)
    parent = serializers.SlugField(allow_null=True)
    claims = serializers.IntegerField(help_text="Published claims in it or in a topic under it.")
    feed = serializers.CharField(help_text="Address of an Atom feed of its changes.")


class SubjectSerializer(NamedSerializer):
    """What claims are about."""

    description = serializers.CharField(allow_blank=True)
    claims = serializers.IntegerField(help_text="Published claims about it.")


class MetricSerializer(NamedSerializer):
    """What is measured, and which values make sense."""

    description = serializers.CharField(allow_blank=True)
    family = serializers.SlugField()
    units = serializers.ListField(child=serializers.ChoiceField(choices=UNITS))
    ratings = serializers.ListField(child=serializers.CharField())
    max_percent = serializers.FloatField(allow_null=True)
    allow_negative = serializers.BooleanField()
    half_life_days = serializers.IntegerField(help_text="After so many days without a reading, a figure weighs half.")
    review_days = serializers.IntegerField(allow_null=True, help_text="How often a person reads it again.")
    hard_stop = serializers.CharField(allow_blank=True, help_text="The event after which it may not be cited.")
    claims = serializers.IntegerField(help_text="Published claims on it.")


class SourceSerializer(CitedSourceSerializer):
    """A source as it is known today."""

    reliability_reason = serializers.CharField()
    method = serializers.CharField(allow_blank=True, help_text="What it says about how it got its figures.")
    limits = serializers.CharField(allow_blank=True, help_text="What it says about their limits.")
    attributes_to = serializers.ListField(child=serializers.SlugField())
    claims = serializers.IntegerField(help_text="Published claims that cite it.")


class ConflictSerializer(serializers.Serializer[Any]):
    """Two claims that disagree, and what was decided."""

    claims = serializers.ListField(child=serializers.SlugField(), min_length=2, max_length=2)
    subject = serializers.SlugField()
    metric = serializers.SlugField()
    relation = serializers.ChoiceField(choices=Conflict.Relation.choices)
    state = serializers.ChoiceField(choices=Conflict.State.choices)
    reason = serializers.CharField(allow_blank=True)
    decided_on = serializers.DateField(allow_null=True)


class FacetCountSerializer(serializers.Serializer[Any]):
    """One value of a facet."""

    value = serializers.CharField()
    count = serializers.IntegerField()


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong."""

    parameter = serializers.CharField(required=False)
    field = serializers.CharField(required=False)
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    instance = serializers.CharField()
    errors = ProblemErrorSerializer(many=True, required=False)


def list_of(
    item: type[serializers.Serializer[Any]], name: str, **extra: serializers.Field[Any, Any, Any, Any]
) -> type[serializers.Serializer[Any]]:
    """The shape of an answer that lists: `next`, `previous`, `results` and what else there is."""
    fields = {
        "next": serializers.CharField(allow_null=True, help_text="Address of the page after this one."),
        "previous": serializers.CharField(allow_null=True, help_text="Address of the page before this one."),
        "results": item(many=True),
        **extra,
    }
    return type(f"{name}ListSerializer", (serializers.Serializer,), {"__doc__": f"A list of {name}s.", **fields})


ClaimListSerializer = list_of(
    ClaimSerializer,
    "Claim",
    count=serializers.IntegerField(required=False, help_text="How many were found in all; with count=true."),
    facets=serializers.DictField(child=FacetCountSerializer(many=True), required=False, help_text="With facets=…"),
)
ChangeListSerializer = list_of(
    ChangeSerializer,
    "Change",
    cursor=serializers.IntegerField(help_text="Give this as `since` next time, to get only what is new."),
)
