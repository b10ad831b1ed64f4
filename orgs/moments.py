"""When something was said, as the reader would say it."""

import datetime as dt

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def moment(at: dt.datetime) -> str:
    """ "today, 08:40", "yesterday, 18:12", "12 May, 18:12", "12 May 2025", in the reader's time zone."""
    local, today = timezone.localtime(at), timezone.localdate()
    day = {0: _("today"), 1: _("yesterday")}.get((today - local.date()).days)
    if day is None and local.year != today.year:
        return str(format_date(local.date(), "d MMM y", locale=get_language() or "en"))
    return f"{day or format_date(local.date(), 'd MMM', locale=get_language() or 'en')}, {local:%H:%M}"


def day(on: dt.date, today: dt.date) -> str:
    """ "3 December", with the year where it is not today's."""
    form = "d MMMM" if on.year == today.year else "d MMMM y"
    return str(format_date(on, form, locale=get_language() or "en"))
