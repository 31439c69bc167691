"""A made-up registry of any size as rows of a file, the same for the same seed, and its vocabulary."""

import csv
import io
import json
from random import Random

from claims.models import Metric, MetricFamily, Source, Subject, Topic
from claims.records import RECORDS

COLUMNS = tuple(column for column in RECORDS["claims"] if column not in ("state", "checks"))
SUBJECTS, METRICS, TOPICS, SOURCES = 12, 8, 24, 200
_NOUNS = ("pipeline", "assistant", "classifier", "summary", "search", "agent", "extraction", "translation")


def make_vocabulary() -> None:
    """Subjects, metrics, topics and sources that the rows name."""
    family = MetricFamily.objects.create(slug="bench", name="Bench", half_life_days=100)
    Subject.objects.bulk_create(Subject(slug=f"subject-{n}", name=f"Subject {n}") for n in range(SUBJECTS))
    Metric.objects.bulk_create(
        Metric(slug=f"metric-{n}", name=f"Metric {n}", family=family, units=["currency"] if n % 2 else ["percent"],
               max_percent=None if n % 2 else 100)
        for n in range(METRICS)
    )  # fmt: skip
    Topic.objects.bulk_create(Topic(slug=f"topic-{n}", name=f"Topic {n}") for n in range(TOPICS))
    Source.objects.bulk_create(
        Source(slug=f"source-{n}", title=f"Source {n}", publisher="Bench", kind="opinion", reliability="C",
               reliability_reason="Made up.")
        for n in range(SOURCES)
    )  # fmt: skip


def rows(count: int, *, seed: int = 1, changed: float = 0.0) -> list[list[str]]:
    """Rows in the order of `COLUMNS`; of a share `changed` of them the figure differs from that of the same seed."""
    random, turn = Random(seed), Random(seed + 1)  # noqa: S311 - no secret is made here
    made = [_row(number, random) for number in range(count)]
    for number in turn.sample(range(count), round(count * changed)):
        cells = dict(zip(COLUMNS, made[number], strict=True))
        cells["value.high"] = str(int(cells["value.high"]) + 1)
        cells["credibility_reason"] += " Read again."
        made[number] = list(cells.values())
    return made


def _row(number: int, random: Random) -> list[str]:
    metric = random.randrange(METRICS)
    low = random.randrange(1, 40)
    high = low + random.randrange(1, 50)
    money = metric % 2 == 1
    scale = 1000 if money else 1
    source = random.randrange(SOURCES)
    printed = f"${low * scale:,} to ${high * scale:,}" if money else f"{low} to {high} %"
    cells = {
        "slug": f"claim-{number:06d}",
        "statement": f"A {random.choice(_NOUNS)} of kind {number} comes to this much in the case of team {number % 977}.",
        "subject": f"subject-{random.randrange(SUBJECTS)}",
        "metric": f"metric-{metric}",
        "topics": "; ".join(f"topic-{n}" for n in sorted(random.sample(range(TOPICS), 2))),
        "value.low": str(low * scale),
        "value.high": str(high * scale),
        "value.unit": "currency" if money else "percent",
        "value.currency": "USD" if money else "",
        "value.per": "build" if money else "",
        "scope": json.dumps({"team": number % 977, "tier": random.choice(("basic", "production"))}),
        "study_type": "practitioner_report",
        "credibility": str(random.randrange(2, 6)),
        "credibility_reason": "One source, plausible.",
        "certainty": random.choice(("low", "very_low")),
        "certainty_reasons": json.dumps([{"code": "imprecision", "note": "One source."}]),
        "citations": json.dumps(
            [
                {
                    "source": f"source-{source}",
                    "stance": "supports",
                    "printed": printed,
                    "locator": f"Table {number % 40}",
                }
            ]
        ),
    }
    return [cells.get(column, "") for column in COLUMNS]


def as_csv(made: list[list[str]]) -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(made)
    return out.getvalue().encode()
