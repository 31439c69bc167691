"""`script/bench [NAME…]`: run the benchmarks, print a JSON line for each, leave it in var/bench/."""

import json
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 2 where a name is unknown."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from bench import api, assessment_report, charts, conflicts, hostile, imports, living, report, uncertainty  # noqa: PLC0415 - reads models, so it comes after the set-up

    benchmarks = {
        "api": api.run,
        "assessment-report": assessment_report.run,
        "charts": charts.run,
        "imports": imports.run,
        "conflicts": conflicts.run,
        "hostile": hostile.run,
        "uncertainty": uncertainty.run,
        "living": living.run,
        "report": report.run,
    }
    unknown = [name for name in names if name not in benchmarks]
    if unknown:
        print(f"No benchmark {unknown[0]}. There are: {', '.join(benchmarks)}.", file=sys.stderr)
        return 2
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or benchmarks:
        line = json.dumps({"benchmark": name, **benchmarks[name]()})
        print(line, flush=True)
        (folder / f"{name}.json").write_text(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
