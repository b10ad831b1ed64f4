"""News of what people follow, from the audit trail: whichever act it was, through whichever door.

What a transaction did is told to all who hear of it (okr.actions.news_left says when), in as many queries as for one. Only
what everybody here may read is told: of key results that run, never of a draft or a rationale.
"""

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from okr import mentions
from okr.actions.comments import ANSWERED, MENTIONED, news_key
from okr.actions.news_words import begun, later, owner_text, score_text, scores_text, titles_of
from okr.conversations import address_of, title_of
from okr.following import Followers
from okr.models import CheckIn, Comment, KeyResult, Objective, Quarter
from okr.pages.figures import MEASURED_BY, Figures
from okr.querysets import RUNNING
from okr.readings import Clock, read
from okr.scoring import confidence_mark
from orgs.actions.notifications import Kind, News
from orgs.models import AuditEvent, Membership, Notification
from orgs.templatetags.ui import STATUSES

CHECK_INS = ("checked_in", "check_in_corrected")
COMMENTS = ("comment_added", "comment_answered")
PUBLICATION = dt.timedelta(minutes=1)  # within which a quarter planning has told its own of the same act


def news_of(by: Membership, events: Sequence[AuditEvent]) -> list[News]:
    """What these events of one act say to those who follow; what a language changes is lazy."""
    return _Telling(by, _with_their_act(events)).news()


def _with_their_act(events: Sequence[AuditEvent]) -> Sequence[AuditEvent]:
    """And what else the same act has published, which was recorded one by one: it is told together, once."""
    acts = {event.change for event in events if event.change and _publishes(event)}
    if not acts:
        return events
    rest = AuditEvent.objects.filter(change__in=acts, object_type="keyresult").exclude(
        pk__in=[one.pk for one in events]
    )
    return [*events, *(event for event in rest.order_by("pk") if _publishes(event))]


def _publishes(event: AuditEvent) -> bool:
    """For the first time: not what was scored and runs again."""
    return event.after.get("stage") == KeyResult.Stage.PUBLISHED and event.before.get("stage") not in RUNNING


def _scores(event: AuditEvent) -> bool:
    return event.after.get("stage") == KeyResult.Stage.SCORED or event.after.get("score") is not None


def is_news(event: AuditEvent) -> bool:
    if event.verb in COMMENTS:
        return event.object_type in ("keyresult", "objective")
    if not event.before:  # it was written just now
        return False
    if event.object_type == "objective":
        return "owner" in event.after
    if event.after.get("stage", KeyResult.Stage.PUBLISHED) not in RUNNING:  # what planning decides of it
        return False
    return event.object_type == "keyresult" and (
        event.verb in CHECK_INS or bool({"owner", "stage", "score", *MEASURED_BY} & event.after.keys())
    )


def news_of_check_in(pk: int) -> str:
    """The key of what is told of it."""
    return f"news:check-in:{pk}"


class _Telling:
    """What the events of one act say to whom."""

    def __init__(self, by: Membership, events: Sequence[AuditEvent]) -> None:
        self.by = by
        self.events = events
        self.clock = Clock.of(by.org)
        ids: defaultdict[str, set[int]] = defaultdict(set)
        for event in events:
            ids[event.object_type].add(event.object_id)
        rows = KeyResult.objects.live().filter(pk__in=ids["keyresult"], stage__in=RUNNING)
        self.key_results = {row.pk: row for row in rows.with_definition()} if ids["keyresult"] else {}
        self.objectives: dict[int, Objective] = (
            Objective.objects.live().with_span().in_bulk(list(ids["objective"])) if ids["objective"] else {}
        )
        self.followers = Followers([*self.key_results.values(), *self.objectives.values()])

    def news(self) -> list[News]:
        found = [*self._check_ins(), *self._comments(), *self._changes(), *self._verdicts(), *self._publications()]
        return [one for one in found if set(one.recipients) - {self.by.pk}]

    def _of(self, *verbs: str) -> list[tuple[AuditEvent, Any]]:
        """Events with the thing they are about, where it is still there and runs."""
        found = []
        for event in self.events:
            things: dict[int, Any] = self.key_results if event.object_type == "keyresult" else self.objectives
            if event.object_id in things and (not verbs or event.verb in verbs):
                found.append((event, things[event.object_id]))
        return found

    def _one(self, thing: Any, kind: str, excerpt: str, key: str, *, path: str = "", replaces: bool = False) -> News:
        path = path or f"{'key-results' if isinstance(thing, KeyResult) else 'objectives'}/{thing.pk}/"
        return News(self.followers.of(thing), kind, self.by, title_of(thing), excerpt, path, key, replaces)

    # ── Check-ins ──

    def _check_ins(self) -> Iterable[News]:
        measured = {row.pk: row for _event, row in self._of(*CHECK_INS)}
        for pk, latest in _latest(measured).items():
            change = self._change_of(measured[pk], latest)
            if change:
                key = news_of_check_in(latest[0].pk)
                yield self._one(measured[pk], Kind.CHECKED_IN, later(change), key, replaces=True)
            else:  # a correction may have taken back what was news
                Notification.objects.unread().filter(key=news_of_check_in(latest[0].pk)).delete()

    def _change_of(self, row: KeyResult, latest: list[CheckIn]) -> Callable[[], str] | None:
        """Says "86% · On track → At risk · confidence 6 → 3"; None where neither status nor the mark on confidence changed."""
        now = read(row, self.clock)
        earlier = copy.copy(row)
        before = latest[1] if len(latest) > 1 else None
        earlier.current = before.value if before else None
        earlier.checked_on = before.on if before else None
        was = read(earlier, self.clock).status
        confidences = [check_in.confidence for check_in in reversed(latest)]
        marked = confidence_mark(confidences, self.clock.thresholds)
        was_marked = confidence_mark(confidences[:-1], self.clock.thresholds)
        if now.status == was and marked == was_marked:
            return None

        def said() -> str:
            parts = [Figures.of(row, self.clock).value(latest[0].value)]
            if now.status != was:
                parts.append(f"{_(STATUSES[was][1])} → {_(STATUSES[now.status][1])}")
            if before and before.confidence != latest[0].confidence:
                change = {"before": before.confidence, "now": latest[0].confidence}
                parts.append(_("confidence %(before)s → %(now)s") % change)
            if latest[0].comment:
                parts.append(latest[0].comment)
            return " · ".join(parts)

        return said

    # ── Comments ──

    def _comments(self) -> Iterable[News]:
        about = self._of(*COMMENTS)
        comments = Comment.objects.filter(deleted_at=None).in_bulk([event.after["comment"] for event, _ in about])
        if not comments:
            return
        mentioned = {pk for row in comments.values() for pk in mentions.mentioned_in(row.text)}
        names = dict(Membership.objects.filter(pk__in=mentioned).values_list("pk", "user__name")) if mentioned else {}
        keys = [f"{name}:{pk}" for pk in comments for name in (MENTIONED, ANSWERED)]
        told: defaultdict[int, set[int]] = defaultdict(set)  # in person, which says more
        for key, recipient in Notification.objects.filter(key__in=keys).values_list("key", "recipient_id"):
            told[int(key.partition(":")[2])].add(recipient)
        for event, thing in about:
            row = comments.get(event.after["comment"])
            if row is not None:
                text = mentions.written(row.text, names)
                one = self._one(thing, Kind.COMMENTED, text, news_key(row), path=address_of(row))
                yield replace(one, recipients=set(one.recipients) - told[row.pk])

    # ── Targets, owners, scores ──

    def _changes(self) -> Iterable[News]:
        owners = self._owners()
        for event, thing in self._of():
            if event.verb in (*CHECK_INS, *COMMENTS):
                continue
            if not _scores(event) and event.after.get("stage") not in RUNNING:
                change = partial(self._changed, event, thing, owners)
                if change():
                    yield self._one(thing, Kind.CHANGED, later(change), f"news:change:{event.pk}")

    def _changed(self, event: AuditEvent, thing: Any, owners: dict[int, str]) -> str:
        figures = Figures.of(thing, self.clock).changed(event) if isinstance(thing, KeyResult) else []
        said = [*figures, *owner_text(event, owners)]
        return " · ".join([*said, event.reason] if said and event.reason else said)

    def _owners(self) -> dict[int, str]:
        ids = {state.get("owner") for event in self.events for state in (event.before, event.after)} - {None}
        rows = Membership.objects.filter(pk__in=ids).values_list("pk", "user__name") if ids else []
        return dict(rows)

    # ── Scores ──

    def _verdicts(self) -> Iterable[News]:
        """One a tribe and quarter, or year, of as many as somebody follows there."""
        groups: defaultdict[str, list[tuple[AuditEvent, KeyResult]]] = defaultdict(list)
        for event, thing in self._of():
            if isinstance(thing, KeyResult) and _scores(event):
                groups[_where(thing)].append((event, thing))
        for where, scored in groups.items():
            followed: defaultdict[int, list[KeyResult]] = defaultdict(list)
            for _event, row in scored:
                for pk in self.followers.of(row):
                    followed[pk].append(row)
            alike: defaultdict[tuple[int, ...], set[int]] = defaultdict(set)
            for pk, rows in followed.items():
                alike[tuple(row.pk for row in rows)].add(pk)
            key = f"news:score:{scored[0][0].pk}"
            for people in alike.values():
                rows = followed[min(people)]
                if len(rows) == 1:
                    one = self._one(rows[0], Kind.SCORED, later(partial(score_text, rows[0])), key)
                    yield replace(one, recipients=people)
                else:
                    about, said = later(partial(begun, rows[0].objective)), later(partial(scores_text, rows))
                    yield News(people, Kind.SCORED, self.by, about, said, where, key)

    # ── Publication ──

    def _publications(self) -> Iterable[News]:
        """One a tribe and quarter, or year, however many key results."""
        groups: defaultdict[str, list[KeyResult]] = defaultdict(list)
        first: dict[str, AuditEvent] = {}
        for event, thing in self._of():
            if isinstance(thing, KeyResult) and _publishes(event):
                where = _where(thing)
                groups[where].append(thing)
                first.setdefault(where, event)
        if not groups:
            return
        moments = [event.at for event in first.values()]
        around = (min(moments) - PUBLICATION, max(moments) + PUBLICATION)  # these news may come much later
        told = Notification.objects.filter(kind=Kind.PUBLISHED, created_at__range=around)
        known = set(told.values_list("recipient_id", flat=True))
        for where, rows in groups.items():
            objective = rows[0].objective
            heard = {pk for row in rows for pk in self.followers.of(row)} - known
            key = f"news:published:{first[where].change or first[where].pk}:{rows[0].objective.tribe_id or ''}"
            about, titles = later(partial(begun, objective)), later(partial(titles_of, rows))
            yield News(heard, Kind.STARTED, self.by, about, titles, where, key)


def _where(row: KeyResult) -> str:
    """The page of its quarter or year, below the organization's address."""
    tribe, span = row.objective.tribe, row.objective.span
    if isinstance(span, Quarter) and tribe:
        return f"tribes/{tribe.code}/{span.slug}/"
    return f"strategy/{span.number}/"


def _latest(key_results: Collection[int]) -> dict[int, list[CheckIn]]:
    """The last three check-ins of each, the newest first: one query."""
    if not key_results:
        return {}
    place = Window(RowNumber(), partition_by=F("key_result_id"), order_by=[F("on").desc(), F("pk").desc()])
    rows = CheckIn.objects.of(list(key_results)).annotate(place=place).filter(place__lte=3).order_by("-on", "-pk")
    found: defaultdict[int, list[CheckIn]] = defaultdict(list)
    for row in rows:
        found[row.key_result_id].append(row)
    return found
