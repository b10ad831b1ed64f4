"""Read model of Settings ▸ Deliveries: what is due, left, failed and is tried again, or was given up. Never what it said."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from orgs.deliveries import Kind, kind_named, kinds
from orgs.models import Membership, OutboxMail
from orgs.moments import moment

PER_PAGE = 50
NAMED_AT_MOST = 200  # people that a word may mean
COUNTED = dt.timedelta(days=7)  # of what left
DUE, AGAIN, GIVEN_UP, SENT = "due", "again", "given-up", "sent"
UNSENT = Q(sent_at=None, given_up_at=None)
STATES = {
    DUE: UNSENT & Q(failure=""),
    AGAIN: UNSENT & ~Q(failure=""),
    GIVEN_UP: Q(sent_at=None, given_up_at__isnull=False),
    SENT: Q(sent_at__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; what makes no sense is left out."""

    state: str = ""
    kind: str = ""
    person: str = ""  # part of a name or address

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state=state if state in STATES else "",
            kind=kind if kind_named(kind) else "",
            person=query.get("person", "").replace("\x00", "").strip()[:100],
        )

    @property
    def narrows(self) -> bool:
        return bool(self.kind or self.person)

    def query(self, **more: Any) -> str:
        values = {"state": self.state, "kind": self.kind, "person": self.person, **more}
        return f"?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    number: int | None
    current: bool


@dataclass(frozen=True, slots=True)
class Line:
    row: OutboxMail
    state: str  # one of STATES
    kind: str
    person: Membership | None
    to: str  # the address, or that it is the channel
    what: str  # "sent", "next try"
    when: str
    at: dt.datetime
    tries: str
    can_retry: bool


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    lines: list[Line]
    filters: Filters
    tabs: list[Tab]
    kinds: list[Kind]
    previews: list[Kind]
    failed: int  # that can be tried again, or are
    newest_url: str  # "" on the first page
    older_url: str  # "" on the last


def deliveries_page(filters: Filters, *, before: str = "") -> DeliveriesPage:
    """One page, from the row after the one whose id is `before`, newest first. Three queries, one more for a person."""
    found = _narrowed(OutboxMail.objects.filter(STATES.get(filters.state, Q())), filters)
    if before.isascii() and before.isdigit() and len(before) < 18:
        found = found.filter(pk__lt=int(before))
    # What they said stays where it is.
    rows = list(found.order_by("-pk").defer("html", "files", "subject")[: PER_PAGE + 1])
    shown = rows[:PER_PAGE]
    people = _people(shown)
    numbers = _numbers()
    now = timezone.now()
    return DeliveriesPage(
        lines=[_line(row, people.get(row.recipient), now) for row in shown],
        filters=filters,
        tabs=_tabs(filters, numbers),
        kinds=kinds(),
        previews=[kind for kind in kinds() if kind.preview is not None],
        failed=numbers[AGAIN] + numbers[GIVEN_UP],
        newest_url=filters.query() if before else "",
        older_url=filters.query(before=shown[-1].pk) if len(rows) > PER_PAGE else "",
    )


def recipient_of(row: OutboxMail) -> str:
    """As people read it: what a row to the channel has in its place is no address."""
    return row.recipient if row.channel == OutboxMail.Channel.MAIL else str(row.get_channel_display())


def _narrowed(rows: QuerySet[OutboxMail], filters: Filters) -> QuerySet[OutboxMail]:
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.person:
        named = Membership.objects.filter(user__name__icontains=filters.person).order_by("pk")
        emails = list(named.values_list(Lower("user__email"), flat=True)[:NAMED_AT_MOST])
        rows = rows.filter(Q(recipient__icontains=filters.person) | Q(recipient__in=emails))
    return rows


def _people(rows: list[OutboxMail]) -> dict[str, Membership]:
    """Members by address in lower case."""
    recipients = {row.recipient for row in rows}
    members = Membership.objects.annotate(email=Lower("user__email")).filter(email__in=recipients)
    return {member.user.email.lower(): member for member in members.select_related("user")}


def _numbers() -> dict[str, int]:
    """Of each state; of what left, in the last COUNTED."""
    recent = Q(sent_at=None) | Q(sent_at__gte=timezone.now() - COUNTED)
    counts = {state.replace("-", "_"): Count("pk", filter=condition) for state, condition in STATES.items()}
    found = OutboxMail.objects.filter(recent).order_by().aggregate(**counts)
    return {state: found[state.replace("-", "_")] for state in STATES}


def _tabs(filters: Filters, numbers: dict[str, int]) -> list[Tab]:
    labels = {
        "": _("All"),
        DUE: pgettext("state of a delivery", "Due"),
        AGAIN: _("Will be tried again"),
        GIVEN_UP: _("Given up"),
        SENT: _("Sent in 7 days"),
    }
    return [
        Tab(label, filters.query(state=state), numbers.get(state), state == filters.state)
        for state, label in labels.items()
    ]


def _line(row: OutboxMail, person: Membership | None, now: dt.datetime) -> Line:
    kind = kind_named(row.kind)
    state, what, at = _state(row, now)
    return Line(
        row=row,
        state=state,
        kind=str(kind.label) if kind else _("Other"),
        person=person,
        to=recipient_of(row),
        what=what,
        when=moment(at),
        at=at,
        tries=_tries(row.attempts),
        can_retry=state in (AGAIN, GIVEN_UP) and not row.is_emptied,
    )


def _state(row: OutboxMail, now: dt.datetime) -> tuple[str, str, dt.datetime]:
    if row.sent_at:
        return SENT, pgettext("state of a delivery", "Sent"), row.sent_at
    if row.given_up_at:
        return GIVEN_UP, pgettext("state of a delivery", "Given up"), row.given_up_at
    if row.leased_until and row.leased_until > now:
        return (AGAIN if row.failure else DUE), _("Being sent"), row.due_at
    if row.failure:
        return AGAIN, _("Next try"), row.due_at
    return DUE, pgettext("state of a delivery", "Due"), row.due_at


def _tries(number: int) -> str:
    return ngettext("%(n)s try", "%(n)s tries", number) % {"n": number} if number > 1 else ""
