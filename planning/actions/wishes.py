"""What somebody wants decided of key results, the rules that it keeps, and how it is refused."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.rules import RuleBroken
from planning.actions.rows import Rows
from planning.board import KEEP, MERGE, OPEN, Effect
from planning.models import Decision, Outcome

REASON_LETTERS = 400
MOST_AT_ONCE = 400  # key results that somebody decides by one act


class Outrun(RuleBroken):
    """Somebody decided the same key result meanwhile: `standing` is what they decided, which nobody saw who asked."""

    def __init__(self, standing: Decision, code: str) -> None:
        said = {
            Outcome.KEEP: _("%(name)s has kept %(code)s meanwhile."),
            Outcome.DEFER: _("%(name)s has deferred %(code)s meanwhile: “%(reason)s”"),
            Outcome.MERGE: _("%(name)s has merged %(code)s meanwhile: “%(reason)s”"),
            Outcome.DROP: _("%(name)s has dropped %(code)s meanwhile: “%(reason)s”"),
            Outcome.OPEN: _("%(name)s has reopened %(code)s meanwhile."),
        }[Outcome(standing.outcome)]
        super().__init__(said % {"name": standing.by_name, "code": code, "reason": standing.reason})
        self.standing = standing


class NeedsSure(RuleBroken):
    """It would leave strategic key results (ids in `effect.orphans`) without any: to be done only by somebody who says so."""

    def __init__(self, effect: Effect, names: Sequence[str]) -> None:
        said = ngettext(
            "Nothing would serve %(names)s any more.", "Nothing would serve these any more: %(names)s.", len(names)
        )
        super().__init__(said % {"names": ", ".join(names)})
        self.effect = effect


@dataclass(frozen=True)
class Wish:
    """What somebody wants decided of key results (ids)."""

    ids: Sequence[int]
    outcome: str
    reason: str = ""
    into: int | None = None


@dataclass(frozen=True)
class Taken:
    """What became of an act. `decided` are the key results decided by it; of the others a vote was counted."""

    act: uuid.UUID
    decided: list[int]


# ── Rules ────────────────────────────────────────────────────────────────────


def checked(wish: Wish) -> Wish:
    """With its reason on one line. Raises RuleBroken with the field."""
    if not wish.ids:
        raise RuleBroken(_("Choose a key result first."))
    reason = " ".join(wish.reason.split())
    if len(reason) > REASON_LETTERS:
        raise RuleBroken(_("A reason fits into %(n)s characters.") % {"n": REASON_LETTERS}, field="reason")
    if not reason and wish.outcome not in (KEEP, OPEN):
        raise RuleBroken(_("Say why: the reason goes to those who proposed it."), field="reason")
    if wish.outcome == MERGE and wish.into is None:
        raise RuleBroken(_("Choose the key result that stays."), field="into")
    into = wish.into if wish.outcome == MERGE else None
    return Wish(list(dict.fromkeys(wish.ids)), wish.outcome, reason, into)


def check_rows(rows: Rows, wish: Wish) -> None:
    """Raise RuleBroken where these are too many, one is not before the CoDir, or a merge would end in nothing."""
    if len(wish.ids) > MOST_AT_ONCE:
        raise RuleBroken(_("At most %(n)s at once.") % {"n": MOST_AT_ONCE})
    if any(pk not in rows.key_results for pk in wish.ids):
        raise RuleBroken(_("It is no longer on the board."))
    if wish.into is not None:
        if wish.into not in rows.key_results:
            raise RuleBroken(_("It is no longer on the board."), field="into")
        if wish.into in wish.ids:
            raise RuleBroken(_("Choose another key result than the one that is merged."), field="into")
    check_merges(rows, dict.fromkeys(wish.ids, (wish.outcome, wish.into)))


def check_merges(rows: Rows, choices: dict[int, tuple[str, int | None]]) -> None:
    for merged, _into in rows.broken_by(choices):
        names = {"merged": rows.code_of(merged.id), "into": rows.code_of(merged.into)}
        if merged.id in choices:
            raise RuleBroken(_("%(into)s does not stay itself: choose one that is kept or open.") % names, field="into")
        raise RuleBroken(_("%(merged)s was merged into %(into)s: decide that one first.") % names)


def is_so(standing: Decision | None, wish: Wish) -> bool:
    """Whether it stands as wished already. An undecided one is open without any decision."""
    if standing is None:
        return wish.outcome == OPEN
    same = (standing.outcome, standing.into_id) == (wish.outcome, wish.into)
    return same and standing.reason == wish.reason
