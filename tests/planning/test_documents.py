"""What a planning decided, to take along: the same numbers in the spreadsheet, the PDF, the picture and on the board."""

import io
import json
import struct
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from okr.models import KeyResult
from planning.actions import leading
from planning.documents import decisions_pdf, funnel_picture
from planning.documents.funnel import SCALE, TOP, drawn
from planning.documents.reading import Reading
from planning.models import Opinion, Planning
from planning.pages.board import Board
from tests.planning import quarters

FILES = ("planning_xlsx", "planning_pdf", "planning_funnel_pdf", "planning_funnel_png")
FORMULA = '=HYPERLINK("https://example.org") #let *stars* $x$'


@pytest.fixture
def made(db):
    """Closed: 6 kept, 3 deferred (two for one reason), 2 merged, 7 dropped; one was refined since, one has a note."""
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        Opinion.objects.create(
            planning=made.planning, key_result=made.proposals["DRV A1"], membership=made.theo, choice="discuss"
        )
    made.decide("defer", "DRV A2", "LAD A2", reason="Later")
    made.decide("defer", "LAD B2", reason="Not measured yet")
    made.decide("merge", "DRV A3", "FID A2", reason="The same thing", into="LAD A1")
    with made.inside():
        leading.note(made.planning, made.pk("LAD A1"), "=Counted weekly", by=made.actor("sam"))
    made.decide("drop", "FID B3", reason=FORMULA)
    made.go(quarters.REFINING)
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("LAD A1")).update(title="Parcels inside the hour", target=75)
    return made


def fetch(made, name, who="olga", language="en"):
    with made.inside():
        user = made.people[who].user
        user.language = language
        user.save()
    return made.client(who).get(made.url(name))


def sheets(made, **who):
    answer = fetch(made, "planning_xlsx", **who)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="q3-2026-planning-decisions.xlsx"' or who
    book = load_workbook(io.BytesIO(answer.content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def reading(made):
    return Reading(made.again(), made.org)


# ── The spreadsheet ──────────────────────────────────────────────────────────


def test_the_sheets_say_what_the_board_counts(made):
    book = sheets(made)
    assert list(book) == ["Decisions", "Tribes", "Coverage", "Funnel"]
    with made.inside():
        board = Board(made.again(), made.org)
        standing = board.standing
    rows = book["Decisions"][1:]
    said = [row[6] for row in rows]
    words = {"Kept": "keep", "Deferred": "defer", "Merged": "merge", "Dropped": "drop"}
    assert {outcome: said.count(word) for word, outcome in words.items()} == dict(standing.counts)
    assert len(rows) == standing.presented == 18
    for code, _name, presented, kept, most, over, *left in book["Tribes"][1:]:
        share = standing.shares[made.tribes[code].pk]
        assert (presented, kept, most, over, sum(left)) == (
            share.presented, share.kept, share.cap, share.over, share.presented - share.kept
        )  # fmt: skip
    covered = {
        code: (kept, undecided, tribes) for _where, code, _title, kept, undecided, tribes, _who in book["Coverage"][1:]
    }
    with made.inside():
        for row in board.strategic:
            cover = standing.cover[row.pk]
            assert covered[row.code] == (cover.kept, cover.open, len(cover.tribes))
    stages = {row[0]: row[1] for row in book["Funnel"][1:] if row[0]}
    assert stages == {
        "presented": 18, "decided": 18, "kept": 6, "published": 0, "target": 6, "Deferred": 3, "Merged": 2, "Dropped": 7
    }  # fmt: skip
    assert ["", 2, "Later", "DRV 02, LAD 02"] in [[cell or "" for cell in row] for row in book["Funnel"]]


def test_each_decision_is_there_with_its_reason_its_author_and_its_votes(made):
    rows = {row[1]: dict(zip(sheets(made)["Decisions"][0], row, strict=True)) for row in sheets(made)["Decisions"][1:]}
    kept = rows["LAD 01"]
    assert (kept["Tribe"], kept["Decision"], kept["Reason"], kept["By"]) == (
        "Home delivery",
        "Kept",
        "Not this quarter",
        "Sam Sponsor",
    )
    assert kept["Key result, as presented"] == "Deliveries inside the chosen hour"
    assert kept["Refined to"] == "Parcels inside the hour"
    assert (kept["From, to"], kept["Refined from, to"]) == ("41% → 61%", "41% → 75%")
    assert rows["DRV 01"]["Votes ahead: discuss"] == 1
    assert rows["DRV 01"]["Refined to"] is None
    merged = rows["DRV 03"]
    assert (merged["Decision"], merged["Into"], merged["Reason"]) == ("Merged", "LAD 01", "The same thing")
    assert rows["FID 06"]["Serves"] == "2.1"
    assert merged["When"].year >= 2026


def test_what_people_wrote_is_no_formula(made):
    cells = [cell for rows in sheets(made).values() for row in rows for cell in row if isinstance(cell, str)]
    assert f"'{FORMULA}" in cells
    assert "'=Counted weekly" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_nor_is_what_an_organization_calls_its_tribes(made):
    with made.inside():
        type(made.org).objects.filter(pk=made.org.pk).update(tribe_label="=Squad", tribe_label_plural="=Squads")
    heads = [cell for rows in sheets(made).values() for cell in rows[0] if isinstance(cell, str)]
    assert "'=Squad" in heads
    assert not [head for head in heads if head.startswith(("=", "+", "@"))]


def test_once_published_it_says_so(made):
    made.go(quarters.PUBLISHED)
    book = sheets(made)
    assert [row[18] for row in book["Decisions"][1:]].count("yes") == 6
    assert ["published", 6] in [row[:2] for row in book["Funnel"]]


# ── The PDF and the picture ──────────────────────────────────────────────────


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_member_takes_it_along(made, name, language):
    answer = fetch(made, name, language=language)
    assert answer.status_code == 200
    kind = name.rpartition("_")[2]
    begins = {"xlsx": b"PK", "pdf": b"%PDF", "png": b"\x89PNG"}[kind]
    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"].endswith(f'.{kind}"')


def test_the_picture_for_slides_is_as_wide_as_they_are(made):
    width, height = struct.unpack(">II", fetch(made, "planning_funnel_png").content[16:24])
    assert round(width / height, 2) == round(16 / 9, 2)


def test_the_funnel_is_one_page_however_much_it_tells(made):
    with made.inside():
        for row in made.tribes.values():
            row.name = "A name that is as long as names of tribes may ever be, and then some"
            row.save()
        picture = funnel_picture.picture(reading(made), funnel_picture.PDF)
    picture["tribes"]["rows"] *= 12
    pages = _pages(picture)
    assert pages == 1


def _pages(picture):
    import typst

    from workshops.documents import glyphs

    data = json.dumps(glyphs.settable(picture))
    made = typst.compile(
        funnel_picture.TEMPLATE.read_bytes(), sys_inputs={"data": data}, font_paths=glyphs.fonts(), format="svg"
    )
    return 1 if isinstance(made, bytes) else len(made)


def test_the_pdf_tells_every_proposal_once_with_its_reason(made):
    with made.inside():
        said = decisions_pdf.readable(reading(made))
        standing = Board(made.again(), made.org).standing
    rows = [row for section in said["sections"] for row in section["rows"]]
    assert len(rows) == standing.presented
    assert {one: [row["outcome"] for row in rows].count(one) for one in standing.counts} == dict(standing.counts)
    assert [row["under"] for row in rows if row["label"] == "Deferred"] == [["Later"], ["Later"], ["Not measured yet"]]
    absorbs = next(row for row in rows if row["label"] == "Kept" and row["title"].startswith("Deliveries"))
    assert absorbs["under"] == [
        "Refined to: Parcels inside the hour · 41% → 75%", "Not this quarter", "Absorbs DRV 03, FID 02", "Noted: =Counted weekly"
    ]  # fmt: skip
    assert said["headline"] == "18 presented, 6 kept"


def test_what_no_font_has_is_said_to_stand_on_the_page(made):
    with made.inside():
        KeyResult.objects.filter(pk=made.pk("LAD A1")).update(title="\U000100cf\U000100d0")
        said = decisions_pdf.readable(reading(made))
    assert "[…]" in str(said["sections"])
    assert made.url("planning_funnel") in said["remark"]


# ── The page ─────────────────────────────────────────────────────────────────


def test_the_page_shows_the_funnel_and_why_proposals_left(made):
    html = made.get("olga", "planning_funnel")
    assert "18 presented, 6 kept" in html
    assert "Later</span>" in html
    assert "<span>DRV 02</span>, <span>LAD 02</span>" in html
    drawing = ElementTree.fromstring(
        html[html.index("<svg xmlns") : html.index("</svg>", html.index("<svg xmlns")) + 6]
    )
    assert drawing.get("aria-label") == (
        "18 presented, 18 decided, 6 kept, 0 published, 3 deferred, 2 merged, 7 dropped"
    )
    assert not drawing.findall(".//{http://www.w3.org/2000/svg}style")


def test_while_the_meeting_runs_it_shows_what_is_undecided(db):
    made = quarters.planned(quarters.OPEN)
    made.decide("keep", "DRV A1", "DRV A2")
    html = made.get("sam", "planning_funnel")
    assert "18 presented, 2 kept, 16 still undecided" in html


@pytest.mark.parametrize("name", [*FILES, "planning_funnel"])
def test_before_the_meeting_there_is_nothing_to_take_along(db, name):
    made = quarters.planned(quarters.PREPARING)
    answer = made.client("olga").get(made.url(name))
    assert (answer.status_code, answer.url) == (302, made.url("planning"))


def test_when_all_is_gone_there_is_a_page_that_says_so(db):
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        KeyResult.objects.filter(objective__quarter=made.quarter).update(archived_at=quarters.NOW)
    assert "Nothing is left of what was proposed" in made.get("olga", "planning_funnel")
    for name in FILES:
        assert fetch(made, name).status_code == 200


def test_where_the_majority_decided_it_says_by_how_many(db):
    made = quarters.planned(quarters.OPEN, mode=Planning.Mode.MAJORITY)
    for who in ("sam", "codir", "theo"):
        made.decide("drop", "DRV A1", by=who)
    with made.inside():
        entry = reading(made).of_outcome("drop")[0]
    assert entry.by == "Sam Sponsor, 1 of 1"  # who decides first is there alone


def test_french_documents_are_french(made):
    with made.inside(), override("fr"):
        assert reading(made).entries[0].span == "41 % → 61 %".replace(" %", "\u00a0%")


# ── The drawing ──────────────────────────────────────────────────────────────

WORDS = {word: word for word in ("presented", "decided", "kept", "published", "keep", "defer", "merge", "drop", "open")}
LEFT = ("defer", "merge", "drop")


@given(
    st.fixed_dictionaries({one: st.integers(0, 120) for one in ("keep", "open", *LEFT)}),
    st.integers(1, 60),
    st.booleans(),
)
def test_heights_are_numbers_and_nothing_overlaps(counts, target, is_published):
    made = drawn(counts, LEFT, WORDS, published=counts["keep"] if is_published else None, target=target)
    bars = {bar.kind: bar for bar in made.bars}
    unit = SCALE / max(sum(counts.values()), target)
    for outcome, number in counts.items():
        if outcome in bars and number * unit > 2:
            assert bars[outcome].height == pytest.approx(number * unit, abs=0.06)
    for at in {bar.x for bar in made.bars}:
        column = sorted((bar for bar in made.bars if bar.x == at), key=lambda bar: bar.y)
        assert column[0].y == TOP
        for above, below in pairwise(column):
            assert above.y + above.height < below.y
        assert column[-1].y + column[-1].height <= made.height
    for above, below in pairwise(made.left):
        assert below.y - above.y >= 20 or below.x != above.x
    assert [label.number for label in made.stages][-1] == (str(counts["keep"]) if is_published else "–")
