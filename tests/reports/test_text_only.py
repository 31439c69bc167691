"""The report as plain text: what a program finds that knows nothing of tags, from the first line to the last."""

import io
import re
import subprocess

import pypdf
import pytest
from django.utils import translation

from reports.sections import SECTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.one_database]

HEAD = "D-W01 Seguros del Plata 24 · Build decision 2027"
# What a page says of one of its blocks, and the sentence that follows it.
BLOCKS = {
    "en": ("Do this first in this order Build an automated evaluation first; without one nobody can tell",),
    "es": ("Lo primero en este orden Establezca antes una evaluación automatizada; sin ella nadie puede saber",),
}
ORDER = {
    "en": (
        "Every number in this report carries a mark",
        "Fine-tune a small open-weights model with LoRA",
        "What would change this the value at which the advice turns If this … is today and passes",
        "RECOMMENDATION Fine-tuning (LoRA), on conditions What decided the first rule",
        "THE FRAMEWORKS Four ways to decide, and where they part",
        "OPTIONS COMPARED What each way to build costs you",
        "HOW SURE THE COSTS ARE",
        "METHOD AND LIMITS How this was worked out, and what it cannot know The advice rules before opinions",
        "Who says so, and what they have to gain",
        "What nobody has measured",
    ),
    "es": (
        "Cada número de este informe lleva una marca",
        "Ajuste con LoRA un modelo pequeño de pesos abiertos",
        "Qué lo cambiaría el valor en que cambia el consejo Si esto … hoy es y pasa de",
        "RECOMENDACIÓN Ajuste fino (LoRA), con condiciones Qué ha decidido la primera regla",
        "LOS MARCOS Cuatro maneras de decidir, y dónde se separan",
        "COMPARACIÓN DE OPCIONES Lo que cuesta cada manera de construir",
        "QUÉ SEGURIDAD TIENEN LOS COSTES",
    ),
}


@pytest.fixture(scope="module", params=["en", "es"])
def made(request, finished):
    return request.param, finished(request.param, True).content


def text(content, tmp_path, *options):
    """What pdftotext finds, page by page, with single blanks."""
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, text=True, check=True)
    return [" ".join(one.split()) for one in done.stdout.split("\f")[:-1]]


def test_content_is_in_the_order_in_which_it_is_read(made, tmp_path):
    language, content = made
    whole = " ".join(text(content, tmp_path, "-raw"))
    places = [whole.find(part) for part in ORDER[language]]
    assert -1 not in places, ORDER[language][places.index(-1)]
    assert places == sorted(places)
    for part in BLOCKS[language]:
        assert part in whole


@pytest.mark.parametrize("options", [(), ("-layout",), ("-raw",)], ids=["as-read", "as-laid-out", "as-drawn"])
def test_words_are_whole_in_every_way_to_read(made, tmp_path, options):
    language, content = made
    pages = text(content, tmp_path, *options)
    whole = " ".join(pages)
    assert not re.search(r"\b\w \w \w \w\b(?! \d)", re.sub(r"\d", "", whole)), "letters set apart"
    assert not set(whole) & {"\N{HYPHEN}", "\N{SOFT HYPHEN}", "\N{REPLACEMENT CHARACTER}", "\0"}
    assert all(one.count(HEAD) == 1 for one in pages[1:])
    with translation.override(language):
        listed = [re.search(rf"{section.name} \d+ ", pages[0]) for section in SECTIONS if section.listed]
    places = [found.start() for found in listed if found]
    assert len(places) >= 15
    assert places == sorted(places)


def test_each_page_says_whose_it_is_and_which(made):
    pages = pypdf.PdfReader(io.BytesIO(made[1])).pages
    for number, page in enumerate(pages[1:], 2):
        found = " ".join(page.extract_text().split())
        assert HEAD in found
        assert f"{number} / {len(pages)}" in found
