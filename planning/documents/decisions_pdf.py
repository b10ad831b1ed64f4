"""The decisions of a planning as PDF. Typst sets them (decisions.typ) from data: what people wrote is never markup."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.language import language
from planning.board import KEEP, OPEN
from planning.documents.funnel_picture import STYLE, bare, headline, svg
from planning.documents.reading import LEFT, Entry, Reading
from planning.pages.board import Turn
from planning.rulings import outcome_in_words
from workshops.documents import glyphs

NO_BREAK = "\u00a0"
TEMPLATE = Path(__file__).with_name("decisions.typ")


def render(reading: Reading) -> bytes:
    """In the language that is active."""
    import typst

    data = json.dumps(readable(reading), ensure_ascii=False)
    return bytes(typst.compile(_template(), sys_inputs={"data": data}, font_paths=glyphs.fonts()))


def readable(reading: Reading) -> dict[str, Any]:
    """What is set: `document`, without what no font has; then it says where that is to be read."""
    said: dict[str, Any] = glyphs.settable(document(reading))
    page = f"{settings.BASE_URL}{reverse('planning_funnel', args=[reading.org.slug, reading.planning.quarter.slug])}"
    words = {"sign": glyphs.LEFT_OUT, "page": page}
    remark = _("%(sign)s stands for signs that this server has no font for. The page shows them: %(page)s") % words
    return said | {"remark": remark if glyphs.LEFT_OUT in str(said) else ""}


def document(reading: Reading) -> dict[str, Any]:
    return {
        "lang": language()[:2],
        "title": reading.title,
        "org": reading.org.name,
        "facts": [fact for fact in (reading.committees, reading.when, reading.who_decided) if fact],
        "headline": headline(reading),
        "drawing": svg(reading, style=STYLE),
        "key": [[one, outcome_in_words(one)] for one in (KEEP, *LEFT, OPEN)],
        "tribes": {
            "title": reading.org.tribe_label_plural,
            "head": [
                reading.org.tribe_label,
                "",
                _("Presented"),
                *(outcome_in_words(one) for one in (KEEP, *LEFT, OPEN)),
                _("At most"),
            ],
            "rows": [_share(turn) for turn in reading.tribes if turn.share.presented],
        },
        "coverage": {
            "title": _("Coverage"),
            "remark": bare(reading),
            "head": ["", _("Strategic key result"), _("Kept"), reading.org.tribe_label_plural],
            "rows": _coverage(reading),
        },
        "sections": [
            {
                "title": turn.tribe.name,
                "code": turn.tribe.code,
                "said": ngettext("%(kept)s of %(all)s kept", "%(kept)s of %(all)s kept", turn.share.kept)
                % {"kept": turn.share.kept, "all": turn.share.presented},
                "rows": [_row(entry) for entry in reading.of_tribe(turn.tribe.pk)],
            }
            for turn in reading.tribes
            if turn.share.presented
        ],
    }


def _share(turn: Turn) -> dict[str, Any]:
    share = turn.share
    numbers = [share.presented, *(share.counts.get(one, 0) for one in (KEEP, *LEFT, OPEN)), share.cap]
    return {
        "code": turn.tribe.code,
        "name": turn.tribe.name,
        "numbers": [str(n) for n in numbers],
        "over": bool(share.over),
    }


def _coverage(reading: Reading) -> list[list[str]]:
    codes = {turn.tribe.pk: turn.tribe.code for turn in reading.tribes}
    return [
        [
            row.code,
            row.key_result.title,
            str(row.cover.kept),
            ", ".join(code for pk, code in codes.items() if pk in row.cover.tribes),
        ]
        for _name, rows in reading.coverage
        for row in rows
    ]


def _row(entry: Entry) -> dict[str, Any]:
    line = entry.line
    under = [said for said in (_became(entry), entry.reason) if said]
    if line.absorbs:
        under.append(_("Absorbs %(codes)s") % {"codes": ", ".join(line.absorbs)})
    if line.note:
        under.append(_("Noted: %(note)s") % {"note": line.note})
    return {
        "outcome": line.outcome,
        "label": f"{entry.outcome_said} → {line.into.replace(' ', NO_BREAK)}" if line.into else entry.outcome_said,
        "number": line.number,
        "title": entry.title,
        "span": entry.span,
        "serves": ", ".join(line.serves),
        "under": under,
        "by": entry.by,
    }


def _became(entry: Entry) -> str:
    """What refinement made of it."""
    if not entry.is_refined:
        return ""
    what = " · ".join(word for word in (entry.refined, entry.refined_span) if word)
    return _("Refined to: %(what)s") % {"what": what}


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
