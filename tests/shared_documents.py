"""Where the founding documents, the contract and the worked cases are: files that are not ours to publish.

They lie in a folder `shared` beside the checkout, or beside the checkout that this one was cloned from. A copy of the
tests inside the checkout, as `script/mutants` makes one, reads the same folder.
"""

import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]


def _beside() -> Path:
    folder = TOP.parent / "shared"
    for above in TOP.parents:
        if (above / "shared").is_dir():
            return above / "shared"
    origin = subprocess.run(
        ["git", "config", "--get", "remote.origin.url"], cwd=TOP, capture_output=True, text=True, check=False
    ).stdout.strip()
    elsewhere = Path(origin).parent / "shared" if origin.startswith("/") else folder
    if elsewhere.is_dir():
        return elsewhere
    raise FileNotFoundError(
        f"{folder} is not there: the tests compare the registry with the founding documents and the engine with worked "
        "cases, which stand in a folder `shared` beside the checkout. See docs/contributing.md."
    )


SHARED = _beside()
