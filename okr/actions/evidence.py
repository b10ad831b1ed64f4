"""The facts behind an objective or a key result, with their files.

A file is kept under a random name, outside of what the web server shows. One that was replaced, taken away or archived
stays on disk as long as the organization does: undo and the history bring it back.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from okr.actions.rules import check_live
from okr.models import Evidence, KeyResult, Objective
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editing import Change, State
from orgs.rules import RuleBroken
from orgs.tenancy import current_org_id

OWN = ("kind", "title", "figure", "source", "url", "note", "table")  # what a form may set, beside the file
OF_FILE = ("file", "file_name", "file_size", "table")
MOST = 20  # facts behind one thing: a page shows them all
Backed = Objective | KeyResult


@dataclass(frozen=True)
class Upload:
    """A file that okr.files.check_file let pass, with the table to draw where it is a CSV."""

    name: str
    size: int
    content: File
    table: dict[str, Any] | None = None


def add_evidence(backed: Backed, *, by: Actor, upload: Upload | None = None, **values: Any) -> tuple[Evidence, Change]:
    """A fact behind an objective or a key result, the last in the row; `values` as in OWN. Raises RuleBroken."""
    assert set(values) <= set(OWN), set(values) - set(OWN)
    change = Change(by)
    with _kept(upload) as of_file, transaction.atomic():
        backed = _locked(backed, by)
        which = {"objective": backed} if isinstance(backed, Objective) else {"key_result": backed}
        if Evidence.objects.filter(**which, archived_at=None).count() >= MOST:
            raise RuleBroken(_("There are %(most)s already: archive one that convinces less.") % {"most": MOST})
        evidence = Evidence(**which, **{**values, **of_file})
        editing.create(evidence, change)
    return evidence, change


def change_evidence(
    evidence: Evidence,
    values: Mapping[str, Any],
    *,
    by: Actor,
    upload: Upload | None = None,
    without_file: bool = False,
    seen: int | None = None,
) -> tuple[State, Change]:
    """Set some of OWN; `upload` replaces the file, `without_file` takes it away.

    `seen` is the revision that the writer started from. Raises EditConflict or RuleBroken.
    """
    assert set(values) <= set(OWN), set(values) - set(OWN)
    change = Change(by)
    with _kept(upload) as of_file, transaction.atomic():
        evidence = _locked(evidence, by)
        if without_file and not of_file:
            of_file = {"file": "", "file_name": "", "file_size": None, "table": None}
        changed = editing.amend(evidence, {**values, **of_file}, change, seen=seen)
    return changed, change


@transaction.atomic
def move_evidence(evidence: Evidence, *, by: Actor, position: int) -> Change:
    """To another place in its row; 1 is the first."""
    change = Change(by)
    editing.place(_locked(evidence, by), change, position=position)
    return change


@transaction.atomic
def archive_evidence(evidence: Evidence, *, by: Actor) -> Change:
    """Off the pages, with its file; undo or restore brings it back."""
    change = Change(by)
    editing.archive(_locked(evidence, by), change)
    return change


@contextmanager
def _kept(upload: Upload | None) -> Iterator[dict[str, Any]]:
    """The columns of a file that is stored for good where the block succeeds, and gone where it does not."""
    if upload is None:
        yield {}
        return
    name = default_storage.save(f"evidence/{current_org_id()}/{secrets.token_hex(16)}", upload.content)
    try:
        yield {"file": name, "file_name": upload.name, "file_size": upload.size, "table": upload.table}
    except BaseException:
        default_storage.delete(name)
        raise


def _locked(thing: Backed | Evidence, by: Actor) -> Any:
    """One writer at a time numbers the facts behind a thing; what is archived takes none."""
    found = editing.locked_to_write(type(thing), thing.pk, by)
    check_live(found)
    return found
