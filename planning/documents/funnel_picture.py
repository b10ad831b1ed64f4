"""The funnel on one page: a PDF of A4, or a PNG of 16:9 for slides. Typst sets it (funnel.typ) from data, with the drawing
that the page shows."""

from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.language import language
from planning.board import KEEP, OPEN
from planning.documents.funnel import Drawing, drawn
from planning.documents.reading import LEFT, Because, Reading
from planning.rulings import behind, number_of, outcome_in_words
from workshops.documents import glyphs

TEMPLATE = Path(__file__).with_name("funnel.typ")
PDF, PNG = "pdf", "png"
PIXELS_AN_INCH = 180
MOST_REASONS, MOST_CODES = 4, 6
LONGEST = 96  # characters of a reason
# The colours of static/css/tokens.css by day, for what leaves the page.
STYLE = SafeString(
    "<style>text{font-family:'Libertinus Serif',serif}"
    ".f-number{font-size:32px;font-weight:600;fill:#182135}.f-word{font-size:15px;fill:#414a5e}"
    ".f-left{font-size:16px;fill:#414a5e}.f-count{font-weight:600;fill:#182135}.f-small{font-size:13px;fill:#5c6576}"
    ".f-ribbon{fill:#e9e6e0}.f-keep-ribbon{fill:#d3e0fb}"
    ".f-presented,.f-decided{fill:#182135}.f-keep,.f-published,.f-full{fill:#1442be}.f-soft{fill:#a4bef2}"
    ".f-back{fill:#fff}.f-line{fill:#5c6576}.f-defer{fill:url(#f-defer);stroke:#5c6576}"
    ".f-merge{fill:url(#f-merge)}.f-drop{fill:url(#f-drop);stroke:#c8c4bc}"
    ".f-open{fill:#e2dfd9;stroke:#818691}.f-hollow{fill:none;stroke:#818691;stroke-dasharray:4 3}"
    ".f-target{stroke:#182135;stroke-width:2}</style>"
)


def render(reading: Reading, kind: str = PDF) -> bytes:
    """In the language that is active."""
    import json

    import typst

    data = json.dumps(glyphs.settable(picture(reading, kind)), ensure_ascii=False)
    more: dict[str, Any] = {"format": PNG, "ppi": PIXELS_AN_INCH} if kind == PNG else {}
    made = typst.compile(_template(), sys_inputs={"data": data}, font_paths=glyphs.fonts(), **more)
    return bytes(made)


def drawing_of(reading: Reading) -> Drawing:
    return drawn(
        reading.standing.counts,
        LEFT,
        {
            **{stage: label for stage, label, _number in reading.funnel},
            **{one: behind(one, reading.standing.counts.get(one, 0)) for one in (*LEFT, OPEN)},
        },
        published=reading.published if reading.is_published else None,
        target=reading.standing.target,
    )


def svg(reading: Reading, *, style: str = "") -> SafeString:
    """`style`: for what is drawn outside of a page, whose stylesheet gives it its colours."""
    context = {
        "drawing": drawing_of(reading),
        "style": style,
        "said": said(reading),
        "target": _("target %(n)s") % {"n": reading.standing.target},
    }
    return SafeString(render_to_string("planning/funnel.svg", context).strip())


def said(reading: Reading) -> str:
    """The picture in words."""
    words = [f"{number} {label}" for _key, label, number in reading.funnel]
    words += [
        f"{number} {behind(one, number)}" for one in (*LEFT, OPEN) if (number := reading.standing.counts.get(one, 0))
    ]
    return ", ".join(words)


def headline(reading: Reading) -> str:
    standing = reading.standing
    words = [ngettext("%(n)s presented", "%(n)s presented", standing.presented) % {"n": standing.presented}]
    if reading.is_published:
        words.append(ngettext("%(n)s published", "%(n)s published", reading.published) % {"n": reading.published})
        return ", ".join(words)
    words.append(number_of(KEEP, standing.kept))
    if standing.open:
        words.append(_("%(n)s still undecided") % {"n": standing.open})
    return ", ".join(words)


def picture(reading: Reading, kind: str) -> dict[str, Any]:
    standing = reading.standing
    return {
        "lang": language()[:2],
        "wide": kind == PNG,
        "title": f"{reading.title} – {reading.org.name}",
        "headline": headline(reading),
        "facts": [fact for fact in (reading.title, reading.committees, reading.when, reading.org.name) if fact],
        "drawing": svg(reading, style=STYLE),
        "reasons": [
            {
                "outcome": outcome,
                "label": outcome_in_words(outcome),
                "number": str(standing.counts.get(outcome, 0)),
                "rows": [_row(because) for because in reading.because(outcome)[:MOST_REASONS]],
                "more": _more(reading.because(outcome)[MOST_REASONS:]),
            }
            for outcome in LEFT
            if standing.counts.get(outcome)
        ],
        "tribes": {
            "title": reading.org.tribe_label_plural,
            "head": _("kept of at most"),
            "rows": [
                {
                    "code": turn.tribe.code,
                    "name": turn.tribe.name,
                    "tally": turn.tally,
                    "kept": str(turn.share.kept),
                    "cap": str(turn.share.cap),
                    "over": bool(turn.share.over),
                }
                for turn in reading.tribes
                if turn.share.presented
            ],
        },
        "key": [[one, outcome_in_words(one)] for one in (KEEP, *LEFT, OPEN) if standing.counts.get(one)],
        "bare": bare(reading),
    }


def bare(reading: Reading) -> str:
    """Strategic key results that nothing kept serves; "" where all are served."""
    codes = ", ".join(covered.code for covered in reading.board.bare)
    return _("Nothing kept serves %(codes)s") % {"codes": codes} if codes else ""


def _row(because: Because) -> dict[str, str]:
    text = because.reason if len(because.reason) <= LONGEST else f"{because.reason[:LONGEST].rstrip()}…"
    codes = ", ".join(code.replace(" ", "\u00a0") for code in because.codes[:MOST_CODES])
    return {"text": text, "codes": f"{codes}…" if len(because.codes) > MOST_CODES else codes}


def _more(others: list[Because]) -> str:
    number = sum(len(because.codes) for because in others)
    return _("%(n)s more for other reasons") % {"n": number} if number else ""


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
