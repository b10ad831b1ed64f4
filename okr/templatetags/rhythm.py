"""When check-ins are due in an organization's rhythm, in sentences.

{% load rhythm %}{% next_check_ins request.org as lines %}{% for line in lines %}<p>{{ line }}</p>{% endfor %}
"""

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.due import Rhythm
from okr.language import language
from okr.models.key_result import CADENCES
from orgs.models import Organization

register = template.Library()

AHEAD = 53  # weeks: a year's holidays


@register.simple_tag
def next_check_ins(org: Organization) -> list[str]:
    """When the next ones are due, of the tribes and of the strategy, and the next due day that a public holiday moves."""
    now = timezone.now()
    rhythms = [Rhythm.of(org, setting) for setting in CADENCES]
    tribes, strategy = (rhythm.coming(now) for rhythm in rhythms)
    if tribes == strategy:
        lines = [_("Next: %(when)s.") % {"when": _when(rhythms[0], tribes)}]
    else:
        lines = [
            _("Next, of the teams: %(when)s.") % {"when": _when(rhythms[0], tribes)},
            _("Next, of the strategy: %(when)s.") % {"when": _when(rhythms[1], strategy)},
        ]
    moved = rhythms[0].weekly.next_moved(max(tribes, strategy) + dt.timedelta(days=1), AHEAD)
    if moved is not None:
        lines.append(_("The next that moves: %(when)s.") % {"when": _when(rhythms[0].weekly, moved)})
    return lines


def _when(rhythm: Rhythm, due: dt.date) -> str:
    """ "Wed 25 Nov, 09:00", "Thu 12 Nov, 09:00, moved from Wed 11 Nov (Armistice)"."""
    words = {"day": numbers.format_date(due, language(), "long"), "time": f"{rhythm.moment(due):%H:%M}"}
    chosen = rhythm.moved_from(due)
    if chosen is None:
        return _("%(day)s, %(time)s") % words
    words["chosen"] = numbers.format_date(chosen, language(), "long")
    words["holiday"] = rhythm.working_days.holiday_name(chosen, language())
    return _("%(day)s, %(time)s, moved from %(chosen)s (%(holiday)s)") % words
