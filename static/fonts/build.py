"""Make the faces in this folder from the @fontsource packages; README.md says from which and why.

    python build.py FOLDER      FOLDER holds the unpacked packages: ibm-plex-sans/package/files/…

Needs fonttools and brotli. The product never runs this.
"""

# ruff: noqa: INP001 - a script beside what it makes, no package
import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger, Options
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
MADE = 3873398400  # 2026-09-28 in seconds since 1904: fixed, so that the same packages give the same bytes
FACES = [
    # package, weight, style, family, style name, file
    ("source-serif-4", 400, "normal", "Footing Serif", "Regular", "footing-serif-400"),
    ("source-serif-4", 400, "italic", "Footing Serif", "Italic", "footing-serif-400-italic"),
    ("source-serif-4", 600, "normal", "Footing Serif", "SemiBold", "footing-serif-600"),
    ("ibm-plex-sans", 400, "normal", "Footing Sans", "Regular", "footing-sans-400"),
    ("ibm-plex-sans", 500, "normal", "Footing Sans", "Medium", "footing-sans-500"),
    ("ibm-plex-sans", 600, "normal", "Footing Sans", "SemiBold", "footing-sans-600"),
    ("ibm-plex-mono", 400, "normal", "Footing Mono", "Regular", "footing-mono-400"),
]
UPSTREAM = {"source-serif-4": "Source Serif 4", "ibm-plex-sans": "IBM Plex Sans", "ibm-plex-mono": "IBM Plex Mono"}
IDENTITY = (1, 0, 0, 1, 0, 0)


def merged(paths: list[Path]) -> TTFont:
    """One font out of the Latin and Latin Extended subsets of the same face."""
    with tempfile.TemporaryDirectory() as folder:
        plain = []
        for path in paths:
            font = TTFont(path)
            font.flavor = None
            for table in ("STAT", "BASE"):
                if table in font:
                    del font[table]
            plain.append(str(Path(folder) / f"{path.stem}.ttf"))
            font.save(plain[-1])
        font = Merger(options=Options(drop_tables=["STAT", "BASE"])).merge(plain)
        font.ensureDecompiled()
    return font


def add(font: TTFont, code: int, name: str, parts: list[tuple[str, tuple[float, ...]]], width: int) -> None:
    """Add a glyph composed of glyphs that the font has, unless it has one for this character."""
    if code in font.getBestCmap():
        return
    pen = TTGlyphPen(font.getGlyphSet())
    for part, transformation in parts:
        pen.addComponent(part, transformation)
    glyph = pen.glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def complete(font: TTFont) -> None:
    """Characters that the subsets leave out and a page of figures needs, composed of what is there."""
    cmap = font.getBestCmap()
    glyf, widths = font["glyf"], font["hmtx"]
    space = cmap[ord(" ")]
    mono = widths[cmap[ord("i")]][0] == widths[cmap[ord("m")]][0]
    thin = widths[space][0] if mono else round(widths[space][0] * 0.5)
    add(font, 0x2009, "thinspace", [], thin)
    add(font, 0x202F, "narrownbspace", [], thin)
    add(font, 0x2011, "nonbreakinghyphen", [(cmap[ord("-")], IDENTITY)], widths[cmap[ord("-")]][0])

    minus, tilde = cmap[0x2212], cmap[ord("~")]
    width = widths[minus][0]
    for code, name, sign in ((0x2264, "lessequal", "<"), (0x2265, "greaterequal", ">")):
        base = cmap[ord(sign)]
        bottom = glyf[base].yMin
        bar = glyf[minus].yMax - glyf[minus].yMin
        lift = round(bar * 1.15)
        down = bottom + lift - round(bar * 1.15) - glyf[minus].yMax
        add(font, code, name, [(base, (1, 0, 0, 1, 0, lift)), (minus, (1, 0, 0, 1, 0, down))], width)
    half = round((glyf[tilde].yMax - glyf[tilde].yMin) * 0.62)
    add(font, 0x2248, "approxequal", [(tilde, (1, 0, 0, 1, 0, half)), (tilde, (1, 0, 0, 1, 0, -half))], width)

    up = cmap[0x2191]
    high, wide = glyf[up].yMax - glyf[up].yMin, glyf[up].xMax - glyf[up].xMin
    advance = widths[up][0] if mono else high + round(width * 0.2)
    centre = (glyf[minus].yMax + glyf[minus].yMin) / 2
    margin = (advance - high) / 2
    across = (glyf[up].xMax + glyf[up].xMin) / 2
    # a quarter turn: (x, y) -> (y, -x) points right, (-y, x) points left
    right = (0, -1, 1, 0, round(margin - glyf[up].yMin), round(centre + across))
    left = (0, 1, -1, 0, round(margin + glyf[up].yMax), round(centre - across))
    if wide <= advance:
        add(font, 0x2192, "arrowright", [(up, right)], advance)
        add(font, 0x2190, "arrowleft", [(up, left)], advance)


def rename(font: TTFont, package: str, family: str, style: str) -> None:
    """Another name than upstream's, as the licence asks of a changed version of a reserved name."""
    table = font["name"]
    keep = {0: table.getDebugName(0), 14: "http://scripts.sil.org/OFL"}
    version = table.getDebugName(5)
    table.names = []
    plain = style in ("Regular", "Italic")
    postscript = f"{family.replace(' ', '')}-{style}"
    records = {
        **keep,
        1: family if plain else f"{family} {style}",
        2: style if plain else "Regular",
        3: f"{version};{postscript}",
        4: f"{family} {style}",
        5: version,
        6: postscript,
        10: f"Latin and Latin Extended of {UPSTREAM[package]}, merged and completed for Footing; see README.md",
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
    }
    if not plain:
        records |= {16: family, 17: style}
    for number, text in sorted(records.items()):
        table.setName(text, number, 3, 1, 0x409)


def build(packages: Path) -> None:
    """Write every face twice, for paper and for the screen, from the unpacked packages in `packages`."""
    for package, weight, style, family, style_name, file in FACES:
        files = packages / package / "package" / "files"
        font = merged([files / f"{package}-{subset}-{weight}-{style}.woff2" for subset in ("latin", "latin-ext")])
        complete(font)
        rename(font, package, family, style_name)
        font["OS/2"].usWeightClass = weight
        font["OS/2"].achVendID = "    "
        font["head"].created = font["head"].modified = MADE
        font.recalcTimestamp = False
        font.save(HERE / f"{file}.ttf")
        font.flavor = "woff2"
        font.save(HERE / f"{file}.woff2")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
