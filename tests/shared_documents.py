"""Where the founding documents, the contract and the worked cases are: files that are not ours to publish.

They lie in a folder `shared` beside the checkout, or beside the checkout that this one was cloned from.
"""

import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]


def _beside() -> Path:
    folder = TOP.parent / "shared"
    if folder.is_dir():
        return folder
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
