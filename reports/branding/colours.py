"""Colours as `#rrggbb`: how well one is read on another (WCAG 2.2, 1.4.3), and a light ground made of one."""

NEEDED = 4.5  # to one, for text
WHITE = "#ffffff"
TINT = 0.086  # of the colour, the rest white: what the house's own has


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tint(colour: str) -> str:
    """A very light shade of a colour."""
    return "#" + "".join(f"{round(255 - (255 - part) * TINT):02x}" for part in _parts(colour))


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, "relative luminance")."""
    shares = [part / 255 for part in _parts(colour)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
