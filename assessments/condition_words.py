"""A firm's decision table in words, for people who read it on a page. The file itself is one link away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessments import wording
from assessments.engine.questionnaire import Question
from assessments.facts import questionnaire

_OPS = {
    "eq": "is",
    "ne": "is not",
    "lt": "is less than",
    "le": "is at most",
    "gt": "is more than",
    "ge": "is at least",
    "in": "is one of",
    "contains": "includes",
    "any_of": "includes any of",
}
_YES_NO = {True: "yes", False: "no", None: "none"}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule: when it applies, the verdicts with what each speaks for, why, and what is shown beside."""

    id: str
    when: str
    verdicts: tuple[tuple[str, str, str], ...]
    reason: str
    shown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A term, or an entry of a list or a choice: where it belongs, what it is called, and when it holds."""

    group: str
    name: str
    when: str


def rule_rows(definition: Mapping[str, Any]) -> tuple[RuleRow, ...]:
    """The rules in their order, in English."""
    return tuple(_rule(rule, definition) for rule in definition["rules"])


def parts(definition: Mapping[str, Any]) -> tuple[Part, ...]:
    """What the rules name: terms, entries of lists, entries of choices."""
    return tuple(_parts(definition))


def condition_text(condition: Mapping[str, Any] | None) -> str:
    """A condition as one sentence without its full stop: `“Budget” is less than the low value of a-claim`."""
    if condition is None:
        return "in every other case"
    if "fact" in condition:
        return _comparison(condition)
    [(kind, inner)] = condition.items()
    if kind in ("all", "any"):
        joint = " and " if kind == "all" else " or "
        return joint.join(_bracketed(one) if len(inner) > 1 else condition_text(one) for one in inner)
    if kind == "not":
        return (
            f"something of {_name(inner['none_of'])} holds" if "none_of" in inner else f"not ({condition_text(inner)})"
        )
    return f"nothing of {_name(inner)} holds" if kind == "none_of" else _name(inner)


def _bracketed(condition: Mapping[str, Any]) -> str:
    text = condition_text(condition)
    return f"({text})" if condition.keys() & {"all", "any"} else text


def _rule(rule: Mapping[str, Any], definition: Mapping[str, Any]) -> RuleRow:
    words = definition["words"]
    given = rule["verdict"]
    entries = [{"code": given}] if isinstance(given, str) else given
    named = {"use": rule.get("use")}
    verdicts = []
    for entry in entries:
        text = words["verdicts"][entry["code"]]["en"]
        if named["use"]:
            text = text.replace("{use}", wording.word("inside", named["use"]))
        for name in definition.get("choices") or ():
            text = text.replace(f"{{{name}}}", f"what {_name(name)} gives")
        when = condition_text(entry["when"]) if "when" in entry else ""
        options = [named.get(one) or one for one in definition["points_at"][entry["code"]] or ()]
        verdicts.append((wording.sentence(text), when, wording.listing(_option(one) for one in options)))
    return RuleRow(
        rule["id"],
        condition_text(rule.get("when")),
        tuple(verdicts),
        wording.sentence(words["reasons"][rule["id"]]["en"]),
        tuple(_name(name) for name in rule.get("show") or ()),
    )


def _parts(definition: Mapping[str, Any]) -> Iterator[Part]:
    for name, condition in (definition.get("terms") or {}).items():
        yield Part("Named condition", _name(name), condition_text(condition))
    reasons = definition["words"]["reasons"]
    for kind, group in (("lists", "List, all that hold"), ("choices", "Choice, the first that holds")):
        for name, entries in (definition.get(kind) or {}).items():
            for entry in [{"code": entries}] if isinstance(entries, str) else entries:
                code = entry["code"]
                text = reasons[code]["en"] if code in reasons else _option(code)
                yield Part(f"{group}: {_name(name)}", text, condition_text(entry.get("when")))


def _option(code: str) -> str:
    """An option as it stands inside a sentence; a choice that stands for one by its name."""
    return wording.word("inside", code) if wording.has("inside", code) else f"what {_name(code)} gives"


def _name(code: str) -> str:
    return f"“{code.replace('_', ' ')}”"


def _comparison(condition: Mapping[str, Any]) -> str:
    question = questionnaire().by_id.get(condition["fact"])
    return f"{_fact(condition['fact'])} {_OPS[condition['op']]} {_operand(condition, question)}"


def _fact(name: str) -> str:
    question = questionnaire().by_id.get(name)
    return f"“{question.label['en']}”" if question else _name(name)


def _operand(condition: Mapping[str, Any], question: Question | None) -> str:
    if "claim" in condition:
        return f"the {condition['field']} value of {condition['claim']}"
    if "other_fact" in condition:
        return _fact(condition["other_fact"])
    labels = {option.value: option.label["en"] for option in question.options} if question else {}
    value = condition["value"]
    values = value if isinstance(value, list) else [value]
    return wording.listing(_value(one, labels) for one in values)


def _value(value: Any, labels: Mapping[str, str]) -> str:
    return f"“{labels.get(value, value)}”" if isinstance(value, str) else _YES_NO[value]
