"""The last meetings that were held, as moments to compare from (okr.landmarks)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from okr.landmarks import SHOWN, Landmark, register
from orgs.models import CommitteeSeat, Organization
from reviews.models import Meeting


def register_landmarks() -> None:
    register(landmarks)


def landmarks(org: Organization, today: dt.date, member: int | None = None) -> Sequence[Landmark]:
    """The last of each committee, up to a day. One query."""
    seats = CommitteeSeat.objects.filter(committee=OuterRef("series__committee"), membership=member)
    rows = Meeting.objects.filter(state=Meeting.State.ENDED).order_by("-starts_at", "-pk").annotate(own=Exists(seats))
    found: dict[int, Landmark] = {}
    named = rows.values_list("pk", "starts_at", "series__committee", "series__committee__name", "own")
    for pk, starts_at, committee, name, own in named[: SHOWN * 4]:
        on = starts_at.astimezone(org.zone).date()
        if committee not in found and on <= today:
            found[committee] = Landmark(f"meeting-{pk}", _("Last %(committee)s") % {"committee": name}, on, own)
    return list(found.values())
