"""What reminders and the weekly digest look like to whoever asks to see one.

A reminder: of what they own, else of some key results of the organization. The digest: as it would leave today.
"""

from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okr.models import KeyResult
from okr.readings import Clock
from orgs.deliveries import Message, register_kind
from orgs.models import Membership
from orgs.rules import RuleBroken
from reminders.digest import digest_of
from reminders.mails import Content, in_order, loaded, mail_of
from reminders.models.reminder import MAIL
from reminders.weekly import KIND as WEEKLY
from reminders.weekly import weekly_of

SHOWN = 3


def register_previews() -> None:
    register_kind(MAIL, gettext_lazy("Reminder"), reminder, chosen_on=_reach)
    register_kind(WEEKLY, gettext_lazy("Weekly digest"), weekly, chosen_on=_reach)


def _reach(slug: str) -> str:
    return reverse("reach", args=[slug])


def reminder(member: Membership) -> Message:
    """`member` needs `user` and `org` loaded."""
    clock = Clock.of(member.org)
    mine = Case(When(owner=member, then=Value(0)), default=Value(1), output_field=IntegerField())
    ids = list(KeyResult.objects.taking_check_ins().order_by(mine, "pk").values_list("pk", flat=True)[:SHOWN])
    content = Content(own=in_order(ids, loaded(set(ids))))
    if content.is_empty:  # nothing runs yet
        content = Content(digest=digest_of(timezone.localdate().replace(day=1), clock))
    mail = mail_of(member, content, clock)
    return Message(mail.subject, mail.text, mail.html)


def weekly(member: Membership) -> Message:
    """`member` needs `org` loaded. Raises RuleBroken in a week without movement: then none is sent to anybody."""
    made = weekly_of(member.org, timezone.localdate(timezone=member.org.zone))
    if made is None:
        raise RuleBroken(
            _("Nothing has moved in the last seven days: no weekly digest would leave today."), field="kind"
        )
    return Message(made.subject, made.text, made.html)
