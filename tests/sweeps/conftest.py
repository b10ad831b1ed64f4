import datetime as dt

import pytest
import time_machine
from django.test import Client

from okr.actions.comments import ANSWERED, answer, start_thread
from okr.actions.objectives import change_objective
from okr.models import CoachWord, Comment
from orgs import tenancy
from orgs.actions.absences import add_absence
from orgs.actions.api_keys import create_api_key
from orgs.actions.audit import Actor
from orgs.actions.invitations import invite
from orgs.models import AuditEvent, Channel, Notification, OutboxMail
from planning.actions.leading import open_meeting
from planning.actions.preparing import plan as plan_quarter
from reviews.models import Meeting, MeetingAction, MeetingDecision, MeetingPoint, MeetingSeries, RetroNote
from tests import factories
from tests.workshops.held import closed_workshop
from workshops.actions.joining import ask_in
from workshops.actions.planning import plan_workshop
from workshops.actions.templates import create_template
from workshops.agendas import agenda_of
from workshops.models import Decision, Workshop

SAID_AT = dt.datetime(2026, 5, 18, 10, tzinfo=dt.UTC)


def _say(made):
    """A comment of Alice's own that mentions Carol, a notice that waits for Alice, and an event that can be restored."""
    by = Actor(made.alice)
    comment = start_thread(made.key_result, "@Carol Staff, is the log complete?", by=by)
    Comment.objects.filter(pk=comment.pk).update(created_at=SAID_AT)
    told = answer(comment, "Since April.", by=Actor(made.bob))
    change_objective(made.objective, {"why": "People wait."}, by=by)
    change_objective(made.objective, {"why": "People wait in the rain."}, by=by)
    made.extra |= {
        "comment": comment,
        "notice": Notification.objects.get(key=f"{ANSWERED}:{told.pk}"),
        "event": AuditEvent.objects.filter(object_type="objective", object_id=made.objective.pk).first(),
    }


def _plan(made):
    """A workshop of Alice's tribe, a week after the mock-ups."""
    people = [{"membership": made.bob.pk, "function": made.bob.function, "part": "voter"}]
    blank = Workshop(kind="tribe_key_results", tribe=made.tribe, quarter=made.quarter)
    values = {"title": "How Drive sees success", "starts_at": SAID_AT + dt.timedelta(days=7), "facilitator": made.alice}
    lists = {
        "agenda": agenda_of(blank.kind, "en"),
        "participants": people,
        "subjects": [{"objective": made.objective.pk, "key_result": None}],
    }
    phases = [{"kind": "vote", "title": "", "round": 1, "question": "", "minutes": 20}]
    made.extra["agenda_template"], _change = create_template(
        "codir_key_results", {"name": "Votes alone", "phases": phases}, by=Actor(made.carol)
    )
    made.extra["plan"], _change = plan_workshop(blank, values | lists, by=Actor(made.alice))
    made.extra["guest"] = ask_in(made.extra["plan"], "Gita Guest", "design", f"token of {made.org.slug}")


def _decide(made):
    """A workshop at its decisions, and a note that it has retained."""
    held = factories.workshop(made, "decide", title="What Drive decided")
    note = factories.note(held, held.participants.get(membership=made.alice), revealed_at=SAID_AT)
    Decision.objects.create(workshop=held, note=note, outcome="retained", by=made.alice, at=SAID_AT)
    return held, note


def _consolidate(made):
    """A CoDir's workshop that is over, and the candidate that came of it."""
    where = {"tribe": None, "quarter": None, "year": made.year, "committee": made.committee}
    held = factories.workshop(made, "closed", kind="codir_key_results", title="What the CoDir decided", **where)
    note = factories.note(held, held.participants.get(membership=made.carol), revealed_at=SAID_AT)
    candidate = factories.key_result(made.strategic, title="Complaints", stage="draft", owner=made.carol)
    Decision.objects.create(
        workshop=held, note=note, outcome="retained", key_result=candidate, by=made.alice, at=SAID_AT
    )
    return held, candidate


def _plan_quarter(made):
    """The next quarter lies before the CoDir: Sam chairs, Carol has a vote too, Alice's tribe has proposed.

    The other tribe has no turn: while the meeting is on, those that present are not merged."""
    coming = factories.quarter(made.year, 3, "draft")
    goal = factories.tribe_objective(coming, made.tribe, owner=made.alice, title="Nobody waits on the lane in autumn")
    proposal = factories.key_result(goal, title="Orders ready in autumn", stage="proposed", owner=made.alice)
    planning, _change = plan_quarter(coming, by=Actor(made.carol), chair=made.sam, voters=[made.sam.pk, made.carol.pk])
    planning.slots.exclude(tribe=made.tribe).delete()
    open_meeting(planning, by=Actor(made.carol))
    return planning, proposal


def _meet(made):
    """A meeting of the committee that runs, with a point, a decision and an action."""
    series = MeetingSeries.objects.create(
        committee=made.committee,
        title="What the committee reviews",
        weekday=1,
        lead=made.carol,
        starts_on=SAID_AT.date() + dt.timedelta(days=400),  # by itself it makes none
    )
    meeting = Meeting.objects.create(
        series=series,
        slot=SAID_AT.date(),
        starts_at=SAID_AT,
        minutes=60,
        lead=made.carol,
        state="running",
        begun_at=SAID_AT,
    )
    made.extra |= {
        "meeting": meeting,
        "meeting_point": MeetingPoint.objects.create(meeting=meeting, title="What the committee talks over"),
        "meeting_decision": MeetingDecision.objects.create(meeting=meeting, text="What the committee decided"),
        "meeting_action": MeetingAction.objects.create(
            meeting=meeting, text="What the committee asked for", owner=made.sam, due_on=SAID_AT.date()
        ),
    }


def _world(slug):
    made = factories.world(slug)
    with tenancy.tenant(made.org.pk):
        made.extra["word"] = CoachWord.objects.create(kind="vague", language="en", word="seamless")
        _say(made)
        _plan(made)
        [made.extra["invitation"]] = invite(
            ["invited@example.org"], by=Actor(made.dan), roles=["member"], language="en"
        )
        made.extra["absence"], _change = add_absence(
            made.alice, SAID_AT.date() + dt.timedelta(days=30), SAID_AT.date() + dt.timedelta(days=37), made.bob,
            by=Actor(made.dan),
        )  # fmt: skip
        made.extra["delivery"] = OutboxMail.objects.filter(kind="invitation").latest("pk")
        Channel.objects.create(url="https://127.0.0.1/services/secret", service="other")  # where nothing is sent
        made.extra["api_key"], made.extra["secret"] = create_api_key(
            "Dashboard", ["read", "check_in"], by=Actor(made.dan)
        )
        factories.initiative(
            made.quarter, made.tribe, title="Second in its row", position=2
        )  # so that one can be moved
        held = factories.workshop(made)
        made.extra["workshop"] = held
        made.extra["closed"] = closed_workshop(made, title="What Drive wrote in the minutes")
        made.extra["note"] = factories.note(held, held.participants.get(membership=made.alice))
        made.extra["decided"], made.extra["item"] = _decide(made)
        made.extra["codir"], made.extra["candidate"] = _consolidate(made)
        made.extra["family"] = factories.family(held)
        made.extra["retro_note"] = RetroNote.objects.create(
            tribe=made.tribe,
            quarter=made.quarter,
            kind="helped",
            text="What Drive wrote looking back",
            author=made.alice,
        )
        _meet(made)
        made.extra["planning"], made.extra["proposal"] = _plan_quarter(made)
    return made


@pytest.fixture(autouse=True)
def on_the_day_of_the_mockups():
    with time_machine.travel(f"{factories.TODAY} 10:00", tick=True):
        yield


@pytest.fixture
def ours(db):
    return _world("ours")


@pytest.fixture
def theirs(db):
    return _world("theirs")


@pytest.fixture
def signed_in():
    """A client signed in as a member; None gives a visitor."""

    def sign_in(member=None, **options):
        client = Client(**options)
        if member is not None:
            client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
