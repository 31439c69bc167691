"""What a site asks of robots, read as RFC 9309 says: the longest rule that fits counts, and `*` and `$` mean something.

The standard library's parser takes the first rule that fits and knows no wildcards, and so would enter where sites of
today ask robots to stay out.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

OURS = re.compile(r"footing(?![a-z_-])", re.IGNORECASE)
PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))
ENCODED = re.compile(r"%([0-9a-fA-F]{2})")
MOST_READ = 512_000
LONGEST_RULE = 1000
MOST_RULES = 5000
LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#\r\n]*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether what begins with `path` may be fetched."""

    path: str
    allows: bool

    def fits(self, target: str) -> bool:
        """Whether `path` fits from the beginning of `target`. Linear: each piece between stars is looked for once."""
        pattern, whole = (self.path[:-1], True) if self.path.endswith("$") else (self.path, False)
        first, *pieces = pattern.split("*")
        if not target.startswith(first):
            return False
        if not pieces:
            return not whole or target == first
        at = len(first)
        last = pieces.pop() if whole else ""
        for piece in pieces:
            found = target.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return len(target) - len(last) >= at and target.endswith(last)


def allowed(text: str, target: str) -> bool:
    """Whether a site whose robots.txt is `text` lets us fetch `target` (path and query)."""
    wanted = _plain(target)
    fitting = [rule for rule in _rules(text) if rule.fits(wanted)]
    # The longest rule counts; of two alike, the one that allows.
    return max(((len(rule.path), rule.allows) for rule in fitting), default=(0, True))[1]


def _rules(text: str) -> list[Rule]:
    """The rules of the groups that name us; where none does, those of the groups for everybody."""
    ours: list[Rule] = []
    everybody: list[Rule] = []
    named = False
    group: list[list[Rule]] = []  # whose rules the group at hand adds to
    in_names = False
    for line in text.removeprefix("\ufeff").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        field, value = match[1].lower(), match[2].strip()
        if field == "user-agent":
            group = group if in_names else []
            in_names = True
            if OURS.match(value):
                named = True
                group.append(ours)
            elif value == "*":
                group.append(everybody)
        elif field in ("allow", "disallow"):
            in_names = False
            for rules in group:
                if value and len(value) <= LONGEST_RULE and len(rules) < MOST_RULES:
                    rules.append(Rule(_plain(value), field == "allow"))
    return ours if named else everybody


def _plain(path: str) -> str:
    """One spelling for a path and for a rule: what need not be percent-encoded is not, everything else is."""
    encoded = quote(path, safe=PRINTABLE)
    return ENCODED.sub(lambda match: _decoded(match[1]), encoded)


def _decoded(digits: str) -> str:
    letter = chr(int(digits, 16))
    return letter if letter.isascii() and (letter.isalnum() or letter in "-._~") else f"%{digits.upper()}"
