"""The demo's workshops: one over, with its minutes; one of next week; one to play alone."""

import html
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from orgs import tenancy
from orgs.models import DemoPersona, Organization, OutboxMail
from tests import factories
from tests.demo import NOW
from workshops.models import Ballot, Decision, Note, Vote, Workshop
from workshops.pages.items import items_of, standings


@pytest.fixture
def coach(coursive: Organization) -> Client:
    with tenancy.all_tenants():
        user = DemoPersona.objects.get(key="coach").user
    client = Client()
    client.force_login(user, backend=factories.BACKEND)
    return client


def read(client: Client, name: str, *which: object) -> str:
    answer = client.get(reverse(name, args=["coursive", *which]))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_there_is_one_of_each(coursive: Organization) -> None:
    over, coming, practice = (
        Workshop.objects.order_by("starts_at").filter(state="closed")[:1],
        *(Workshop.objects.filter(state="planned", is_practice=flag) for flag in (False, True)),
    )
    assert (len(over), len(coming), len(practice)) == (1, 1, 1)
    assert over[0].starts_at < NOW < practice[0].starts_at < coming[0].starts_at
    assert 5 <= (coming[0].starts_at - NOW).days <= 9
    assert coming[0].participants.filter(invited_at__isnull=False).count() >= 8
    assert not OutboxMail.objects.filter(kind__startswith="workshop").exists()  # nobody is written to


def test_the_one_that_is_over_keeps_the_rules_of_a_vote(coursive: Organization) -> None:
    over = Workshop.objects.get(state="closed")
    rounds = Vote.objects.filter(phase__workshop=over)
    assert [vote.number for vote in rounds] == [1, 2]
    for vote in rounds:
        spent: Counter[int] = Counter()
        for ballot in Ballot.objects.filter(vote=vote).select_related("participant"):
            assert ballot.dots <= vote.dots_an_item
            assert ballot.participant.votes
            assert ballot.participant.joined_at is not None
            spent[ballot.participant_id] += ballot.dots
        assert set(spent.values()) == {vote.dots}
    ranked = standings(rounds[1], items_of(over, 1, over.votes_on))
    assert ranked[0].item.text == "Moins d’abandons"
    first = standings(rounds[0], items_of(over, 1, over.votes_on))
    assert any(standing.result.contested for standing in first)


def test_what_it_decided_is_in_the_hierarchy(coursive: Organization, coach: Client) -> None:
    over = Workshop.objects.get(state="closed")
    decided = Decision.objects.filter(workshop=over)
    assert Counter(decided.values_list("outcome", flat=True)) == {"retained": 3, "rejected": 1, "parked": 1}
    made = [one.key_result for one in decided.filter(outcome="retained").select_related("key_result__objective")]
    assert all(key_result is not None for key_result in made)
    page = read(coach, "key_result", made[0].pk)
    assert over.title in page  # where it comes from


def test_its_pages_show_it(coursive: Organization, coach: Client) -> None:
    over = Workshop.objects.get(state="closed")
    for workshop in Workshop.objects.all():
        assert workshop.title in read(coach, "workshops")
        assert workshop.title in read(coach, "workshop", workshop.code)
    minutes = read(coach, "workshop_minutes", over.code)
    for note in Note.objects.filter(workshop=over):
        assert note.text in minutes
    for decision in Decision.objects.filter(workshop=over):
        assert decision.reason in minutes
    for name in ("workshop_minutes_pdf", "workshop_minutes_xlsx", "workshop_replay"):
        assert coach.get(reverse(name, args=["coursive", over.code])).status_code == 200
