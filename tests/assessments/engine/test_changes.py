"""Two result documents side by side: what a person has to look at again, and what not."""

from copy import deepcopy

import pytest

from assessments.engine.changes import BREAK_EVEN, MATERIAL, TOTALS, VERDICTS, Advice, changes
from assessments.engine.framework_files import read_definition
from tests.assessments.engine import own_framework
from tests.assessments.engine.conftest import read


def move(claims, slug, factor):
    """The claims with every number of one claim times a factor."""
    changed = deepcopy(claims)
    value = next(one for one in changed if one["slug"] == slug)["value"]
    value |= {end: value[end] * factor for end in ("low", "likely", "high") if value[end] is not None}
    return changed


@pytest.fixture
def before(judge):
    return judge()


@pytest.fixture
def figure():
    """A figure of a document by what names it, to be changed in place."""

    def find(document, variant, name):
        identity = next(one for one in document["options"] if one["variant"] == variant)["figures"][name]
        return next(one for one in document["figures"] if one["id"] == identity)

    return find


def test_the_same_document_is_unaffected(before):
    found = changes(before, deepcopy(before))
    assert found.as_dict() == {
        "verdict": "unaffected",
        "largest": None,
        "recommendation": {
            "before": Advice.of(before).as_dict(),
            "after": Advice.of(before).as_dict(),
            "flips": False,
        },
        "frameworks": [],
        "figures": [],
    }


def test_a_figure_is_told_by_option_with_both_sides_and_how_far_it_moved(before, figure):
    after = deepcopy(before)
    total = figure(after, "rag", "tco")
    old = dict(total)
    total["likely"] = old["likely"] * 1.25
    found = changes(before, after)
    (moved,) = found.figures
    assert (moved.key, moved.option, moved.label) == ("tco", "rag", old["label"])
    assert (moved.before, moved.after, moved.relative) == (old, total, 0.25)
    assert (found.verdict, found.largest) == ("figures_moved", 0.25)
    assert moved.as_dict() == {
        "key": "tco", "option": "rag", "label": old["label"], "before": old, "after": total, "relative": 0.25,
        "word_before": None, "word_after": None, "material": True,
    }  # fmt: skip


MOVES = [
    ("less than a hundredth is told and moves nothing", {"likely": 1.0099}, 0.0099, "unaffected"),
    ("a hundredth moves it", {"likely": 1.01}, MATERIAL, "figures_moved"),
    ("a hundredth down moves it", {"likely": 0.99}, -MATERIAL, "figures_moved"),
    ("an end that moves counts where the likely value stays", {"high": 1.5}, 0.5, "figures_moved"),
    ("the number that moved most is the one that is told", {"likely": 1.1, "high": 1.5}, 0.5, "figures_moved"),
]


@pytest.mark.parametrize(("factors", "relative", "verdict"), [one[1:] for one in MOVES], ids=[one[0] for one in MOVES])
def test_how_far_a_figure_must_move(before, figure, factors, relative, verdict):
    before = deepcopy(before)
    figure(before, "rag", "tco").update(low=1000, likely=10000, high=20000)
    after = deepcopy(before)
    total = figure(after, "rag", "tco")
    total |= {end: total[end] * factor for end, factor in factors.items()}
    found = changes(before, after)
    assert [one.relative for one in found.figures] == [relative]
    assert found.verdict == verdict


NOT_A_SHARE = [
    ("an end that is known now", {"high": None}, {}, 0.0),
    ("an end that is unknown now", {}, {"high": None}, 0.0),
    (
        "a number that was zero",
        {"low": 0, "likely": None, "high": None},
        {"low": 5, "likely": None, "high": None},
        None,
    ),
    ("another currency", {}, {"currency": "EUR"}, None),
]


@pytest.mark.parametrize(
    ("old", "new", "relative"), [one[1:] for one in NOT_A_SHARE], ids=[one[0] for one in NOT_A_SHARE]
)
def test_what_is_no_share_moves_all_the_same(before, figure, old, new, relative):
    before, after = deepcopy(before), deepcopy(before)
    figure(before, "rag", "tco").update(old)
    figure(after, "rag", "tco").update(new)
    found = changes(before, after)
    assert [(one.key, one.relative, one.material) for one in found.figures] == [("tco", relative, True)]
    assert found.verdict == "figures_moved"


def test_a_figure_that_only_one_side_knows(before):
    after = deepcopy(before)
    del next(one for one in after["options"] if one["variant"] == "rag")["figures"]["tco"]
    (gone,) = changes(before, after).figures
    assert (gone.key, gone.option, gone.after, gone.relative, gone.material) == ("tco", "rag", None, None, True)
    (come,) = changes(after, before).figures
    assert (come.before, come.after, come.label) == (None, gone.before, gone.label)


def test_a_way_to_build_that_only_one_side_has(before):
    after = deepcopy(before)
    after["options"] = [one for one in after["options"] if one["variant"] != "rag"]
    assert {(one.key, one.option) for one in changes(before, after).figures} == {(key, "rag") for key in TOTALS}
    assert {(one.key, one.option) for one in changes(after, before).figures} == {(key, "rag") for key in TOTALS}


def test_a_word_in_place_of_a_break_even(before):
    after = deepcopy(before)
    assert before["break_even"]["month"] == "never"
    after["break_even"]["requests_per_month"] = "immediate"
    after["break_even"]["month"] = None
    requests, month = changes(before, after).figures
    assert (requests.key, requests.option, requests.before["key"], requests.after, requests.word_after) == (
        "requests_per_month", None, "break_even_requests", None, "immediate",
    )  # fmt: skip
    assert (month.key, month.label, month.before, month.word_before, month.word_after) == (
        "month", "month", None, "never", None,
    )  # fmt: skip
    assert set(BREAK_EVEN) <= set(before["break_even"])


def test_a_document_from_before_there_were_variants_and_percentiles(before):
    old = deepcopy(before)
    old["options"] = [one for one in old["options"] if one["variant"] == one["option"]]
    for option in old["options"]:
        del option["variant"]
        for name in ("p10", "p50", "p90", "p_cheapest"):
            option["figures"].pop(name, None)
    found = {(one.key, one.option, one.before is None) for one in changes(old, before).figures}
    assert ("p50", "rag", True) in found
    assert ("tco", "rag", True) not in found


def test_a_framework_that_says_something_else_is_named(before):
    after = deepcopy(before)
    after["frameworks"][0] |= {"verdict": "overkill", "use": "rag"}
    gone = after["frameworks"].pop(3)
    found = changes(before, after)
    assert [one.as_dict() for one in found.frameworks] == [
        {"framework": "simplest-first", "before": "fine_tune", "after": "overkill", "named": [{}, {"use": "rag"}]},
        {"framework": gone["id"], "before": gone["verdict"], "after": None, "named": [{}, {}]},
    ]
    assert found.verdict == "figures_moved"


ADVICE = [
    ("another option", {"option": "rag"}, "recommendation_flips"),
    ("another condition", {"conditions": ["measure_first"]}, "figures_moved"),
    ("the same conditions in another order", {"conditions": ["b", "a"]}, "unaffected"),
    ("less confidence", {"confidence": "low"}, "figures_moved"),
    ("conditional now", {"conditional": True}, "figures_moved"),
]


@pytest.mark.parametrize(("new", "verdict"), [one[1:] for one in ADVICE], ids=[one[0] for one in ADVICE])
def test_the_advice_itself(before, new, verdict):
    before = deepcopy(before)
    if verdict == "unaffected":
        before["recommendation"]["conditions"] = ["a", "b"]
    after = deepcopy(before)
    after["recommendation"] |= new
    found = changes(before, after)
    assert (found.verdict, found.recommendation.flips) == (verdict, verdict == "recommendation_flips")
    assert found.verdict in VERDICTS


DEARER = [
    ("a full training run", "fine-tuning-run-cost-full-40b", {"fine_tune_full"}),
    ("a pipeline to retrieve", "rag-build-cost-production", {"rag", "hybrid_rag_lora"}),
    ("examples in a prompt, and so the break-even", "few-shot-build-cost", {"few_shot", None}),
    ("a claim that no cost rests on", "rag-accuracy-naive", set()),
]


@pytest.mark.parametrize(("slug", "options"), [one[1:] for one in DEARER], ids=[one[0] for one in DEARER])
def test_a_dearer_claim_moves_what_rests_on_it_and_nothing_else(before, judge, claims, slug, options):
    claims[:] = move(read("keystone_claims.yaml"), slug, 1.5)
    found = changes(before, judge())
    assert {one.option for one in found.figures if one.material} == options
    assert found.verdict == ("figures_moved" if options else "unaffected")


def own(version, **parts):
    return read_definition(own_framework.definition() | parts, own_framework.known(), firm="Northwind", version=version)


def test_a_firms_own_framework_brings_title_and_words_of_what_changed(judge):
    before = judge({"prompt_result": "solves"}, frameworks=[own("1")])
    after = judge({"n_examples": 40}, frameworks=[own("1")])
    (found,) = changes(before, after).frameworks
    assert (found.framework, found.before, found.after) == ("upkeep-first", "keep_it_small", "leave_models_alone")
    assert [(side.get("use"), side.get("instead")) for side in found.named] == [("prompting", None), (None, "few_shot")]
    words = [side["own"]["definition"]["words"]["verdicts"] for side in found.named]
    assert [list(codes) for codes in words] == [["keep_it_small"], ["leave_models_alone"]]
    assert found.named[0]["own"]["definition"]["title"] == {"en": "Upkeep first", "es": "Primero, el mantenimiento"}


def test_another_version_of_a_firms_framework_is_named_and_is_no_finding_by_itself(judge, method):
    frameworks = method.frameworks
    before = judge(frameworks=[*frameworks, own("1", choices=own_framework.definition()["choices"])])
    after = judge(frameworks=[*frameworks, own("2", title={"en": "Upkeep, really", "es": "Mantenimiento"})])
    found = changes(before, after)
    assert [(one.framework, one.title["en"], one.before, one.after) for one in found.versions] == [
        ("upkeep-first", "Upkeep, really", "1", "2")
    ]
    assert found.verdict == "unaffected"


def test_a_framework_that_was_added_or_left_out_has_one_side(judge, method):
    with_own = judge(frameworks=[*method.frameworks, own("1", choices=None, **without_choices())])
    without = judge(frameworks=method.frameworks)
    (added,) = changes(without, with_own).frameworks
    assert (added.before, added.after, added.named[0]) == (None, "tune_and_test", {})
    (gone,) = changes(with_own, without).frameworks
    assert (gone.before, gone.after, gone.named[1]) == ("tune_and_test", None, {})
    assert changes(without, with_own).versions == ()


def without_choices():
    """Parts of the example that do not name its choice."""
    data = own_framework.definition()
    data["rules"][2]["show"] = ["in_the_way"]
    data["points_at"]["leave_models_alone"] = []
    data["words"]["verdicts"]["leave_models_alone"] = {"en": "train nothing", "es": "no entrenar nada"}
    return {name: data[name] for name in ("rules", "points_at", "words")}
