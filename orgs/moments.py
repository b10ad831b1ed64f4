"""When something was said, as the reader would say it."""

import datetime as dt

from babel.dates import format_date
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

DATE = "d MMM y"  # of `spelled`: "1 Dec 2026"


def moment(at: dt.datetime) -> str:
    """ "today, 08:40", "yesterday, 18:12", "12 May, 18:12", "12 May 2025", in the reader's time zone."""
    local, today = timezone.localtime(at), timezone.localdate()
    day = {0: _("today"), 1: _("yesterday")}.get((today - local.date()).days)
    if day is None and local.year != today.year:
        return spelled(local.date(), DATE)
    return f"{day or spelled(local.date(), 'd MMM')}, {local:%H:%M}"


def day(on: dt.date, today: dt.date) -> str:
    """ "3 December", with the year where it is not today's."""
    return spelled(on, "d MMMM" if on.year == today.year else "d MMMM y")


def spelled(on: dt.date, form: str = "EEEE d MMMM y") -> str:
    """ "Tuesday 1 December 2026", in a pattern of Unicode's; in French "mardi 1er décembre 2026"."""
    language = get_language() or "en"
    if on.day == 1 and language.startswith("fr"):
        form = form.replace("d ", "d'er' ")
    return str(format_date(on, form, locale=language[:2]))
