"""Writes the demo's quarter plannings as their commands would have left them, in bulk. Nobody is mailed."""

from okr.demo.history import workday
from okr.demo.rows_of_initiatives import write_initiatives
from okr.demo.state import Loading
from okr.models import PeriodState
from planning.demo import coming
from planning.demo.held import Held
from planning.demo.writing import DAY, NINE, SIX, at, event, opinions, quarter_in, tell, voters_of
from planning.models import Opinion, Planning, Slot


def write_plannings(loading: Loading) -> None:
    """The one that is over and the one to come, of whom the content is about; elsewhere one that has hardly begun."""
    if set(coming.LEANINGS) <= set(loading.tribes):
        Held(loading).write()
        _to_come(loading)
    else:
        _hardly_begun(loading)


def _to_come(loading: Loading) -> None:
    """In some days; most members have voted alone."""
    today = loading.calendar.today
    meets_on = workday(today + coming.DAYS_AHEAD * DAY)
    [planning] = loading.create(
        [
            Planning(
                quarter=quarter_in(loading, PeriodState.DRAFT),
                meets_at=at(loading, meets_on, NINE),
                preread_until=at(loading, meets_on - DAY, SIX),
                refined_by=workday(meets_on + coming.DAYS_TO_REFINE * DAY),
                target=coming.TARGET,
                cap=coming.CAP,
                chair=loading.member("ecommerce"),
            )
        ]
    )
    loading.create(
        Slot(planning=planning, tribe=loading.tribes[code], position=position, minutes=minutes, cap=cap)
        for position, (code, minutes, cap) in enumerate(coming.AGENDA, 1)
    )
    voters_of(loading, planning)
    write_initiatives(loading, coming.INITIATIVES, PeriodState.DRAFT)
    codes = [code for code, _minutes, _cap in coming.AGENDA]
    leanings = [
        (code, f"{PeriodState.DRAFT} {code} {'ABC'[objective]}{place}", leaning)
        for code in codes
        for objective, letters in enumerate(coming.LEANINGS[code])
        for place, leaning in enumerate(letters, 1)
    ]
    for key, tribes in coming.VOTED.items():
        seen = set(codes[:tribes])
        rows = [(loading.key_results[name], leaning) for code, name, leaning in leanings if code in seen]
        loading.create(opinions(planning, loading.member(key), key, rows))
    Opinion.objects.filter(planning=planning).update(at=loading.now - DAY)
    made = loading.now - 6 * DAY
    tell(loading, [(made, event(loading.member("coach"), "created", planning, {}, {"state": planning.state}))])


def _hardly_begun(loading: Loading) -> None:
    """The first tribe is to present, and nothing is proposed: what a page says that has nothing to show."""
    [planning] = loading.create(
        [Planning(quarter=quarter_in(loading, PeriodState.DRAFT), chair=loading.member("director"), target=5)]
    )
    loading.create([Slot(planning=planning, tribe=next(iter(loading.tribes.values())))])
    voters_of(loading, planning)
    made = loading.now - 2 * DAY
    tell(loading, [(made, event(loading.member("admin"), "created", planning, {}, {"state": planning.state}))])
