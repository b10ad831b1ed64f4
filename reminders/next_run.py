"""When reminders leave next, in words."""

from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from orgs import channels
from orgs.models import Organization
from reminders.calendar import next_start
from reminders.days import times_of


def next_run_in_words(org: Organization) -> str:
    start = next_start(timezone.now(), times_of(org)) if org.send_reminders else None
    if start is None and channels.is_any_wanted():
        return _("No reminders are sent. The channel still hears what was chosen for it.")
    if start is None:
        return _("No reminders are sent.")
    local = start.astimezone(org.zone)
    words = {"day": numbers.format_date(local.date(), language(), "long"), "hour": f"{local:%H:%M}"}
    return _("Next reminders: %(day)s at %(hour)s, where something is due.") % words
