"""One claim of a made-up registry, in words and as the document that publishing would write of it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.generated_plan import NEVER, Plan
from bench.generated_sources import Vocabulary
from bench.generated_values import Value
from bench.generated_words import sentence
from claims.models import Claim
from claims.projection import freshness_keys, moment_text
from claims.support import Cited as CitedBy
from claims.support import independent

CERTAINTY = ("very_low",) * 4 + ("low",) * 3 + ("moderate",) * 2 + ("high",)
STUDY_TYPES = tuple(Claim.StudyType.values)
TIERS = (None, "basic", "production")
REASONS = [{"code": "imprecision", "note": "One team, one project, told afterwards."}]


def slug_of(claim: int) -> str:
    """The slug of the claim that a plan has in this row."""
    return f"claim-{claim + 1:07d}"


class Made:
    """One claim of a plan, in words."""

    def __init__(self, plan: Plan, vocabulary: Vocabulary, number: int) -> None:
        self.number, self.slug = number, slug_of(number)
        self._vocabulary = vocabulary
        self._times: list[int] = [time for time in plan.published[number].tolist() if time != NEVER]
        self._value = int(plan.value[number])
        self.revisions = len(self._times)
        self.closed = int(plan.closed[number])
        self.is_closed = self.closed != NEVER
        self.end = ("superseded" if plan.replaced_by[number] != NEVER else "retracted") if self.is_closed else ""
        self.subject = vocabulary.subjects[plan.subject[number]]
        self.metric = vocabulary.metrics[plan.metric[number]]
        named = [vocabulary.topic(topic) for topic in plan.topics[number].tolist() if topic != NEVER]
        self.topics = sorted(named, key=lambda topic: topic.slug)
        self.statement = sentence(plan.words[number].tolist(), vocabulary.words)
        self.sources: list[int] = [source for source in plan.sources[number].tolist() if source != NEVER]
        names = plan.attributed[number].tolist()[: len(self.sources)]
        self.attributed: list[int | None] = [None if source == NEVER else source + 1 for source in names]
        judged = int(plan.judged[number])
        self.editor = vocabulary.editors[judged % len(vocabulary.editors)].pk
        self.reviewer = vocabulary.reviewers[judged // 3 % len(vocabulary.reviewers)].pk
        self.credibility = 2 + judged // 7 % 4
        self.certainty = CERTAINTY[judged // 31 % len(CERTAINTY)]
        self.certainty_reasons = REASONS if judged // 311 % 3 else []
        self.study_type = STUDY_TYPES[judged // 1_009 % len(STUDY_TYPES)]
        self.reason = "One source, plausible." if self.credibility == 3 else "Told by those who should know."
        self.assumptions = "The team had built one before, and its hours are counted." if judged // 13 % 2 else ""
        tier = TIERS[judged // 6_007 % len(TIERS)]
        self.scope = {"case": f"case-{plan.case[number]}"} | ({"tier": tier} if tier else {})
        days = int(plan.hard_stop[number])
        hard_stop = None if days == NEVER else self.moment(0).date() + timedelta(days=days)
        self.expires_on = hard_stop.isoformat() if hard_stop else None
        looked = [datetime.fromtimestamp(time, UTC) for time in plan.checks[number].tolist() if time != NEVER]
        self.checks = [self._check(at, judged + place) for place, at in enumerate(looked)]
        self._judged = judged
        self._cited = [vocabulary.sources[source] for source in self.sources]
        other = ("mentions", "contradicts", "supports", "supports")[judged // 5 % 4]
        self._stances = ("supports", other, other, other)[: len(self.sources)]
        self._supporting = [s for s, stance in zip(self._cited, self._stances, strict=True) if stance == "supports"]
        dated = (source.dated_on for source in self._supporting if source.dated_on)
        self._dated_on = max(dated, default=None)

    def _check(self, at: datetime, judged: int) -> tuple[str, int | None, datetime]:
        kind = ("read_in_context", "read_in_context", "upstream_read", "link_answers")[judged % 4]
        return kind, None if kind == "link_answers" else self.reviewer, at

    def moment(self, number: int) -> datetime:
        """When this revision was published."""
        return datetime.fromtimestamp(self._times[number], UTC)

    def value(self, number: int) -> Value:
        """What this revision says: each one something else."""
        return self.metric.values[(self._value + number) % len(self.metric.values)]

    def citations(self, value: Value) -> list[dict[str, Any]]:
        """The citations as a document has them; the first one supports the claim."""
        return [
            {
                "source": source.json,
                "stance": self._stances[place],
                "printed": value.printed,
                "locator": f"Section {(self._judged + place) % 9 + 1}, table {self._judged % 40}",
                "attributed_to": None if named is None else self._vocabulary.sources[named - 1].slug,
                "note": "Counted by the team itself, over a year." if (self._judged + place) % 3 == 0 else "",
            }
            for place, (source, named) in enumerate(zip(self._cited, self.attributed, strict=True))
        ]

    def _read_on(self, at: datetime) -> date | None:
        return max((when.date() for _, by, when in self.checks if by and when <= at), default=None)

    def body(self, number: int, value: Value) -> dict[str, Any]:
        """The document of a revision without its digest (`projection.build`); nothing contests it yet."""
        citations, at = self.citations(value), self.moment(number)
        hard_stop = date.fromisoformat(self.expires_on) if self.expires_on else None
        return {
            "slug": self.slug,
            "statement": self.statement,
            "translations": {},
            "subject": {"slug": self.subject.slug, "name": self.subject.name},
            "metric": self.metric.json,
            "topics": [topic.slug for topic in self.topics],
            "value": value.json,
            "scope": self.scope,
            "assumptions": self.assumptions,
            "citations": citations,
            "study_type": self.study_type,
            "credibility": self.credibility,
            "credibility_reason": self.reason,
            "certainty": self.certainty,
            "certainty_reasons": self.certainty_reasons,
            "revision": number + 1,
            "state": "published",
            "url": f"/api/v1/claims/{self.slug}@{number + 1}/",
            "independent_sources": independent(
                CitedBy(source.slug, citation["attributed_to"], citation["stance"])
                for source, citation in zip(self._cited, citations, strict=True)
            ),
            "contested_by": [],
            **freshness_keys(self.metric.interval_days, self._dated_on, self._read_on(at), hard_stop, at.date()),
            "published_at": moment_text(at),
        }

    def columns(self, value: Value) -> tuple[Any, ...]:
        """The columns of a revision from its subject on."""
        unit, currency = value.columns[5], value.columns[6]
        return (
            self.subject.pk, self.metric.pk, value.lower, value.upper, unit != "rating", unit, currency,
            min(source.reliability for source in self._supporting), self.credibility, self.certainty,
            json.dumps(self.scope), self._dated_on.isoformat() if self._dated_on else None, self.expires_on,
        )  # fmt: skip
