"""The demo's meetings: both CoDirs meet every two weeks; what was held has decisions, actions, and who was there."""

import datetime as dt

from okr.demo.state import Loading
from okr.models import Objective
from orgs.models import Committee, CommitteeSeat, Membership
from reviews.about import thing_of
from reviews.actions.meeting_ahead import AHEAD, pattern_of, standard_points
from reviews.models import (
    Meeting,
    MeetingAction,
    MeetingDecision,
    MeetingPoint,
    MeetingPresence,
    MeetingSeries,
)

HELD = 4
WEEKDAYS = (1, 3)  # Tuesday, Thursday
# By meeting, the oldest first: decisions with the code of what they are about; then actions with days until due, and
# whether they are done.
SAID: tuple[tuple[tuple[tuple[str, str], ...], tuple[tuple[str, int, bool], ...]], ...] = (
    (
        (("Le suivi hebdomadaire commence avec les confiances, puis les chiffres.", ""),),
        (("Demander aux leads une phrase de commentaire par point", 7, True),),
    ),
    (
        (("Les moyens du Drive passent avant la refonte du catalogue jusqu’à la fin du trimestre.", "1.1"),),
        (("Chiffrer le décalage de la refonte du catalogue", 14, True), ("Voir le transporteur au sujet des créneaux du soir", 10, False)),
    ),
    ((), (("Proposer une cible par étapes pour les paniers retail media", 14, True),)),
    (
        (
            ("Le test des substitutions est étendu à vingt magasins.", "PRP A1"),
            ("Aucun nouveau chantier avant la revue du trimestre.", ""),
        ),
        (("Préparer le bilan des vingt magasins", 21, False), ("Relancer les tribus sans point depuis deux semaines", 14, False)),
    ),
)  # fmt: skip
NOTES = "Tour de table, puis discussion des deux points en retard ; le reste suit son cours."


def write_meetings(loading: Loading) -> None:
    for place, committee in enumerate(Committee.objects.select_related("department").order_by("pk")[: len(WEEKDAYS)]):
        seats = list(
            CommitteeSeat.objects.filter(committee=committee).select_related("membership__user").order_by("pk")
        )
        if len(seats) > 2 and loading.org.language == "fr":
            _write(loading, committee, seats, WEEKDAYS[place])


def _write(loading: Loading, committee: Committee, seats: list[CommitteeSeat], weekday: int) -> None:
    today = loading.now.astimezone(loading.org.zone).date()
    # So that the next one is next week, the last one the week before this.
    coming = today + dt.timedelta(days=7 - today.weekday() + weekday)
    series = MeetingSeries(
        committee=committee,
        title=f"{committee.name} · revue des OKR",
        every_weeks=2,
        weekday=weekday,
        begins=dt.time(9),
        minutes=60,
        place="Salle Mercure",
        lead=seats[0].membership,
        starts_on=coming - dt.timedelta(days=14 * HELD),
    )
    loading.create([series])
    slots = pattern_of(series, loading.org).slots(series.starts_on, HELD + AHEAD)
    rows = []
    for slot in slots:
        starts_at = dt.datetime.combine(slot.day, series.begins, loading.org.zone)
        over = starts_at + dt.timedelta(hours=1) < loading.now
        rows.append(
            Meeting(
                series=series,
                slot=slot.nominal,
                starts_at=starts_at,
                minutes=60,
                place=series.place,
                lead=series.lead,
                state=Meeting.State.ENDED if over else Meeting.State.PLANNED,
                begun_at=starts_at if over else None,
                ended_at=starts_at + dt.timedelta(minutes=57) if over else None,
                frozen={"since": "", "headline": "", "more": 0, "rows": {}} if over else {},
                told_to=[],
            )
        )
    loading.create(rows)
    loading.create(_points(rows))
    held = [row for row in rows if row.state == Meeting.State.ENDED][-HELD:]
    for place, meeting in enumerate(held):
        _write_held(loading, meeting, seats, place)


def _points(meetings: list[Meeting]) -> list[MeetingPoint]:
    """What the data said at meetings of before was not kept: they have their own points alone."""
    found = []
    for meeting in meetings:
        if meeting.state == Meeting.State.PLANNED:
            found += standard_points(meeting)
        else:
            found.append(MeetingPoint(meeting=meeting, title="Revue des OKR", minutes=45, notes=NOTES, position=1))
    return found


def _decision(meeting: Meeting, text: str, code: str) -> MeetingDecision:
    thing = thing_of(code) if code else None
    about = {"objective": thing} if isinstance(thing, Objective) else {"key_result": thing}
    return MeetingDecision(meeting=meeting, text=text, **about)


def _write_held(loading: Loading, meeting: Meeting, seats: list[CommitteeSeat], place: int) -> None:
    decisions, actions = SAID[place % len(SAID)]
    loading.create([_decision(meeting, text, code) for text, code in decisions])
    day = meeting.starts_at.date()
    people: list[Membership] = [seat.membership for seat in seats]
    loading.create(
        MeetingAction(
            meeting=meeting,
            text=text,
            owner=people[(place + number + 1) % len(people)],
            due_on=day + dt.timedelta(days=days),
            done_on=day + dt.timedelta(days=days - 1) if is_done else None,
        )
        for number, (text, days, is_done) in enumerate(actions)
    )
    there = [seat for number, seat in enumerate(seats) if (number + place) % 4 != 3]
    loading.create(
        MeetingPresence(meeting=meeting, member=seat.membership, is_sponsor=seat.is_sponsor) for seat in there
    )
