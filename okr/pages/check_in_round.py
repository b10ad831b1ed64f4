"""The round of today: what is due from somebody, what they did of it, and what they own where nothing is due."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.models import CheckIn, KeyResult
from okr.pages.correction import correct_url, take_back_url
from okr.pages.figures import Figures
from okr.readings import Clock
from okr.rows import Row, rows_of
from orgs.models import Absence, Membership
from orgs.reaching import stands_in_for

SECONDS_EACH = 12  # a value, a confidence, "save": four in under a minute
AT_MOST = 100  # rows of a list
ROUND_LASTS = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Item:
    """One key result of the round; `value` as text once it is done."""

    key_result: KeyResult
    code: str
    url: str
    value: str
    done: bool
    on_behalf: str = ""  # "for Camille, until 3 December"


@dataclass(frozen=True)
class Round:
    """My check-ins of today, in an order that does not change as they are done."""

    org_slug: str
    items: tuple[Item, ...]
    since: int | None  # when it began, in seconds of the epoch

    @property
    def left(self) -> list[Item]:
        return [item for item in self.items if not item.done]

    @property
    def done_count(self) -> int:
        return len(self.items) - len(self.left)

    @property
    def done_percent(self) -> int:
        return round(100 * self.done_count / len(self.items)) if self.items else 0

    @property
    def time_left(self) -> str:
        """ "35 s", rounded to what an estimate is worth."""
        return duration(max(5 * round(len(self.left) * SECONDS_EACH / 5), 10))

    def item(self, pk: int) -> Item | None:
        return next((item for item in self.items if item.key_result.pk == pk), None)

    def on_behalf(self, pk: int) -> str:
        item = self.item(pk)
        return item.on_behalf if item else ""

    def place(self, pk: int) -> int:
        """1 for the first."""
        return next(place for place, item in enumerate(self.items, 1) if item.key_result.pk == pk)

    def after(self, pk: int) -> Item | None:
        """The next one still to do; None when all that follow are done."""
        return next((item for item in self.items[self.place(pk) :] if not item.done), None)

    def url_after(self, pk: int) -> str:
        following = self.after(pk)
        return following.url if following else self.summary_url

    @property
    def all_url(self) -> str:
        """All of it on one page."""
        return f"{reverse('check_in_all', args=[self.org_slug])}{query_of(self.since)}"

    @property
    def summary_url(self) -> str:
        return f"{reverse('check_in', args=[self.org_slug])}?{_query(self.since, done='1')}"


def duration(seconds: int) -> str:
    return _("%(n)s s") % {"n": seconds} if seconds < 100 else _("%(n)s min") % {"n": round(seconds / 60)}


def now() -> int:
    return int(timezone.now().timestamp())


def began(text: str) -> int | None:
    """The `since` of an address: when the round began; None when it says nothing, or too long ago to be this round."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    return int(text) if 0 <= now() - int(text) <= ROUND_LASTS.total_seconds() else None


def _query(since: int | None, **more: str) -> str:
    return urlencode({**more, **({"since": since} if since else {})})


def query_of(since: int | None) -> str:
    """What an address of the round ends with."""
    return f"?{_query(since)}" if since else ""


def round_of(member: Membership, clock: Clock, since: int | None = None) -> Round:
    """Two queries: in whose place the member stands, and what is due from them all."""
    away = stands_in_for(member, clock.today)
    rows = KeyResult.objects.in_round(member, clock.today, clock.asked_until, away)[:AT_MOST]
    items = (replace(_item(row, row.done_today, clock, since), on_behalf=on_behalf(row, away, clock)) for row in rows)
    return Round(clock.org.slug, tuple(items), since)


def on_behalf(row: KeyResult, away: Mapping[int, Absence], clock: Clock) -> str:
    """In whose place it is checked in, and until when; "" for one's own."""
    absence = away.get(row.owner_id or 0)
    if absence is None:
        return ""
    until = numbers.format_date(absence.ends_on, language(), "long")
    return _("for %(name)s, until %(day)s") % {"name": absence.member.name, "day": until}


def opened_early(round_: Round, key_result: KeyResult, clock: Clock) -> Round:
    """The round with a key result before it that nobody asks for: checked in early, or by the tribe's lead."""
    return replace(round_, items=(_item(key_result, False, clock, round_.since), *round_.items))


def _item(row: KeyResult, done: bool, clock: Clock, since: int | None) -> Item:
    url = reverse("check_in_key_result", args=[clock.org.slug, row.pk])
    return Item(
        key_result=row,
        code=row.code,
        url=f"{url}{query_of(since)}",
        value=Figures.of(row, clock).value(row.current) if done and row.current is not None else "",
        done=done,
    )


# ── After the last ───────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Done:
    """A check-in of the round; `correct_url` and `take_back_url` while it can still be corrected."""

    row: Row
    value: str
    confidence: int
    correct_url: str
    take_back_url: str


@dataclass(frozen=True)
class Summary:
    done: list[Done]
    later: list[Item]
    took: str  # "48 s", "" when the beginning is not known


def summary_of(round_: Round, member: Membership, clock: Clock) -> Summary:
    """Two queries: the check-ins of today, and the step targets of what was checked in."""
    key_results = [item.key_result for item in round_.items if item.done]
    latest: dict[int, CheckIn] = {}
    for check_in in CheckIn.objects.of([row.pk for row in key_results]).filter(on=clock.today):
        latest.setdefault(check_in.key_result_id, check_in)
    prefetch_related_objects(key_results, "step_targets")
    rows = rows_of(key_results, clock, sparks=False)
    done = [_done(row, latest[row.key_result.pk], member, clock, round_.summary_url) for row in rows]
    ends = max((check_in.created_at for check_in in latest.values()), default=None)
    took = ends.timestamp() - round_.since if ends and round_.since else 0
    return Summary(done=done, later=round_.left, took=duration(round(took)) if took > 0 else "")


def _done(row: Row, check_in: CheckIn, member: Membership, clock: Clock, summary_url: str) -> Done:
    mine = check_in.author_id == member.pk
    return Done(
        row=row,
        value=Figures.of(row.key_result, clock).value(check_in.value),
        confidence=check_in.confidence,
        correct_url=correct_url(check_in, clock.org.slug, back_to=summary_url) if mine else "",
        take_back_url=take_back_url([check_in], clock.org.slug, back_to=summary_url) if mine else "",
    )


# ── Nothing due ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Owned:
    key_result: KeyResult
    code: str
    url: str
    value: str
    next_due: str


def owned_by(member: Membership, clock: Clock) -> list[Owned]:
    """What this person owns in the open year and quarter, the next due first: one query."""
    rows = KeyResult.objects.taking_check_ins().filter(owner=member).select_related("objective")
    return [
        Owned(
            key_result=row,
            code=row.code,
            url=reverse("check_in_key_result", args=[clock.org.slug, row.pk]),
            value="" if row.current is None else Figures.of(row, clock).value(row.current),
            next_due=numbers.format_date(row.next_due_on, language(), "weekday") if row.next_due_on else "",
        )
        for row in rows.order_by("next_due_on", "objective__position", "position", "pk")[:AT_MOST]
    ]
