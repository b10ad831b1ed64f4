"""Sending the minutes to who was invited or took part: once for each closing, in each person's language."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orgs import outbox
from orgs.actions.audit import Actor, hold_organization, record
from orgs.models import AuditEvent, Membership, OutboxMail
from orgs.permissions import Permission, require
from orgs.rules import RuleBroken
from workshops.actions.session import locked
from workshops.models import Workshop

KIND = "minutes"  # in the outbox, and the maker of its PDF (workshops.documents)
VERB = "minutes_sent"  # in the trail


@dataclass(frozen=True)
class Sent:
    """`at` is None before they were sent. `people` is to how many they went, or would go."""

    at: dt.datetime | None
    people: int


def sent(workshop: Workshop) -> Sent:
    """Of the minutes as they are now: a workshop that was re-opened and closed again has new ones."""
    if _is_sent(workshop):
        return Sent(workshop.minutes_sent_at, _people_told(workshop))
    return Sent(None, readers(workshop).count())


@transaction.atomic
def send_minutes(workshop: Workshop, *, by: Actor) -> int:
    """Mail them, and say to how many. Sending twice is the same as once. Raises PermissionDenied, or RuleBroken."""
    hold_organization()
    workshop = locked(workshop)
    require(by.membership, Permission.LEAD_WORKSHOPS, workshop)
    if workshop.state != Workshop.State.CLOSED:
        raise RuleBroken(_("The minutes are there once the workshop is closed."))
    if _is_sent(workshop):
        return sent(workshop).people
    people = list(readers(workshop))
    if not people:
        raise RuleBroken(_("Nobody to send them to: only people with an account have an address."))
    for member in people:
        _mail(workshop, member)
    workshop.minutes_sent_at = timezone.now()
    workshop.save(update_fields=["minutes_sent_at"])
    record(by, VERB, workshop, after={"people": len(people)})
    return len(people)


def _people_told(workshop: Workshop) -> int:
    """From the trail, which outlasts the outbox."""
    events = AuditEvent.objects.filter(object_type="workshop", object_id=workshop.pk, verb=VERB).order_by("-at", "-pk")
    people: int = events.values_list("after__people", flat=True).first() or 0
    return people


def take_back(workshop: Workshop) -> None:
    """Those that have not left yet: a workshop that goes on has no minutes."""
    waiting = OutboxMail.objects.filter(kind=KIND, period=_period(workshop), sent_at=None)
    for recipient in waiting.values_list("recipient", flat=True):
        outbox.withdraw(recipient, KIND, _period(workshop))


def readers(workshop: Workshop) -> QuerySet[Membership]:
    """Members who were invited or took part, observers too, and are still here. Guests have no address."""
    taking_part = workshop.participants.filter(removed_at=None).values("membership")
    return Membership.objects.active().filter(pk__in=taking_part).select_related("user", "org").order_by("pk")


def _is_sent(workshop: Workshop) -> bool:
    at, closed = workshop.minutes_sent_at, workshop.closed_at
    return at is not None and (closed is None or at >= closed)


def _period(workshop: Workshop) -> str:
    """Names one closing."""
    return f"{workshop.code}:{workshop.closed_at:%Y%m%dT%H%M%S%f}" if workshop.closed_at else workshop.code


def _mail(workshop: Workshop, member: Membership) -> None:
    language = member.user.language or member.org.language
    with translation.override(language):
        page = reverse("workshop_minutes", args=[member.org.slug, workshop.code])
        context = {
            "title": workshop.title,
            "org": member.org,
            "where": workshop.where,
            "url": f"{settings.BASE_URL}{page}",
        }
        text = render_to_string("workshops/email/minutes.txt", context)
        subject = _("Minutes: %(title)s") % context
        name = slugify(pgettext("of a workshop", "Minutes"))
    pdf = outbox.File(
        f"{name}.pdf", "application/pdf", made_by=KIND, of={"workshop": workshop.pk, "language": language}
    )
    outbox.post(member.user.email, KIND, _period(workshop), subject, text, files=[pdf])
