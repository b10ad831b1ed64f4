"""The rows of a board as they stand together: by tribe in the order of the agenda, by objective, by what they serve."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from okr.models import Objective
from orgs.models import Tribe
from planning.board import KEEP, OPEN, Share, tally
from planning.models import Slot
from planning.pages.lines import Line
from planning.pages.loaded import Loaded

# How somebody looks at the board: the audiences of its live session, but for WALL.
TRIBE, OBJECTIVE, STRATEGIC = "tribe", "objective", "strategic"
WALL = "wall"  # the presenting tribe, full screen
WAYS = {
    TRIBE: gettext_lazy("By tribe"),
    OBJECTIVE: gettext_lazy("By objective"),
    STRATEGIC: gettext_lazy("By strategic key result"),
}
UNLINKED = "s0"  # the group of what moves no strategic key result


@dataclass(slots=True)
class Group:
    """Rows that stand together. `part` names its element on the page: “t12”."""

    part: str
    kind: str
    code: str
    title: str
    state: str  # of a tribe: "presenting", "next", "done", "" otherwise
    said: str  # that, in words
    lines: list[Line]
    counts: dict[str, int]
    cap: int | None
    is_open: bool
    lead: str = ""
    about: str = ""  # below the title: the tribe of an objective

    @property
    def tally(self) -> list[str]:
        """One square a row, the kept ones first."""
        return tally(self.counts)

    @property
    def kept(self) -> int:
        return self.counts.get(KEEP, 0)

    @property
    def open(self) -> int:
        return self.counts.get(OPEN, 0)

    @property
    def is_over(self) -> bool:
        return self.cap is not None and self.kept > self.cap


@dataclass(frozen=True, slots=True)
class Turn:
    """A tribe in the agenda."""

    slot: Slot | None
    tribe: Tribe
    share: Share
    state: str  # "done", "now" or "next"
    tally: list[str]

    @property
    def said(self) -> str:
        """ "4 kept, at most 5; 12 presented"."""
        share = self.share
        said = {"kept": share.kept, "cap": share.cap, "presented": share.presented}
        return _("%(kept)s kept, at most %(cap)s; %(presented)s presented") % said


def turns_of(loaded: Loaded) -> list[Turn]:
    """Every tribe of the agenda, and behind them those that propose without being in it."""
    planning = loaded.planning
    shares = loaded.standing.shares
    now = planning.presenting_id
    turns, named = [], set()
    for slot in loaded.slots:
        state = "now" if slot.pk == now else "done" if slot.presented_at else "next"
        share = shares[slot.tribe_id]
        turns.append(Turn(slot, slot.tribe, share, state, tally(share.counts)))
        named.add(slot.tribe_id)
    proposing = dict.fromkeys(row.objective.tribe_id or 0 for row in loaded.key_results)
    unnamed = [pk for pk in proposing if pk not in named]
    if unnamed:
        found = Tribe.objects.select_related("lead__user").in_bulk(unnamed)
        turns += [Turn(None, found[pk], shares[pk], "next", tally(shares[pk].counts)) for pk in unnamed]
    return turns


def by_tribe(loaded: Loaded, lines: Iterable[Line], turns: Sequence[Turn]) -> list[Group]:
    """Who presents first, then who comes next, then those who have presented."""
    of_tribe: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        of_tribe[line.key_result.objective.tribe_id or 0].append(line)
    groups = []
    for turn in sorted(turns, key=lambda turn: ("now", "next", "done").index(turn.state)):
        if turn.tribe.pk not in of_tribe:
            continue
        share = turn.share
        groups.append(
            Group(
                part=f"t{turn.tribe.pk}",
                kind=TRIBE,
                code=turn.tribe.code,
                title=turn.tribe.name,
                state=turn.state,
                said=_said(turn),
                lines=of_tribe[turn.tribe.pk],
                counts=dict(share.counts),
                cap=share.cap,
                is_open=turn.state == "now" or loaded.planning.presenting_id is None,
                lead=turn.tribe.lead.name if turn.tribe.lead else "",
            )
        )
    return groups


def _said(turn: Turn) -> str:
    if turn.state == "now":
        return pgettext("a tribe in the meeting", "presenting")
    if turn.state == "done":
        return _("decided") if not turn.share.open else _("presented")
    return ""


def by_objective(loaded: Loaded, lines: Iterable[Line]) -> list[Group]:
    of_objective: defaultdict[int, list[Line]] = defaultdict(list)
    objectives: dict[int, Objective] = {}
    for line in lines:
        of_objective[line.key_result.objective_id].append(line)
        objectives[line.key_result.objective_id] = line.key_result.objective
    presenting = loaded.planning.presenting.tribe_id if loaded.planning.presenting else None
    return [
        _group(f"o{pk}", OBJECTIVE, _objective_code(objective), objective.title, lines, about=_tribe_name(objective),
               is_open=presenting in (None, objective.tribe_id))
        for pk, lines in of_objective.items()
        if (objective := objectives[pk])
    ]  # fmt: skip


def by_strategic(loaded: Loaded, lines: Iterable[Line]) -> list[Group]:
    serving: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        for moved in loaded.moves.get(line.key_result.objective_id, []) or [0]:
            serving[moved].append(line)
    groups = [_group(f"s{row.pk}", STRATEGIC, row.code, row.title, serving[row.pk]) for row in loaded.strategic]
    if serving[0]:
        groups.append(_group(UNLINKED, STRATEGIC, "", _("Moves no strategic key result"), serving[0]))
    return groups


def _group(
    part: str, kind: str, code: str, title: str, lines: list[Line], *, about: str = "", is_open: bool = True
) -> Group:
    return Group(
        part=part,
        kind=kind,
        code=code,
        title=title,
        state="",
        said="",
        lines=lines,
        counts=dict(Counter(line.outcome for line in lines)),
        cap=None,
        is_open=is_open,
        about=about,
    )


def _objective_code(objective: Objective) -> str:
    return f"{objective.tribe.code} {objective.code}" if objective.tribe else objective.code


def _tribe_name(objective: Objective) -> str:
    return objective.tribe.name if objective.tribe else ""
