"""The minutes as PDF. Typst sets them (workshops/documents/minutes.typ) from data: what people wrote is never markup.

Typst is loaded with the first document: a server that makes none does without its memory.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from okr.language import language
from orgs import tenancy
from orgs.models import Organization
from workshops.documents import glyphs
from workshops.models import Participant, Workshop
from workshops.pages.minutes import Decided, Minutes, Round, Row, Written, names

TEMPLATE = Path(__file__).with_name("minutes.typ")
Piece = dict[str, Any]


def render(minutes: Minutes) -> bytes:
    """In the language that is active."""
    import typst

    data = json.dumps(readable(minutes), ensure_ascii=False)
    return bytes(typst.compile(_template(), sys_inputs={"data": data}, font_paths=glyphs.fonts()))


def readable(minutes: Minutes) -> Piece:
    """What is set: `document`, without what no font has; then it says where that is to be read."""
    said: Piece = glyphs.settable(document(minutes))
    page = f"{settings.BASE_URL}{reverse('workshop_minutes', args=[minutes.org.slug, minutes.workshop.code])}"
    words = {"sign": glyphs.LEFT_OUT, "page": page}
    remark = _("%(sign)s stands for signs that this server has no font for. The page shows them: %(page)s") % words
    return said | {"remark": remark if glyphs.LEFT_OUT in str(said) else ""}


def made(of: dict[str, Any]) -> bytes:
    """For the outbox: of the `workshop` with that id, in that `language`."""
    workshop = Workshop.objects.with_place().get(pk=of["workshop"])
    org = Organization.objects.get(pk=tenancy.current_org_id())
    with override(of["language"]):
        return render(Minutes(workshop, org))


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def document(minutes: Minutes) -> dict[str, Any]:
    sections = [
        (_("What was decided"), _decided(minutes)),
        (_("The vote"), _votes(minutes)),
        (pgettext("minutes", "Our effect"), _picks(minutes)),
        (_("Families and notes"), _written(minutes)),
        (_("Agenda"), _agenda(minutes)),
        (_("Who was there"), _people(minutes)),
    ]
    leads = [one.name for one in (minutes.workshop.facilitator, minutes.workshop.co_facilitator) if one]
    return {
        "lang": language()[:2],
        "title": minutes.title,
        "org": minutes.org.name,
        "where": minutes.where,
        "facts": [minutes.where, minutes.when, _("Led by %(names)s") % {"names": ", ".join(leads)}],
        "subjects": [str(subject) for subject in minutes.retained_subjects],
        "stats": [{"n": str(number), "label": label} for number, label in minutes.counts],
        "sections": [{"title": title, "pieces": pieces} for title, pieces in sections if pieces],
    }


def _decided(minutes: Minutes) -> list[Piece]:
    pieces: list[Piece] = []
    for title, rows in minutes.outcomes:
        pieces += [{"kind": "heading", "text": title}, {"kind": "list", "rows": [_decision(row) for row in rows]}]
    return pieces or [{"kind": "small", "text": _("Nothing was decided.")}]


def _decision(row: Decided) -> Piece:
    under = [row.reason] if row.reason else []
    if row.would_become:
        under.append(f"{_('For practice, would become:')} {row.would_become}")
    for became in row.became:
        owner = became.owner.name if became.owner else ""
        under.append(
            " · ".join(word for word in (f"{became.code} {became.title}", became.figures, owner, became.source) if word)
        )
    return {"text": row.text, "under": under}


def _votes(minutes: Minutes) -> list[Piece]:
    pieces: list[Piece] = []
    for vote in minutes.votes:
        if len(minutes.votes) > 1:
            pieces.append({"kind": "heading", "text": vote.title})
        pieces += [{"kind": "text", "text": vote.rules}, _table_of(vote)]
        pieces += [{"kind": "small", "text": line} for line in vote.remarks]
        if vote.unwanted:
            words = {"items": " · ".join(row.text for row in vote.unwanted)}
            pieces.append({"kind": "small", "text": _("Without a dot: %(items)s.") % words})
    return pieces


def _table_of(vote: Round) -> Piece:
    if not vote.is_balanced:
        head = [_("Rank"), _("Item"), _("Dots"), _("Share"), ""]
        rows = [[row.rank, row.text, str(row.dots), row.raw_share, row.says] for row in vote.wanted]
        return {"kind": "table", "head": head, "rows": rows, "widths": [0, 1, 0, 0, 0], "right": [2, 3]}
    head = [_("Rank"), _("Item"), _("Dots"), _("Raw"), _("Balanced"), _("Breadth"), ""]
    rows = [_cells(vote, row) for row in vote.wanted]
    return {"kind": "table", "head": head, "rows": rows, "widths": [0, 1, 0, 0, 0, 0, 0], "right": [2, 3, 4, 5]}


def _cells(vote: Round, row: Row) -> list[str]:
    breadth = f"{row.breadth}/{vote.functions}"
    return [row.rank, row.text, str(row.dots), row.raw_share, row.balanced, breadth, row.says]


def _picks(minutes: Minutes) -> list[Piece]:
    rows = [[str(one), str(one.sum), _("chosen") if one.is_retained else ""] for one in minutes.picked]  # type: ignore[attr-defined]
    if not rows:
        return []
    head = [_("Strategic key result"), _("People"), ""]
    return [{"kind": "table", "head": head, "rows": rows, "widths": [1, 0, 0], "right": [1]}]


def _written(minutes: Minutes) -> list[Piece]:
    pieces: list[Piece] = []
    for round, groups in minutes.written:
        for group in groups:
            heads = [minutes.round_title(round)] if len(minutes.written) > 1 else []
            heads += [str(group.subject)] if len(minutes.subjects) > 1 else []
            pieces += [{"kind": "text", "text": " · ".join(heads)}] if heads else []
            pieces += _families(group)
    return pieces


def _families(group: Written) -> list[Piece]:
    pieces: list[Piece] = []
    for item in group.families:
        pieces.append({"kind": "heading", "text": item.text})
        pieces.append({"kind": "list", "rows": [_note(note) for note in item.standing]})
    if group.alone:
        if group.families:
            pieces.append({"kind": "heading", "text": _("Without a family")})
        pieces.append({"kind": "list", "rows": [_note(note) for item in group.alone for note in item.standing]})
    return pieces


def _note(note: Any) -> Piece:
    return {"text": note.text, "under": [f"≈ {one.text}" for one in note.merged]}


def _agenda(minutes: Minutes) -> list[Piece]:
    head = [_("Phase"), _("Planned"), _("Held"), _("Took")]
    rows = [
        [
            held.phase.label,
            held.planned,
            held.clock or _("not held"),
            "" if held.minutes is None else _("%(n)s min") % {"n": held.minutes},
        ]
        for held in minutes.agenda
    ]
    return [{"kind": "table", "head": head, "rows": rows, "widths": [1, 0, 0, 0], "right": [1, 3]}]


def _people(minutes: Minutes) -> list[Piece]:
    rows: list[tuple[str, list[Participant]]] = [(label, people) for _value, label, people in minutes.by_function]
    rows += [(_("Observers"), minutes.observers), (_("Invited, not there"), minutes.absent)]
    cells = [[label, names(people)] for label, people in rows if people]
    return [{"kind": "table", "head": [_("Function"), _("Who")], "rows": cells, "widths": [0, 1], "right": []}]
