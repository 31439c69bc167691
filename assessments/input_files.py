"""Files of answers and parameters, JSON or YAML, as the commands take them."""

import json
from pathlib import Path
from typing import Any

import yaml


class UnreadableInput(ValueError):
    """A file that is not there, is neither JSON nor YAML, or holds something else than a mapping."""


def read_mapping(path: Path) -> dict[str, Any]:
    """The mapping in a file. JSON is tried first: YAML reads `1e6` as text. Raises `UnreadableInput`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"{path}: not UTF-8 text") from error
    try:
        data = json.loads(text)
    except json.JSONDecodeError:
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise UnreadableInput(f"{path}: neither JSON nor YAML: {error}") from error
    if not isinstance(data, dict):
        raise UnreadableInput(f"{path}: a mapping is expected")
    return data


def to_json_file(path: Path, document: Any) -> None:
    """Writes a document for people and programs to read: indented, keys in their own order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json_text(document), encoding="utf-8")


def json_text(document: Any) -> str:
    """The text of such a file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
