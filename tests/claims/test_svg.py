"""Scales, words that fit, labels that keep apart."""

import pytest

from claims.svg import Scale, coordinate, scale_over, shorten, spread, text_width, wrap


@pytest.mark.parametrize(
    ("value", "place"),
    [(100, 0.0), (1000, 50.0), (10_000, 100.0), (1, 0.0), (0, 0.0), (-5, 0.0), (99_999_999, 100.0)],
)
def test_a_logarithmic_scale_keeps_every_value_within_its_ends(value, place):
    assert Scale(100, 10_000, 0, 100, log=True)(value) == pytest.approx(place)


def test_a_linear_scale_may_run_upwards():
    assert Scale(0, 10, 300, 100)(5) == 200.0


def test_a_scale_of_one_value_puts_it_in_the_middle():
    assert Scale(7, 7, 0, 100)(7) == 50.0


def test_a_scale_without_values_is_still_a_scale():
    assert scale_over([None, None], start=0, stop=10, log=True)(3) == 5.0


def test_a_scale_over_values_passes_over_the_unknown_and_where_logarithmic_over_zero():
    scale = scale_over([None, 0, 10, 1000], start=0, stop=100, log=True)
    assert (scale.low, scale.high) == (10.0, 1000.0)


@pytest.mark.parametrize(("low", "high", "log"), [(0, 10, True), (-1, 10, True), (10, 1, False)])
def test_a_scale_that_cannot_be_is_refused(low, high, log):
    with pytest.raises(ValueError, match="scale"):
        Scale(low, high, 0, 100, log)


def test_words_are_broken_to_fit_and_an_ellipsis_says_that_some_are_left_over():
    lines = wrap("fine-tune a small open-weights model on our own machines", size=12, width=120, lines=2)
    assert lines == ["fine-tune a small", "open-weights model…"]
    assert all(text_width(line, 12) <= 125 for line in lines)


def test_one_long_word_is_left_whole():
    assert wrap("internationalisation", size=12, width=20) == ["internationalisation"]


def test_a_name_that_fits_is_left_alone_and_a_longer_one_is_cut_to_its_room():
    assert shorten("gpt-5.4-nano", size=12, width=200) == "gpt-5.4-nano"
    cut = shorten("meta-llama/llama-4-maverick-17b-128e-instruct", size=12, width=120)
    assert cut == "meta-llama/llama-…"
    assert text_width(cut, 12) <= 120


def test_labels_keep_their_places_where_they_do_not_touch():
    assert spread([50.0, 10.0, 90.0], heights=[10, 10, 10], top=0, bottom=100) == [50.0, 10.0, 90.0]


def test_labels_that_would_touch_move_apart_in_their_order_and_stay_inside():
    places = spread([99.0, 98.0, 97.0], heights=[10, 10, 10], top=0, bottom=100)
    assert places == [95.0, 85.0, 75.0]


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (1.256, "1.26"), (-0.001, "0"), (0.5, "0.5"), (100.0, "100"), (-3.10, "-3.1")]
)
def test_a_coordinate_has_at_most_two_decimals(value, text):
    assert coordinate(value) == text
