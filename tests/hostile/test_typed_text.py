"""Whatever people type: a report is made of it or it is refused in words, in time, and the next one is made.

The texts are in `typed_text.yaml`. Each goes into every field that a report prints, as long as the field takes it, in a
document of those sections alone.
"""

import io
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
import yaml

from claims.child import Limits
from reports import document
from reports.branding import logos
from reports.branding.brand import Brand, for_client
from reports.branding.rules import LONGEST
from reports.case import Case
from reports.characters import LONGEST_NAME
from reports.document import Document
from reports.operations import MissingCharacters, Written, press
from reports.pdf import Renderer, RenderError
from reports.sections.assumptions import Assumptions
from reports.sections.cover import Cover
from reports.sections.evidence import Evidence
from reports.sections.frameworks import Frameworks
from reports.sections.readings import Readings
from reports.sections.reservations import Reservations
from reports.sections.terms import Terms
from tests.reports import pictures, worked

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]

TYPED = yaml.safe_load(Path(__file__).with_name("typed_text.yaml").read_text(encoding="utf-8"))
PRINTED = (Cover, Frameworks, Readings, Reservations, Evidence, Assumptions, Terms)
LIMITS = Limits(seconds=60, cpu_seconds=45, memory=1024 * 1024 * 1024)
LINE, FOOT, TERMS = LONGEST["cover_text"], LONGEST["footer_text"], LONGEST["disclaimer"]
SECRET = "the secret of this machine"
NAME, REASON, WHY, SENTENCE = LONGEST_NAME, 1000, 500, 300  # characters that a field takes; editors' texts have no end
LOGO = logos.read(pictures.logo())


@dataclass
class Surroundings:
    """A server that nobody may ask, and a file that nobody may read."""

    server: socket.socket
    secret: Path

    def filled(self, entry: dict[str, Any]) -> str:
        """The text of an entry with the address and the file put in."""
        address = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        text = entry["text"].replace("{server}", address).replace("{secret}", str(self.secret))
        return text * entry.get("times", 1)

    def was_asked(self) -> bool:
        """Whether anybody has tried to connect."""
        try:
            self.server.accept()
        except BlockingIOError:
            return False
        return True


@pytest.fixture(scope="module")
def around(tmp_path_factory) -> Iterator[Surroundings]:
    secret = tmp_path_factory.mktemp("hostile") / "secret.svg"
    secret.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{SECRET}</text></svg>', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Surroundings(server, secret)


@pytest.fixture(scope="module")
def worked_case(django_db_setup, django_db_blocker) -> Case:
    """The case of W01 in English; with it that in Spanish is made."""
    with django_db_blocker.unblock():
        return worked.case()


@pytest.fixture(scope="module")
def warm() -> Iterator[Renderer]:
    with Renderer(limits=LIMITS) as renderer:
        yield renderer


def typed(case: Case, text: str) -> Case:
    """A case that says this in every field that somebody may type into."""
    name, reason, sentence = text[:NAME], text[:REASON], {"en": text[:SENTENCE], "es": text[:SENTENCE]}
    result = dict(case.result)
    pair = result["conflicts"][0]["revisions"]
    claims = tuple(one for one in case.claims if one.reference in pair)
    settled = {"value": "production", "note": reason, "by": name}
    own = {
        "firm": name,
        "digest": "",
        "definition": {
            "title": sentence,
            "words": {"verdicts": {"v": sentence}, "reasons": {"r": sentence, "s": sentence}},
        },
    }
    reasons = [{"code": code, "figures": []} for code in ("r", "s")]
    founding = {**result["frameworks"][0], "claims": []}
    firms = {**founding, "id": "own", "version": "1", "verdict": "v", "fired": "r", "reasons": reasons, "own": own}
    result |= {
        "citations": [one for one in result["citations"] if one["claim"] in pair],
        "evidence": {"applied": [], "set_aside": []},
        "pools": [],
        "conflicts": [{**result["conflicts"][0], "reason": text}],
        "frameworks": [founding, firms],
        "scope_questions": [{**result["scope_questions"][0], "settled": settled}],
        "figures": [
            {**one, "origin": {"kind": "assumption", "note": reason, "by": name}}
            if one["origin"]["kind"] == "assumption"
            else one
            for one in result["figures"]
        ],
        "assumptions": result["assumptions"][:2],
    }
    brand = Brand(
        logo=LOGO,
        logo_alt=text[:LINE],
        cover_text=text[:LINE],
        footer_text=text[:FOOT],
        disclaimer=f"{text[:TERMS]}\n\nTerms.",
    )
    return replace(
        case,
        brand=for_client(brand, None),
        title=name,
        client=name,
        firm=name,
        author=name,
        result=result,
        claims=claims,
        reservations=({"code": "open_scope", "about": ["tier"], "reason": text[:WHY], "by": name},),
    )


def made(case: Case) -> Document:
    sections = [section.build(case) for section in PRINTED]
    assert None not in sections
    return Document(case=case, at=document.draft_date(case), sections=tuple(one for one in sections if one))


@pytest.mark.parametrize("entry", TYPED, ids=lambda entry: entry["name"])
def test_it_is_printed_or_refused_and_asks_for_nothing(entry, worked_case, around, warm) -> None:
    case = typed(worked.case("W01", "es" if TYPED.index(entry) % 2 else "en"), around.filled(entry))
    started = time.monotonic()
    if refused := entry.get("refused"):
        with pytest.raises(RenderError, match=re.escape(refused)) as error:
            press(made(case), renderer=warm)
        assert error.value.reason == "text"
    else:
        written = press(made(case), renderer=warm)
        assert written.pages >= 3
        if "{secret}" in entry["text"]:
            pages = pypdf.PdfReader(io.BytesIO(written.content)).pages
            assert not any(SECRET in page.extract_text() for page in pages)
    assert time.monotonic() - started < LIMITS.seconds
    assert not around.was_asked()


def test_a_title_longer_than_may_be_is_refused(worked_case, warm) -> None:
    case = replace(typed(worked_case, "Plain"), title="x" * 100_000)
    with pytest.raises(RenderError, match="title has 100,000 characters; a report prints at most 300 there"):
        press(made(case), renderer=warm)


def test_the_next_one_is_made_after_one_that_was_stopped(worked_case) -> None:
    plain = typed(worked_case, "Plain")
    endless = replace(plain, reservations=plain.reservations * 5_000)
    with Renderer(limits=Limits(seconds=60, cpu_seconds=2, memory=LIMITS.memory)) as renderer:
        with pytest.raises(RenderError, match="used more than 2 seconds of processor time"):
            press(made(endless), renderer=renderer)
        assert isinstance(press(made(plain), renderer=renderer), Written)


def test_characters_that_no_font_has_are_named_when_a_report_is_to_be_issued(worked_case, warm) -> None:
    case = replace(typed(worked_case, "A \U000f1234 B"), issued=True)
    with pytest.raises(MissingCharacters, match=r"U\+F1234"):
        press(made(case), renderer=warm)
