"""Loads the demo: what the content modules say becomes rows, exactly as the actions would have left them.

All or nothing, in one transaction, in bulk; each organization inside its own tenancy. Nothing existing is touched: where
an organization or an account of the demo is already there, `DemoExists` says so and nothing is loaded.
"""

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from okr.demo.calendar import calendar_of
from okr.demo.coursive import COURSIVE
from okr.demo.registry import additions
from okr.demo.rows_of_conversations import write_conversations
from okr.demo.rows_of_following import write_following
from okr.demo.rows_of_history import write_history
from okr.demo.rows_of_initiatives import write_initiatives
from okr.demo.rows_of_objectives import write_former, write_objectives, write_periods
from okr.demo.rows_of_people import write_absences, write_invitations, write_people, write_structure
from okr.demo.second import HALLE_NOVA
from okr.demo.shapes import Account, OrganizationSpec
from okr.demo.state import Loading
from okr.models import CoachWord, PeriodState
from orgs import tenancy
from orgs.models import DemoPersona, Membership, Organization, Role, User

PASSWORD = "polaris-demo"  # noqa: S105  published on purpose
SPECS = (COURSIVE, HALLE_NOVA)


class DemoExists(Exception):
    """An organization or an account of the demo is already there."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    part: str
    name: str
    email: str
    organization: str


@transaction.atomic
def load_demo(now: dt.datetime | None = None) -> dict[str, int]:
    """Load both organizations as of `now` (aware). Answers how many rows of each kind; raises DemoExists."""
    now = now or timezone.now()
    _refuse_twice()
    password = make_password(PASSWORD)
    counts: dict[str, int] = {}
    for spec in SPECS:
        for kind, number in _load(spec, now, password).items():
            counts[kind] = counts.get(kind, 0) + number
    return counts


def _refuse_twice() -> None:
    slugs = [spec.settings["slug"] for spec in SPECS]
    emails = [f"{person.email}@{spec.mail_domain}" for spec in SPECS for person in spec.people]
    there = Organization.objects.filter(slug__in=slugs).first() or User.objects.filter(email__in=emails).first()
    if there is not None:
        raise DemoExists(str(there))


def _load(spec: OrganizationSpec, now: dt.datetime, password: str) -> dict[str, int]:
    org = Organization(**spec.settings)
    calendar = calendar_of(now.astimezone(org.zone).date())
    org.year_starts_month = calendar.starts_month
    org.save()
    with tenancy.tenant(org.pk):
        loading = Loading(spec=spec, org=org, calendar=calendar, now=now)
        write_people(loading, password)
        write_structure(loading)
        write_invitations(loading)
        write_absences(loading)
        write_periods(loading)
        write_former(loading)
        write_objectives(loading, spec.strategy, "year")
        write_objectives(loading, spec.closed, PeriodState.CLOSED)
        write_objectives(loading, spec.running, PeriodState.OPEN)
        write_objectives(loading, spec.drafts, PeriodState.DRAFT)
        write_initiatives(loading, spec.closed_initiatives, PeriodState.CLOSED)
        write_initiatives(loading, spec.initiatives, PeriodState.OPEN)
        write_history(loading)
        write_conversations(loading, spec.conversations)
        write_following(loading)
        for add in additions:
            add(loading)
        loading.create(CoachWord(kind=kind, language=org.language, word=word) for kind, word in spec.words)
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in loading.users
        )
        DemoPersona.objects.bulk_create(
            DemoPersona(
                key=account.part, user=loading.member(account.person).user, organization_name=spec.settings["name"]
            )
            for account in spec.accounts
            if account.part
        )
    return dict(loading.counts)


def demo_accounts() -> list[DemoAccount]:
    """The accounts to show: the personas, and each organization's administrator; none before the demo is loaded."""
    shown = []
    for spec in SPECS:
        org = Organization.objects.filter(slug=spec.settings["slug"]).first()
        if org is None:
            continue
        with tenancy.tenant(org.pk):
            for account in spec.accounts:
                email = next(f"{p.email}@{spec.mail_domain}" for p in spec.people if p.key == account.person)
                member = Membership.objects.with_people().filter(user__email=email).first()
                if member is not None:
                    shown.append(DemoAccount(_part_of(account), member.name, email, org.name))
    return shown


def _part_of(account: Account) -> str:
    return str(DemoPersona.Part(account.part).label if account.part else Role.ADMINISTRATOR.label)
