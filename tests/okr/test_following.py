"""Following tribes, objectives and key results: the toggle on their pages, what is theirs by itself, and the list."""

import html
import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from okr.following import Followers, Why, loaded_why
from okr.models import Follow, KeyResult
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.actions.tribes import merge_tribe
from orgs.models import Organization, Seat
from tests import factories
from tests.factories import signed_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world():
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        yield world


def at(world, name, *args):
    return reverse(name, args=[world.org.slug, *args])


def page(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def toggle(answer):
    """The words beside the button, and those on it."""
    form = re.search(r'<form class="follow".*?</form>', page(answer), re.S)[0]
    return re.sub(r"<[^>]+>", "|", form).strip("|").split("|")


def words(answer):
    return [part.strip() for part in toggle(answer) if part.strip()]


# ── The toggle ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("tribe", lambda w: w.other_tribe.code),
        ("objective", lambda w: w.strategic.pk),
        ("key_result", lambda w: w.strategic_kr.pk),
    ],
)
def test_follow_and_unfollow_without_javascript(world, name, key):
    bob, here = signed_in(world.bob), at(world, name, key(world))
    assert words(bob.get(here)) == ["Follow"]
    answer = bob.post(at(world, f"{name}_follow", key(world)))
    assert answer.status_code == 302
    assert answer["Location"] == here
    assert words(bob.get(here)) == ["You follow it", "Unfollow"]
    bob.post(at(world, f"{name}_unfollow", key(world)))
    assert words(bob.get(here)) == ["Follow"]
    assert not Follow.objects.exists()


def test_twice_is_once_and_one_s_own_affair(world):
    bob, carol = signed_in(world.bob), signed_in(world.carol)
    for _ in range(2):
        bob.post(at(world, "key_result_follow", world.strategic_kr.pk))
    assert Follow.objects.count() == 1
    version = Organization.objects.get(pk=world.org.pk).version
    assert version == world.org.version  # nobody else's pages are made anew
    assert words(carol.get(at(world, "key_result", world.strategic_kr.pk))) == ["You follow it: it is yours", "Mute"]


def test_a_page_that_the_browser_has_is_made_anew(world):
    bob, here = signed_in(world.bob), at(world, "key_result", world.strategic_kr.pk)
    tag = bob.get(here)["ETag"]
    assert bob.get(here, headers={"If-None-Match": tag}).status_code == 304
    bob.post(at(world, "key_result_follow", world.strategic_kr.pk))
    assert bob.get(here).status_code == 200  # the toast
    assert bob.get(here, headers={"If-None-Match": tag}).status_code == 200


def test_in_place_with_undo(world):
    bob, pk = signed_in(world.bob), world.strategic_kr.pk
    answer = bob.post(at(world, "key_result_follow", pk), headers={**HTMX, "HX-Target": "follow"})
    assert words(answer) == ["You follow it", "Unfollow"]
    undo = re.search(r'hx-post="([^"]+)" hx-swap="none" data-undo', page(answer))[1]
    assert undo == at(world, "key_result_unfollow", pk)
    answer = bob.post(undo, headers=HTMX)
    assert answer["HX-Trigger"] == "polaris:changed"
    assert not Follow.objects.exists()


# ── Without a word ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "name", "said"),
    [
        ("alice", "key_result", "You follow it: it is yours"),
        ("alice", "objective", "You follow it: it is yours"),
        ("alice", "tribe", "You follow it: you lead it"),
        ("bob", "tribe", "You follow it: you sit in it"),
        ("bob", "objective", "You follow it with its Tribe"),
        ("bob", "key_result", "You follow it with its Tribe"),
    ],
)
def test_owners_leads_and_seats_follow_theirs_and_may_mute(world, who, name, said):
    key = world.tribe.code if name == "tribe" else getattr(world, name).pk
    browser, here = signed_in(getattr(world, who)), at(world, name, key)
    assert words(browser.get(here)) == [said, "Mute"]
    browser.post(at(world, f"{name}_unfollow", key))
    assert words(browser.get(here)) == ["Muted: you hear nothing of it", "Unmute"]
    browser.post(at(world, f"{name}_follow", key))
    assert words(browser.get(here)) == [said, "Mute"]
    assert not Follow.objects.exists()


def test_the_nearest_word_counts(world):
    bob, key_result = world.bob, world.key_result
    Follow.objects.create(membership=bob, tribe=world.tribe, muted=True)
    assert loaded_why(key_result, bob) is Why.NOT
    Follow.objects.create(membership=bob, objective=world.objective)
    assert loaded_why(key_result, bob) is Why.OBJECTIVE
    Follow.objects.create(membership=bob, key_result=key_result, muted=True)
    assert loaded_why(key_result, bob) is Why.MUTED
    assert loaded_why(world.objective, bob) is Why.CHOSEN
    followers = Followers([key_result, world.objective])
    assert followers.of(key_result) == {world.alice.pk}
    assert followers.of(world.objective) == {world.alice.pk, bob.pk}


# ── The list ─────────────────────────────────────────────────────────────────


def test_what_i_follow(world):
    bob = signed_in(world.bob)
    bob.post(at(world, "key_result_follow", world.strategic_kr.pk))
    bob.post(at(world, "key_result_unfollow", world.key_result.pk))
    shown = page(bob.get(at(world, "following")))
    chosen, mine = shown.split('id="mine"')
    assert "Missing items" in chosen
    assert "Orders ready" in chosen
    assert "Muted" in chosen
    assert "Drive" in mine
    answer = bob.post(
        at(world, "key_result_unfollow", world.strategic_kr.pk), {"next": at(world, "following")}, follow=True
    )
    assert "Missing items" not in page(answer).split('id="chosen"')[1].split('id="mine"')[0]


def test_nothing_yet(world):
    assert "You follow nothing yet" in page(signed_in(world.olga).get(at(world, "following")))


def test_what_was_archived_is_not_listed_nor_followed(world):
    bob = signed_in(world.bob)
    bob.post(at(world, "key_result_follow", world.strategic_kr.pk))
    KeyResult.objects.filter(pk=world.strategic_kr.pk).update(archived_at="2026-05-01T00:00Z")
    cache.clear()
    assert "Missing items" not in page(bob.get(at(world, "following"))).split('id="chosen"')[1].split('id="mine"')[0]
    assert bob.post(at(world, "key_result_follow", world.strategic_kr.pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_as_many_queries_for_many(world, count, django_assert_num_queries):
    for number in range(count):
        made = factories.key_result(world.strategic, title=f"Row {number}")
        Follow.objects.create(membership=world.alice, key_result=made)
    Seat.objects.filter(membership=world.alice).delete()
    alice, here = signed_in(world.alice), at(world, "following")
    alice.get(here)
    cache.clear()
    with django_assert_num_queries(14):
        assert page(alice.get(here)).count("Row ") >= count


# ── A tribe that is merged into another ──────────────────────────────────────


def test_followers_come_along_when_tribes_merge_each_once(world):
    gone, into = world.tribe, world.other_tribe
    people = {name: factories.member(world.org, name) for name in ("Follower", "Both", "Muted", "Mute", "Seated")}
    Seat.objects.create(tribe=into, membership=people["Seated"], function="tech")
    for name, muted in {"Follower": False, "Both": False, "Muted": False, "Mute": True, "Seated": True}.items():
        Follow.objects.create(membership=people[name], tribe=gone, muted=muted)
    Follow.objects.create(membership=people["Both"], tribe=into)
    Follow.objects.create(membership=people["Muted"], tribe=into, muted=True)
    merge_tribe(gone, into, by=Actor(world.dan))
    assert not Follow.objects.filter(tribe=gone).exists()
    said = dict(Follow.objects.filter(tribe=into).values_list("membership__user__name", "muted"))
    assert said == {"Follower": False, "Both": False, "Muted": True, "Mute": True}
    into.refresh_from_db()
    assert loaded_why(into, people["Seated"]) is Why.SEAT  # what they heard before, they hear now
    assert words(signed_in(people["Follower"]).get(at(world, "tribe", into.code))) == ["You follow it", "Unfollow"]
