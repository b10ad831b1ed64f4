"""People, departments with their committees, tribes with their seats, and who is invited."""

import datetime as dt

from okr.demo.people import INITIALS
from okr.demo.state import Loading
from orgs.actions.absences import REACH, key_of, told_of
from orgs.actions.invitations import LIVES
from orgs.models import (
    Absence,
    Committee,
    CommitteeSeat,
    Department,
    Invitation,
    Membership,
    Notification,
    Seat,
    Tribe,
    User,
)

ENTERED_BEFORE = dt.timedelta(days=2)


def write_people(loading: Loading, password: str) -> None:
    """Everybody shares one hashed password: hashing it for each would take most of the loading time."""
    spec = loading.spec
    loading.users = User.objects.bulk_create(
        User(email=f"{person.email}@{spec.mail_domain}", name=person.name, password=password) for person in spec.people
    )
    loading.counts["user"] += len(loading.users)
    members = [
        Membership(user=user, roles=list(person.roles), title=person.title, function=person.function)
        for person, user in zip(spec.people, loading.users, strict=True)
    ]
    guests = {user.email: user for user in User.objects.filter(email__in=spec.guests)}
    members += [Membership(user=guests[email], roles=list(roles)) for email, roles in spec.guests.items()]
    loading.create(members)
    loading.members = {person.key: member for person, member in zip(spec.people, members, strict=False)}


def write_structure(loading: Loading) -> None:
    spec = loading.spec
    departments = loading.create(
        [Department(name=row.name, position=place) for place, row in enumerate(spec.departments, start=1)]
    )
    loading.departments = {row.key: made for row, made in zip(spec.departments, departments, strict=True)}
    committees = loading.create(
        [Committee(department=loading.departments[row.key], name=row.committee) for row in spec.departments]
    )
    loading.create(
        [
            CommitteeSeat(committee=committee, membership=loading.member(key), is_sponsor=key in row.sponsors)
            for row, committee in zip(spec.departments, committees, strict=True)
            for key in (*row.sponsors, *row.members)
        ]
    )
    tribes = loading.create(
        [
            Tribe(
                department=loading.departments[row.department],
                name=row.name,
                code=row.code,
                mission=row.mission,
                lead=loading.member("P", row.code),
                position=place,
            )
            for place, row in enumerate(spec.tribes, start=1)
        ]
    )
    loading.tribes = {row.code: made for row, made in zip(spec.tribes, tribes, strict=True)}
    loading.create(
        [
            Seat(
                tribe=loading.tribes[row.code], membership=loading.member(key), function=function, is_delegate=not place
            )
            for row in spec.tribes
            for function, keys in row.seats.items()
            for place, key in enumerate(keys)
        ]
    )


FUNCTION_OF = {initial: function for function, initial in INITIALS.items()}


def write_invitations(loading: Loading) -> None:
    """They have no link: no token has such a digest. Sent again, they get one."""
    loading.create(
        [
            Invitation(
                email=f"{row.email}@{loading.spec.mail_domain}",
                roles=[row.role],
                tribe=loading.tribes[row.tribe],
                function=row.function,
                language=loading.org.language,
                digest=f"{loading.spec.settings['slug']}-{row.email}",
                invited_by=loading.member(row.by),
                sent_at=loading.now - dt.timedelta(days=row.days),
                expires_at=loading.now - dt.timedelta(days=row.days) + LIVES,
            )
            for row in loading.spec.invitations
        ]
    )


def write_absences(loading: Loading) -> None:
    """Whoever stands in was told as it was entered, some days before."""
    today = loading.now.astimezone(loading.org.zone).date()
    rows = loading.create(
        [
            Absence(
                member=loading.member(row.who),
                starts_on=today + dt.timedelta(days=row.first),
                ends_on=today + dt.timedelta(days=row.last),
                substitute=loading.member(row.substitute) if row.substitute else None,
            )
            for row in loading.spec.absences
        ]
    )
    told = [_told(loading, row) for row in rows if row.substitute is not None]
    notices = loading.create(notice for notice, _row in told)
    for notice, row in told:  # the column fills itself with the time of insertion
        notice.created_at = loading.at(min(row.starts_on, today) - ENTERED_BEFORE, 16 * 60)
    Notification.objects.bulk_update(notices, ["created_at"])


def _told(loading: Loading, absence: Absence) -> tuple[Notification, Absence]:
    about, excerpt = told_of(absence, loading.org)
    notice = Notification(
        recipient=absence.substitute,
        actor=absence.member,
        kind=Notification.Kind.STANDS_IN,
        about=about,
        excerpt=excerpt,
        path=REACH,
        key=key_of(absence),
    )
    return notice, absence
