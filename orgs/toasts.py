"""The result of my action, in words, with Undo where it can be taken back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"


def say_done(request: HttpRequest, text: str, change: uuid.UUID | None = None) -> None:
    """A toast; `change` is the id of the act (orgs.actions.editing.Change) that its Undo takes back."""
    messages.success(request, text, extra_tags=f"{UNDO}{change}" if change else "")
