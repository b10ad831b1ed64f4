"""A workshop at its vote or choice, with a browser for each of its people."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from orgs import tenancy
from tests import factories
from tests.factories import World, signed_in
from workshops.access import cookie_name, digest
from workshops.models import Ballot, Note, Participant, Subject, Vote, Workshop
from workshops.pages.room import REGIONS, ROOM, draw
from workshops.pages.room import Room as Shown

NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)
MEMBERS = ("alice", "bob", "carol", "dan")


class Room:
    """Every look into the database happens in the organization's tenancy."""

    def __init__(self, world: World, workshop: Workshop) -> None:
        self.world, self.workshop = world, workshop
        self.clients: dict[str, Client] = {name: signed_in(world.people[name]) for name in MEMBERS}

    def url(self, name: str, **parts: object) -> str:
        return reverse(name, kwargs={"org": self.world.org.slug, "code": self.workshop.code, **parts})

    def get(self, who: str, name: str = "workshop_room") -> str:
        answer = self.clients[who].get(self.url(name))
        assert answer.status_code == 200, answer.status_code
        return str(answer.content.decode())

    def post(self, who: str, name: str, parts: dict | None = None, *, htmx: bool = True, **fields) -> HttpResponse:
        headers = {"HX-Request": "true"} if htmx else {}
        return self.clients[who].post(self.url(name, **(parts or {})), fields, headers=headers)

    def go(self, kind: str, *, who: str = "alice", **fields) -> HttpResponse:
        with self.tenancy():
            now = Workshop.objects.get(pk=self.workshop.pk).phase_id
            to = self.workshop.phases.get(kind=kind).pk
        return self.post(who, "workshop_phase", {"pk": to}, seen=now, **fields)

    def guest(self, name: str, function: str = "business") -> str:
        """A guest who is let in, with a browser of their own."""
        token = uuid.uuid4().hex
        with self.tenancy():
            factories.participant(self.workshop, guest_name=name, digest=digest(token), function=function)
        self.clients[name] = Client()
        self.clients[name].cookies[cookie_name(self.workshop.code)] = token
        return name

    @contextmanager
    def tenancy(self) -> Iterator[None]:
        with tenancy.tenant(self.world.org.pk):
            yield

    def one(self, who: str) -> Participant:
        with self.tenancy():
            people = Participant.objects.filter(workshop=self.workshop)
            known = self.world.people.get(who)
            return people.get(membership=known) if known else people.get(guest_name=who)

    def change(self, who: str, **fields: object) -> None:
        with self.tenancy():
            Participant.objects.filter(pk=self.one(who).pk).update(**fields)

    def set(self, **fields: object) -> None:
        with self.tenancy():
            Workshop.objects.filter(pk=self.workshop.pk).update(**fields)

    def drawn(self, audience: str = ROOM) -> str:
        """All that is broadcast to this audience, with everybody there."""
        with self.tenancy():
            workshop = Workshop.objects.with_place().get(pk=self.workshop.pk)
            shown = Shown(workshop, self.world.org, frozenset(f"m{one.pk}" for one in self.world.people.values()))
            return "".join(draw(region, shown, audience) for region in REGIONS)

    # ── A vote ──

    @property
    def vote(self) -> Vote:
        with self.tenancy():
            return Vote.objects.filter(phase__workshop=self.workshop).latest("number")

    def note(self, text: str, **fields: object) -> Note:
        with self.tenancy():
            author = self.workshop.participants.first()
            return factories.note(self.workshop, author, text, **{"revealed_at": NOW, **fields})

    def cast(self, who: str, given: dict, vote: int | None = None, *, htmx: bool = True) -> HttpResponse:
        """`given`: dots by note, family or uid."""
        uids = [getattr(item, "uid", item) for item in given]
        fields = {"vote": vote or self.vote.pk, "item": uids, "n": list(given.values())}
        return self.post(who, "workshop_cast", htmx=htmx, **fields)

    def dots(self, who: str, vote: Vote | None = None) -> dict[str, int]:
        """By the text of what they are on."""
        with self.tenancy():
            rows = Ballot.objects.filter(vote=vote or self.vote, participant=self.one(who))
            return {str(row.note or row.family): row.dots for row in rows.select_related("note", "family")}

    # ── A choice ──

    @property
    def subjects(self) -> list[Subject]:
        with self.tenancy():
            rows = Subject.objects.filter(workshop=self.workshop).select_related("objective", "key_result")
            return list(rows.order_by("position"))

    def mark(self, who: str, wanted: dict, *, htmx: bool = True) -> HttpResponse:
        fields = {"item": [one.pk for one in wanted], "n": [int(marked) for marked in wanted.values()]}
        return self.post(who, "workshop_mark", htmx=htmx, **fields)
