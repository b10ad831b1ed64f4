"""The board of a planning as a kind of live session (workshops.live.registry)."""

from collections.abc import Sequence
from functools import partial

from orgs.models import Organization
from orgs.permissions import Permission, can
from planning.access import SLUG, find_planning
from planning.actions.session import AGENDA, AGREED, ALIKE, COVERAGE, DECK, GROUP, KIND, STAGE
from planning.models import Planning
from planning.pages.board import TRIBE, WALL, WAYS, Board, groups_of
from planning.pages.regions import draw, draw_group
from workshops.live.registry import Kind, Parts, Person, Refused, register


def _watch(people: Sequence[Person], key: str) -> dict[str, str | Refused]:
    """Every member of the organization may watch: the board says nothing that the tribes' pages do not say later."""
    if find_planning(key) is None:
        raise Refused
    return {person.key: _audience(person) for person in people}


def _audience(person: Person) -> str | Refused:
    if person.membership is None or not can(person.membership, Permission.VIEW):
        return Refused(403)
    return person.view or TRIBE


def _seq(key: str) -> int | None:
    found = SLUG.fullmatch(key)
    if found is None:
        return None
    rows = Planning.objects.filter(quarter__year__number=int(found[1]), quarter__number=int(found[2]))
    seq: int | None = rows.values_list("seq", flat=True).one_or_none()
    return seq


def _load(organization: Organization, key: str) -> Board:
    planning = find_planning(key)
    if planning is None:
        raise Refused
    return Board(planning, organization)


def register_board() -> None:
    plain = (DECK, AGENDA, AGREED, COVERAGE, ALIKE, STAGE)
    register(
        Kind(
            name=KIND,
            watch=_watch,
            seq=_seq,
            load=_load,
            regions={region: partial(_draw, region) for region in plain} | {GROUP: Parts(groups_of, draw_group)},
            views=frozenset({*WAYS, WALL} - {TRIBE}),
        )
    )


def _draw(region: str, board: Board, audience: str) -> str:
    return draw(region, board, audience)
