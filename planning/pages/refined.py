"""What was kept, line by line: as it was presented beside what became of it, and who has accepted it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okr import mentions, numbers
from okr.actions.staging import FROZEN
from okr.language import language
from okr.models import Comment, KeyResult
from okr.pages.baseline import as_defined
from okr.pages.figures import day
from okr.pages.rights import may_write
from okr.readings import Clock
from okr.rows import span_of
from orgs.models import Membership, Organization
from orgs.moments import moment
from planning.actions.presenting import definition_of
from planning.actions.refining import accepted, digest_of, has_cpo, kept, may_accept
from planning.board import MERGE
from planning.codes import code_of
from planning.models import Acceptance, Decision, Planning, Presented
from planning.wording import Piece, compared

Side = Acceptance.Side
FIGURES = {"unit", "unit_label", "direction", "start", "target", "low", "high", "tolerance", "baseline_due_on"}
WORDS = {"title", "metric"}
# Told in a line of their own where they changed; title and figures stand beside each other.
OTHERS = ("metric", "direction", "owner", "source", "tolerance")
QUOTES = 2  # of a conversation

TO_ACCEPT, REWORDED, RETARGETED, ABSORBS, UNCHANGED = "open", "reworded", "target", "absorbs", "unchanged"
FILTERS = {
    TO_ACCEPT: gettext_lazy("To accept"),
    REWORDED: gettext_lazy("Reworded"),
    RETARGETED: gettext_lazy("Target changed"),
    ABSORBS: gettext_lazy("Absorbs others"),
    UNCHANGED: pgettext_lazy("key results in refinement", "Unchanged"),
}
MOVING = (KeyResult.Direction.UP, KeyResult.Direction.DOWN)


@dataclass(frozen=True, slots=True)
class Sign:
    """One side's signature. `may`: whether the reader signs for it."""

    side: str
    label: str
    is_accepted: bool
    was_changed: bool  # it was accepted, and changed since
    by: str
    when: str
    may: bool


@dataclass(frozen=True, slots=True)
class Quote:
    author: Membership | None
    text: str


@dataclass(slots=True)
class Line:
    """A kept key result."""

    key_result: KeyResult
    code: str  # “FID 04”
    url: str
    edit_url: str  # "" for who may not write it
    digest: str  # of the definition that the reader sees
    was: list[Piece]
    now: list[Piece]
    was_figures: list[Piece]
    now_figures: list[Piece]
    others: list[tuple[str, str, str]]  # field, before, now: texts
    changed: set[str]  # of FROZEN
    signs: list[Sign]
    absorbs: list[tuple[str, str]]  # code, text as presented
    measure_by: str  # "15 Jul" where its start is not known yet
    quotes: list[Quote]
    comments: int
    talk_url: str

    @property
    def is_accepted(self) -> bool:
        return all(sign.is_accepted for sign in self.signs)

    @property
    def asks_me(self) -> bool:
        return any(sign.may and not sign.is_accepted for sign in self.signs)

    @property
    def absorbed_codes(self) -> str:
        return ", ".join(code for code, _text in self.absorbs)

    @property
    def more(self) -> int:
        return self.comments - len(self.quotes)

    @property
    def kinds(self) -> set[str]:
        """Of FILTERS."""
        found = {
            TO_ACCEPT: not self.is_accepted,
            REWORDED: bool(self.changed & WORDS),
            RETARGETED: bool(self.changed & FIGURES),
            ABSORBS: bool(self.absorbs),
            UNCHANGED: not self.changed,
        }
        return {name for name, yes in found.items() if yes}


@dataclass
class Refined:
    """A planning's kept key results, as one member sees them."""

    planning: Planning
    org: Organization
    member: Membership

    def __post_init__(self) -> None:
        self.clock = Clock.of(self.org)

    @property
    def is_published(self) -> bool:
        return self.planning.state == Planning.State.PUBLISHED

    @property
    def is_on(self) -> bool:
        return self.planning.state == Planning.State.REFINING

    # ── What is read ──

    @cached_property
    def rows(self) -> list[KeyResult]:
        return list(kept(self.planning)) if self.is_on or self.is_published else []

    @cached_property
    def presented(self) -> dict[int, Presented]:
        """Of all that was presented, with its key result's tribe."""
        rows = Presented.objects.filter(planning=self.planning).select_related("key_result__objective__tribe")
        return {row.key_result_id: row for row in rows}

    @cached_property
    def signed(self) -> dict[tuple[int, str], Acceptance]:
        return accepted(self.planning)

    @cached_property
    def counts(self) -> Counter[str]:
        """Standing decisions by outcome."""
        rows = Decision.objects.filter(planning=self.planning, stands=True)
        return Counter(dict(rows.order_by().values_list("outcome").annotate(n=Count("pk"))))

    @cached_property
    def absorbed(self) -> dict[int, list[Presented]]:
        found: defaultdict[int, list[Presented]] = defaultdict(list)
        rows = Decision.objects.filter(planning=self.planning, stands=True, outcome=MERGE).order_by("pk")
        for merged, into in rows.values_list("key_result_id", "into_id"):
            if merged in self.presented and into is not None:
                found[into].append(self.presented[merged])
        return found

    @cached_property
    def talk(self) -> dict[int, list[Comment]]:
        """What was said of each since it was presented, oldest first."""
        found: defaultdict[int, list[Comment]] = defaultdict(list)
        said = Q(key_result__in=[row.pk for row in self.rows]) & Q(deleted_at=None)
        for comment in Comment.objects.filter(said).select_related("author__user").order_by("created_at", "pk"):
            found[comment.key_result_id or 0].append(comment)
        return found

    @cached_property
    def names(self) -> dict[int, str]:
        """Of the owners that are named by id, and of those whom comments mention: one query, everybody's."""
        return dict(Membership.objects.values_list("pk", "user__name"))

    @cached_property
    def has_cpo(self) -> bool:
        return has_cpo()

    # ── Lines ──

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(row) for row in self.rows]

    def code_of(self, row: KeyResult) -> str:
        found = self.presented.get(row.pk)
        return code_of(row, found.number if found else None)

    def _line(self, row: KeyResult) -> Line:
        definition = row.baseline if self.is_published and row.baseline else definition_of(row)
        shown = as_defined(row, definition)
        found = self.presented.get(row.pk)
        before = found.definition if found else definition
        then = as_defined(row, before)
        changed = {name for name in FROZEN if before.get(name) != definition.get(name)}
        was, now = compared(then.title, shown.title)
        was_figures, now_figures = self._figures(then, shown)
        slug = self.org.slug
        comments = self.talk.get(row.pk, [])
        may_edit = self.is_on and may_write(row, self.member)
        due = shown.baseline_due_on if shown.start is None and shown.direction in MOVING else None
        return Line(
            key_result=row,
            code=self.code_of(row),
            url=reverse("key_result", args=[slug, row.pk]),
            edit_url=reverse("key_result_edit", args=[slug, row.pk]) if may_edit else "",
            digest=digest_of(row),
            was=was,
            now=now,
            was_figures=was_figures,
            now_figures=now_figures,
            others=[
                (_label(name), self._text(then, name), self._text(shown, name)) for name in OTHERS if name in changed
            ],
            changed=changed,
            signs=self._signs(row),
            absorbs=[(self.code_of(one.key_result), one.definition["title"]) for one in self.absorbed.get(row.pk, [])],
            measure_by=day(due, self.clock.today) if due else "",
            quotes=[Quote(one.author, self._written(one)) for one in comments[-QUOTES:]],
            comments=len(comments),
            talk_url=reverse("key_result_comments", args=[slug, row.pk]),
        )

    def _written(self, comment: Comment) -> str:
        return " ".join(mentions.written(comment.text, self.names).split())

    def _figures(self, then: KeyResult, now: KeyResult) -> tuple[list[Piece], list[Piece]]:
        """ "8 → 14%" beside "8 → 12%": of each its start and its target, changed where it is not the same."""
        (start, target), (start_now, target_now) = self._ends(then), self._ends(now)
        if not start and not start_now:
            return _ends_of("", target, target != target_now), _ends_of("", target_now, target != target_now)
        if start != start_now:
            same = target == target_now
            return (
                [Piece(f"{start} → ", changed=True), Piece(target, changed=not same)],
                [Piece(f"{start_now} → ", changed=True), Piece(target_now, changed=not same)],
            )
        return _ends_of(start, target, target != target_now), _ends_of(start, target_now, target != target_now)

    def _ends(self, row: KeyResult) -> tuple[str, str]:
        if row.direction == KeyResult.Direction.DONE:
            return "", _("done or not")
        bare = as_defined(row, {})
        bare.current = None
        start, _now, target = span_of(bare, self.clock)
        if not start and row.baseline_due_on is not None:
            start = _("start to measure by %(day)s") % {"day": day(row.baseline_due_on, self.clock.today)}
        return start or "?", target

    def _text(self, row: KeyResult, name: str) -> str:
        value = getattr(row, f"{name}_id" if name == "owner" else name)
        if value in (None, ""):
            return ""
        if name == "owner":
            return self.names.get(value, "")
        if name == "direction":
            return str(KeyResult.Direction(value).label)
        return numbers.format_number(value, language()) if name == "tolerance" else str(value)

    def _signs(self, row: KeyResult) -> list[Sign]:
        signs = []
        for side in Side:
            found = self.signed.get((row.pk, side))
            holds = found is not None and (self.is_published or found.digest == digest_of(row))
            signs.append(
                Sign(
                    side=side.value,
                    label=_("%(tribe)s lead") % {"tribe": self.org.tribe_label}
                    if side == Side.LEAD
                    else str(side.label),
                    is_accepted=holds,
                    was_changed=found is not None and not holds,
                    by=found.by.name if found and found.by else "",
                    when=moment(found.at) if found else "",
                    may=self.is_on and may_accept(side, row, self.member, has_cpo=side != Side.CPO or self.has_cpo),
                )
            )
        return signs


def _ends_of(start: str, target: str, changed: bool) -> list[Piece]:
    return [*([Piece(f"{start} → ")] if start else []), Piece(target, changed=changed)]


def _label(name: str) -> str:
    return {
        "metric": _("Metric"),
        "direction": _("Direction"),
        "owner": _("Owner"),
        "source": _("Source"),
        "tolerance": _("Tolerance"),
    }[name]
