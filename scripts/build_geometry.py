"""Build static/css/geometry.css: classes that carry a figure to a component, so that no inline style is ever needed.

Usage: python scripts/build_geometry.py
"""

from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "static/css/geometry.css"
WEEKS = 14  # a quarter touches 13 weeks, or 14 when it starts in the middle of one
HEADER = """\
/* Polaris · geometry.css, made by scripts/build_geometry.py: figures as classes, because the CSP allows no inline style.
   v-41 value · x-38 expected today (x-none: nothing expected yet) · at-33 place of a flag · now-55 the needle ·
   c-7 confidence · wk-3-10 from grid line 3 to line 10, so weeks 3 to 9 */
@layer utilities {
"""


def css() -> str:
    """The whole stylesheet."""
    rules = [f".{name}-{n}{{--{name}:{n}}}" for name in ("v", "x", "at", "now") for n in range(101)]
    rules.append(".x-none{--x:-1}")
    rules += [f".c-{n}{{--c:{n}}}" for n in range(11)]
    rules += [
        f".wk-{start}-{end}{{grid-column:{start}/{end}}}"
        for start in range(1, WEEKS + 1)
        for end in range(start + 1, WEEKS + 2)
    ]
    return HEADER + "\n".join(rules) + "\n}\n"


if __name__ == "__main__":
    TARGET.write_text(css())
