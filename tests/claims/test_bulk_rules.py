"""Many claims are judged by the rules of one."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import operations
from claims.import_rows import read_row
from claims.models import Claim
from claims.operations import bulk_rules
from claims.operations.bulk_rules import BulkRules, Vocabulary
from claims.operations.working_copies import Copy
from tests.claims import factories as make
from tests.claims.factories import NOON
from tests.claims.import_files import make_vocabulary, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def vocabulary() -> None:
    make_vocabulary()


BAD = [
    {},
    {"statement": ""},
    {"statement": "half of a pair: \ud800"},
    {"statement": "zero \x00"},
    {"low": "50000"},
    {"likely": "1"},
    {"low": None},
    {"bound": "at_least"},
    {"bound": "perhaps"},
    {"unit": "percent"},
    {"unit": "bananas"},
    {"unit": ""},
    {"currency": ""},
    {"currency": "dollars"},
    {"per": "moon"},
    {"rating": "low"},
    {"low": "0.123456789"},
    {"low": "1234567890123456"},
    {"scope": {"Tier": "x"}},
    {"scope": {"tier": [1]}},
    {"scope": {"tier": float("inf")}},
    {"scope": {"tier": "\x00"}},
    {"scope": []},
    {"scope": {"a": True, "b": 2, "c": 1.5, "d": "x"}},
    {"study_type": "rumour"},
    {"credibility": 7},
    {"credibility": 0},
    {"credibility_reason": ""},
    {"certainty": "absolute"},
    {"certainty_reasons": [{"code": "envy", "note": "x"}]},
    {"certainty_reasons": [{"code": "bias"}]},
    {"certainty_reasons": "bias"},
    {"certainty_reasons": [{"code": "bias", "note": "\x00"}]},
    {"certainty_reasons": []},
    {"statement_es": "\x00"},
    {"assumptions": "\ud800"},
    {"metric": "share", "unit": "percent", "currency": "", "per": "", "low": "1", "likely": None, "high": "101"},
    {"metric": "share", "unit": "percent", "currency": "", "per": "", "low": "-1", "likely": None, "high": "10"},
    {"metric": "fit", "unit": "rating", "currency": "", "per": "", "low": None, "likely": None, "high": None,
     "rating": "good"},
    {"metric": "fit", "unit": "rating", "currency": "", "per": "", "low": None, "likely": None, "high": None,
     "rating": "low"},
]  # fmt: skip


def good_copy() -> Copy:
    copy = read_row(row())[1]
    assert copy is not None
    return copy


def verdicts(copy: Copy) -> tuple[set[str], set[str]]:
    """The parts refused in bulk, and the fields refused one by one."""
    in_bulk = BulkRules(Vocabulary()).refusals("rag-build-cost", copy)
    numbers = {name: None if copy[name] is None else Decimal(copy[name]) for name in ("low", "likely", "high")}
    columns = {key: copy[key] for key in copy if key not in ("topics", "citations", "subject", "metric")}
    claim = Claim(
        slug="rag-build-cost",
        subject=make.subject(),
        metric=make.metric(copy["metric"]),
        changed_by=make.editor(),
        changed_at=NOON,
        **{**columns, **numbers, "expires_on": copy["expires_on"]},
    )
    try:
        operations.validate(claim)
    except ValidationError as error:
        return set(in_bulk), set(error.message_dict)
    return set(in_bulk), set()


@pytest.mark.parametrize("changes", BAD, ids=str)
def test_a_claim_is_judged_alike_in_bulk_and_alone(changes):
    in_bulk, alone = verdicts(good_copy() | changes)
    assert bool(in_bulk) == bool(alone)
    # Alone a claim is refused for the first thing that is wrong; in bulk for all.
    assert alone <= in_bulk


TEXTS = st.one_of(
    st.sampled_from(["", "currency", "percent", "USD", "build", "low", "at_least", "x" * 41]), st.text(max_size=5)
)
NUMBERS = st.one_of(
    st.none(),
    st.sampled_from(["0", "18000", "28000", "45000"]),
    st.decimals(-1e17, 1e17, allow_nan=False).map("{:f}".format),
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("low", "likely", "high"), NUMBERS),
        **dict.fromkeys(("bound", "rating", "unit", "currency", "per", "study_type", "certainty", "statement"), TEXTS),
        "metric": st.sampled_from(["build-cost", "share", "fit"]),
        "credibility": st.integers(-1, 8),
        "scope": st.dictionaries(
            st.text("a_B1", max_size=3), st.one_of(st.text(max_size=2), st.floats(), st.booleans())
        ),
        "certainty_reasons": st.lists(
            st.fixed_dictionaries({"code": st.sampled_from(["bias", "x"]), "note": st.text()})
        ),
    },
)


@settings(max_examples=150, deadline=None)
@given(changes=CHANGES)
def test_any_claim_is_judged_alike_in_bulk_and_alone(changes):
    in_bulk, alone = verdicts(good_copy() | changes)
    assert bool(in_bulk) == bool(alone), (changes, in_bulk, alone)
    assert alone <= in_bulk


CITATIONS = [
    ([], True),
    ([{"printed": "x" * 201}], False),
    ([{"printed": "x" * 200}], True),
    ([{"locator": ""}], False),
    ([{"locator": "x" * 301}], False),
    ([{"stance": "denies"}], False),
    ([{"attributed_to": "upstream"}], True),
    ([{"attributed_to": "a-blog"}], False),
    ([{}, {}], False),
    ([{}, {"stance": "mentions"}], True),
    ([{"note": "\x00"}], False),
]


@pytest.mark.parametrize(("changes", "is_good"), CITATIONS, ids=str)
def test_citations_are_judged_alike_in_bulk_and_alone(changes, is_good):
    whole = {
        "source": "a-blog",
        "stance": "supports",
        "printed": "1",
        "locator": "x",
        "attributed_to": None,
        "note": "",
    }
    citations = [whole | change for change in changes]
    refused_in_bulk = BulkRules(Vocabulary()).refusals("x", good_copy() | {"citations": citations})
    assert refused_in_bulk.keys() == (set() if is_good else {"citations"})
    if any("\x00" in citation["note"] for citation in citations):
        return  # SQLite stores it, PostgreSQL cannot: an import refuses it on both
    sources = {source.slug: source for source in (make.source(), make.source("upstream"))}
    named = [
        citation | {"source": sources[citation["source"]], "attributed_to": sources.get(citation["attributed_to"])}
        for citation in citations
    ]
    try:
        make.draft("alone", citations=named)
    except ValidationError:
        assert not is_good
    else:
        assert is_good


def test_unknown_words_of_the_vocabulary_are_named():
    copy = good_copy() | {"metric": "luck", "topics": ["nothing"]}
    copy["citations"] = [good_copy()["citations"][0] | {"attributed_to": "nowhere"}]
    assert BulkRules(Vocabulary()).refusals("x", copy) == {
        "metric": ["There is no metric luck."],
        "topics": ["There is no topic nothing."],
        "citations": ["Citation 1: There is no source nowhere."],
    }


def test_a_word_that_was_likely_meant_is_named_as_long_as_that_is_quick(monkeypatch):
    rules = BulkRules(Vocabulary())
    meant = {"subject": ["There is no subject ragg. Is rag meant?"]}
    assert rules.refusals("x", good_copy() | {"subject": "ragg"}) == meant
    monkeypatch.setattr(bulk_rules, "MOST_GUESSES", 1)
    assert rules.refusals("x", good_copy() | {"subject": "ragg"}) == meant
    assert rules.refusals("x", good_copy() | {"subject": "raag"}) == {"subject": ["There is no subject raag."]}
