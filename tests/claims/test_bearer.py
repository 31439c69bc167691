"""Keys as they are written: chance, checksum, what is kept, and where they are hidden."""

import re

import pytest

from claims import bearer
from claims.bearer import Secret


def test_a_key_has_256_bits_and_a_checksum_that_a_scanner_can_check():
    made = {bearer.make().text for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"footing_[0-9A-Za-z]{49}", text) for text in made)
    assert all(Secret(text).is_well_formed for text in made)


def test_the_checksum_is_the_documented_one():
    # CRC-32 of the key without its checksum, in base 62 with digits first and capitals before small letters.
    assert Secret("footing_" + "0" * 43 + "02f06g").is_well_formed


@pytest.mark.parametrize("text", ["", "footing_", "footing_abc", "x" * 57, "footing_" + "ü" * 49])
def test_what_looks_otherwise_is_none(text):
    assert not Secret(text).is_well_formed


def test_one_wrong_letter_is_noticed():
    text = bearer.make().text
    for place in (8, 20, 50, 56):
        other = "a" if text[place] != "a" else "b"
        assert not Secret(text[:place] + other + text[place + 1 :]).is_well_formed


def test_a_key_shows_itself_to_nobody():
    secret = bearer.make()
    told = f"{secret} {secret!r} {[secret]} {secret.beginning}"
    assert secret.text not in told
    assert secret.text[12:20] not in told


@pytest.mark.parametrize("written", ["{}", "?token={}", '"{}"', "Bearer {}, and {}"])
def test_keys_in_a_text_are_hidden(written):
    text = bearer.make().text
    assert bearer.hidden(written.format(text, text)) == written.format("footing_…", "footing_…")
    assert bearer.hidden(written.format(text, text).replace("_", "%5F")) == written.format("footing_…", "footing_…")
    assert bearer.hidden("The word footing_claims is none.") == "The word footing_claims is none."
