"""Files copied from other projects are the ones recorded, each with its licence beside it."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RECORDS = json.loads((ROOT / "static/vendor/VENDORED.json").read_text())
# Paths of icon names in templates and Python: {% icon "house" %}, icon("house"), icon="house" of includes, "icon": "house".
ICON_USE = re.compile(r"""\bicon(?:=|\(|["']?:)?\s*["']([a-z0-9-]+)["']""")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["file"])
def test_vendored_file_is_the_recorded_one(record: dict[str, str]) -> None:
    content = (ROOT / record["file"]).read_bytes()
    assert hashlib.sha512(content).hexdigest() == record["sha512"]
    assert (ROOT / record["licence_file"]).read_text().strip()


def test_every_vendored_file_is_recorded() -> None:
    recorded = {record[key] for record in RECORDS for key in ("file", "licence_file")}
    recorded.add("static/vendor/VENDORED.json")
    present = {
        path.relative_to(ROOT).as_posix()
        for folder in ("static/vendor", "tests/vendor")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    assert present - recorded == set()


def test_every_icon_used_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="i-([a-z0-9-]+)"', (ROOT / "static/icons.svg").read_text()))
    sources = [
        *(ROOT / "templates").rglob("*.html"),
        *(path for app in ("orgs", "okr", "workshops") for path in (ROOT / app).rglob("*.py")),
    ]
    used = {name for source in sources for name in ICON_USE.findall(source.read_text())}
    assert used, "no icon found: the pattern no longer matches how icons are written"
    assert used - sprite == set()
