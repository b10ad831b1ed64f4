"""What actions call, inside their transaction, so that whoever watches sees it once it is saved."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction

from orgs import tenancy
from workshops.live import registry
from workshops.live.bus import Message, What, publish


def announce(kind: str, key: str, seq: int, regions: Iterable[str]) -> None:
    """Session `key` of the current organization is at version `seq`, and these regions show something new."""
    names = tuple(regions)
    if unknown := {registry.region_of(name) for name in names} - set(registry.named(kind).regions):
        raise ValueError(f"{kind} has no region called {', '.join(sorted(unknown))}")
    _on_commit(What.CHANGED, kind, key, names, seq)


def nudge(kind: str, key: str, people: Iterable[str]) -> None:
    """These people (registry.Person.key) have something private to fetch; what it is does not pass through the hub."""
    _on_commit(What.NUDGE, kind, key, tuple(people))


def review(kind: str, key: str, people: Iterable[str]) -> None:
    """These people's rights have changed: look at once, not at the next heartbeat."""
    _on_commit(What.REVIEW, kind, key, tuple(people))


def _on_commit(what: What, kind: str, key: str, names: tuple[str, ...], seq: int = 0) -> None:
    transaction.on_commit(partial(publish, Message(what, kind, tenancy.current_org_id(), key, seq, names)))
