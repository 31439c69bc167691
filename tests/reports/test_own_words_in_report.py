"""A firm's own words in a report: filled in and traced, ours where they fail, the same again from the manifest."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import lxml.html
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from assessments import operations as assessing
from reports import document, gate, manifest, operations, shared_page
from reports.case import Case
from reports.layouts import ANNEX, EXECUTIVE, FULL
from reports.manifest import Recorder, check_recorded
from reports.models import Report
from reports.own_words import PASSAGES
from reports.own_words_figures import find, names
from reports.own_words_printing import block, passage
from reports.pdf import Attachment
from reports.printing import Printer
from reports.verification import open_pdf, verify
from tests import factories
from tests.factories import worked_cases as cases
from tests.reports import worked
from tests.reports.test_own_words import EXAMPLES

pytestmark = pytest.mark.django_db
LATER = factories.NOON + timedelta(days=3)
FIGURES = (
    'For {{ client }}, {% if has_figure("recommended.tco") %}{{ recommended_inside }} costs '
    '{{ figure("recommended.tco") }} over {{ answer("horizon_months") }}, likely {{ figure_likely("recommended.tco") }} '
    'of {{ figure_range("recommended.tco") }}{% else %}the total is not known{% endif %}.\n\n'
    "{{ firm }}, {{ as_of }}, {{ reference }} & co."
)
NEVER = 'It pays back after {{ figure("break_even.month") }}.'
"""W01 never pays back, so this cannot be said of it."""


def printed_with(words, of="W01", language="en", **changes):
    case = replace(worked.case(of, language), words=words, **changes)
    return document.build(case, at=document.draft_date(case)).print()


def paragraphs_of(printed, section):
    """Markup of the paragraphs of a section, without those that print the seal."""
    html = lxml.html.document_fromstring(printed.html)
    found = html.xpath(f"//section[@id='{section}']//p[not(ancestor::div[contains(@class, 'verify')])]")
    return [lxml.html.tostring(one, encoding="unicode", with_tail=False) for one in found]


def recorded(printed):
    """What is printed with its origin, without the seal, which covers the words themselves."""
    return [one for one in printed.manifest["printed"] if one["origin"]["kind"] != "seal"]


def words_in(language):
    return {name: one.own(language) for name, one in PASSAGES.items()}


def of_the_result(change):
    return lambda case: replace(case, result={**case.result, **change(case.result)})


AS_IT_IS = {
    "as it is": lambda case: case,
    "in two pages": lambda case: replace(case, layout=EXECUTIVE),
    "as an annex": lambda case: replace(case, layout=ANNEX),
    "with nothing drawn": of_the_result(lambda result: {"uncertainty": None}),
    "with other frameworks": of_the_result(lambda result: {"frameworks": result["frameworks"][:-1]}),
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("how", AS_IT_IS)
def test_our_own_texts_as_templates_print_what_we_print(worked_case, how, language):
    case = AS_IT_IS[how](worked.case("W01", language))
    without = document.build(case, at=document.draft_date(case)).print()
    written = replace(case, words=words_in(language))
    with_words = document.build(written, at=document.draft_date(written)).print()
    assert with_words.notes == ()
    for section in {one.section for one in PASSAGES.values()}:
        assert paragraphs_of(with_words, section) == paragraphs_of(without, section)
    assert recorded(with_words) == recorded(without)


def test_every_passage_is_printed_where_it_says(worked_case):
    found = printed_with({name: f"{{{{ firm }}}} says this of {name}." for name in PASSAGES})
    assert found.notes == ()
    for name, one in PASSAGES.items():
        said = f">Northwind Advisory says this of {name}.</p>"
        assert [said in text for text in paragraphs_of(found, one.section)].count(True) == 1
        assert found.html.count(said) == 1


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("client", [case["id"] for case in cases()])
def test_figures_are_printed_as_elsewhere_with_their_marks(worked_case, client, language):
    case = worked.case(client, language)
    found = printed_with({"costs_intro": FIGURES}, client, language)
    assert found.notes == ()
    _, first, second, *_ = paragraphs_of(found, "costs")
    figure = find(case, "recommended.tco")
    if figure is not None:
        printer = Printer(case, Recorder(), printed={one.slug for one in document.build(case, at=LATER).sections})
        assert lxml.html.fromstring(f"<p>{printer.figure(figure)}</p>").text_content() in text_of(first)
        assert re.search(r'href="#answer-Q\d+">Q\d+</a>', first)
    assert text_of(second).startswith("Northwind Advisory, ")
    assert text_of(second).endswith(f"{case.reference} & co.")


def text_of(markup):
    return lxml.html.fromstring(markup).text_content()


def test_what_people_typed_is_escaped_there_too(worked_case):
    words = {"costs_intro": 'Dear {{ client }} & "you" > them &copy us'}
    html = printed_with(words, client="<script>x</script> & {{ 7 }}").html
    dear = 'Dear &lt;script&gt;x&lt;/script&gt; &amp; {{ 7 }} &amp; "you" &gt; them &amp;copy us'
    assert f'<p class="intro">{dear}</p>' in html


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pdf_with_words_of_the_firm_verifies(worked_case, renderer, known, language):
    everywhere = dict.fromkeys(PASSAGES, FIGURES)
    found = printed_with(everywhere, language=language)
    assert found.notes == ()
    every = {manifest.NAME: manifest.encode(found.manifest), **found.files}
    attached = [Attachment(name, content, "Evidence", factories.NOON) for name, content in every.items()]
    pdf = known(renderer.render(found.html, stylesheets=found.stylesheets, attachments=attached).pdf)
    assert [check for check in verify(pdf).checks if not check.holds] == []
    text = " ".join(run for page in open_pdf(pdf).pages for run in page)
    assert text.count("& co.") == len(PASSAGES)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("client", [case["id"] for case in cases()])
@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_an_example_of_the_document_is_filled_in_for_every_client(worked_case, place, client, language):
    recorder = Recorder()
    printer = Printer(replace(worked.case(client, language), words={"costs_intro": EXAMPLES[place]}), recorder)
    paragraphs = passage(printer, "costs_intro")
    check_recorded(block(paragraphs, "intro"), recorder)
    if client != "W05" or place != 1:  # testing in stages has no total
        assert printer.notes == []
        assert paragraphs


# ---- What fails ----

FAILING = {
    "a figure that the case does not have": (
        NEVER,
        'Yours asks for figure("break_even.month"), which this case does not have: ask has_figure("break_even.month") first.',
    ),
    "a figure that it does not have, after one that it has": (
        f'{{{{ figure("recommended.tco") }}}} and {{{{ answer("horizon_months") }}}}. {NEVER}',
        'Yours asks for figure("break_even.month"), which this case does not have: ask has_figure("break_even.month") first.',
    ),
    "what was no fault when it was saved": ("It costs 5.", "Line 1: “5” is a number typed into the text."),
    "a loop that nobody should have saved": ("{% for a in b %}{% endfor %}", "Line 1: {% for %} is not there;"),
    "words that come to nothing": ('{% if language == "es" %}Hola.{% endif %}', "Yours says nothing for this case."),
    "more than there is room for": (
        "{{ title }} " * 150,
        "Yours would have 45,149 characters, and 4,000 are the most.",
    ),
}


@pytest.mark.parametrize("about", FAILING)
def test_ours_is_printed_whole_and_the_consultant_is_told(worked_case, about):
    template, why = FAILING[about]
    changes = {"title": "T" * 300} if about.startswith("more") else {}
    without, found = printed_with({}, **changes), printed_with({"options_intro": template}, **changes)
    [note] = found.notes
    assert note.startswith(f"Options: lead-in: our own text is printed. {why}")
    assert paragraphs_of(found, "options") == paragraphs_of(without, "options")
    assert recorded(found) == recorded(without)
    assert found.manifest["page_references"] == without.manifest["page_references"]


def test_an_answer_that_nobody_gave_is_told(worked_case):
    answers = {**worked.case().result["answers"], "budget_total_usd": None}
    case = replace(worked.case(), result={**worked.case().result, "answers": answers})
    printer = Printer(replace(case, words={"costs_intro": '{{ answer("budget_total_usd") }}'}), Recorder())
    assert passage(printer, "costs_intro") == ()
    [note] = printer.notes
    assert 'Yours asks for answer("budget_total_usd"), which nobody gave in this case' in note


def test_nothing_where_we_say_nothing_either_is_no_failure(worked_case):
    found = printed_with({"costs_intro": '{% if language == "es" %}Hola.{% endif %}', "risks_intro": " \n "})
    assert found.notes == ()
    assert recorded(found) == recorded(printed_with({}))


def test_one_passage_that_fails_leaves_the_others(worked_case):
    found = printed_with({"options_intro": NEVER, "costs_intro": "Our costs."})
    assert len(found.notes) == 1
    assert '<p class="intro">Our costs.</p>' in found.html


def test_a_passage_that_there_is_no_more_is_told(worked_case):
    assert printed_with({"preface": "Hello."}).notes == (
        "There is no passage 'preface': what you wrote for it is printed nowhere.",
    )


def test_the_version_of_two_pages_has_no_lead_in_to_its_summary(worked_case):
    assert "Hello there." in printed_with({"summary_intro": "Hello there."}).html
    assert "Hello there." not in printed_with({"summary_intro": "Hello there."}, layout=EXECUTIVE).html


# ---- Nothing breaks it ----

PIECES = [
    *(f"{{{{ {name} }}}}" for name in ("client", "title", "firm", "reference", "as_of", "recommended", "language")),
    *(f'{{{{ figure("{name}") }}}}' for name in ("recommended.tco", "rag.tco", "break_even.month", "answer.tokens_in")),
    *(f'{{{{ answer("{name}") }}}}' for name in ("horizon_months", "gaps", "budget_total_usd", "baseline_model")),
    '{% if has_figure("break_even.month") %}', '{% if recommended == "rag" %}', "{% else %}", "{% endif %}",
    " ", "\n\n", ".", ",", "-", "and", "24", "<b>", "&", "“",
]  # fmt: skip


@budget(max_examples=200, deadline=None)
@given(template=st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)))
def test_whatever_is_written_no_number_is_printed_without_an_origin(worked_case, template):
    case = replace(worked_case, client="Area 24", words={"options_intro": template})
    recorder = Recorder()
    printer = Printer(case, recorder)
    paragraphs = passage(printer, "options_intro")
    check_recorded(block(paragraphs, "intro"), recorder)
    assert bool(paragraphs) == (bool(template.strip()) and not printer.notes)
    if not paragraphs:
        assert recorder.printed == []
    tags = set(re.findall(r"<(/?\w+)", "".join(paragraphs)))
    assert tags <= {"b", "/b", "sup", "/sup", "a", "/a"}


@pytest.mark.parametrize("client", [case["id"] for case in cases()])
def test_each_figure_that_has_a_name_is_one_of_the_case(worked_case, client):
    case = worked.case(client)
    found = {name: find(case, name) for name in names()}
    assert {one for one in found.values() if one} <= set(case.figures)
    assert found["answer.horizon_months"] == case.answer_figure("horizon_months")
    assert found["assumption.hourly_rate"] in case.result["assumptions"]
    assert found["break_even.month"] is None
    with pytest.raises(KeyError):
        find(case, "F12")


# ---- The manifest, the shared page, the gate ----


def test_the_words_are_in_the_manifest_and_give_the_same_document_again(worked_case):
    first = printed_with({"costs_intro": FIGURES, "options_intro": NEVER})
    stored = json.loads(manifest.encode(first.manifest))
    assert stored["document"]["words"] == {"costs_intro": FIGURES, "options_intro": NEVER}
    again = Case.from_manifest(stored)
    printed = document.build(again, at=document.draft_date(again)).print()
    assert (printed.html, printed.notes) == (first.html, first.notes)


def test_the_seal_covers_the_words(worked_case):
    found = printed_with({"costs_intro": "Our costs."}).manifest
    other = {**found, "document": {**found["document"], "words": {"costs_intro": "Their costs."}}}
    assert manifest.seal_of(found) == found["document"]["seal"] != manifest.seal_of(other)


def test_a_report_without_words_is_as_it_always_was(printed):
    assert "words" not in printed.manifest["document"]
    assert Case.from_manifest(printed.manifest).words == {}


def test_words_for_what_is_not_printed_are_not_handed_out(worked_case):
    words = {"costs_intro": "Our costs.", "evidence_intro": "Our evidence."}
    assert printed_with(words, layout=ANNEX).manifest["document"]["words"] == {"evidence_intro": "Our evidence."}
    assert printed_with(words, layout=FULL).manifest["document"]["words"] == words


def test_the_shared_page_says_it_in_the_words_of_the_firm(worked_case):
    found = printed_with({"costs_intro": FIGURES, "options_intro": NEVER}, issued=True)
    body = shared_page.body_of(Report(manifest=manifest.encode(found.manifest).decode()))
    assert body is not None
    assert body.count("&amp; co.") == 1
    assert "Likely values in USD" in body


def test_a_passage_that_fails_asks_whoever_issues_for_a_reason(worked_case):
    case = replace(worked_case, issued=True, words={"options_intro": NEVER, "costs_intro": "Our costs."})
    ways = {one.code: one for one in gate.of_case(case, on=LATER.date())}
    assert not ways["own_words"].blocks
    [item] = ways["own_words"].items
    assert item.text.startswith("Options: lead-in: our own text is printed.")
    assert item.url == reverse("reports:brand-list")
    assert "own_words" not in {one.code for one in gate.of_case(replace(case, words={}), on=LATER.date())}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_report_says_that_a_text_of_the_firm_is_not_printed(worked_case, language):
    case = replace(worked.case("W01", language), words={"options_intro": NEVER})
    [way] = [one for one in gate.of_case(replace(case, issued=True), on=LATER.date()) if one.code == "own_words"]
    reservation = gate.reservation(way, reason="The usual words do.", by="Clara Weiss")
    found = printed_with(case.words, language=language, reservations=(reservation,))
    assert {"en": "A text of the firm could not be printed here", "es": "Un texto propio de la firma"}[
        language
    ] in found.html


def test_a_draft_tells_what_it_could_not_say_also_when_it_was_kept(worked_case, renderer):
    case = replace(worked_case, words={"options_intro": NEVER}, layout=EXECUTIVE)
    assert operations.write_draft(case=case, at=LATER, renderer=renderer).notes == ()
    case = replace(case, layout=replace(EXECUTIVE, name="custom", sections=("cover", "options", "basis")))
    first = operations.write_draft(case=case, at=LATER, renderer=renderer)
    assert len(first.notes) == 1
    assert operations.write_draft(case=case, at=LATER, renderer=renderer) == first


def test_a_case_without_words_has_nothing_to_excuse():
    factories.examples_gate()
    draft = factories.assessment(answers=factories.worked_answers())
    final = assessing.finalise(by=factories.consultant(), at=factories.NOON, assessment=draft)
    assert "own_words" not in {one.code for one in gate.obstacles(final, language="en", on=LATER.date())}
