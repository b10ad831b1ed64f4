"""What reviews keep for a tribe passes to the one that it is merged into, and the audit tells it."""

import pytest
import time_machine

from orgs.actions.audit import Actor
from orgs.actions.tribes import merge_tribe
from orgs.models import AuditEvent
from reviews.actions.notes import write_note
from reviews.models import RetroNote
from tests.reviews.world import NOW, reviewed

pytestmark = pytest.mark.django_db


def test_retrospective_notes_pass_to_the_other_tribe_and_the_audit_tells_it():
    with time_machine.travel(NOW, tick=False):
        made = reviewed()
        gone, into, alice = made.world.tribe, made.world.other_tribe, made.world.alice
        with made.inside():
            note, _change = write_note(gone, made.world.quarter, "helped", "Two sites first.", by=Actor(alice))
            change = merge_tribe(gone, into, by=Actor(made.world.dan))
            assert RetroNote.objects.get().tribe_id == into.pk
            event = AuditEvent.objects.get(object_type="retronote", verb="moved")
            assert (event.before, event.after) == ({"tribe": gone.pk}, {"tribe": into.pk})
            assert (event.object_id, event.change) == (note.pk, change.id)
        rows = made.text("dan", "settings_audit").split("<tbody")[1]
        assert "Retrospective note" in rows
