"""The language in which a firm writes its words: names, figures, answers and conditions, and nothing that runs for long.

It is a small part of Jinja. The pieces of a template are checked one by one before it is parsed, and the parsed tree
against a list of what may stand in it; so there is nothing that repeats, reaches out or computes, and what a template
costs is bounded by its length.
"""

import unicodedata
from functools import lru_cache
from html import escape
from itertools import islice

from jinja2 import Template, TemplateSyntaxError

from reports.own_words_pieces import piece_faults
from reports.own_words_syntax import FORMS, LONGEST, MOST, SHOWN, Unwritable, environment
from reports.own_words_tree import check_tree


def faults(template: str) -> list[str]:
    """What is wrong with a template, each as a sentence that begins with its line; at most five are told."""
    if len(template) > LONGEST:
        return [f"The text has {len(template):,} characters, and {LONGEST:,} are the most. Shorten it."]
    text = _of_one_kind(template)
    found = list(dict.fromkeys(str(one) for one in islice(piece_faults(text), MOST)))
    if not found:
        try:
            check_tree(environment.parse(text))
        except Unwritable as fault:
            found = [str(fault)]
        except TemplateSyntaxError as error:
            found = [str(Unwritable(error.lineno, f"This is not understood ({error.message}). {FORMS}"))]
    return found[:SHOWN]


@lru_cache(maxsize=256)
def compiled(template: str) -> Template:
    """A template in which there is no fault, ready to be filled in.

    Jinja takes the words of a template for markup; ours are not, so they are escaped. Where there is no fault none of
    these signs stands between braces.
    """
    return environment.from_string(escape(_of_one_kind(template), quote=False))


def _of_one_kind(template: str) -> str:
    """With letters and their accents as one character each, so that an accent alone is something else."""
    return unicodedata.normalize("NFC", template)
