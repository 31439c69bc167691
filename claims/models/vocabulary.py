from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.urls import reverse


class MetricFamily(models.Model):
    """How fast figures of one kind age: the freshness policy, one row a family."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    half_life_days = models.PositiveIntegerField(help_text="After this many days a figure weighs half.")
    review_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="A person re-reads it this often. Empty: an event asks for it, and the half-life is the longest wait.",
    )
    hard_stop = models.CharField(
        max_length=200, blank=True, help_text="The event after which the figure may not be cited."
    )

    class Meta:
        ordering = ("slug",)
        verbose_name_plural = "metric families"
        constraints = [
            models.CheckConstraint(
                name="metricfamily_half_life_positive",
                condition=Q(half_life_days__gt=0),
                violation_error_message="The half-life is at least one day.",
            ),
            models.CheckConstraint(
                name="metricfamily_review_positive",
                condition=Q(review_days__isnull=True) | Q(review_days__gt=0),
                violation_error_message="The review interval is at least one day, or empty.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def interval_days(self) -> int:
        """Days from the last reading to the next one that is due."""
        return self.review_days or self.half_life_days


class Metric(models.Model):
    """What is measured, and which values make sense for it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    family = models.ForeignKey(MetricFamily, on_delete=models.PROTECT, related_name="metrics")
    units = models.JSONField(default=list, help_text="The units a value of this metric may have.")
    ratings = models.JSONField(
        default=list, blank=True, help_text="The words a value of this metric may have instead of a number."
    )
    max_percent = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="The largest percentage that makes sense."
    )
    allow_negative = models.BooleanField(default=False)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """What a claim is about: RAG, few-shot prompting, LoRA, hosting."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics, and what stands below them."""

    def with_descendants(self, slugs: Iterable[str]) -> set[int]:
        """Ids of the topics with these slugs and of every topic below them."""
        children: dict[int | None, list[int]] = {}
        wanted = set(slugs)
        found: list[int] = []
        for pk, slug, parent_id in self.values_list("pk", "slug", "parent_id"):
            children.setdefault(parent_id, []).append(pk)
            if slug in wanted:
                found.append(pk)
        reached: set[int] = set()
        while found:
            pk = found.pop()
            if pk not in reached:
                reached.add(pk)
                found.extend(children.get(pk, ()))
        return reached

    def above(self) -> dict[int, list[int]]:
        """Id of each topic → its own and those of the topics above it, upwards."""
        parents = dict(self.values_list("pk", "parent_id"))
        found: dict[int, list[int]] = {}
        for pk in parents:
            chain: list[int] = []
            at: int | None = pk
            while at is not None and at not in chain:
                chain.append(at)
                at = parents[at]
            found[pk] = chain
        return found


class Topic(models.Model):
    """A heading under which people look for claims. Topics form a tree."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ("slug",)
        constraints = [
            models.CheckConstraint(
                name="topic_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                violation_error_message="A topic cannot stand under itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("claims:topic-detail", args=[self.slug])
