"""How the full report falls into pages: none is half empty, no heading stands alone at the foot of one."""

import io
from dataclasses import replace

import pypdf
import pytest

from reports import document
from reports.operations import typeset
from reports.sections import SECTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]

HEIGHT = 297 / 25.4 * 72  # points: an A4 page
TOP, FOOT = HEIGHT - 27 / 25.4 * 72, 25 / 25.4 * 72  # where its text begins and ends
HALF = (TOP - FOOT) / 2
HEADED = 50  # points below the top of a heading: its lines, and two of what it heads


# The last one would have a heading at the foot of a page, were headings not kept with what follows.
@pytest.fixture(scope="module", params=[("W01", "en"), ("W01", "es"), ("W06", "es")], ids=" ".join)
def made(request, renderer, worked_cases):
    case = replace(worked_cases(*request.param), issued=True)
    return pypdf.PdfReader(io.BytesIO(typeset(case, at=document.draft_date(case), renderer=renderer).content))


def lowest(page):
    """How far down the text of a page goes, in points from below."""
    found = []

    def visit(text, cm, tm, _font, _size):
        height = tm[5] * cm[3] + cm[5]
        if text.strip() and FOOT <= height <= TOP:
            found.append(height)

    page.extract_text(visitor_text=visit)
    return min(found)


def test_no_page_between_the_cover_and_the_last_is_half_empty(made):
    left = {number: lowest(page) - FOOT for number, page in enumerate(made.pages, start=1)}
    inside = [number for number in left if 1 < number < len(left)]
    assert [number for number in inside if left[number] > HALF] == []


def test_no_heading_stands_at_the_foot_of_a_page(made):
    headings = [one for one in made.outline if not isinstance(one, list)]
    assert len(headings) > 10
    below = {one.title: float(one.top) - lowest(made.pages[made.get_destination_page_number(one)]) for one in headings}
    assert [title for title, room in below.items() if room < HEADED] == []


def test_only_the_answer_and_the_reasons_for_it_begin_a_page():
    assert [section.slug for section in SECTIONS if section.opens] == ["summary", "recommendation"]
