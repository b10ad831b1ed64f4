"""Read model of Settings ▸ Audit: who changed what, when, narrowed by person, kind of thing, act, days and words."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.pages.audit_values import ChangeText, Words
from okr.pages.audit_words import GROUPS, KINDS, kind_text, verb_text
from okr.pages.history import RATIONALE
from orgs.actions.editing import SHIFTED
from orgs.models import AuditEvent, Membership, Organization
from orgs.permissions import Permission, can

PER_PAGE = 50
EXPORTED_AT_MOST = 5_000
PEOPLE_AT_MOST = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; what makes no sense is left out."""

    person: int | None = None
    kind: str = ""
    group: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    text: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        person = query.get("person", "")
        return cls(
            person=int(person) if person.isascii() and person.isdigit() and len(person) < 18 else None,
            kind=query.get("kind", "") if query.get("kind") in KINDS else "",
            group=query.get("group", "") if query.get("group") in GROUPS else "",
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            text=query.get("q", "").replace("\x00", "").strip()[:100],
        )

    @property
    def contradict(self) -> bool:
        """Whether no day lies between its days."""
        return self.since is not None and self.until is not None and self.until < self.since

    @property
    def active(self) -> bool:
        return self != Filters()

    def query(self, **more: Any) -> str:
        values = {
            "q": self.text,
            "person": self.person,
            "kind": self.kind,
            "group": self.group,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            **more,
        }
        kept = {name: value for name, value in values.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Line:
    at: str
    iso: str
    actor: Membership | None
    actor_name: str
    verb: str
    via: str
    kind: str
    label: str
    url: str
    changes: list[ChangeText]
    reason: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    lines: list[Line]
    filters: Filters
    people: list[tuple[int, str]]
    kinds: list[tuple[str, str]]
    groups: list[tuple[str, str]]
    newest_url: str  # "" on the first page
    older_url: str  # "" on the last
    export_url: str


def events_for(member: Membership, filters: Filters) -> QuerySet[AuditEvent]:
    """What the member may know of, newest first. Neighbours that only moved aside are left out."""
    events = AuditEvent.objects.exclude(verb=SHIFTED).order_by("-at", "-pk")
    if not can(member, Permission.VIEW_RATIONALE):
        events = events.exclude(Q(verb__startswith=RATIONALE) | Q(object_type="businesscase"))
    if filters.person:
        events = events.filter(actor_id=filters.person)
    if filters.kind:
        events = events.filter(object_type=filters.kind)
    if filters.group:
        events = events.filter(verb__in=list(GROUPS[filters.group][1]))
    if filters.since:
        events = events.filter(at__gte=_midnight(filters.since))
    if filters.until:
        events = events.filter(at__lt=_midnight(filters.until, days=1))
    for word in filters.text.split()[:8]:
        events = events.filter(
            Q(object_label__icontains=word) | Q(actor_name__icontains=word) | Q(reason__icontains=word)
        )
    return events


def _midnight(day: dt.date, days: int = 0) -> dt.datetime:
    """When the day begins for the reader; days beyond the calendar's end are its last."""
    try:
        return dt.datetime.combine(
            day + dt.timedelta(days=days), dt.time(), timezone.get_current_timezone()
        ).astimezone(dt.UTC)
    except OverflowError:
        return dt.datetime.combine(day.replace(month=12, day=30), dt.time(), dt.UTC)


def audit_page(member: Membership, filters: Filters, *, before: str = "") -> AuditPage:
    """One page, from the event after the one whose id is `before`. Four queries, and one a kind of thing named."""
    events = _from(events_for(member, filters), before)
    rows = list(events.select_related("actor__user")[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    people = Membership.objects.select_related("user").order_by("user__name", "pk")[:PEOPLE_AT_MOST]
    return AuditPage(
        lines=lines_of(shown, member.org),
        filters=filters,
        people=[(person.pk, person.name) for person in people],
        kinds=sorted(((kind, kind_text(kind, member.org)) for kind in KINDS), key=lambda pair: pair[1].casefold()),
        groups=[(group, str(label)) for group, (label, _verbs) in GROUPS.items()],
        newest_url=filters.query() or "?" if before else "",
        older_url=filters.query(before=shown[-1].pk) if len(rows) > PER_PAGE else "",
        export_url=filters.query(),
    )


def _from(events: QuerySet[AuditEvent], before: str) -> QuerySet[AuditEvent]:
    if not (before.isascii() and before.isdigit() and len(before) < 18):
        return events
    last = AuditEvent.objects.filter(pk=int(before)).values_list("at", flat=True).first()
    if last is None:
        return events
    return events.filter(at__lte=last).exclude(at=last, pk__gte=int(before))


def lines_of(events: list[AuditEvent], org: Organization) -> list[Line]:
    words = Words(events, org)
    lines = []
    for event in events:
        at = timezone.localtime(event.at)
        lines.append(
            Line(
                at=f"{numbers.format_date(at.date(), language(), 'date')} {at:%H:%M}",
                iso=at.isoformat(timespec="seconds"),
                actor=event.actor,
                actor_name=event.actor_name,
                verb=verb_text(event.verb),
                via="" if event.via == AuditEvent.Via.PAGE else str(event.get_via_display()),
                kind=kind_text(event.object_type, org),
                label=event.object_label,
                url=words.url(event),
                changes=words.changes(event),
                reason=event.reason,
            )
        )
    return lines


def exported(member: Membership, filters: Filters) -> Iterator[list[str]]:
    """Rows of a spreadsheet, a header first; at most EXPORTED_AT_MOST events."""
    yield [_("When"), _("Who"), _("Through"), _("What"), _("Kind"), _("Thing"), _("Changes"), _("Reason")]
    events = list(events_for(member, filters).select_related("actor__user")[:EXPORTED_AT_MOST])
    for event, line in zip(events, lines_of(events, member.org), strict=True):
        changes = "\n".join(
            _("%(title)s: %(figures)s") % {"title": row.field, "figures": f"{row.before or '–'} → {row.after or '–'}"}
            for row in line.changes
        )
        via = str(event.get_via_display())
        yield [line.iso, line.actor_name, via, line.verb, line.kind, line.label, changes, line.reason]
