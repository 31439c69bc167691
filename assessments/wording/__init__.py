"""What the engine's codes are called, in English and Spanish.

The engine speaks in codes; the words are data in the YAML files beside this
module, grouped by kind of code. Page and report take them from here, so that
both say the same. A code without words is an error, never an empty string.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "es")

_AND = {"en": " and ", "es": " y "}
_ONCE = {"en": ", once ", "es": ", cuando "}
_THEN = {"en": ", then ", "es": ", luego "}


class WordingMissing(LookupError):
    """A code that no file gives words for."""


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    """Kind → code → language → words."""
    words: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for kind, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if kind in words:
                raise WordingMissing(f"{path.name} repeats the kind {kind}")
            words[kind] = entries
    words["reason"] |= words["condition"]  # a condition is a reason too, in the same words
    for path in sorted((Path(__file__).parent.parent / "frameworks").glob("*.yaml")):
        framework = yaml.safe_load(path.read_text(encoding="utf-8"))
        words.setdefault("framework", {})[framework["id"]] = framework["title"]
    return words


def kinds() -> dict[str, dict[str, dict[str, str]]]:
    """All wording: kind → code → language → words."""
    return _words()


def has(kind: str, code: str) -> bool:
    """Whether there are words for a code."""
    return code in _words().get(kind, {})


def word(kind: str, code: str, lang: str = "en", **params: str) -> str:
    """The words for a code. `params` fill the `{names}` in them. Raises `WordingMissing`."""
    try:
        text = _words()[kind][code][lang]
    except KeyError:
        raise WordingMissing(f"no words for {kind} {code!r} in {lang!r}") from None
    return text.format(**params) if params else text


def figure(document: Mapping[str, Any], lang: str = "en") -> str | None:
    """What a figure of a result document is, by its key; None where its label is all there is."""
    if not has("figure", document["key"]):
        return None
    params = {name: str(value) for name, value in document["params"].items()}
    for kind in ("option", "role"):
        if kind in params:
            params[kind] = word(kind, params[kind], lang)
    return word("figure", document["key"], lang, **params)


def listing(items: Iterable[str], lang: str = "en") -> str:
    """`a, b and c`."""
    *head, last = list(items) or [""]
    return ", ".join(head) + _AND[lang] + last if head else last


def sentence(text: str) -> str:
    """With a capital at the start and a full stop at the end."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def headline(recommendation: Mapping[str, Any], lang: str = "en") -> str:
    """The recommendation as one sentence: what to do and what has to be there first."""
    conditions = recommendation["conditions"]
    steps = _THEN[lang].join(word("step", step, lang) for step in recommendation["steps"])
    text = word("advice", recommendation["option"], lang).format(steps=steps)
    for code in conditions:
        if has("qualifier", code):
            text += f", {word('qualifier', code, lang)}"
    clauses = [word("clause", code, lang) for code in conditions if has("clause", code)]
    return sentence(text + (_ONCE[lang] + listing(clauses, lang) if clauses else ""))


def framework(found: Mapping[str, Any], lang: str = "en") -> str:
    """The title of a framework of a result."""
    own = _own(found)
    return str(own["title"][lang]) if own else word("framework", found["id"], lang)


def verdict(found: Mapping[str, Any], lang: str = "en") -> str:
    """What a framework says, in words; the options that a verdict names are put in."""
    own = _own(found)
    given = own["words"]["verdicts"].get(found["verdict"]) if own else None
    if own is None or given is None:  # what is said for want of evidence, all tables say in the same words
        names = {key: word("inside", found[key], lang) for key in ("use", "fallback") if found.get(key)}
        return sentence(word("verdict", found["verdict"], lang, **names))
    text = str(given[lang])
    for name in ("use", *(own.get("choices") or ())):
        if f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", word("inside", found.get(name) or "evidence_missing", lang))
    return sentence(text)


def reason(found: Mapping[str, Any], code: str, lang: str = "en") -> str:
    """Why a framework says it: the rule that fired, as a sentence; an entry of a list, or what was chosen for a name."""
    own = _own(found)
    if own is None:
        return word("reason", code, lang)
    chosen = found[code] if code in (own.get("choices") or ()) else code
    given = own["words"]["reasons"].get(chosen)
    text = str(given[lang]) if given else word("inside", chosen or "evidence_missing", lang)
    return sentence(text) if code == found["fired"] else text


def _own(found: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The definition of a firm's own framework, which brings its words; None of a founding one."""
    definition: Mapping[str, Any] | None = found["own"]["definition"] if "own" in found else None
    return definition


def details(params: Mapping[str, Any]) -> str:
    """The engine's parameters of a reason, as names: `tier: basic, not production`."""
    values = {
        name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in params.items() if value
    }
    key = values.pop("key", "").replace("_", " ")
    wanted = values.pop("client", values.pop("needed", ""))
    found = ", not ".join(filter(None, [", ".join(values.values()), wanted]))
    return ": ".join(filter(None, [key, found]))
