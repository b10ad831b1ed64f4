"""The result of my action, in words, with Undo where it can be taken back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"
UNDO_AT = "undo-at:"


def say_done(request: HttpRequest, text: str, change: uuid.UUID | None = None, *, undo_at: str = "") -> None:
    """A toast; `change` is the id of the act (orgs.actions.editing.Change) that its Undo takes back, or `undo_at` the
    address that takes it back where the act is none of those."""
    tags = f"{UNDO}{change}" if change else f"{UNDO_AT}{undo_at}" if undo_at else ""
    messages.success(request, text, extra_tags=tags)
