"""An organization's own colour as the accent of both themes, made readable where it is not. Pure.

Contrast is WCAG 2's ratio of relative luminances; lightness and hue are OKLCH's (Björn Ottosson, 2020), in which a colour
gets lighter or darker without changing its character.
"""

import math
from dataclasses import dataclass

READABLE = 4.5
# The lightest and darkest grounds that the accent is read on, and the text that is read on it: static/css/tokens.css.
BY_DAY = ("#ffffff", "#e9e6e1")
BY_NIGHT = ("#080c13", "#252b37")
STEP = 0.005

Oklch = tuple[float, float, float]  # lightness 0–1, chroma, hue in degrees


@dataclass(frozen=True)
class Accent:
    """One theme's tokens, as #rrggbb."""

    accent: str
    accent_2: str  # hover
    accent_line: str
    accent_soft: str
    on_accent: str


def accents(colour: str) -> tuple[Accent, Accent]:
    """By day and by night: the colour itself where it can be read, else as little darker, or lighter, as needed."""
    lightness, chroma, hue = to_oklch(colour)
    return _by_day(lightness, chroma, hue), _by_night(lightness, chroma, hue)


def is_adjusted(colour: str) -> bool:
    """Whether the day's accent is not quite the colour that was chosen."""
    return accents(colour)[0].accent != colour.lower()


def _by_day(lightness: float, chroma: float, hue: float) -> Accent:
    soft = from_oklch((0.955, min(chroma, 0.022), hue))
    while True:
        accent = from_oklch((lightness, chroma, hue))
        if min(contrast(accent, ground) for ground in (*BY_DAY, soft)) >= READABLE:
            break
        lightness -= STEP
    return Accent(
        accent=accent,
        accent_2=from_oklch((lightness - 0.07, chroma, hue)),
        accent_line=from_oklch((0.8, min(chroma, 0.08), hue)),
        accent_soft=soft,
        on_accent=BY_DAY[0],
    )


def _by_night(lightness: float, chroma: float, hue: float) -> Accent:
    lightness, chroma = max(lightness, 0.7), min(chroma, 0.14)  # strong colours glare on a dark ground
    soft, on_accent = from_oklch((0.285, min(chroma, 0.07), hue)), from_oklch((0.18, min(chroma, 0.05), hue))
    while True:
        accent = from_oklch((lightness, chroma, hue))
        if min(contrast(accent, ground) for ground in (*BY_NIGHT, soft, on_accent)) >= READABLE:
            break
        lightness += STEP
    return Accent(
        accent=accent,
        accent_2=from_oklch((min(lightness + 0.06, 1), chroma, hue)),
        accent_line=from_oklch((0.44, min(chroma, 0.11), hue)),
        accent_soft=soft,
        on_accent=on_accent,
    )


def style_sheet(colour: str) -> str:
    """The tokens that differ from static/css/tokens.css."""
    day, night = accents(colour)
    names = ("accent", "accent_2", "accent_line", "accent_soft", "on_accent")
    tokens = "".join(
        f"--{name.replace('_', '-')}:light-dark({getattr(day, name)},{getattr(night, name)});" for name in names
    )
    return f"@layer tokens{{:root{{{tokens}}}}}\n"


# ── Arithmetic ───────────────────────────────────────────────────────────────


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def to_oklch(colour: str) -> Oklch:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def from_oklch(colour: Oklch) -> str:
    """With as much chroma as a screen can show."""
    lightness, chroma, hue = min(max(colour[0], 0.0), 1.0), colour[1], math.radians(colour[2])
    while True:
        linear = _to_linear(lightness, chroma * math.cos(hue), chroma * math.sin(hue))
        if chroma < 0.001 or all(-0.0005 <= channel <= 1.0005 for channel in linear):
            return "#" + "".join(f"{round(255 * _gamma(min(max(channel, 0.0), 1.0))):02x}" for channel in linear)
        chroma -= 0.002


def _to_linear(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    return _degamma(red), _degamma(green), _degamma(blue)


def _degamma(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
