"""A picture that somebody uploads as logo: judged by its first bytes, then decoded in a child process with limits.

What comes out is a PNG of our own making, with nothing of the file in it but what it shows.
"""

from claims.child import Child, ChildError, Limits
from reports.branding.brand import Logo, digest

LARGEST = 1024 * 1024  # bytes
LONGEST_SIDE, MOST_PIXELS = 4000, 4_000_000
WIDTH, HEIGHT = 600, 240  # the most that is kept
LIMITS = Limits(seconds=15, cpu_seconds=10, memory=512 * 1024 * 1024)
KINDS = "Choose a PNG, JPEG or WebP file"
TOO_LARGE = f"The file is larger than {LARGEST // 1024 // 1024} MB. Save the logo smaller."


class LogoRefused(ValueError):
    """The picture cannot be taken; the message says why and what would be right."""


def read(content: bytes) -> Logo:
    """The logo made of an uploaded file. Raises LogoRefused."""
    if len(content) > LARGEST:
        raise LogoRefused(TOO_LARGE)
    header = {
        "side": LONGEST_SIDE,
        "pixels": MOST_PIXELS,
        "width": WIDTH,
        "height": HEIGHT,
    }
    try:
        with Child("reports.branding.logo_worker", limits=LIMITS) as child:
            found, png = child.ask(header, content)
    except ChildError as error:
        if error.reason == "refused":
            raise LogoRefused(str(error)) from error
        raise LogoRefused(f"The picture could not be read: {error}. {KINDS} of another making.") from error
    return Logo(digest(png), found["pixels"], found["width"], found["height"], png)
