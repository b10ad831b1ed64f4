"""The left rail of the room: what is written under, what it serves and the facts behind it."""

import re

import pytest

from okr.models import Contribution, Evidence
from orgs import tenancy
from tests import factories
from workshops.pages.room import ROOM, Room, draw

pytestmark = pytest.mark.django_db


def test_with_several_subjects_the_rail_says_which_facts_and_what_they_serve_belong_to(world):
    with tenancy.tenant(world.org.pk):
        held = factories.workshop(world)
        Contribution.objects.filter(objective=world.objective).delete()
        Contribution.objects.create(objective=world.objective, key_result=world.strategic_kr, reason="Because.")
        second, third = (
            factories.tribe_objective(
                world.quarter, world.tribe, position=n, owner=world.alice, title=f"Objective no. {n}"
            )
            for n in (8, 9)
        )
        Contribution.objects.create(objective=second, key_result=world.strategic_kr, reason="This too.")
        Evidence.objects.create(objective=second, kind="nps", title="Twelve points lower", figure="31")

        def rail() -> str:
            return draw("subject", Room(held, world.org), ROOM).partition("b-ev")[2]

        for subject in (second, third):
            held.subjects.create(objective=subject, position=2)
        shown = rail()
        assert shown.count(">Serves<") == shown.count(world.strategic_kr.title) == 1
        assert re.search(r"no\. 8</p>\s*<dl.*Twelve points lower", shown)
        assert "no. 9" not in shown, "nothing is behind it"
        assert world.objective.title in shown.partition(">Serves<")[0]
        other = factories.key_result(world.strategic_kr.objective, owner=world.carol, title="Another effect")
        Contribution.objects.create(objective=third, key_result=other, reason="Because.")
        shown = rail()
        assert shown.count(">Serves<") == 2
        assert re.search(r"no\. 9</p>\s*<h2 class=\"h3\">Serves</h2>.*Another effect", shown)
        Evidence.objects.create(objective=world.objective, kind="pnl", title="Costs more each year")
        assert rail().count(world.objective.title) == rail().count("no. 8") == 1, "each is named once, over its facts"
        held.subjects.filter(objective__in=[second, third]).delete()
        assert 'class="clip' not in rail(), "one alone needs no name"
