"""What a firm says of its reports, and what one client has instead: rules, versions, and who may."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from assessments.models import Membership
from reports import operations
from reports.branding import operations as branding
from reports.branding.brand import PLAIN, Brand, for_client
from reports.branding.colours import contrast
from reports.branding.versions import brand_of
from reports.models import BrandVersion
from tests import factories

pytestmark = pytest.mark.django_db

LATER = factories.NOON + timedelta(days=3)


@pytest.fixture
def admin(db):
    return factories.member("fay", role=Membership.Role.FIRM_ADMIN)


def save(brand, *, by, **options):
    return branding.save(by=by, at=factories.NOON, firm=factories.firm(), brand=brand, **options)


# --- Rules -----------------------------------------------------------------------------------------------------------


def test_a_client_has_its_own_where_it_says_something_and_the_firms_elsewhere(logo):
    firm = Brand(logo=logo, logo_alt="Firm", accent="#7a1f5c", disclaimer="Of the firm.", words={"a": "1", "b": "2"})
    client = Brand(ink="#222222", disclaimer="Of the client.", words={"b": "3"})
    found = for_client(firm, client)
    assert (found.accent, found.ink, found.disclaimer) == ("#7a1f5c", "#222222", "Of the client.")
    assert (found.logo, found.logo_alt) == (logo, "Firm")
    assert found.words == {"a": "1", "b": "3"}
    assert found.text_font == PLAIN.text_font
    assert for_client(None, None) == PLAIN
    assert for_client(None, Brand()) == PLAIN


def test_the_ratios_are_those_of_the_standard():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#ffffff", "#ffffff"), 2) == 1
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"accent": "#777777"}, "accent", "#777777 on white paper has a contrast of 4.47 to 1; text needs 4.5 to 1"),
        ({"ink": "#999999"}, "ink", "#999999 on white paper has a contrast of 2.84 to 1"),
        ({"accent": "#707070"}, "accent", "#707070 on the ground of the chosen row, #f3f3f3 has a contrast of 4.4"),
        ({"accent": "red"}, "accent", "red is no colour. Write it as # and six digits, such as #0b5c6b."),
        ({"accent": "#fff"}, "accent", "#fff is no colour"),
        ({"ink": "#16202a;} @import url(x)"}, "ink", "is no colour"),
        ({"text_font": "Comic Sans"}, "text_font", "There is no face 'Comic Sans'. Choose one of Footing Serif"),
        ({"logo_alt": "Ours"}, "logo_alt", "There is no logo that these words could stand for"),
        ({"cover_text": "x " * 100}, "cover_text", "The text has 199 characters; there is room for 160."),
        ({"cover_text": "x" * 41}, "cover_text", "The text has a word of more than 40 characters"),
        ({"cover_text": "two\nlines"}, "cover_text", "The text has more than one line"),
        ({"footer_text": "x " * 60}, "footer_text", "The text has 119 characters; there is room for 100."),
        ({"footer_text": "a \u202e b"}, "footer_text", "The text has a character (U+202E) that is no printable text"),
        ({"disclaimer": "x " * 1100}, "disclaimer", "The text has 2,199 characters; there is room for 2,000."),
        ({"disclaimer": "x\n\n" * 9}, "disclaimer", "The text has 9 paragraphs; it can have 8."),
        ({"disclaimer": "nul \x00"}, "disclaimer", "U+0000"),
        ({"file_name": "report"}, "file_name", "{reference} is missing"),
        ({"words": {"en.no-such": "x"}}, "words.en.no-such", "There is no passage 'no-such'."),
        (
            {"words": {"cover_promise": "x"}},
            "words.cover_promise",
            "Say the language and the passage, such as en.cover",
        ),
        ({"words": {"es.cover_promise": "In 3 days."}}, "words.es.cover_promise", "number"),
    ],
)
def test_what_will_not_do_is_refused_at_its_field(admin, said, field, why):
    with pytest.raises(branding.BrandRefused) as refused:
        save(Brand(**said), by=admin)
    assert list(refused.value.faults) == [field]
    assert why in " ".join(refused.value.faults[field])
    assert not BrandVersion.objects.exists()


def test_a_logo_without_words_for_it_is_refused(admin, logo):
    with pytest.raises(branding.BrandRefused, match="Say what the logo shows"):
        save(Brand(logo=logo, logo_alt="  "), by=admin)


def test_colours_are_held_against_those_of_the_other_level(admin):
    """Ink that can be read on the firm's tint and not on that of a client, and the other way round."""
    client = factories.client()
    ink = "#6d6d6d"
    save(Brand(ink=ink, accent="#996000"), by=admin)
    assert contrast(ink, Brand(accent="#000000").tint) < 4.5
    with pytest.raises(branding.BrandRefused) as refused:
        save(Brand(accent="#000000"), by=admin, client=client)
    assert list(refused.value.faults) == ["accent"]
    save(Brand(), by=admin)
    save(Brand(accent="#000000"), by=admin, client=client)
    with pytest.raises(branding.BrandRefused, match=f"With the colours of {client.name}: {ink} on the ground"):
        save(Brand(ink=ink, accent="#996000"), by=admin)


# --- Versions --------------------------------------------------------------------------------------------------------


def test_each_change_is_a_version_and_the_newest_counts(admin, whole):
    client = factories.client()
    first = save(whole, by=admin)
    assert save(whole, by=admin) == first
    second = save(replace(whole, accent=" #1F5C7A "), by=admin)
    own = save(Brand(cover_text="For you"), by=admin, client=client)
    assert (first.number, second.number, own.number) == (1, 2, 1)
    found = brand_of(factories.firm(), client)
    assert (found.accent, found.cover_text) == ("#1f5c7a", "For you")
    assert found.logo.content == whole.logo.content
    assert brand_of(factories.firm(), factories.client("Another")).cover_text == whole.cover_text


def test_an_earlier_one_comes_back_as_the_next(admin, whole):
    first = save(whole, by=admin)
    save(Brand(), by=admin)
    back = branding.restore(by=admin, at=LATER, version=first)
    assert (back.number, back.restores, back.brand) == (3, 1, first.brand)


def test_who_has_not_seen_the_newest_saves_nothing(admin):
    save(Brand(cover_text="One"), by=admin, seen=0)
    with pytest.raises(operations.OperationRefused, match="Somebody else has saved the brand in the meantime"):
        save(Brand(cover_text="Two"), by=admin, seen=0)
    save(Brand(cover_text="Two"), by=admin, seen=1)


def test_no_version_is_ever_changed_or_deleted(admin, whole):
    version = save(whole, by=admin)
    for write in (
        lambda: BrandVersion.objects.update(accent="#000000"),
        lambda: BrandVersion.objects.update(logo=None),
        BrandVersion.objects.all().delete,
    ):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            write()
    assert BrandVersion.objects.get() == version


def test_only_an_admin_of_the_firm_saves(admin, whole):
    reader = factories.member("rea", role=Membership.Role.CLIENT_READER, client=factories.client())
    rival = factories.member("rob", of=factories.firm("eastgate"), role=Membership.Role.FIRM_ADMIN)
    for person in (factories.consultant(), reader, rival):
        with pytest.raises(operations.OperationRefused, match="only its admins change its brand"):
            save(whole, by=person)
    with pytest.raises(operations.OperationRefused, match="is no client of"):
        save(whole, by=admin, client=factories.client(of=factories.firm("eastgate")))
