"""The history of a thing: who, what, from, to, and the way back. What a reader may not know is never read."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from okr.actions.history import MODELS, label_of, restorable
from okr.actions.rules import BASELINE
from okr.models import BusinessCase, Evidence, KeyResult, Objective
from okr.pages.figures import day
from okr.pages.history_sentences import in_one, sentence_of, texts_of
from okr.pages.history_values import Values, names_in
from okr.pages.history_words import Detail, told
from okr.pages.rights import may_write
from okr.querysets import RUNNING
from okr.readings import Clock
from orgs.actions.audit import plain
from orgs.actions.editing import SHIFTED
from orgs.actions.undoing import FINAL
from orgs.models import AuditEvent, Membership, RevisedModel
from orgs.permissions import Permission, can

LATEST = 10
PER_PAGE = 50
RECENT = 7  # days of which the hour matters
RATIONALE = "rationale_"  # how the verbs begin whose events hold confidential amounts


@dataclass(frozen=True, slots=True)
class Offer:
    """Taking one event's changes back: the fields it can restore."""

    pk: int  # of the event
    fields: list[tuple[str, str]]  # (name, label)
    revision: int  # of the thing, as it is shown
    asks_reason: bool
    what: str  # for whoever hears only the button


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of a history: `text` follows the actor's name ("updated the value from … to …")."""

    day: str
    hour: str  # "14:40", "" of what is a week old
    at: str  # ISO 8601
    actor: Membership | None
    actor_name: str
    text: SafeString
    about: str  # code of the key result, where the history is about several
    via: str  # "API", "" for a page
    reason: str
    details: list[Detail]  # texts before and after
    offer: Offer | None
    undo: uuid.UUID | None  # of the act that can be taken back as a whole: the latest


def events_of(member: Membership, *, key_results: Iterable[int] = (), **others: Iterable[int]) -> QuerySet[AuditEvent]:
    """Events of the named rows (`objective=[3]`, by model name) that the member may know of, newest first."""
    key_results = list(key_results)
    about = Q(object_type="keyresult", object_id__in=key_results)
    for object_type, ids in others.items():
        about |= Q(object_type=object_type, object_id__in=list(ids))
    facts = Evidence.objects.filter(Q(key_result_id__in=key_results) | Q(objective_id__in=others.get("objective", ())))
    about |= Q(object_type="evidence", object_id__in=facts.values("pk"))
    cases = BusinessCase.objects.filter(key_result_id__in=key_results)
    about |= Q(object_type="businesscase", object_id__in=cases.values("pk"))
    # Acts that also touched people or structure are taken back elsewhere, or not at all.
    beyond = AuditEvent.objects.filter(change=OuterRef("change")).filter(Q(verb__in=FINAL) | ~Q(object_type__in=MODELS))
    events = AuditEvent.objects.filter(about).exclude(verb=SHIFTED).select_related("actor__user")
    events = events.annotate(reaches_further=Exists(beyond))
    if can(member, Permission.VIEW_RATIONALE):
        return events
    return events.exclude(Q(verb__startswith=RATIONALE) | Q(object_type="businesscase"))


@dataclass(frozen=True, slots=True)
class History:
    """The latest events, or one page of them all."""

    sentences: list[Sentence]
    page: Page | None  # where all are asked for
    has_more: bool  # there are others, or what is shown there can be restored


@dataclass(frozen=True, slots=True)
class Editable:
    """What of a history its reader may write: things, with the facts behind them, and their rationale."""

    things: Sequence[RevisedModel] = ()
    rationale: bool = False

    def covers(self, event: AuditEvent) -> bool:
        if event.object_type == "evidence":
            return bool(self.things)
        if event.object_type == "businesscase":
            return self.rationale
        return any((thing._meta.model_name, thing.pk) == (event.object_type, event.object_id) for thing in self.things)

    def found(self, events: Iterable[AuditEvent]) -> "Found":
        """The things of these events as they are now; a query each for facts and rationales among them."""
        found: Found = {(str(thing._meta.model_name), thing.pk): thing for thing in self.things}
        for name, model in (("evidence", Evidence), ("businesscase", BusinessCase)):
            ids = {event.object_id for event in events if event.object_type == name and self.covers(event)}
            found |= {(name, row.pk): row for row in (model._default_manager.filter(pk__in=ids) if ids else ())}
        return found


Found = dict[tuple[str, int], Any]  # by name of the model and id
NOTHING = Editable()


def editable(things: Sequence[RevisedModel], objective: Objective, member: Membership) -> Editable:
    """Of an objective, or of key results of it."""
    if not may_write(objective, member):
        return NOTHING
    return Editable(things, rationale=objective.is_strategic and can(member, Permission.EDIT_RATIONALE))


def page_asked(query: Mapping[str, str]) -> str | None:
    """What of `?history=all&page=2` is the page; None where only the latest events are asked for."""
    return query.get("page", "1") if query.get("history") == "all" else None


def history_of(
    events: QuerySet[AuditEvent],
    clock: Clock,
    key_results: Iterable[KeyResult],
    *,
    page: str | None = None,
    editable: Editable = NOTHING,
) -> History:
    """The latest events, or page `page` of all of them; one query, and one for names where events point to rows.
    `key_results` (loaded with their objective) give figures their units; with several of them each sentence names its
    own. What happened to `editable` things can be restored from the whole history, and the latest act undone."""
    by_id = {row.pk: row for row in key_results}
    if page is None:
        rows = list(events[: LATEST + 1])
        lines = sentences(rows[:LATEST], clock, by_id)
        has_offers = any(editable.covers(event) and restorable(event) for event in rows)
        return History(_with_undo(lines, rows, editable), None, len(rows) > LATEST or has_offers)
    shown = Paginator(events, PER_PAGE).get_page(page)
    rows = list(shown.object_list)
    found = editable.found(rows)
    lines = [
        replace(line, offer=_offer(event, found), undo=_away(event, found))
        for line, event in zip(sentences(rows, clock, by_id), rows, strict=True)
    ]
    return History(_with_undo(lines, rows, editable) if shown.number == 1 else lines, shown, False)


def _with_undo(lines: list[Sentence], rows: Sequence[Any], editable: Editable) -> list[Sentence]:
    """The latest act alone: what came before it may have been built upon."""
    latest = rows[0] if rows else None
    if latest is None or latest.change is None or latest.reaches_further or not editable.covers(latest):
        return lines
    return [replace(lines[0], undo=latest.change), *lines[1:]]


def _away(event: AuditEvent, found: Found) -> uuid.UUID | None:
    """The act that archived what still is: no page of its own brings it back."""
    thing = found.get((event.object_type, event.object_id))
    away = getattr(thing, "archived_at", None)
    return event.change if away is not None and event.after.get("archived_at") == plain(away) else None


def _offer(event: AuditEvent, found: Found) -> Offer | None:
    thing = found.get((event.object_type, event.object_id))
    names = restorable(event) if thing is not None and getattr(thing, "archived_at", None) is None else []
    if thing is None or not names:
        return None
    labels = [(name, label_of(event, name)) for name in names]
    published = event.object_type == "keyresult" and thing.stage in RUNNING
    return Offer(
        pk=event.pk,
        fields=labels,
        revision=thing.revision,
        asks_reason=published and bool(set(names) & set(BASELINE)),
        what=", ".join(label for _name, label in labels),
    )


def sentences(events: Sequence[AuditEvent], clock: Clock, key_results: Mapping[int, KeyResult]) -> list[Sentence]:
    several = len(key_results) > 1
    values = Values(clock, names_in(events), key_results)
    lines = []
    for event in events:
        row = key_results.get(event.object_id) if event.object_type == "keyresult" else None
        at = timezone.localtime(event.at, clock.org.zone)
        edited = told(event, values)
        text = sentence_of(event, row, clock) if edited is None else in_one(edited.parts)
        lines.append(
            Sentence(
                day=day(at.date(), clock.today),
                hour=f"{at:%H:%M}" if (clock.today - at.date()).days < RECENT else "",
                at=at.isoformat(timespec="minutes"),
                actor=event.actor,
                actor_name=event.actor_name,
                text=text,
                about=row.code if row is not None and several else "",
                via="" if event.via == AuditEvent.Via.PAGE else event.get_via_display(),
                reason=event.reason,
                details=edited.details if edited else texts_of(event),
                offer=None,
                undo=None,
            )
        )
        values.pass_over(event)
    return lines
