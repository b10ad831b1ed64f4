"""Many people writing in one organization at the same moment, on PostgreSQL: nobody waits for ever, nothing is lost."""

import threading
import uuid
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from okr.actions.business_case import save_business_case
from okr.actions.check_in import record_check_in
from okr.actions.key_results import archive_key_result, change_key_result, create_key_result, move_key_result
from okr.actions.periods import set_state
from okr.models import KeyResult, Quarter
from orgs import tenancy
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.invitations import invite, revoke
from orgs.actions.joining import accept
from orgs.actions.undoing import undo
from orgs.models import AuditEvent, Membership
from orgs.rules import RuleBroken
from tests import factories

ROUNDS = 6
pytestmark = pytest.mark.postgres


def at_once(world, *hands: Callable[[Actor, int], object]) -> list[BaseException]:
    """Each hand acts ROUNDS times in a thread of its own; what went wrong beyond a refusal."""
    barrier, troubles = threading.Barrier(len(hands)), []

    def work(hand):
        try:
            with tenancy.tenant(world.org.pk):
                by = Actor(Membership.objects.select_related("org", "user").get(pk=world.alice.pk))
                barrier.wait(timeout=10)
                for turn in range(ROUNDS):
                    try:
                        hand(by, turn)
                    except RuleBroken:
                        continue
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[hand]) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return troubles


def test_creating_moving_archiving_and_checking_in_at_once(transactional_db):
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        one = world.objective
        two = factories.tribe_objective(world.quarter, world.tribe, title="Another")
        rows = [factories.key_result(one, title=f"Row {number}") for number in range(3)]
        moved, archived = rows[0], rows[1]

    def create_here(by, turn):
        create_key_result(one, by=by, title=f"New here {turn}", position=1)

    def create_there(by, turn):
        create_key_result(two, by=by, title=f"New there {turn}")

    def move(by, turn):
        move_key_result(moved, by=by, position=1, objective=two if turn % 2 == 0 else one)

    def archive_and_undo(by, turn):
        undo(archive_key_result(archived, by=by).id, by=by)

    def check_in(by, turn):
        record_check_in(world.key_result, by=by, value=Decimal(80 + turn), confidence=7)

    def rename(by, turn):
        change_key_result(rows[2], {"title": f"Renamed {turn}"}, by=by)

    assert at_once(world, create_here, create_there, move, archive_and_undo, check_in, rename) == []
    with tenancy.tenant(world.org.pk):
        for objective in (one, two):
            positions = list(KeyResult.objects.live().filter(objective=objective).values_list("position", flat=True))
            assert positions == list(range(1, len(positions) + 1))
        created = KeyResult.objects.filter(title__startswith="New ")
        assert created.count() == 2 * ROUNDS
        assert (
            AuditEvent.objects.filter(object_type="keyresult", object_id=rows[2].pk, verb="changed").count() == ROUNDS
        )


def test_of_two_who_change_the_same_field_at_once_one_is_asked(transactional_db):
    world = factories.world()
    seen = world.key_result.revision
    conflicts: list[editing.EditConflict] = []

    def write(title):
        def hand(by, turn):
            if turn == 0:
                try:
                    change_key_result(world.key_result, {"title": title}, by=by, seen=seen)
                except editing.EditConflict as conflict:
                    conflicts.append(conflict)

        return hand

    assert at_once(world, write("Mine"), write("Theirs")) == []
    assert len(conflicts) == 1
    with tenancy.tenant(world.org.pk):
        stored = KeyResult.objects.get(pk=world.key_result.pk).title
        assert {stored, conflicts[0].clashes[0].mine} == {"Mine", "Theirs"}
        assert conflicts[0].clashes[0].theirs == stored


def test_what_arrives_twice_at_once_is_made_once(transactional_db):
    world = factories.world()
    sent, seen = [uuid.uuid4() for _ in range(ROUNDS)], []

    def create(by, turn):
        made, change = create_key_result(world.objective, by=by, title="Once", client_id=sent[turn])
        seen.append((made.pk, change.id))

    assert at_once(world, create, create) == []
    with tenancy.tenant(world.org.pk):
        assert KeyResult.objects.live().filter(title="Once").count() == ROUNDS
    assert len(seen) == 2 * ROUNDS
    assert len(set(seen)) == ROUNDS


def test_a_rationale_and_the_state_of_its_year_at_once(transactional_db):
    """Both hold the organization before anything else: neither waits for a row of the other's."""
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        Quarter.objects.filter(year=world.year).update(state="closed")

    def weigh(by, turn):
        save_business_case(world.strategic_kr, by=Actor(world.carol), budget_share=Decimal(20 + turn))

    def close_and_reopen(by, turn):
        for state in ("closed", "open"):
            set_state(world.year, state, by=Actor(world.dan))

    assert at_once(world, *[weigh, close_and_reopen] * 3) == []


def test_accepting_and_sending_again_at_once(transactional_db):
    world = factories.world()
    joining = factories.user("Nora New", "nora@example.org")
    with tenancy.tenant(world.org.pk):
        dan = Actor(world.dan)
        [invitation] = invite([joining.email], by=dan, roles=["member"], language="en")

    def join(by, turn):
        accept(invitation, joining)

    def withdraw(by, turn):
        revoke(invitation, by=dan)

    assert at_once(world, join, withdraw) == []
    with tenancy.tenant(world.org.pk):
        invitation.refresh_from_db()
        has_joined = Membership.objects.filter(user=joining).exists()
    assert has_joined == (invitation.accepted_at is not None) != (invitation.revoked_at is not None)
