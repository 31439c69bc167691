"""Which claims a made-up registry has, as columns of numbers: the same for the same size and seed.

Everything is a number of something else: a topic, a metric, a value of that metric, a source, a word. What is made of
them stands in `generated_rows.py`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.generated_values import POINTS
from bench.generated_words import statements, zipf

LAST_DAY = datetime(2026, 11, 22, tzinfo=UTC)
"""Everything was published before it."""
SECONDS = 3 * 365 * 86_400
"""How long the registry has been growing."""
START = int(LAST_DAY.timestamp()) - SECONDS
REVISED, CLOSED, CONFLICTS, EXPIRING = 0.15, 0.01, 0.005, 0.025
TOPICS, LARGEST_TOPIC = 60, 0.3
SMALL_TOPICS, SMALL_TOPIC = 5, 20
"""The last topics have few claims, however large the registry."""
CITATIONS = (0.55, 0.25, 0.12, 0.08)
CHECKS = (0.25, 0.35, 0.25, 0.15)
NEVER = -1

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the vocabulary allows: how many subjects and sources, and how many values each metric has.

    `numeric` are the metrics whose first values are points.
    """

    subjects: int
    sources: int
    values: list[int]
    numeric: list[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """A row of each array is a claim, in the order of first publication; times are seconds since 1970."""

    published: Whole  # claim × revision, NEVER where there is none
    closed: Whole  # when it was retracted or superseded, NEVER where it was not
    replaced_by: Whole  # the claim that supersedes it, NEVER where none does
    subject: Whole
    metric: Whole
    value: Whole
    case: Whole
    topics: Whole  # claim × 2, NEVER where there is no second
    words: NDArray[np.int16]
    hard_stop: Whole  # days from the first publication to the hard stop, NEVER where there is none
    judged: Whole  # a random number for everything that has few values
    sources: Whole  # claim × 4, NEVER where there are fewer
    attributed: Whole  # claim × 4: the source that a citation names, or NEVER
    checks: Whole  # claim × 3: when somebody looked, NEVER where nobody did
    conflicts: Whole  # pair × 2, in order

    @property
    def claims(self) -> int:
        """How many there are."""
        return len(self.published)

    def events(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Claim and revision of every publication in order; a revision beyond the last is the end of the claim."""
        times = np.concatenate([self.published, np.full((self.claims, 1), NEVER)], axis=1)
        ends = np.flatnonzero(self.closed != NEVER)
        times[ends, (self.published[ends] != NEVER).sum(axis=1)] = self.closed[ends]
        claims, revisions = np.nonzero(times != NEVER)
        order = np.lexsort((revisions, claims, times[claims, revisions]))
        return claims[order], revisions[order]


def plan(count: int, shape: Shape, *, seed: int) -> Plan:
    """So many claims."""
    random = np.random.default_rng(seed)
    published = _published(count, random)
    single = np.flatnonzero((published != NEVER).sum(axis=1) == 1)
    ends = random.choice(count, max(2, round(count * CLOSED)), replace=False)
    closed, replaced_by = _ends(count, ends, published, random)
    metric = random.choice(len(shape.values), count, p=random.permutation(zipf(len(shape.values), 0.8)))
    subject = random.choice(shape.subjects, count, p=random.permutation(zipf(shape.subjects, 0.8)))
    value = random.integers(0, np.array(shape.values)[metric])
    case = np.arange(1, count + 1)
    pairs = _pairs(count, np.setdiff1d(single, ends), random)
    first, second = pairs.T
    metric[pairs] = random.choice(shape.numeric, (len(pairs), 1))
    subject[second], case[second] = subject[first], case[first]
    value[first] = random.integers(0, POINTS // 2, len(pairs))
    value[second] = random.integers(POINTS // 2, POINTS, len(pairs))
    hard_stop = np.where(random.random(count) < EXPIRING, random.integers(30, 1_500, count), NEVER)
    hard_stop[pairs] = NEVER  # what has expired contests nothing
    sources, attributed = _sources(count, shape.sources, random)
    return Plan(
        published=published,
        closed=closed,
        replaced_by=replaced_by,
        subject=subject,
        metric=metric,
        value=value,
        case=case,
        topics=_topics(count, random),
        words=statements(count, random),
        hard_stop=hard_stop,
        judged=random.integers(0, 2**31, count),
        sources=sources,
        attributed=attributed,
        checks=_checks(count, published[:, 0], random),
        conflicts=pairs,
    )


def _published(count: int, random: np.random.Generator) -> Whole:
    times = np.full((count, 4), NEVER, dtype=np.int64)
    times[:, 0] = START + np.sort(random.integers(0, SECONDS - 86_400, count))
    more = random.random(count) < REVISED
    revisions = np.where(more, random.choice((2, 3, 4), count, p=(0.6, 0.25, 0.15)), 1)
    for number in range(1, 4):
        before = times[:, number - 1]
        later = before + 1 + (random.random(count) * (int(LAST_DAY.timestamp()) - 3_600 - before)).astype(np.int64)
        times[:, number] = np.where(revisions > number, later, NEVER)
    return times


def _ends(count: int, ends: Whole, published: Whole, random: np.random.Generator) -> tuple[Whole, Whole]:
    """When claims were closed, and by which claims half of them are replaced."""
    closed = np.full(count, NEVER)
    last = published[ends].max(axis=1)
    rest = int(LAST_DAY.timestamp()) - 1 - last
    closed[ends] = last + 1 + (random.random(len(ends)) * (rest - 1)).astype(np.int64)
    replaced_by = np.full(count, NEVER)
    standing = np.setdiff1d(np.arange(count), ends)
    half = ends[: len(ends) // 2]
    # An older claim replaces it, so that both were there at the time.
    older = standing[np.maximum(np.searchsorted(standing, half) - 1, 0)]
    replaced_by[half] = np.where(older < half, older, NEVER)
    return closed, replaced_by


def _pairs(count: int, calm: Whole, random: np.random.Generator) -> Whole:
    """Claims that disagree, in pairs: of those that were published once and stand."""
    sides = random.choice(calm, 2 * max(1, round(count * CONFLICTS)), replace=False)
    return np.sort(sides.reshape(-1, 2), axis=1)


def _topics(count: int, random: np.random.Generator) -> Whole:
    large = TOPICS - SMALL_TOPICS
    skew = next(skew for skew in np.arange(0.5, 3, 0.01) if zipf(large, skew)[0] >= LARGEST_TOPIC)
    shares = zipf(large, skew)
    topics = np.full((count, 2), NEVER)
    topics[:, 0] = random.choice(large, count, p=shares)
    second = random.choice(large, count, p=shares)
    topics[:, 1] = np.where((random.random(count) < 0.35) & (second != topics[:, 0]), second, NEVER)
    small = random.choice(count, SMALL_TOPICS * min(SMALL_TOPIC, count // (2 * SMALL_TOPICS)), replace=False)
    topics[small, 0] = large + np.arange(len(small)) % SMALL_TOPICS
    return topics


def _sources(count: int, sources: int, random: np.random.Generator) -> tuple[Whole, Whole]:
    """The sources that each claim cites, each once, and whom they name as their own source."""
    cited = np.arange(4) < random.choice((1, 2, 3, 4), count, p=CITATIONS)[:, None]
    # Steps of 1 to 3 from a random one: four different ones of at least twelve.
    steps = np.concatenate([np.zeros((count, 1), np.int64), random.integers(1, 4, (count, 3))], axis=1).cumsum(axis=1)
    chosen = (random.integers(0, sources, (count, 1)) + steps) % sources
    named = np.where(random.random((count, 4)) < 0.1, (chosen + 5) % sources, NEVER)
    return np.where(cited, chosen, NEVER), np.where(cited, named, NEVER)


def _checks(count: int, first: Whole, random: np.random.Generator) -> Whole:
    looked = np.arange(3) < random.choice(4, count, p=CHECKS)[:, None]
    times = first[:, None] + (random.random((count, 3)) * (int(LAST_DAY.timestamp()) - 1 - first)[:, None]).astype(
        np.int64
    )
    return np.where(looked, np.sort(times, axis=1), NEVER)
