"""What workshops tell of the objectives and key results that came of them (okr.origins)."""

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from okr import numbers
from okr.language import language
from okr.models import KeyResult, Objective
from okr.origins import Origin, register
from okr.pages.figures import day
from okr.readings import Clock
from orgs.models import Membership
from orgs.permissions import Permission, can
from workshops.actions.deciding import closed_votes
from workshops.models import Decision, Note, Participant, Vote, Workshop
from workshops.pages.items import Item, Standing, standings


def register_origins() -> None:
    register(origins)


def origins(thing: Objective | KeyResult, member: Membership, clock: Clock) -> list[Origin]:
    """1 query where it came of no workshop, 3 where it came of one."""
    mine = Participant.objects.filter(workshop=OuterRef("workshop"), membership=member, removed_at=None)
    about = Q(key_result=thing) if isinstance(thing, KeyResult) else Q(objective=thing)
    found = Decision.objects.filter(about).select_related("workshop__tribe", "note__subject", "family__subject")
    round = Coalesce("note__round", "family__round")
    last = closed_votes(OuterRef("workshop"), OuterRef("round")).order_by("-closed_at", "-pk")
    found = found.annotate(takes_part=Exists(mine.filter(admitted_at__isnull=False)), round=round)
    found = found.annotate(
        **{f"vote_{name}": Subquery(last.values(name)[:1]) for name in ("pk", "exponent", "closed_at")}
    )
    return [_origin(row, member, clock) for row in found.order_by("at", "pk")]


def _origin(row: Decision, member: Membership, clock: Clock) -> Origin:
    workshop = row.workshop
    slug = clock.org.slug
    on = timezone.localtime(workshop.starts_at, clock.org.zone).date()
    is_over = workshop.state == Workshop.State.CLOSED
    url = reverse("workshop_minutes" if is_over else "workshop", args=[slug, workshop.code])
    # The minutes are everybody's; while it goes on, the board is read by those who are in the room, or may lead it.
    knows = is_over or row.takes_part or can(member, Permission.LEAD_WORKSHOPS, workshop)  # type: ignore[attr-defined]
    if not knows:
        return Origin(workshop.title, day(on, clock.today), url)
    item = _item(row)
    vote = _vote(row)
    standing = standings(vote, [item])[0] if vote else None
    return Origin(
        title=workshop.title,
        day=day(on, clock.today),
        url=url,
        item=item.text,
        reason=row.reason,
        notes=[(note.text, note.merged_into_id is not None) for note in item.notes],
        votes=_votes(standing) if standing else [],
        is_contested=bool(standing and standing.is_contested),
    )


def _vote(row: Any) -> Vote | None:
    """The vote whose ranking was walked, as far as `standings` asks."""
    return Vote(pk=row.vote_pk, exponent=row.vote_exponent, closed_at=row.vote_closed_at) if row.vote_pk else None


def _item(row: Decision) -> Item:
    """The item as it is now, each note followed by those merged into it. 1 query."""
    note, family = row.note, row.family
    of = Q(family=family) | Q(merged_into__family=family) if family else Q(pk=note.pk) | Q(merged_into=note)  # type: ignore[union-attr]
    rows = list(Note.objects.live().filter(of, revealed_at__isnull=False).order_by("position", "pk"))
    standing = [one for one in rows if one.merged_into_id is None]
    notes = tuple(
        one for head in standing for one in (head, *(alike for alike in rows if alike.merged_into_id == head.pk))
    )
    thing = note or family
    assert thing is not None  # decision_is_of_one_item
    text = str(thing) or (notes[0].text if notes else "")
    key = f"family:{family.pk}" if family else f"note:{thing.pk}"
    return Item(key, thing.uid, text, thing.subject, notes, family, note)


def _votes(standing: Standing) -> list[tuple[str, str]]:
    result = standing.result
    dots = ngettext("%(n)s dot", "%(n)s dots", result.raw) % {"n": result.raw}
    shown = [(pgettext("of votes", "Raw"), f"{_percent(result.raw_share)} ({dots})")]
    if standing.functions:
        shown.insert(0, (_("Balanced"), _percent(result.balanced)))
        words = {"n": result.breadth, "of": standing.functions}
        shown.append((_("Breadth"), _("%(n)s of %(of)s functions") % words))
    rank = f"{standing.rank} =" if standing.is_tied else str(standing.rank)
    return [(pgettext("in a vote", "Rank"), rank), *shown]


def _percent(share: float) -> str:
    return numbers.format_value(Decimal(str(share)), numbers.Unit.PERCENT, language(), decimals=0)
