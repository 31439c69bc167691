"""What a brand may say: each rule as sentences that name what is wrong and what would be right, by field."""

from collections.abc import Iterator, Mapping

from assessments.models import Assessment
from reports import own_words
from reports.branding import file_names
from reports.branding.brand import COLOUR, FACES, PLAIN, Brand, for_client
from reports.branding.colours import NEEDED, WHITE, contrast
from reports.characters import unprintable

LONGEST = {"logo_alt": 150, "cover_text": 160, "footer_text": 100, "disclaimer": 2000}
"""Characters that a text may have."""
ONE_LINE = ("logo_alt", "cover_text", "footer_text")
MOST_PARAGRAPHS = 8
LONGEST_WORD = 40  # of a line in a narrow place

Fault = tuple[str, str]
"""A field of `Brand` (of words with a dot and the passage), and what is wrong with it."""


def faults(brand: Brand, *, below: Brand = PLAIN) -> list[Fault]:
    """What is wrong with what somebody says; nothing: it can be saved. `below`: what stands where it says nothing."""
    return [*_logo(brand), *_faces(brand), *_colours(brand, below), *_texts(brand), *_file_name(brand), *_words(brand)]


def _logo(brand: Brand) -> Iterator[Fault]:
    if brand.logo and not brand.logo_alt.strip():
        yield "logo_alt", "Say what the logo shows, for those who do not see it: the firm's name is enough."
    if brand.logo_alt.strip() and not brand.logo:
        yield "logo_alt", "There is no logo that these words could stand for. Choose one, or leave them out."


def _faces(brand: Brand) -> Iterator[Fault]:
    for field in ("text_font", "figure_font"):
        face = getattr(brand, field)
        if face and face not in FACES:
            yield field, f"There is no face {face!r}. Choose one of {', '.join(FACES)}."


def _colours(brand: Brand, below: Brand) -> Iterator[Fault]:
    wrong = [name for name in ("accent", "ink") if getattr(brand, name) and not COLOUR.match(getattr(brand, name))]
    for name in wrong:
        yield (
            name,
            f"{getattr(brand, name)} is no colour. Write it as # and six digits, such as {getattr(PLAIN, name)}.",
        )
    if not wrong and (brand.accent or brand.ink):
        yield from contrast_faults(for_client(below, brand), said=brand)


def contrast_faults(whole: Brand, *, said: Brand) -> Iterator[Fault]:
    """Where a colour of a whole brand cannot be read, at the colour that was `said`, else at the other one."""
    for name in ("accent", "ink"):
        colour = getattr(whole, name)
        for ground, where in ((WHITE, "white paper"), (whole.tint, f"the ground of the chosen row, {whole.tint}")):
            ratio = contrast(colour, ground)
            if ratio < NEEDED:
                other = "ink" if name == "accent" else "accent"
                has = f"{colour} on {where} has a contrast of {_ratio(ratio)} to 1"
                yield (
                    name if getattr(said, name) else other,
                    f"{has}; text needs {NEEDED:g} to 1. Choose a darker colour.",
                )
                break


def _ratio(ratio: float) -> str:
    """Cut, not rounded: what does not reach 4.5 never reads as 4.50."""
    return f"{int(ratio * 100) / 100:.2f}"


def _texts(brand: Brand) -> Iterator[Fault]:
    for field, most in LONGEST.items():
        text = getattr(brand, field)
        yield from _printable(field, text)
        if len(text) > most:
            yield field, f"The text has {len(text):,} characters; there is room for {most:,}. Shorten it."
        if field in ONE_LINE and "\n" in text.strip():
            yield field, "The text has more than one line. Write it in one."
        if field in ("cover_text", "footer_text") and max(map(len, text.split()), default=0) > LONGEST_WORD:
            yield field, f"The text has a word of more than {LONGEST_WORD} characters. Put blanks into it."
    if len(brand.paragraphs) > MOST_PARAGRAPHS:
        count = len(brand.paragraphs)
        yield "disclaimer", f"The text has {count} paragraphs; it can have {MOST_PARAGRAPHS}. Join some of them."


def _printable(field: str, text: str, subject: str = "The text") -> Iterator[Fault]:
    for _, fault in unprintable(text):
        yield field, f"{subject} {fault}"


def _file_name(brand: Brand) -> Iterator[Fault]:
    yield from _printable("file_name", brand.file_name, "The pattern")
    for fault in file_names.faults(brand.file_name) if brand.file_name else ():
        yield "file_name", fault


def _words(brand: Brand) -> Iterator[Fault]:
    for key, template in brand.words.items():
        language, _, name = key.rpartition(".")
        if language not in Assessment.Language:
            yield f"words.{key}", f"Say the language and the passage, such as {Assessment.Language.values[0]}.{key}."
            continue
        yield from _printable(f"words.{key}", template)
        for fault in own_words.faults(name, template):
            yield f"words.{key}", fault


def by_field(found: list[Fault]) -> Mapping[str, list[str]]:
    """Sentences by field, in their order."""
    told: dict[str, list[str]] = {}
    for field, fault in found:
        told.setdefault(field, []).append(fault)
    return told
