"""The components that pages are put together from, rendered with what they need and with all they take."""

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation

RANGE = {"low": 40.5, "likely": 50.25, "high": 60.0, "low_open": False, "high_open": False}
CLAIM = {
    "statement": "A build costs <this> much.",
    "citations": [
        {
            "source": {
                "slug": "pairs",
                "publisher": "Pair Programming",
                "published_on": "2026-02-20",
                "reliability": "C",
            }
        },
        {"source": {"slug": "devto", "publisher": "dev.to", "published_on": None, "reliability": "D"}},
        {
            "source": {
                "slug": "pairs",
                "publisher": "Pair Programming",
                "published_on": "2026-02-20",
                "reliability": "C",
            }
        },
    ],
    "subject": {"name": "RAG"},
    "metric": {"name": "build cost"},
    "credibility": 3,
    "certainty": "very_low",
}


class Answers(forms.Form):
    """One field of each kind that the questionnaire has."""

    volume = forms.IntegerField(label="Requests a month", help_text="Calls to the model.")
    cites = forms.ChoiceField(label="Must it cite?", choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")
    step = forms.CharField(widget=forms.HiddenInput)


def component(name: str, **context: object) -> str:
    return render_to_string(f"components/{name}.html", context)


def inline(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


def test_marks_in_running_text_bring_no_space_with_them():
    text = inline(
        'a{% include "components/cite.html" with n=6 href="#c6" only %}'
        '{% include "components/chip.html" with state="due" only %}'
        '{% include "components/grade.html" with reliability="C" credibility=3 only %}'
        '{% include "components/unknown.html" only %}.'
    )
    assert " <a" not in text
    assert "> <" not in text
    assert text.endswith("</span>.")


def test_a_chip_says_its_state_or_the_words_given():
    assert component("chip", state="fresh") == '<span class="chip chip-fresh">fresh</span>'
    assert "overdue 21 days" in component("chip", state="overdue", text="overdue 21 days")


def test_a_grade_can_be_read_aloud_and_leaves_out_what_is_not_known():
    whole = component("grade", reliability="C", credibility=3, certainty="very_low")
    assert "source reliability </span>C" in whole
    assert "very low" in whole
    assert "<b>" not in component("grade", certainty="low")
    assert "certainty" not in component("grade", reliability="C", credibility=3)


@pytest.mark.parametrize(
    ("bar", "drawn"),
    [
        (RANGE, {"line": 2, "circle": 1, "path": 0}),
        (RANGE | {"low": None, "likely": None, "low_open": True}, {"line": 2, "circle": 0, "path": 2}),
        (RANGE | {"high": None, "likely": None, "high_open": True}, {"line": 2, "circle": 0, "path": 2}),
        (RANGE | {"low": 50, "high": 50, "likely": 50}, {"line": 1, "circle": 1, "path": 0}),
        (RANGE | {"low": None, "high": None, "likely": None}, {"line": 1, "circle": 0, "path": 0}),
    ],
)
def test_a_value_bar_draws_what_is_known(bar, drawn):
    svg = component("value_bar", bar=bar)
    assert {shape: svg.count(f"<{shape} ") for shape in drawn} == drawn


def test_a_value_bar_is_drawn_in_plain_numbers_in_every_language():
    with translation.override("es"):
        assert 'x1="40.5"' in component("value_bar", bar=RANGE)


def test_pages_are_offered_only_where_there_are_more():
    assert component("pagination").strip() == ""
    both = component("pagination", previous="/?a", next="/?b", count="412 claims")
    assert 'rel="prev"' in both
    assert 'rel="next"' in both
    assert "412 claims" in both


def test_a_claim_row_names_the_first_source_and_counts_the_rest():
    row = component(
        "claim_row", claim=CLAIM, url="/claims/x/", value_text="US$5", bar=RANGE, freshness="due", contested=True
    )
    assert "A build costs &lt;this&gt; much." in row
    assert "Pair Programming" in row
    assert "and 1 more source " in row
    assert "chip-due" in row
    assert "chip-contested" in row


def test_a_claim_row_needs_no_more_than_the_claim():
    row = component("claim_row", claim=CLAIM, url="/claims/x/")
    assert "chip-" not in row
    assert "<svg" not in row


def test_errors_stand_in_a_summary_that_leads_to_the_fields():
    form = Answers({"volume": "many"})
    summary = component("error_summary", form=form)
    assert 'href="#id_volume"' in summary
    assert 'href="#id_cites_0"' in summary
    assert 'href="#id_step"' not in summary
    assert component("error_summary", form=Answers()).count("<div") == 0


def test_a_field_ties_hint_and_error_to_its_control():
    form = Answers({"volume": "many"})
    field = component("field", field=form["volume"])
    assert 'aria-describedby="id_volume_helptext id_volume_error"' in field
    assert 'id="id_volume_helptext"' in field
    assert 'id="id_volume_error"' in field
    assert 'aria-invalid="true"' in field


def test_a_field_shows_why_it_is_asked_and_what_is_typical():
    typical = [
        {"text": "1 million a day", "label": "narrow tasks", "url": "/claims/x/"},
        {"text": "50", "label": "start"},
    ]
    field = component(
        "field",
        field=Answers()["volume"],
        reason="Price.",
        unit="a month",
        prefix="about",
        typical=typical,
        optional=True,
    )
    assert field.index("Requests a month") < field.index("Calls to the model.") < field.index("<input")
    assert field.index("<input") < field.index("Price.") < field.index("narrow tasks")


def test_a_choice_is_a_group_with_a_legend_and_a_checkbox_has_one_label():
    assert "<legend>Must it cite?" in component("field", field=Answers()["cites"])
    assert component("field", field=Answers()["agreed"]).count("<label") == 1
    assert component("field", field=Answers()["step"]).strip().startswith('<input type="hidden"')


def test_what_has_no_value_is_called_unknown():
    listed = component("definition_list", items=[("Published", None), ("Publisher", "dev.to")])
    assert '<span class="unknown">unknown</span>' in listed
    assert component("unknown", why="no source") == '<span class="unknown">unknown: no source</span>'


def test_side_note_steps_and_breadcrumbs():
    assert "<h3>Confidence</h3><p>medium</p>" in component(
        "side_note", title="Confidence", note="medium", level=3, id="c"
    )
    assert "<h2>Confidence</h2>" in component("side_note", title="Confidence")
    steps = component("steps", steps=[{"title": "Data", "url": "/s/", "state": "current", "note": "2 of 5"}])
    assert 'aria-current="step"' in steps
    trail = component("breadcrumbs", trail=[("Topics", "/topics/"), ("RAG", None)])
    assert '<li aria-current="page">RAG</li>' in trail


@pytest.mark.parametrize("page", ["404.html", "403.html", "500.html"])
def test_pages_of_errors_need_no_context(page):
    text = render_to_string(page)
    assert "<h1>" in text
    assert "csrf" not in text
