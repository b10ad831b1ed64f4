"""What the state of a verdict and of a retrospective note is (orgs.actions.editable)."""

from django.utils.translation import gettext as _

from okr.actions.period_rules import check_writable
from okr.models import KeyResult
from orgs.actions.editable import Kind, register
from orgs.models import Membership
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from reviews.access import reviewers_of
from reviews.models import RetroNote, Verdict
from reviews.models.verdict import is_miss

OF_VERDICT = ("score", "kept", "learning", "miss_reason", "afterwards")  # what its form may set


def check_verdict(verdict: Verdict) -> None:
    """Raise RuleBroken with the field. One that was taken back says nothing."""
    within = verdict.key_result.direction == KeyResult.Direction.WITHIN
    if not verdict.is_given and not verdict.learning and not verdict.afterwards:
        return
    if within and verdict.score is not None:
        raise RuleBroken(_("What is kept within a band has no score: say whether it was kept."), field="kept")
    if within and verdict.kept is None:
        raise RuleBroken(_("Say whether it was kept."), field="kept")
    if not within and verdict.score is None:
        raise RuleBroken(_("Choose the score."), field="score")
    if not verdict.learning.strip():
        raise RuleBroken(_("Say in a sentence what you learned."), field="learning")
    if is_miss(verdict.key_result, verdict.score, verdict.kept) and not verdict.miss_reason.strip():
        raise RuleBroken(_("It was committed, and missed: say why."), field="miss_reason")
    if not verdict.afterwards:
        raise RuleBroken(_("Say what follows: carry over, change or stop."), field="afterwards")


def require_review(member: Membership, verdict: Verdict) -> None:
    require(member, Permission.REVIEW, reviewers_of(verdict.key_result.objective))


def _require_note(member: Membership, note: RetroNote) -> None:
    """Whoever wrote it."""
    require(member, Permission.REVIEW, note.tribe)
    if note.author_id != member.pk:
        raise RuleBroken(_("A note is changed by whoever wrote it."))


VERDICT = Kind(
    model=Verdict,
    fields=OF_VERDICT,
    require=require_review,
    check=check_verdict,
    check_writable=lambda verdict: check_writable(verdict.key_result.objective.span),
    related=(
        "key_result__objective__year",
        "key_result__objective__quarter__year",
        "key_result__objective__tribe",
    ),
)
NOTE = Kind(
    model=RetroNote,
    fields=("tribe", "quarter", "kind", "text", "author", "archived_at"),
    require=_require_note,
    check_writable=lambda note: check_writable(note.quarter),
    related=("tribe", "quarter__year", "author__user"),
)


def register_kinds() -> None:
    for kind in (VERDICT, NOTE):
        register(kind)
