"""Pairing machines in the room with the wall of a workshop, and ending that."""

import secrets

from django.db import transaction
from django.utils import timezone

from workshops.actions.session import KIND, leading, record_act
from workshops.live.announcing import review
from workshops.models import PairedScreen, Participant, Workshop
from workshops.screens import WALL, machine_of, paired


@transaction.atomic
def pair(workshop: Workshop, agent: str = "") -> PairedScreen:
    """A machine whose code was right shows the wall from now on. `agent`: what its browser says of itself."""
    screen: PairedScreen = PairedScreen.objects.create(
        workshop=workshop, key=f"s{secrets.token_hex(6)}", machine=machine_of(agent), paired_at=timezone.now()
    )
    return screen


@transaction.atomic
def end(workshop: Workshop, screen: int, *, by: Participant) -> None:
    """Have that machine (id) show the wall no longer; ended twice is the same as once. Raises PermissionDenied."""
    workshop, by = leading(workshop, by)
    found = paired(workshop).filter(pk=screen).first()
    if found is None:
        return
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    record_act(workshop, by, "screen_ended", before={"machine": found.machine} if found.machine else None)
    review(KIND, workshop.code, [f"{WALL}:{found.key}"])
