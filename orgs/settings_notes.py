"""What rooms above tell beside a group of the organization's settings: what follows from them."""

from collections.abc import Callable

from orgs.models import Organization

Note = Callable[[Organization], str]
_notes: dict[str, Note] = {}


def register_note(group: str, note: Note) -> None:
    """`group` is the key of one of SettingsForm.groups; `note` answers a sentence, or "" where there is none."""
    _notes[group] = note


def note_of(group: str, org: Organization) -> str:
    return _notes[group](org) if group in _notes else ""
