"""A framework as a firm writes it: a decision table, its words in both languages, and worked cases.

The syntax of the table is that of the shipped frameworks. Beside it stand `words`, since nobody else has words for the
firm's codes, and `base_answers` with `cases`, which are run before the framework counts (framework_cases.py). The part
without the cases is the definition: it decides, is named by its digest, and goes into results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assessments.engine.claim import Claim
from assessments.engine.errors import FrameworkError
from assessments.engine.framework_conditions import Conditions, in_order
from assessments.engine.framework_findings import LONGEST_SLUG, SLUG, Findings, Problem, placeholders, shown
from assessments.engine.framework_text import check_bounds
from assessments.engine.questionnaire import Questionnaire
from assessments.engine.result import digest
from assessments.engine.tables import Framework, read_table

CASES = ("base_answers", "cases")
NEEDED = ("id", "title", "source", "rules", "points_at", "words")
OPTIONAL = ("claims", "reads", "terms", "lists", "choices", "numbers")
NOT_SAID = frozenset({"evidence_missing", "evidence_expired"})
"""Verdicts of every table whose evidence cannot be used: no rule gives them."""

MOST_RULES = 60
MOST_NAMED = 60  # terms, lists, choices, entries of a list, claims
_TAKEN = frozenset(
    [
        *("id", "source", "version", "verdict", "fired", "expired", "options", "figures", "reasons", "claims"),
        *("lacking", "use", "own", "numbers"),
    ]
)
"""Keys of a framework in the result document, where lists and choices stand beside them."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name. `claims` and `sources` are None where the registry is not asked."""

    questionnaire: Questionnaire
    options: frozenset[str]
    founding: frozenset[str]
    claims: Mapping[str, Claim] | None = None
    sources: frozenset[str] | None = None


def definition_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The part that decides: everything but the cases."""
    return {key: value for key, value in data.items() if key not in CASES}


def read_definition(data: Mapping[str, Any], known: Known, *, firm: str, version: str) -> Framework:
    """The framework that a definition gives. Raises FrameworkError with the first of its problems."""
    check_bounds(data)
    if problems := definition_problems(data, known):
        first = problems[0]
        raise FrameworkError(str(data.get("id")), first.rule, first.key, first.message)
    ordered = {
        **data,
        "terms": in_order(data.get("terms") or {}, "term")[0],
        "lists": in_order(data.get("lists") or {}, "none_of")[0],
        "choices": data.get("choices") or {},
        "rules": [{key: part for key, part in rule.items() if part is not None} for rule in data["rules"]],
    }
    table = read_table(ordered, data["id"], known.questionnaire.fact_types)
    return Framework(
        data["id"],
        data["title"],
        data["source"],
        tuple(data.get("claims") or ()),
        tuple(data.get("reads") or ()),
        replace(table, id=data["id"]),
        {verdict: tuple(options or ()) for verdict, options in data["points_at"].items()},
        data,
        digest(data),
        version,
        firm,
    )


def definition_problems(data: Mapping[str, Any], known: Known) -> list[Problem]:
    """Everything that is wrong with a definition, in the order of its parts."""
    check = _Definition(data, known)
    check.everything()
    return check.findings.problems


class _Definition:
    """One pass over a definition."""

    def __init__(self, data: Mapping[str, Any], known: Known) -> None:
        self.data, self.known, self.findings = data, known, Findings()
        self.facts = known.questionnaire.fact_types
        self.conditions = Conditions(self.findings, self.facts, known.claims)
        self.lists: dict[str, list[str]] = {}
        self.choices: dict[str, list[str]] = {}
        self.verdicts: dict[str, list[Mapping[str, Any]]] = {}  # code → the rules that give it
        self.rules: list[str] = []

    def everything(self) -> None:
        """All parts, in an order in which each is known before it is named."""
        self.findings.keys(self.data, "file", needed=NEEDED, allowed=OPTIONAL)
        self._head()
        self._facts()
        self._terms()
        self._lists()
        self._choices()
        self._rules()
        self.conditions.check_amount()
        self._points_at()
        self._words()

    def _head(self) -> None:
        name, source = self.data.get("id"), self.data.get("source")
        if name is not None:
            if not isinstance(name, str) or len(name) > LONGEST_SLUG or not SLUG.match(name):
                self.findings.add("file", "id", f"{shown(name)} is not a name such as own-hosting-first")
            elif name in self.known.founding:
                self.findings.add("file", "id", f"{name} is a founding framework, which stays as it is: choose another")
        if self.data.get("title") is not None:
            self.findings.words(self.data["title"], "file", "title")
        if source is not None:
            text = self.findings.sentence(source, "file", "source")
            if SLUG.match(text) and self.known.sources is not None and text not in self.known.sources:
                self.findings.add(
                    "file", "source", f"{shown(text)} is not a source of the registry; or say it in words"
                )
        self._claims(self.data.get("claims"), "file")

    def _facts(self) -> None:
        for key, wanted in (("reads", None), ("numbers", "number")):
            for fact in self.findings.entries(self.data.get(key), "file", key, most=len(self.facts)):
                if not isinstance(fact, str) or fact not in self.facts:
                    self.findings.add("file", key, f"{shown(fact)} is not a question or a derived fact")
                elif wanted and self.facts[fact].kind != wanted:
                    self.findings.add("file", key, f"{fact} is not a number")

    def _claims(self, value: Any, rule: str) -> None:
        for slug in self.findings.entries(value, rule, "claims", most=MOST_NAMED):
            if not isinstance(slug, str) or (self.known.claims is not None and slug not in self.known.claims):
                self.findings.add(rule, "claims", f"{shown(slug)} is not a published claim")

    def _named(self, part: str) -> dict[str, Any]:
        """Terms, lists or choices by name; a name that cannot be one is noted and left out."""
        found = self.findings.mapping(self.data.get(part), "file", part)
        if len(found) > MOST_NAMED:
            self.findings.add("file", part, f"has {len(found)} entries; {MOST_NAMED} are allowed")
        taken = (_TAKEN | self.facts.keys()) if part != "terms" else frozenset()
        kept = {}
        for name, entry in list(found.items())[:MOST_NAMED]:
            if name in taken or name in self.lists:
                self.findings.add(part, name, "is a name that has a meaning already: choose another")
            elif self.findings.code(name, part, name):
                kept[name] = entry
        return kept

    def _terms(self) -> None:
        ordered, circle = in_order(self._named("terms"), "term")
        for name in circle:
            self.findings.add("terms", name, "names itself, directly or by way of others")
        for name, condition in ordered.items():
            self.conditions.define_term(name, condition)

    def _lists(self) -> None:
        ordered, circle = in_order(self._named("lists"), "none_of")
        for name in circle:
            self.findings.add("lists", name, "names itself, directly or by way of others")
        for name, entries in ordered.items():
            found = list(self._entries(entries, name, "code"))
            self.lists[name] = [entry["code"] for entry in found if "code" in entry]
            self.conditions.define_list(name, [entry["when"] for entry in found if "when" in entry])

    def _choices(self) -> None:
        for name, entries in self._named("choices").items():
            self.choices[name] = self._choice(entries, name, "code")

    def _entries(self, value: Any, rule: str, key: str) -> Iterator[dict[str, Any]]:
        """Codes with conditions, as mappings; a single code stands for one without a condition."""
        if isinstance(value, str):
            value = [{"code": value}]
        for entry in self.findings.entries(value, rule, key, most=MOST_NAMED):
            found = self.findings.mapping(entry, rule, key)
            self.findings.keys(found, rule, needed=("code",), allowed=("when",))
            self.findings.code(found.get("code"), rule, "code")
            yield {name: part for name, part in found.items() if name != "code" or isinstance(part, str)}

    def _choice(self, value: Any, rule: str, key: str) -> list[str]:
        """The codes of entries of which the first that holds is taken."""
        found = list(self._entries(value, rule, key))
        for entry in found[:-1]:
            if "when" not in entry:
                self.findings.add(rule, "when", "an entry without a condition hides those after it")
        if not found or "when" in found[-1]:
            self.findings.add(rule, "when", "the last entry is for whatever is left and has no condition")
        for entry in found:
            if "when" in entry:
                self.conditions.read(entry["when"], rule)
        return [entry["code"] for entry in found if "code" in entry]

    def _rules(self) -> None:
        rules = self.findings.entries(self.data.get("rules"), "file", "rules", most=MOST_RULES)
        if self.data.get("rules") == []:
            self.findings.add("file", "rules", "there is none")
        for number, entry in enumerate(rules, start=1):
            rule = self.findings.mapping(entry, f"rule {number}", "rules")
            name = self.findings.code(rule.get("id"), f"rule {number}", "id") or f"rule {number}"
            self._rule(rule, name, last=number == len(rules))
            self.rules.append(name)

    def _rule(self, rule: dict[str, Any], name: str, *, last: bool) -> None:
        self.findings.keys(rule, name, needed=("id", "verdict"), allowed=("when", "show", "use", "claims"))
        if name in self.rules:
            self.findings.add(name, "id", "stands twice")
        if last and "when" in rule:
            self.findings.add(name, "when", "the last rule applies to whatever is left and has no condition")
        elif not last and "when" not in rule:
            self.findings.add(name, "when", "is missing: a rule without a condition hides those after it")
        if "when" in rule:
            self.conditions.read(rule["when"], name)
        if rule.get("verdict") is not None:
            for code in self._choice(rule["verdict"], name, "verdict"):
                self.verdicts.setdefault(code, []).append(rule)
                if code in NOT_SAID:
                    self.findings.add(name, "verdict", f"{code} is what is said where evidence cannot be used")
        for shows in self.findings.entries(rule.get("show"), name, "show", most=MOST_NAMED):
            self.findings.one_of(shows, [*self.lists, *self.choices], name, "show", "a list or a choice of this file")
        if "use" in rule:
            self.findings.one_of(rule["use"], self.known.options, name, "use", self._an_option())
        self._claims(rule.get("claims"), name)

    def _an_option(self) -> str:
        return f"an option; those are {', '.join(sorted(self.known.options))}"

    def _points_at(self) -> None:
        points_at = self.findings.mapping(self.data.get("points_at"), "file", "points_at")
        for verdict, options in points_at.items():
            if verdict not in self.verdicts:
                self.findings.add("points_at", verdict, "no rule gives this verdict")
            for option in self.findings.entries(options, "points_at", verdict, most=MOST_NAMED):
                if option != "use" and not (isinstance(option, str) and self._names_options(option)):
                    self.findings.one_of(option, self.known.options, "points_at", verdict, self._an_option())
        for verdict in self.verdicts:
            if verdict not in points_at:
                self.findings.add(
                    "points_at", verdict[:LONGEST_SLUG], "is missing: which options does this verdict speak for?"
                )

    def _names_options(self, choice: str) -> bool:
        """Whether it is a choice all of whose codes are options."""
        return choice in self.choices and self.known.options.issuperset(self.choices[choice])

    def _words(self) -> None:
        words = self.findings.mapping(self.data.get("words"), "file", "words")
        self.findings.keys(words, "words", needed=("verdicts", "reasons"), allowed=())
        codes = [code for found in self.lists.values() for code in found]
        codes += [code for name, found in self.choices.items() if not self._names_options(name) for code in found]
        verdicts = self.findings.mapping(words.get("verdicts"), "words", "verdicts")
        self._complete(verdicts, "verdicts", list(self.verdicts))
        self._complete(
            self.findings.mapping(words.get("reasons"), "words", "reasons"), "reasons", [*self.rules, *codes]
        )
        for code, rules in self.verdicts.items():
            for name in placeholders(verdicts.get(code)):
                if not all("use" in rule if name == "use" else name in (rule.get("show") or ()) for rule in rules):
                    message = f"names {{{name}}}, which not every rule with this verdict has: use, or a choice it shows"
                    self.findings.add("words", code, message)

    def _complete(self, found: dict[str, Any], part: str, codes: list[str]) -> None:
        """Words for every code and for nothing else."""
        options = [name for name in self.choices if self._names_options(name)]
        for code in dict.fromkeys(codes):
            if code not in found:
                self.findings.add("words", part, f"there are none for {shown(code)}")
        wanted = frozenset(codes)
        for code, entry in found.items():
            if code not in wanted:
                self.findings.add("words", part, f"{shown(code)} is not a code of this file")
            self.findings.words(entry, f"words, {part}", code, names=("use", *options) if part == "verdicts" else ())
