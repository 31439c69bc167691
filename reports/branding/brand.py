"""The brand of a report as plain data, and what it makes of a stylesheet. Knows no database."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from reports.branding.colours import tint

FOLDER = "brand/"  # in the addresses of the pictures of a document; nothing is fetched from there
COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
FACES = ("Footing Serif", "Footing Sans")
"""Faces that ship with us, whose figures are of one width."""
SERIF = FACES[0]
FOOT = """@page { @bottom-left { content: string(footer) "\\A" string(evidence); white-space: pre-wrap } }
@page :first { @bottom-left { content: none } }
"""
TEXTS = ("cover_text", "footer_text", "disclaimer")
"""What a firm says in its own words on cover, foot and last page."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as `logos.py` made it. `digest` is that of the PNG, `pixels` that of what it shows, whatever holds it.

    `content`: the PNG; empty where only its description is known.
    """

    digest: str
    pixels: str
    width: int
    height: int
    content: bytes = field(default=b"", compare=False)

    @property
    def name(self) -> str:
        """By what a document asks for it."""
        return f"{FOLDER}{self.digest.removeprefix('sha256:')}.png"


@dataclass(frozen=True, slots=True)
class Brand:
    """What somebody says of how reports look; whatever is empty is left to who comes before.

    `accent` and `ink` are `#rrggbb`; faces are names in `FACES`; `file_name` is a pattern of `file_names.py`; `words`
    are templates for passages of the report, by language and name with a point between them (`en.cover_promise`).
    """

    logo: Logo | None = None
    logo_alt: str = ""
    accent: str = ""
    ink: str = ""
    text_font: str = ""
    figure_font: str = ""
    cover_text: str = ""
    footer_text: str = ""
    disclaimer: str = ""
    file_name: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_described(cls, described: Mapping[str, Any]) -> Self:
        """The brand that a manifest describes: the house's where it says nothing. The bytes of the logo are not in it."""
        known = {one.name for one in fields(cls)} - {"logo", "file_name", "words"}
        logo = described.get("logo")
        said = {name: value for name, value in described.items() if name in known}
        return over(PLAIN, cls(**said, logo=Logo(**logo) if logo else None))

    @property
    def described(self) -> dict[str, Any]:
        """What a report prints of it, for the manifest; nothing where that is all the house's own."""
        said = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name not in ("logo", "file_name", "words") and getattr(self, one.name) != getattr(PLAIN, one.name)
        }
        if self.logo:
            logo = self.logo
            said["logo"] = {"digest": logo.digest, "pixels": logo.pixels, "width": logo.width, "height": logo.height}
        return said

    def said_in(self, language: str) -> dict[str, str]:
        """The words for the passages of a report in one language, by the name of the passage."""
        return {name[3:]: text for name, text in self.words.items() if name.startswith(f"{language}.")}

    @property
    def tint(self) -> str:
        """The ground of the chosen row."""
        return HOUSE_TINT if self.accent == PLAIN.accent else tint(self.accent)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The disclaimer, cut where it has an empty line."""
        parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", self.disclaimer.replace("\r\n", "\n")))
        return tuple(part for part in parts if part)

    @property
    def pictures(self) -> dict[str, bytes]:
        """What a document asks for by name."""
        return {self.logo.name: self.logo.content} if self.logo and self.logo.content else {}

    def text(self, part: str, paragraph: int | None = None) -> str:
        """One of `TEXTS`, or a paragraph of the disclaimer. Raises LookupError."""
        if paragraph is not None:
            return self.paragraphs[paragraph]
        if part not in TEXTS:
            raise LookupError(part)
        return str(getattr(self, part))

    @property
    def sheet(self) -> str:
        """What it adds to report.css; nothing where all is the house's own. Holds nothing that anybody typed."""
        changed = self.variables()
        return ("" if changed == PLAIN.variables() else changed) + (FOOT if self.footer_text else "")

    def variables(self, *, screen: bool = False) -> str:
        """What it changes of a stylesheet: colours and faces by the names that report.css or tokens.css have for them.

        Raises ValueError for what is no colour or no face: nothing else ever gets into a stylesheet.
        """
        faces = {"--serif": self.text_font, "--sans": self.figure_font}
        if not all(COLOUR.match(one) for one in (self.accent, self.ink)) or not set(faces.values()) <= set(FACES):
            raise ValueError("A brand has colours as #rrggbb and faces that ship with Footing.")
        said = {"--accent": self.accent, "--ink": self.ink, "--accent-wash" if screen else "--tint": self.tint}
        said |= {name: f'"{face}", {"serif" if face == SERIF else "sans-serif"}' for name, face in faces.items()}
        return f":root {{ {'; '.join(f'{name}: {value}' for name, value in said.items())} }}\n"


HOUSE_TINT = "#eaf3f4"
PLAIN = Brand(
    accent="#0b5c6b",
    ink="#16202a",
    text_font="Footing Serif",
    figure_font="Footing Sans",
    file_name="{reference}-{language}",
)
"""The brand of the house: what a firm that says nothing has."""


def over(below: Brand, above: Brand) -> Brand:
    """What `above` says, and what `below` says where that says nothing. Words are taken passage by passage.

    A logo and the words for those who do not see it go together.
    """
    said = {one.name: value for one in fields(above) if (value := getattr(above, one.name))}
    if "logo" in said:
        said["logo_alt"] = above.logo_alt
    elif below.logo:
        said.pop("logo_alt", None)
    return replace(below, **said | {"words": {**below.words, **above.words}})


def for_client(firm: Brand | None, client: Brand | None) -> Brand:
    """The brand of a client's reports: the client's own, else the firm's, else the house's, field by field."""
    return over(over(PLAIN, firm or Brand()), client or Brand())


def digest(content: bytes) -> str:
    """`sha256:` and the hex digest of a picture."""
    return "sha256:" + hashlib.sha256(content).hexdigest()
