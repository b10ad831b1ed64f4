"""The one mail that a person gets of a run: what is due from them, what is silent in their tribes, the month.

It is written from key results, not from what was known when the run began: written anew, it says what holds by then.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import KeyResult
from okr.readings import Clock
from orgs import outbox
from orgs.models import Membership
from reminders.digest import Digest
from reminders.lines import line_of
from reminders.models.reminder import MAIL
from reminders.urls_of import page, url_for_all


@dataclass(frozen=True, slots=True)
class Content:
    """What one person is told."""

    own: Sequence[KeyResult] = ()
    silent: Sequence[KeyResult] = ()
    digest: Digest | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.own or self.silent or (self.digest and (self.digest.due or self.digest.off_track)))


def loaded(ids: set[int]) -> dict[int, KeyResult]:
    """The key results of these ids, ready to be shown: two queries."""
    return {row.pk: row for row in KeyResult.objects.filter(pk__in=ids).with_definition()}


def in_order(ids: Sequence[int], rows: Mapping[int, KeyResult]) -> list[KeyResult]:
    """As on the pages: the strategy first, then by tribe and place."""
    return sorted((rows[pk] for pk in ids if pk in rows), key=_place)


def _place(row: KeyResult) -> tuple[Any, ...]:
    tribe = row.objective.tribe
    return (tribe is not None, tribe.position if tribe else 0, row.objective.position, row.position, row.pk)


def mail_of(member: Membership, content: Content, clock: Clock) -> outbox.Mail:
    """`member` needs `user` loaded. In the person's language."""
    member.org = clock.org  # known: not to be asked for, once a person
    with translation.override(member.user.language or clock.org.language):
        own = [line_of(row, member, clock, to_check_in=True) for row in content.own]
        silent = [line_of(row, member, clock, to_check_in=False) for row in content.silent]
        digest = _digest(content.digest, member, clock) if content.digest else None
        subject = subject_of(len(own), [line.where for line in silent], digest["month"] if digest else "")
        context = {
            "subject": subject,
            "org": clock.org,
            "today": _day(clock.today),
            "own": own,
            "silent": silent,
            "digest": digest,
            "all_url": url_for_all(member, content.own),
            "reach_url": page(clock.org, "reach"),
            "absence_url": page(clock.org, "absence_new"),
        }
        return outbox.Mail(
            recipient=member.user.email,
            kind=MAIL,
            period=clock.today.isoformat(),
            subject=subject,
            text=render_to_string("reminders/email/reminder.txt", context),
            html=render_to_string("reminders/email/reminder.html", context),
        )


def _day(day: dt.date) -> str:
    return f"{numbers.format_date(day, language(), 'long')} {day.year}"


def subject_of(own: int, silent: Sequence[str], month: str) -> str:
    """What asks for something comes first: how many key results are due, in which tribes (one name each) some are silent."""
    if own:
        message = ngettext("%(n)s key result is waiting for you", "%(n)s key results are waiting for you", own)
        return message % {"n": own}
    if silent:
        message = ngettext(
            "%(n)s key result without news: %(where)s", "%(n)s key results without news: %(where)s", len(silent)
        )
        return message % {"n": len(silent), "where": ", ".join(dict.fromkeys(silent))}
    return _("Check-ins of %(month)s") % {"month": month}


def _digest(digest: Digest, member: Membership, clock: Clock) -> dict[str, Any]:
    return {
        "month": month_in_words(digest.month),
        "made": str(digest.made),
        "due": str(digest.due),
        "groups": [
            {"name": group.name or _("Strategy"), "made": str(group.made), "due": str(group.due)}
            for group in digest.groups
        ],
        "off_track": [line_of(row, member, clock, to_check_in=False) for row in digest.off_track],
        "more": digest.more_off_track,
        "url": page(clock.org, "strategy"),
    }


def month_in_words(month: dt.date) -> str:
    return str(format_date(month, "LLLL y", locale=language()))
