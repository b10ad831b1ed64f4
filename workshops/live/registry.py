"""What kinds of live session there are, and what each must tell the hub. A kind registers itself when its app is ready.

The hub knows nothing of workshops or plannings: it asks a `Kind` who may watch, at which version a session stands, and
for the HTML of its regions. All of these are ordinary synchronous functions; they run in a thread, inside the session's
tenancy, and may query as they like.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from orgs.models import Membership, Organization


class Refused(Exception):
    """Somebody may not watch: 403 where they may know that the session exists, 404 where they may not."""

    def __init__(self, status: int = 404) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Person:
    """Who watches. `key` names them in presence and in `nudge`.

    `guest` is the id by which the kind's own door knows somebody without an account: it is kept as long as they watch, so
    it is no model.
    """

    key: str
    membership: Membership | None = None
    guest: int | str | None = None
    view: str = ""  # one of the kind's `views` that the address asks for; such a stream makes nobody present


def member_key(membership: int) -> str:
    """The key of the person with this membership (id)."""
    return f"m{membership}"


@dataclass(frozen=True)
class Parts:
    """`names(loaded, audience)`: which elements there are; `draw(loaded, audience, part)`: one of them, whole."""

    names: Callable[[Any, str], Iterable[str]]
    draw: Callable[[Any, str, str], str]


@dataclass(frozen=True)
class Kind:
    """A kind of live session, such as a workshop.

    `watch(people, key)` answers for each person's key as which audience ("room", "facilitator"…) they may watch, or
    `Refused`; it raises Refused where there is no such session. It is asked about one person who comes, and at each
    heartbeat once about all who watch: whoever may not any longer, or as another audience, has their stream closed. What
    it costs must not grow with their number: one query for all of them, not one for each.
    `seq(key)` is the session's version, which each of its actions counts up; None once it is gone.
    `load(organization, key)` makes what all regions of one change share: queries worth doing once belong there, as
    cached properties where only some regions need them.
    `regions` names the parts of the page by their DOM id; each is drawn by `renderer(loaded, audience)`, which answers the
    whole element, the same for everybody of that audience: no person, no permission, no CSRF token, nothing private.
    A region that consists of many elements has `Parts` instead: each is called "<region>.<part>". Announcing "group.t3"
    draws that one alone, announcing "group" all of them; what an audience does not see is not drawn for it. A part that
    is gone since is sent empty.
    `interval` is the least time between two renders, in seconds; the first change after a quiet time goes out at once.
    `shows_presence` names the regions that say who is here.
    `views` are other ways to watch (`?view=wall`), which `watch` grants or refuses: whoever watches so is counted apart.
    `guest(request, organization, key)` finds somebody without an account, by a cookie that the kind has signed.
    """

    name: str
    watch: Callable[[Sequence[Person], str], Mapping[str, str | Refused]]
    seq: Callable[[str], int | None]
    load: Callable[[Organization, str], Any]
    regions: Mapping[str, Callable[[Any, str], str] | Parts]
    interval: float = 0.1
    shows_presence: frozenset[str] = frozenset()
    guest: Callable[[HttpRequest, Organization, str], Person | None] | None = None
    views: frozenset[str] = frozenset()


def region_of(name: str) -> str:
    """The region that a part belongs to: "group" of "group.t3". Itself of a region without parts."""
    return name.partition(".")[0]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"two kinds of live session are called {kind.name!r}")
    if unknown := kind.shows_presence - set(kind.regions):
        raise ValueError(f"{kind.name}: no region is called {', '.join(sorted(unknown))}")


def find(name: str) -> Kind | None:
    return _kinds.get(name)


def named(name: str) -> Kind:
    """The kind of that name, for callers that know there is one; KeyError otherwise."""
    return _kinds[name]
