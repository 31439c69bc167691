"""The page on which a version of a report and its sections are chosen, and the choices that a firm keeps."""

import lxml.html
import pytest
from django.urls import reverse

from assessments import operations as assessing
from reports import saved_layouts
from reports.layout_models import SavedLayout
from reports.saved_layouts import OperationRefused
from reports.sections import BY_SLUG, layout_of
from tests import factories

BOARD = ["cover", "costs", "reservations", "summary", "basis"]


@pytest.fixture
def final(db):
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    return assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)


@pytest.fixture
def signed_in(client, final):
    client.force_login(factories.consultant())
    return client


@pytest.fixture
def board(final):
    layout = layout_of("custom", BOARD)
    return saved_layouts.save(
        firm=final.firm, name="Board version", layout=layout, by=factories.consultant(), at=factories.NOON
    )


def address(case):
    return reverse("reports:version", args=[case.reference])


def listed(response):
    """The ticked sections in their order, those that cannot be unticked, and all of them."""
    rows = lxml.html.document_fromstring(response.content).xpath("//ol[@data-sections]/li")
    ticked = [row.get("data-slug") for row in rows if row.xpath(".//input[@checked]")]
    return ticked, {row.get("data-slug") for row in rows if row.xpath(".//input[@disabled]")}, len(rows)


def posted(sections, do, **more):
    return {"language": "en", "layout": "custom", "section": sections, "do": do, **more}


def test_the_list_shows_what_each_version_prints_and_says_what_cannot_be_left_out(signed_in, final):
    whole = signed_in.get(address(final))
    assert listed(whole) == (list(BY_SLUG), {"cover", "reservations"}, len(BY_SLUG))
    assert f"{len(BY_SLUG)} of {len(BY_SLUG)} sections" in whole.content.decode()
    brief = signed_in.get(address(final), {"layout": "executive"})
    assert listed(brief)[:2] == (["cover", "summary", "reservations", "basis"], {"cover", "reservations", "basis"})
    assert "whose lists are left out: Evidence, Assumptions, Your answers, Calculations." in brief.content.decode()


def test_sections_are_named_in_the_language_of_the_report(signed_in, final):
    page = lxml.html.document_fromstring(signed_in.get(address(final), {"language": "es"}).content)
    assert page.xpath("//li[@id='section-summary']//span[@data-name]")[0].text_content() == "Resumen"
    assert {one.get("lang") for one in page.xpath("//span[@data-name]")} == {"es"}


MOVES = {
    "a section goes up": ("up:reservations", ["cover", "reservations", "costs", "summary", "basis"]),
    "a section goes down": ("down:costs", ["cover", "reservations", "costs", "summary", "basis"]),
    "the second stays below the cover": ("up:costs", BOARD),
    "the last stays last": ("down:basis", BOARD),
    "the cover stays first": ("down:cover", BOARD),
    "a section that is not there moves nothing": ("up:nothing", BOARD),
}


@pytest.mark.parametrize(("do", "order"), MOVES.values(), ids=MOVES)
def test_a_section_is_moved_without_a_script(signed_in, final, do, order):
    page = signed_in.post(address(final), posted(BOARD, do), follow=True)
    assert page.status_code == 200
    assert listed(page)[0] == order


def test_a_choice_leads_to_its_draft_and_to_issuing_it(signed_in, final):
    draft = signed_in.post(address(final), posted(BOARD, "draft"))
    assert draft.url == (
        reverse("reports:pdf", args=[final.reference])
        + "?lang=en&layout=custom&sections=cover%2Ccosts%2Creservations%2Csummary%2Cbasis"
    )
    issue = signed_in.post(address(final), posted(BOARD, "issue"))
    assert "Chosen: selected sections with Cover, Costs and break-even" in signed_in.get(issue.url).content.decode()
    named = signed_in.post(address(final), {"language": "es", "layout": "annex", "section": BOARD, "do": "draft"})
    assert named.url.endswith("?lang=es&layout=annex&sections=")


WRONG = {
    "nothing beside the cover": (["cover"], "A report is more than its cover"),
    "a list left out without what the marks stand for": (
        ["cover", "costs", "reservations"],
        "basis cannot be left out",
    ),
    "the reservations left out": (["cover", "costs", "basis"], "reservations cannot be left out"),
    "a section that there is not": (["cover", "prices", "basis"], "There is no section 'prices'"),
    "a section twice": (["cover", "costs", "costs", "basis"], "costs is named more than once"),
}


@pytest.mark.parametrize(("sections", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_chosen_is_said_at_the_list(signed_in, final, sections, message):
    for do in ("show", "issue", "draft", "save"):
        page = signed_in.post(address(final), posted(sections, do, name="Board version"))
        assert page.status_code == 422
    error = lxml.html.document_fromstring(page.content).xpath("//div[@id='id_sections_error']")
    assert message in error[0].text_content()
    assert not SavedLayout.objects.exists()


def test_a_choice_is_saved_used_renamed_and_removed(signed_in, final):
    signed_in.post(address(final), posted(BOARD, "save", name=" Board   version "))
    saved = SavedLayout.objects.get()
    assert (saved.name, saved.sections, saved.firm) == ("Board version", BOARD, final.firm)
    page = lxml.html.document_fromstring(signed_in.get(address(final)).content)
    [use] = page.xpath("//section[@aria-labelledby='saved']//th/a/@href")
    assert listed(signed_in.get(use))[0] == BOARD
    act = {name: reverse(f"reports:version-{name}", args=[final.reference, saved.pk]) for name in ("rename", "remove")}
    signed_in.post(act["rename"], {"name": "For the board"})
    assert SavedLayout.objects.get().name == "For the board"
    refused = signed_in.post(act["rename"], {"name": ""}, follow=True)
    assert "For the board keeps its name. Name: Give the choice a name" in refused.content.decode()
    signed_in.post(act["remove"])
    assert not SavedLayout.objects.exists()


def test_enter_in_the_field_for_the_name_saves(signed_in, final):
    signed_in.post(address(final), {"language": "en", "layout": "custom", "section": BOARD, "name": "Board"})
    assert SavedLayout.objects.get().name == "Board"


TAKEN = {
    "no name": ("  ", "Give the choice a name"),
    "a name the firm has": ("board VERSION", "The firm has a choice of this name already. Give another name."),
    "a long name": ("b" * 61, "at most 60 characters (it has 61)"),
}


@pytest.mark.parametrize(("name", "message"), TAKEN.values(), ids=TAKEN)
def test_a_name_that_cannot_be_is_said_at_its_field(signed_in, final, board, name, message):
    page = signed_in.post(address(final), posted(BOARD, "save", name=name))
    assert page.status_code == 422
    assert message in lxml.html.document_fromstring(page.content).xpath("//div[@id='id_name_error']")[0].text_content()
    assert SavedLayout.objects.count() == 1


def test_another_firm_sees_and_changes_nothing_of_it(client, final, board):
    eastgate = factories.firm("eastgate")
    rival = factories.consultant(eastgate)
    theirs = factories.assessment(of=eastgate)
    client.force_login(rival)
    assert "Saved choices" not in client.get(address(theirs)).content.decode()
    for act in ("rename", "remove"):
        for case, status in ((theirs, 404), (final, 404)):
            done = client.post(reverse(f"reports:version-{act}", args=[case.reference, board.pk]), {"name": "Mine"})
            assert done.status_code == status
    with pytest.raises(OperationRefused, match="does not work for this firm"):
        saved_layouts.rename(saved=board, name="Mine", by=rival)
    with pytest.raises(OperationRefused, match="does not work for this firm"):
        saved_layouts.remove(saved=board, by=rival)
    assert SavedLayout.objects.get().name == "Board version"


def test_only_a_choice_of_ones_own_is_kept(final):
    with pytest.raises(OperationRefused, match="Only a choice of sections of your own"):
        saved_layouts.save(
            firm=final.firm,
            name="Two pages",
            layout=layout_of("executive"),
            by=factories.consultant(),
            at=factories.NOON,
        )
