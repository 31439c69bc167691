"""How many mutants of each module of the engine were killed: read from what mutmut left, printed by `script/mutants`."""

import json
import sys
from pathlib import Path

SURVIVED, NO_TEST = 0, 33
"""What mutmut notes where every test passed, and where no test comes by. Of one that was not tried it notes nothing."""


def told(folder: Path) -> list[str]:
    """A line for each module of which some mutant was tried, in the order of their names, and the survivors last."""
    lines, alive = [], []
    for file in sorted(folder.glob("*.meta")):
        ends = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        tried = {name: end for name, end in ends.items() if end is not None}
        survivors = [name for name, end in tried.items() if end in (SURVIVED, NO_TEST)]
        if tried:
            killed = len(tried) - len(survivors)
            share = f"{killed / len(tried):.1%}"
            module = file.name.removesuffix(".py.meta")
            lines.append(
                f"{module:<20} {killed:>5} of {len(tried):>5} killed {share:>7}, {len(ends) - len(tried)} not tried"
            )
            alive += survivors
    return [*lines, "", *alive]


if __name__ == "__main__":
    sys.stdout.write("\n".join(told(Path(sys.argv[1]))) + "\n")
