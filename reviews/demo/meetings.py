"""The demo's meetings: both CoDirs meet every two weeks; what was held has what the data said, notes, decisions, actions,
and who was there.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import translation

from okr.demo.state import Loading
from orgs.models import Committee, CommitteeSeat, Membership
from reviews.actions.meeting_ahead import AHEAD, pattern_of, standard_points
from reviews.demo.frozen import Past
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
Kind = MeetingPoint.Kind


@dataclass(frozen=True, slots=True)
class Held:
    """`decisions`: the kind of point, what was decided, and about which key result. `actions`: with days
    until due, and whether they are done. `own` is a point of one's own, which asked for a decision."""

    notes: tuple[tuple[str, str], ...]
    decisions: tuple[tuple[str, str, str], ...] = ()
    actions: tuple[tuple[str, int, bool], ...] = ()
    own: str = ""


# By committee, the oldest first.
SAID = (
    (
        Held(
            notes=((Kind.WATCH, "Tour de table par North Star ; les confiances d’abord, les chiffres ensuite."),),
            decisions=((Kind.WATCH, "Le suivi commence avec les confiances, puis les chiffres.", ""),),
            actions=(("Demander aux leads une phrase de commentaire par point", 7, True),),
        ),
        Held(
            notes=(
                (Kind.MOVED, "La préparation avance, la livraison attend ses transporteurs."),
                (Kind.WATCH, "Deux tribus se partagent la même équipe d’intégration : il faut choisir."),
            ),
            decisions=(
                (Kind.WATCH, "Les moyens du Drive passent avant la refonte du catalogue jusqu’à la fin du trimestre.", "1.1"),
            ),
            actions=(
                ("Chiffrer le décalage de la refonte du catalogue", 14, True),
                ("Voir le transporteur au sujet des créneaux du soir", 10, False),
            ),
        ),
        Held(
            notes=((Kind.WATCH, "Les villes moyennes décrochent le samedi ; le reste suit son cours."),),
            own="Faut-il ouvrir le retrait le dimanche matin ?",
            actions=(("Comparer le coût du samedi et du dimanche sur dix sites", 14, True),),
        ),
        Held(
            notes=(
                (Kind.MOVED, "Le panier prérempli tient ses promesses, le temps de panier suit."),
                (Kind.WATCH, "Discussion des deux points en retard ; pas de nouveau chantier d’ici la revue."),
            ),
            decisions=(
                (Kind.WATCH, "Le test des substitutions est étendu à vingt magasins.", "open PRP A1"),
                (Kind.WATCH, "Aucun nouveau chantier avant la revue du trimestre.", ""),
            ),
            actions=(
                ("Préparer le bilan des vingt magasins", 21, False),
                ("Relancer les tribus sans point depuis deux semaines", 14, False),
            ),
        ),
    ),
    (
        Held(
            notes=((Kind.WATCH, "Le programme et la régie se suivent désormais dans la même réunion."),),
            decisions=((Kind.WATCH, "Un seul tableau pour le programme et la régie, celui-ci.", ""),),
            actions=(("Supprimer le tableau de suivi de la régie", 7, True),),
        ),
        Held(
            notes=((Kind.MOVED, "Les renouvellements progressent plus vite que les revenus : bon signe pour la suite."),),
            decisions=((Kind.MOVED, "Le bilan sous dix jours devient la règle pour toutes les campagnes.", "4.2"),),
            actions=(("Écrire le modèle de bilan avec deux marques", 14, True),),
        ),
        Held(
            notes=((Kind.WATCH, "L’attrition ne répond pas aux relances : agir plus tôt, pas plus fort."),),
            own="Quel budget pour le barème des points l’an prochain ?",
            actions=(("Proposer une cible par étapes pour les paniers retail media", 14, True),),
        ),
        Held(
            notes=((Kind.WATCH, "Le barème ne changera pas cette année ; la cible des points expirés est à revoir."),),
            decisions=((Kind.WATCH, "Les relances par courrier s’arrêtent, le budget va à la reconnaissance en caisse.", "3.2"),),
            actions=(
                ("Arrêter le marché des courriers de relance", 14, False),
                ("Présenter trois signaux de départ mesurables", 10, False),
            ),
        ),
    ),
)  # fmt: skip


def write_meetings(loading: Loading) -> None:
    committees = Committee.objects.select_related("department").order_by("pk")[: len(WEEKDAYS)]
    with translation.override(loading.org.language):
        past = Past(loading)
        for place, committee in enumerate(committees):
            seats = list(
                CommitteeSeat.objects.filter(committee=committee).select_related("membership__user").order_by("pk")
            )
            if len(seats) > 2 and loading.org.language == "fr":
                _write(loading, past, committee, seats, place)


def _write(loading: Loading, past: Past, committee: Committee, seats: list[CommitteeSeat], place: int) -> None:
    today = loading.now.astimezone(loading.org.zone).date()
    weekday = WEEKDAYS[place]
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
        look_at=loading.now,
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
                frozen={},
                told_to=[],
            )
        )
    loading.create(rows)
    loading.create(point for meeting in rows for point in standard_points(meeting))
    held = [row for row in rows if row.state == Meeting.State.ENDED][-HELD:]
    for meeting, said in zip(held, SAID[place][-len(held) :] if held else (), strict=True):
        meeting.frozen = past.frozen(meeting)
        _write_held(loading, meeting, seats, said)
    Meeting.objects.bulk_update(held, ["frozen"])


def _write_held(loading: Loading, meeting: Meeting, seats: list[CommitteeSeat], said: Held) -> None:
    points = {point.kind: point for point in MeetingPoint.objects.filter(meeting=meeting)}
    for kind, notes in said.notes:
        points[kind].notes = notes
    MeetingPoint.objects.bulk_update(points.values(), ["notes"])
    if said.own:
        loading.create([MeetingPoint(meeting=meeting, title=said.own, asks=True, minutes=10, position=len(points) + 1)])
    loading.create(
        MeetingDecision(
            meeting=meeting, point=points[kind], text=text, key_result=loading.key_results[about] if about else None
        )
        for kind, text, about in said.decisions
    )
    day = meeting.day_in(loading.org)
    today = loading.now.astimezone(loading.org.zone).date()
    people: list[Membership] = [seat.membership for seat in seats]
    turn = meeting.slot.toordinal() // 14  # so that not always the same are away, or have something to do
    loading.create(
        MeetingAction(
            meeting=meeting,
            text=text,
            owner=people[(turn + number) % len(people)],
            due_on=day + dt.timedelta(days=days),
            done_on=min(day + dt.timedelta(days=days - 1), today) if is_done else None,
        )
        for number, (text, days, is_done) in enumerate(said.actions)
    )
    there = [seat for number, seat in enumerate(seats) if (number + turn) % 4 != 3]
    loading.create(
        MeetingPresence(meeting=meeting, member=seat.membership, is_sponsor=seat.is_sponsor) for seat in there
    )
