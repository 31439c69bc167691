"""What the gate says of texts that cannot be printed, and of a version: as issuing itself would find it."""

import re
from html import escape

import pytest
from django.db import connection
from django.urls import reverse

from assessments import operations as assessing
from assessments.models import Assessment, Client
from claims import immutability
from reports import document, fonts, gate, operations
from reports.characters import LONGEST_NAME
from reports.layouts import ANNEX, EXECUTIVE, Layout
from reports.pdf import RenderError
from tests import factories

pytestmark = pytest.mark.django_db
UNKNOWN = "\U000f1234"  # of the characters that nobody defines: no font has it
TEXTS = {
    "plain letters": "Which claims count?",
    "letters of Europe": "Łódź, Győr, Ñandú, Île, Straße",
    "signs that a report prints": "US$1,000–2,000 · “so” … 50 % € £ ½ ×",
    "blanks that do not break": "10\u00a0000 and 10\u202f000",
    "an accent of its own": "re\u0301sume\u0301",
    "a soft hyphen and a joiner": "fine\u00adtuning a\u200db",
    "arrows and sums": "A → B ≤ ∑ ≠ ∞",
    "Greek and Russian": "λόγος, слово",
    "Chinese": "模型 is a model",
    "Arabic": "نموذج",
    "Hindi": "प्रतिरूप",
    "a face": "Well done 🙂",
    "a face with a colour": "Well done 👍🏽",
    "a flag": "🇪🇸",
    "a character that nobody defines": f"A {UNKNOWN} here",
    "one in a long text": "Plain words. " * 40 + UNKNOWN,
}
PLACES = ("<h1>{}</h1>", "<p>{}</p>", '<p class="mono">{}</p>', "<table><tr><td><b>{}</b></td></tr></table>")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_characters_found_are_those_that_the_press_misses(renderer, text):
    body = "".join(place.format(escape(text)) for place in PLACES)
    page = f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{body}</body></html>'
    assert fonts.missing([text]) == renderer.render(page).missing


def test_what_every_font_of_ours_has_asks_no_press(monkeypatch):
    monkeypatch.setattr("reports.pool.own", lambda: pytest.fail("a press was asked"))
    assert fonts.missing([TEXTS["plain letters"], TEXTS["letters of Europe"]]) == ()


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


def found(assessment, **options):
    return {
        one.code: one
        for one in gate.obstacles(assessment, language="en", on=factories.NOON.date(), **options)
        if one.blocks
    }


def titled(final, title):
    """The case under another title, changed behind the back of the triggers."""
    with immutability.suspended(connection):
        Assessment.objects.filter(pk=final.pk).update(title=title)
    final.refresh_from_db()
    return final


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_gate_and_issuing_agree_on_every_title(final, renderer, text):
    titled(final, text[-200:])
    blocked = found(final)
    case = document.stored(final, as_of=final.as_of, language="en", issued=True, layout=EXECUTIVE)
    made = document.build(case, at=final.finalised_at)
    if not blocked:
        assert operations.press(made, renderer=renderer).pages
        return
    assert list(blocked) == ["no_font"]
    items = blocked["no_font"].items
    assert {item.url for item in items} == {reverse("assessments:copy", args=[final.reference])}
    named = [item.text.split("(")[1].split(")")[0] for item in items]
    with pytest.raises(operations.MissingCharacters) as refused:
        operations.press(made, renderer=renderer)
    assert re.findall(r"U\+[0-9A-F]+", str(refused.value)) == named


def test_a_text_that_cannot_be_printed_is_found_with_where_it_is_mended(final, renderer):
    Client.objects.filter(pk=final.client_id).update(name="Acme \u202e ltd")
    final.refresh_from_db()
    blocked = found(final)
    assert list(blocked) == ["unprintable"]
    (item,) = blocked["unprintable"].items
    assert item.text.startswith("client has a character (U+202E)")
    assert item.url == reverse("assessments:client-list")
    with pytest.raises(operations.InTheWay, match=r"client has a character \(U\+202E\)"):
        operations.issue(
            assessment=final, by=factories.consultant(), at=factories.NOON, because=factories.REASON, renderer=renderer
        )
    assert LONGEST_NAME == 300
    case = document.stored(final, as_of=final.as_of, language="en", issued=True)
    with pytest.raises(RenderError, match="client has a character"):
        operations.typeset(case, at=final.finalised_at, renderer=renderer)


def test_a_version_that_hides_the_reservations_is_in_the_way_and_leads_to_the_list(final):
    (item,) = found(final, layout=Layout("custom", ("cover", "costs", "basis")))["hidden_reservations"].items
    assert item.text.startswith("reservations cannot be left out: this report is issued with reservations")
    asked = "?language=en&layout=custom&sections=cover%2Ccosts%2Cbasis"
    assert item.url == reverse("reports:version", args=[final.reference]) + asked
    assert found(final, layout=EXECUTIVE) == found(final, layout=ANNEX) == found(final) == {}


def test_a_reason_that_cannot_be_printed_is_said_at_its_field(client, final):
    client.force_login(factories.consultant())
    address = reverse("reports:issue", args=[final.reference])
    given = {
        "reason_no_total": f"The board knows {UNKNOWN} of it.",
        "reason_house_assumptions": "It \u202e turns round.",
    }
    page = client.post(address, {"language": "en", "layout": "executive", **given})
    assert page.status_code == 422
    errors = page.context["form"].errors
    assert f"no font here: {UNKNOWN}. Write it without them." in errors["reason_no_total"][0]
    assert "U+202E" in errors["reason_house_assumptions"][0]
