"""Writes the demo's workshops as their commands would have left them, in bulk. Nobody is mailed."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.utils import translation

from okr.demo.state import Loading
from okr.models import KeyResult, Objective, PeriodState, Quarter
from orgs.models import Membership, Tribe
from workshops.access import digest, new_token
from workshops.agendas import agenda_of
from workshops.demo import words
from workshops.models import (
    Ballot,
    Decision,
    Family,
    Note,
    Participant,
    Phase,
    PhaseKind,
    Subject,
    Vote,
    Workshop,
    WorkshopKind,
)

FUNCTIONS = {"P": "product", "T": "tech", "D": "design", "B": "business"}
SEATS = ("P", "P2", "T", "T2", "D", "D2", "B", "B2")
HOURS = {"over": dt.time(14), "next": dt.time(10), "practice": dt.time(9, 30)}
PRACTICE_MINUTES = {PhaseKind.BRAINSTORM: 4, PhaseKind.FAMILIES: 4, PhaseKind.VOTE: 3, PhaseKind.DECIDE: 8}


def write_workshops(loading: Loading) -> None:
    """In the organization that has the tribe they are about."""
    if words.TRIBE not in loading.tribes:
        return
    with translation.override(loading.org.language):
        _Over(loading).write()
        _next_week(loading)
        _to_play(loading)


def _at(loading: Loading, days: int, hour: dt.time) -> dt.datetime:
    """A working day so far from today, at that hour of the organization."""
    day = loading.now.astimezone(loading.org.zone).date() + dt.timedelta(days=days)
    while day.weekday() > 4:
        day += dt.timedelta(days=1 if days > 0 else -1)
    return dt.datetime.combine(day, hour, loading.org.zone)


def _next_quarter(loading: Loading) -> Quarter:
    quarter = loading.periods[PeriodState.DRAFT]
    assert isinstance(quarter, Quarter)
    return quarter


def _team(loading: Loading, tribe: str) -> list[tuple[str, Membership]]:
    return [(seat, loading.member(seat, tribe)) for seat in SEATS if f"{tribe}.{seat}" in loading.members]


def _phases(loading: Loading, workshop: Workshop, **minutes: int) -> list[Phase]:
    rows = agenda_of(workshop.kind, loading.org.language)
    fields = ("kind", "title", "round", "question")
    return loading.create(
        Phase(
            workshop=workshop,
            position=position,
            minutes=int(minutes.get(row["kind"], minutes.get("other", row["minutes"])) or 0),
            **{name: row[name] for name in fields},
        )
        for position, row in enumerate(rows, 1)
    )


def _person(workshop: Workshop, member: Membership, part: str = "voter", **fields: object) -> Participant:
    when = workshop.starts_at - dt.timedelta(days=12)
    return Participant(
        workshop=workshop,
        membership=member,
        function=member.function,
        part=part,
        invited_at=when,
        admitted_at=when,
        **fields,
    )


class _Over:
    """The workshop that is over."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.tribe: Tribe = loading.tribes[words.TRIBE]
        self.objective = Objective.objects.get(
            title=words.OBJECTIVE, tribe=self.tribe, quarter__state=PeriodState.DRAFT
        )
        self.coach = loading.member("coach")
        begins = _at(loading, -8, HOURS["over"])
        self.clock = begins
        self.workshop = loading.create(
            [
                Workshop(
                    kind=WorkshopKind.TRIBE_KEY_RESULTS,
                    title=loading.told(words.TITLE).replace(" :", "\u00a0:"),
                    tribe=self.tribe,
                    quarter=self.objective.quarter,
                    starts_at=begins,
                    place=words.PLACE,
                    state=Workshop.State.CLOSED,
                    facilitator=self.coach,
                    co_facilitator=self.tribe.lead,
                    guests=Workshop.Guests.APPROVED,
                    facilitator_votes=False,
                    votes_on=Workshop.VotesOn.FAMILIES,
                    started_at=begins + dt.timedelta(minutes=3),
                    closed_at=begins + dt.timedelta(minutes=118),
                )
            ]
        )[0]
        self.people: dict[str, Participant] = {}

    def write(self) -> None:
        loading, workshop = self.loading, self.workshop
        phases = _phases(loading, workshop)
        self._pass_through(phases)
        subject = loading.create([Subject(workshop=workshop, objective=self.objective)])[0]
        self._people()
        families = loading.create(
            Family(workshop=workshop, uid=self._uid(said.name), subject=subject, name=said.name, position=position)
            for position, said in enumerate(words.FAMILIES, 1)
        )
        loading.create(self._notes(subject, families))
        firsts = {note.text: note for note in Note.objects.filter(workshop=workshop)}
        for said in words.FAMILIES:
            if said.alike:
                Note.objects.filter(pk=firsts[said.notes[1][1]].pk).update(merged_into=firsts[said.notes[0][1]])
        vote_phase = next(phase for phase in phases if phase.kind == PhaseKind.VOTE)
        loading.create(self._ballots(vote_phase, families))
        loading.create(self._decisions(phases[-2], families))

    def _pass_through(self, phases: list[Phase]) -> None:
        clock = self.workshop.started_at
        assert clock is not None
        for phase in phases:
            phase.started_at, clock = clock, clock + dt.timedelta(minutes=phase.minutes - 1)
            phase.ended_at = clock
        Phase.objects.bulk_update(phases, ["started_at", "ended_at"])
        self.workshop.phase = phases[-1]
        self.workshop.save(update_fields=["phase"])

    def _people(self) -> None:
        workshop, came = self.workshop, self.workshop.starts_at
        name, function = words.GUEST
        rows = {seat: _person(workshop, member) for seat, member in _team(self.loading, words.TRIBE)}
        rows["coach"] = _person(workshop, self.coach, "observer")
        rows["guest"] = Participant(
            workshop=workshop, guest_name=name, function=function, digest=digest(new_token()), admitted_at=came
        )
        for seat, person in rows.items():
            person.joined_at = None if seat == words.ABSENT else came
        self.people = dict(zip(rows, self.loading.create(rows.values()), strict=True))

    def _notes(self, subject: Subject, families: list[Family]) -> Iterator[Note]:
        opened = self.workshop.starts_at + dt.timedelta(minutes=38)
        named: list[tuple[str, str, Family | None]] = [
            (author, text, family)
            for said, family in zip(words.FAMILIES, families, strict=True)
            for author, text in said.notes
        ]
        named += [(author, text, None) for author, text in words.LOOSE]
        for position, (author, text, family) in enumerate(named, 1):
            yield Note(
                workshop=self.workshop,
                uid=self._uid(text),
                subject=subject,
                author=self.people[author],
                text=text,
                family=family,
                position=position,
                revealed_at=opened,
            )

    def _ballots(self, phase: Phase, families: list[Family]) -> Iterator[Ballot]:
        """Two rounds: what the first showed to be contested was talked about before the second."""
        assert phase.started_at is not None
        for number in (1, 2):
            opens = phase.started_at + dt.timedelta(minutes=4 * (number - 1))
            [vote] = self.loading.create(
                [
                    Vote(
                        phase=phase,
                        number=number,
                        votes_on=self.workshop.votes_on,
                        dots=self.workshop.dots,
                        dots_an_item=self.workshop.dots_an_item,
                        exponent=self.workshop.exponent,
                        opened_at=opens,
                        closed_at=opens + dt.timedelta(minutes=3),
                    )
                ]
            )
            for said, family in zip(words.FAMILIES, families, strict=True):
                for who, dots in (said.first if number == 1 else said.second).items():
                    yield Ballot(vote=vote, participant=self.people[who], family=family, dots=dots)

    def _decisions(self, phase: Phase, families: list[Family]) -> Iterator[Decision]:
        assert phase.started_at is not None
        rows = {one.title: one for one in KeyResult.objects.filter(objective=self.objective)}
        for place, (said, family) in enumerate(zip(words.FAMILIES, families, strict=True), 1):
            yield Decision(
                workshop=self.workshop,
                family=family,
                outcome=said.outcome,
                reason=said.reason.replace(" :", "\u00a0:"),
                key_result=rows[said.becomes] if said.becomes else None,
                by=self.coach,
                at=phase.started_at + dt.timedelta(minutes=6 * place),
            )

    def _uid(self, text: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.workshop.code} {text}")


def _next_week(loading: Loading) -> None:
    """Drive chooses its effect and finds its objectives of the next quarter."""
    tribe = loading.tribes["DRV"]
    [workshop] = loading.create(
        [
            Workshop(
                kind=WorkshopKind.TRIBE_OBJECTIVES,
                title="Drive, atelier 1\u00a0: nos objectifs",
                tribe=tribe,
                quarter=_next_quarter(loading),
                starts_at=_at(loading, 7, HOURS["next"]),
                place="Salle Estran",
                facilitator=loading.member("coach"),
                co_facilitator=tribe.lead,
                votes_on=Workshop.VotesOn.FAMILIES,
            )
        ]
    )
    _phases(loading, workshop)
    loading.create(_person(workshop, member) for _seat, member in _team(loading, "DRV"))
    loading.create([_person(workshop, loading.member("coach"), "observer")])
    codes = ("1.1", "1.2", "1.3", "1.4", "2.1", "2.2")
    loading.create(
        Subject(workshop=workshop, key_result=loading.key_results[code], position=position, is_retained=False)
        for position, code in enumerate(codes, 1)
        if code in loading.key_results
    )


def _to_play(loading: Loading) -> None:
    """What a newcomer leads alone, with simulated people."""
    tribe = loading.tribes["LAD"]
    about = Objective.objects.filter(tribe=tribe, quarter__state=PeriodState.DRAFT).first()
    [workshop] = loading.create(
        [
            Workshop(
                kind=WorkshopKind.TRIBE_KEY_RESULTS,
                title="Atelier de démonstration, à jouer seul",
                tribe=tribe,
                quarter=_next_quarter(loading),
                starts_at=_at(loading, 1, HOURS["practice"]),
                minutes=30,
                facilitator=loading.member("coach"),
                guests=Workshop.Guests.LINK,
                votes_on=Workshop.VotesOn.FAMILIES,
                is_practice=True,
            )
        ]
    )
    _phases(loading, workshop, other=2, **{str(kind): minutes for kind, minutes in PRACTICE_MINUTES.items()})
    loading.create([Subject(workshop=workshop, objective=about)])
    loading.create([_person(workshop, loading.member("coach"), "observer")])
