"""Build static/icons.svg, the sprite of the icons named in scripts/icons.txt, from an unpacked lucide-static package,
and record its checksum in static/vendor/VENDORED.json.

Usage: python scripts/build_icons.py PATH    (`npm pack lucide-static@1.62.0`, then unpack the archive into PATH)
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
NAMES = SCRIPTS / "icons.txt"
SPRITE = SCRIPTS.parent / "static/icons.svg"
RECORDS = SCRIPTS.parent / "static/vendor/VENDORED.json"
# Two pointer stars aim at the pole: Polaris's own mark.
MARK = (
    '<symbol id="mark" viewBox="0 0 24 24"><g fill="currentColor"><circle cx="3.6" cy="20.4" r="1.5"/>'
    '<circle cx="8.6" cy="15.4" r="2"/><circle cx="16.5" cy="7.5" r="2.6"/></g>'
    '<path d="M4.7 19.3 7.2 16.8M10 14 12.3 11.7" stroke="currentColor" stroke-width="1.1" fill="none"/>'
    '<circle cx="16.5" cy="7.5" r="5.6" fill="none" stroke="currentColor" stroke-width="1.5"/></symbol>'
)


def names() -> list[str]:
    """Names of the icons in use, in the order of the list."""
    lines = (line.strip() for line in NAMES.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def symbol(name: str, source: str) -> str:
    """One <symbol>; stroke, fill and size come from the class .i, so only the shapes are kept."""
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if shapes is None:
        sys.exit(f"{name}: not an SVG of lucide-static.")
    body = re.sub(r"\s*\n\s*", "", shapes[1]).replace(" />", "/>")
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{body}</symbol>'


def record() -> None:
    """Bring the sprite's checksum up to date."""
    records = json.loads(RECORDS.read_text())
    for entry in records:
        if entry["file"] == "static/icons.svg":
            entry["sha512"] = hashlib.sha512(SPRITE.read_bytes()).hexdigest()
    RECORDS.write_text(json.dumps(records, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="folder of the unpacked lucide-static package")
    icons: Path = parser.parse_args().package / "icons"
    missing = [name for name in names() if not (icons / f"{name}.svg").is_file()]
    if missing:
        sys.exit(f"Not in lucide-static: {', '.join(missing)}.")
    symbols = [MARK, *(symbol(name, (icons / f"{name}.svg").read_text()) for name in names())]
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")
    record()
    print(f"{SPRITE.name}: {len(symbols)} symbols, {SPRITE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
