"""What a report is called when it is saved: what a firm wrote, safe for every system."""

from dataclasses import replace
from datetime import date

import pytest

from reports.branding.file_names import LONGEST, MOST_BYTES, Named, faults, file_name, unlike

NAMED = Named(
    reference="A-2026-0001",
    client="Meridian Mutual",
    title="Claims triage",
    day=date(2026, 11, 22),
    language="en",
    version="full",
)
EVERY = "{client} - {title} {reference} {date} {language} {version}"


@pytest.mark.parametrize(
    ("pattern", "changes", "options", "expected"),
    [
        ("{reference}-{language}", {}, {}, "A-2026-0001-en.pdf"),
        ("{reference}-{language}", {"draft": True}, {}, "A-2026-0001-en-draft.pdf"),
        ("{reference}-{language}", {"version": "executive", "draft": True}, {}, "A-2026-0001-en-executive-draft.pdf"),
        ("{reference}", {}, {"part": "costs", "form": "xlsx"}, "A-2026-0001-costs.xlsx"),
        (EVERY, {}, {}, "Meridian Mutual - Claims triage A-2026-0001 2026-11-22 en full.pdf"),
        (EVERY, {"version": "annex"}, {}, "Meridian Mutual - Claims triage A-2026-0001 2026-11-22 en annex.pdf"),
        ("{client} {reference}", {"client": "../../etc/passwd"}, {}, "..-..-etc-passwd A-2026-0001.pdf".lstrip(".")),
        ("{client} {reference}", {"client": 'a<b>c:d"e/f\\g|h?i*j'}, {}, "a-b-c-d-e-f-g-h-i-j A-2026-0001.pdf"),
        ("{client} {reference}", {"client": "a\x00b\nc\u202ed\u200be\u2066"}, {}, "a b c d e A-2026-0001.pdf"),
        ("{client}.{reference}", {"client": "CON"}, {}, "_CON.A-2026-0001.pdf"),
        ("{client}.{reference}", {"client": "com1"}, {}, "_com1.A-2026-0001.pdf"),
        ("{client}{reference}", {"client": " . "}, {}, "A-2026-0001.pdf"),
        ("{client} {reference}", {"client": "{title}"}, {}, "{title} A-2026-0001.pdf"),
        ("Informe {client} {reference}", {"client": "Señal ñandú"}, {}, "Informe Señal ñandú A-2026-0001.pdf"),
        ("{client} {reference}", {"client": "Cafe\u0301"}, {}, "Caf\u00e9 A-2026-0001.pdf"),
    ],
)
def test_a_pattern_is_filled_in(pattern, changes, options, expected):
    assert file_name(pattern, replace(NAMED, **changes), **options) == expected


@pytest.mark.parametrize("typed", ["W" * 300, "数" * 300, "👩‍👩‍👧" * 100, "a." * 200])
@pytest.mark.parametrize("pattern", [EVERY, "x" * 69 + "{reference}", "数" * 40 + "{reference}{client}"])
def test_no_name_is_too_long_and_each_keeps_its_reference(typed, pattern):
    assert faults(pattern) == []
    named = replace(NAMED, client=typed, title=typed, draft=True, version="executive")
    for part, form in (("", "pdf"), ("evidence", "xlsx")):
        name = file_name(pattern, named, part=part, form=form)
        assert len(name) <= LONGEST
        assert len(name.encode()) <= MOST_BYTES
        assert "A-2026-0001" in name
        assert name.endswith(f"-draft.{form}")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("report", "{reference} is missing"),
        ("{reference} {author}", "There is no {author}. A file name can hold {reference}, {client}, {title}"),
        ("{reference} {}", "There is no {}."),
        ("{reference} {client", "A brace stands alone"),
        ("{reference} {client} {client}", "{client} stands there twice. Name it once."),
        ("{reference}/{client}", "“/” cannot stand in a file name on every system"),
        ("{reference}: final", "“:” cannot stand in a file name"),
        ("{reference}" + "x" * 70, "The pattern has 81 characters; it can have 80."),
        ("{reference!r}", "There is no {reference!r}."),
        ("{reference.__class__}", "There is no {reference.__class__}."),
        ("数" * 60 + "{reference}", "The pattern has too many letters beyond the Latin ones"),
    ],
)
def test_a_pattern_that_will_not_do_is_refused_in_a_sentence(pattern, why):
    assert any(why in fault for fault in faults(pattern))


def test_no_two_names_are_one_on_a_system_that_knows_no_capitals():
    taken = set()
    for name in ("Report.pdf", "report.pdf", "REPORT.pdf", "other.pdf"):
        taken.add(unlike(name, taken).casefold())
    assert taken == {"report.pdf", "report-2.pdf", "report-3.pdf", "other.pdf"}
    long = "x" * (LONGEST - 4) + ".pdf"
    assert len(unlike(long, {long})) <= LONGEST
