"""A logo from anywhere: a PNG of our own making comes out, or a sentence that says why not."""

import io

import pytest
from PIL import Image

from claims.child import Limits
from reports.branding import logos
from reports.branding.brand import digest
from reports.branding.pixels import digest_of
from tests.reports import pictures

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("name", pictures.TAKEN)
def test_it_becomes_a_small_png_with_nothing_in_it_but_what_it_shows(name):
    logo = logos.read(pictures.TAKEN[name]())
    assert logo.content.startswith(pictures.PNG)
    assert logo.digest == digest(logo.content)
    with Image.open(io.BytesIO(logo.content)) as picture:
        assert picture.format == "PNG"
        assert picture.mode in ("RGB", "RGBA")
        assert picture.size == (logo.width, logo.height)
        assert logo.width <= 600
        assert logo.height <= 240
        assert picture.info == {}
        assert digest_of(picture) == logo.pixels
    assert b"script" not in logo.content
    assert b"secret" not in logo.content


@pytest.mark.parametrize("name", pictures.REFUSED)
def test_it_is_refused_in_a_sentence(name):
    make, why = pictures.REFUSED[name]
    with pytest.raises(logos.LogoRefused) as refused:
        logos.read(make())
    assert why in str(refused.value)
    assert str(refused.value).endswith(".")


def test_what_lies_on_its_side_is_set_upright():
    logo = logos.read(pictures.turned())
    assert logo.height > logo.width


def test_what_can_be_seen_through_stays_so_and_what_cannot_has_no_such_channel():
    with Image.open(io.BytesIO(logos.read(pictures.logo()).content)) as picture:
        assert picture.getchannel("A").getextrema() == (0, 255)
    with Image.open(io.BytesIO(logos.read(pictures.logo("RGB")).content)) as picture:
        assert picture.mode == "RGB"


def test_the_same_file_gives_the_same_logo():
    assert logos.read(pictures.logo()) == logos.read(pictures.logo())


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(logos, "LIMITS", Limits(seconds=0.001, cpu_seconds=1, memory=logos.LIMITS.memory))
    with pytest.raises(logos.LogoRefused, match=r"could not be read: stopped after 0\.001 seconds"):
        logos.read(pictures.logo())
