"""Planning a quarter by its form: when, how much, who presents in which order, who decides."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from orgs import tenancy
from orgs.models import AuditEvent, Role
from planning.actions import preparing
from planning.models import Planning
from tests import factories
from tests.planning import quarters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(quarters.NOW, tick=False):
        yield


def filled(made: quarters.Quarterly, **fields) -> dict:
    """The form as a browser would send it, with everything in it."""
    order = fields.pop("order", ("DRV", "LAD", "FID"))
    sent = {
        "meets_at": "2026-06-09T09:00",
        "preread_until": "2026-06-08T18:00",
        "refined_by": "2026-06-19",
        "target": "6",
        "cap": "3",
        "mode": "chair",
        "chair": str(made.sam.pk),
        "voters": [str(made.sam.pk), str(made.codir.pk), str(made.theo.pk), ""],
        "slots-tribe": [str(made.tribes[code].pk) for code in order],
        "slots-minutes": ["15"] * len(order),
        "slots-cap": ["4", *[""] * (len(order) - 1)],
    }
    if made.planning is not None:
        sent["revision"] = str(made.again().revision)
    return {**sent, **fields}


def send(made: quarters.Quarterly, who: str = "coach", follow: bool = False, **fields):
    return made.client(who).post(made.url("planning_setup"), filled(made, **fields), follow=follow)


def order_of(made: quarters.Quarterly) -> list[tuple[str, int, int | None]]:
    with made.inside():
        return list(made.again().slots.values_list("tribe__code", "minutes", "cap"))


def voters_of(made: quarters.Quarterly) -> list[str]:
    with made.inside():
        return list(made.again().voters.values_list("membership__user__name", flat=True))


# ── Planning it ──


def test_the_form_proposes_all_tribes_the_members_of_committees_and_a_day():
    made = quarters.proposed()

    page = made.get("coach", "planning_setup")

    assert "Plan Q3 2026" in page
    for text in ("Drive", "Home delivery", "Loyalty", "Sam Sponsor", "Cody Dir", "Theo Stores", "data-sum>30<"):
        assert text in page
    assert 'value="2026-06-16T09:00"' in page
    assert f'<option value="{made.sam.pk}" selected>' in page


def test_it_is_planned_as_sent():
    made = quarters.proposed()

    answer = send(made, order=("FID", "DRV"), follow=True)

    assert answer.redirect_chain[-1][0] == made.url("planning")
    assert "Q3 2026 is planned" in answer.content.decode()
    planning = made.again()
    assert planning.meets_at == dt.datetime(2026, 6, 9, 7, tzinfo=dt.UTC)
    assert planning.preread_until == dt.datetime(2026, 6, 8, 16, tzinfo=dt.UTC)
    assert planning.refined_by == dt.date(2026, 6, 19)
    assert (planning.target, planning.cap, planning.mode, planning.chair) == (6, 3, "chair", made.sam)
    assert order_of(made) == [("FID", 15, 4), ("DRV", 15, None)]
    assert voters_of(made) == ["Sam Sponsor", "Cody Dir", "Theo Stores"]


@pytest.mark.parametrize("who", ["alice", "sam", "cpo", "olga", "bob"])
def test_only_who_leads_plans(who):
    made = quarters.proposed()

    assert made.client(who).get(made.url("planning_setup")).status_code == 403
    assert send(made, who).status_code == 403
    with made.inside():
        assert not Planning.objects.exists()


def test_a_quarter_that_is_none_has_no_form():
    made = quarters.proposed()

    for slug in ("2026-q9", "1999-q1", "nope"):
        assert made.client("coach").get(made.url("planning_setup").replace("2026-q3", slug)).status_code == 404


def test_a_closed_quarter_is_not_planned():
    made = quarters.proposed()
    with made.inside():
        made.quarter.state = "closed"
        made.quarter.save()

    answer = send(made)

    assert answer.status_code == 422
    with made.inside():
        assert not Planning.objects.exists()


def test_two_who_plan_at_once_make_one():
    made = quarters.proposed()
    first = filled(made)
    send(made, "carol")
    made.planning = None

    answer = made.client("coach").post(made.url("planning_setup"), {**first, "target": "9", "revision": ""})

    assert answer.status_code == 302
    with made.inside():
        assert Planning.objects.count() == 1


# ── Changing it ──


def test_what_is_changed_is_saved_with_an_undo():
    made = quarters.planned()

    page = send(made, target="8", order=("LAD", "FID", "DRV"), follow=True).content.decode()

    assert "Set-up saved" in page
    assert made.again().target == 8
    assert [code for code, _minutes, _cap in order_of(made)] == ["LAD", "FID", "DRV"]
    undo = page.split('action="/o/coursive/undo/')[1].split('"')[0]

    made.client("coach").post(f"/o/coursive/undo/{undo}")

    assert made.again().target == 6
    assert [code for code, _minutes, _cap in order_of(made)] == ["DRV", "LAD", "FID"]


def test_nothing_changed_records_nothing():
    made = quarters.planned()
    send(made)
    with made.inside():
        before = AuditEvent.objects.count()

    send(made)

    with made.inside():
        assert AuditEvent.objects.count() == before


def test_the_chair_gets_a_vote_by_being_the_chair():
    made = quarters.planned()

    send(made, chair=str(made.cpo.pk))

    assert made.again().chair == made.cpo
    assert voters_of(made) == ["Sam Sponsor", "Cody Dir", "Theo Stores", "Paul Cpo"]


def test_another_field_that_somebody_changed_stays():
    made = quarters.planned()
    sent = filled(made, target="9", meets_at="2026-06-09T09:00", preread_until="", refined_by="")
    with made.inside():
        preparing.set_up(made.planning, {"cap": 4}, by=made.actor("carol"))
    sent["slots-cap"], sent["slots-minutes"] = ["", "", ""], ["10", "10", "10"]

    assert made.client("coach").post(made.url("planning_setup"), sent).status_code == 302

    assert (made.again().target, made.again().cap) == (9, 4)


def test_the_same_field_is_a_conflict_that_one_resolves():
    made = quarters.planned()
    sent = filled(made, target="9", order=("FID", "LAD", "DRV"))
    with made.inside():
        rows = [{"tribe": made.tribes[code].pk, "minutes": 20, "cap": None} for code in ("LAD", "DRV", "FID")]
        preparing.set_up(made.planning, {"target": 7, "slots": rows}, by=made.actor("carol"))

    answer = made.client("coach").post(made.url("planning_setup"), sent)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Carol Staff" in page
    assert "Home delivery, 20 min" in page
    assert "Loyalty, 15 min, at most 4" in page
    assert made.again().target == 7
    sent |= {"keep-target": "mine", "keep-slots": "theirs", "decided_at": str(made.again().revision)}
    assert made.client("coach").post(made.url("planning_setup"), sent).status_code == 302
    assert made.again().target == 9
    assert [code for code, _minutes, _cap in order_of(made)] == ["LAD", "DRV", "FID"]


def test_in_session_who_has_presented_stays_and_a_published_quarter_is_history():
    made = quarters.planned(quarters.OPEN)

    answer = send(made, order=("LAD", "FID"))
    assert answer.status_code == 422
    assert "Drive has presented: it stays." in answer.content.decode()
    answer = send(made, chair="")
    assert answer.status_code == 422
    assert "A meeting has a chair." in answer.content.decode()

    made.go(quarters.PUBLISHED)
    answer = send(made, target="9")
    assert answer.status_code == 302
    assert made.again().target == 6


# ── What does not hold ──


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target": "0"}, "greater than or equal to 1"),
        ({"target": "abc"}, "Enter a whole number."),
        ({"cap": ""}, "This field is required."),
        ({"meets_at": "tomorrow"}, "Write a day and a time"),
        ({"refined_by": "31/31/2026"}, "Enter a day, such as"),
        ({"preread_until": "2026-06-10T09:00"}, "People vote alone before the meeting, not after it."),
        ({"mode": "coin"}, "Select a valid choice"),
        ({"voters": ["999999999"]}, "Choose one of the list."),
        ({"voters": ["x"]}, "Choose one of the list."),
        ({"chair": "999999999"}, "This person is no longer a member."),
        ({"order": ()}, "Nobody presents yet."),
        ({"slots-minutes": ["15", "0", "15"]}, "Home delivery presents for 1 to 240 minutes."),
        ({"slots-minutes": ["15", "a", "15"]}, "Home delivery presents for 1 to 240 minutes."),
        ({"slots-cap": ["", "51", ""]}, "At most 1 to 50 key results of Home delivery, or nothing."),
        ({"slots-tribe": ["999999999"]}, "Choose one of the list."),
    ],
)
def test_what_does_not_hold_is_said_and_the_typing_kept(fields, said):
    made = quarters.planned()
    before = made.again().revision

    answer = send(made, **{"refined_by": "2026-06-26", **fields})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    if "refined_by" not in fields:
        assert 'value="2026-06-26"' in page
    assert made.again().revision == before


def test_a_tribe_of_another_organization_does_not_present_here():
    made = quarters.planned()
    other = factories.world("other")

    answer = send(made, **{"slots-tribe": [str(other.tribe.pk)], "slots-minutes": ["9"], "slots-cap": [""]})

    assert answer.status_code == 422
    with tenancy.tenant(other.org.pk):
        assert not Planning.objects.exists()


# ── Without JavaScript ──


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("slot-up:2", ["DRV", "FID", "LAD"]),
        ("slot-down:0", ["LAD", "DRV", "FID"]),
        ("slot-remove:1", ["DRV", "FID"]),
        ("slot-up:0", ["DRV", "LAD", "FID"]),
        ("slot-down:99", ["DRV", "LAD", "FID"]),
        ("slot-up:x", ["DRV", "LAD", "FID"]),
    ],
)
def test_buttons_move_rows_without_saving_and_without_judging(act, order):
    made = quarters.planned()

    answer = send(made, act=act, target="77", meets_at="nonsense")

    page = answer.content.decode()
    assert answer.status_code == 200
    rows = [page.index(f'name="slots-tribe" value="{made.tribes[code].pk}"') for code in order]
    assert rows == sorted(rows)
    assert page.count('name="slots-tribe"') == len(order)
    assert 'value="77"' in page
    assert 'class="errors"' not in page
    assert [code for code, _minutes, _cap in order_of(made)] == ["DRV", "LAD", "FID"]


def test_a_tribe_is_added_to_the_agenda():
    made = quarters.planned()
    loyalty = str(made.tribes["FID"].pk)

    page = send(made, order=("DRV",), act="slot-add", add=loyalty).content.decode()

    assert page.count('name="slots-tribe"') == 2
    assert f'name="slots-tribe" value="{loyalty}"' in page
    assert "data-sum>25<" in page


def test_more_people_can_be_given_a_vote():
    made = quarters.planned()

    page = send(made, act="person-add", voters=[str(made.sam.pk), str(made.bob.pk)]).content.decode()

    assert f'name="voters" value="{made.bob.pk}" checked' in page
    send(made, voters=[str(made.sam.pk), str(made.bob.pk)])
    assert voters_of(made) == ["Sam Sponsor", "Bob Colleague"]


def test_whoever_had_a_vote_and_left_is_still_shown():
    made = quarters.planned()
    with made.inside():
        made.theo.ended_at = quarters.NOW
        made.theo.save()

    assert "Theo Stores" in made.get("coach", "planning_setup")
    assert send(made).status_code == 302


# ── Calling it off ──


def test_before_the_meeting_a_planning_is_called_off_and_the_proposals_stay():
    made = quarters.planned()
    with made.inside():
        preparing.say(made.planning, {made.pk("DRV A1"): "keep"}, by=made.actor("sam"))

    answer = made.client("coach").post(made.url("planning_call_off"), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("plannings", args=[made.org.slug])
    assert "has no planning" in answer.content.decode()
    assert made.stage("DRV A1") == "proposed"
    with made.inside():
        assert not Planning.objects.exists()
        assert AuditEvent.objects.filter(object_type="planning", verb="removed").exists()
    made.planning = None
    assert send(made, "coach").status_code == 302


@pytest.mark.parametrize("state", [quarters.OPEN, quarters.REFINING, quarters.PUBLISHED])
def test_once_the_meeting_has_begun_it_is_not(state):
    made = quarters.planned(state)

    answer = made.client("coach").post(made.url("planning_call_off"))

    assert answer.status_code == 422
    assert "The meeting has begun" in answer.content.decode()
    assert made.again().state == state


def test_others_do_not_call_it_off():
    made = quarters.planned()

    for who in ("alice", "sam", "cpo", "olga"):
        assert made.client(who).post(made.url("planning_call_off")).status_code == 403
    assert made.client("coach").get(made.url("planning_call_off")).status_code == 405


def test_an_organization_without_committees_or_tribes_can_still_say_who_decides():
    org = factories.organization("bare")
    dan = factories.member(org, "Dan Admin", Role.ADMINISTRATOR)
    with tenancy.tenant(org.pk):
        quarter = factories.quarter(factories.year(), 3, state="draft")
        tribe = factories.Tribe.objects.create(
            department=factories.Department.objects.create(name="Only"), name="Only one", code="ONE"
        )
    url = reverse("planning_setup", args=["bare", quarter.slug])
    client = factories.signed_in(dan)

    assert client.get(url).status_code == 200
    sent = {
        "target": "5", "cap": "5", "mode": "majority", "chair": str(dan.pk),
        "slots-tribe": [str(tribe.pk)], "slots-minutes": ["5"], "slots-cap": [""],
    }  # fmt: skip
    assert client.post(url, sent).status_code == 302
