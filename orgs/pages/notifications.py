"""Read model of the inbox."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from orgs.models import Membership, Notification
from orgs.moments import moment

PER_PAGE = 30
Kind = Notification.Kind
FILTERS = {"unread": Q(read_at=None), "mentions": Q(kind=Kind.MENTION), "news": Q(kind__in=Notification.NEWS)}


@dataclass(frozen=True, slots=True)
class Notice:
    row: Notification
    actor: Membership | None
    did: str  # "mentioned you in", before what it is about
    when: str
    is_new: bool
    has_answer: bool  # it came from a conversation, which can be answered


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    query: str
    number: int
    current: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    notices: list[Notice]
    page: Page
    tabs: list[Tab]
    show: str
    unread: int


def inbox_of(member: Membership, *, page: str, show: str) -> Inbox:
    """A page of what the member was told, newest first; `show` is one of FILTERS, anything else shows all."""
    show = show if show in FILTERS else ""
    mine = Notification.objects.filter(recipient=member)
    counts = mine.aggregate(
        all=Count("pk"), **{name: Count("pk", filter=condition) for name, condition in FILTERS.items()}
    )
    paginator = Paginator(_loaded(mine.filter(FILTERS.get(show, Q()))), PER_PAGE)
    paginator.count = counts[show or "all"]
    shown = paginator.get_page(page)
    words = {"": _("All"), "unread": _("Unread"), "mentions": _("Mentions"), "news": _("What I follow")}
    return Inbox(
        notices=[notice_of(row) for row in shown.object_list],
        page=shown,
        tabs=[
            Tab(label, f"?show={key}" if key else "?", counts[key or "all"], key == show)
            for key, label in words.items()
        ],
        show=show,
        unread=counts["unread"],
    )


def one_of(member: Membership, pk: int) -> Notification | None:
    return _loaded(Notification.objects.filter(recipient=member)).filter(pk=pk).first()


def notice_of(row: Notification) -> Notice:
    return Notice(
        row=row,
        actor=row.actor,
        did={
            Kind.MENTION: _("mentioned you in"),
            Kind.REPLY: _("answered in"),
            Kind.HANDOVER: _("handed over to you:"),
            Kind.DECIDED: _("closed the meeting that decided on"),
            Kind.PUBLISHED: _("published"),
            Kind.CHECKED_IN: _("checked in on"),
            Kind.COMMENTED: _("commented on"),
            Kind.CHANGED: _("changed"),
            Kind.STARTED: _("published"),
            Kind.SCORED: _("scored"),
            Kind.CLOSED: _("closed"),
            Kind.STANDS_IN: _("is away, and you stand in:"),
            Kind.OPENED: _("opened the review of"),
        }[Kind(row.kind)],
        when=moment(row.created_at),
        is_new=row.read_at is None,
        has_answer=row.kind in (Kind.MENTION, Kind.REPLY),
    )


def _loaded(rows: QuerySet) -> QuerySet:
    return rows.select_related("actor__user")
