"""Drawing the regions of a board: the same for everybody who looks at it in that way."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from planning.actions.session import AGENDA, AGREED, ALIKE, COVERAGE, DECK
from planning.pages.board import WALL, Board, Group

# What only the page of the meeting shows, and what only the full screen.
_ON_THE_BOARD = frozenset({DECK, AGENDA, AGREED, COVERAGE, ALIKE})


def draw(region: str, board: Board, audience: str) -> str:
    """The element of one region, whole; "" where this audience does not see it."""
    if (region in _ON_THE_BOARD) == (audience == WALL):
        return ""
    context = {"board": board, "planning": board.planning, "org": board.org, "way": audience}
    return SafeString(render_to_string(f"planning/board/_{region}.html", context).strip())


def draw_group(board: Board, audience: str, part: str) -> str:
    """One group of the board, by its part of the region "group"."""
    group = next(group for group in board.groups(audience) if group.part == part)
    return drawn(board, group)


def drawn(board: Board, group: Group) -> str:
    context = {"board": board, "planning": board.planning, "org": board.org, "group": group}
    return SafeString(render_to_string("planning/board/_group.html", context).strip())


def drawn_groups(board: Board, way: str) -> list[str]:
    """All groups, for the page."""
    return [drawn(board, group) for group in board.groups(way)]
