"""Recording and correcting check-ins: the rules, whatever door they come through. Alice owns the tribe's key result."""

import datetime as dt
import threading
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from okr.actions.check_in import correct_check_in, record_check_in, take_back_check_ins
from okr.models import CheckIn, KeyResult, Objective, PeriodState, Step
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent, Membership, Organization, Role
from orgs.rules import RuleBroken
from tests import factories
from tests.factories import TODAY

NOON = dt.datetime.combine(TODAY, dt.time(12), dt.UTC)


@pytest.fixture
def world(db):
    with time_machine.travel(NOON, tick=False):
        made = factories.world()
        with tenancy.tenant(made.org.pk):
            yield made


def record(world, by="alice", key_result=None, **given):
    given = {"value": Decimal("87"), "confidence": 7, **given}
    return record_check_in(key_result or world.key_result, by=Actor(getattr(world, by)), **given)


def refused(field, action, *args, **given):
    with pytest.raises(RuleBroken) as broken:
        action(*args, **given)
    assert broken.value.field == field
    return broken.value.message


# ── Recording ────────────────────────────────────────────────────────────────


def test_the_key_result_follows_its_latest_check_in(world):
    made = record(world, value=Decimal("87.5"), confidence=4, comment="Two shops more.", mood="good_news")

    assert (made.value, made.confidence, made.on, made.author) == (Decimal("87.5"), 4, TODAY, world.alice)
    assert (made.comment, made.mood, made.is_repeat) == ("Two shops more.", "good_news", False)
    followed = KeyResult.objects.get(pk=world.key_result.pk)
    assert (followed.current, followed.checked_on) == (Decimal("87.5"), TODAY)
    assert (followed.confidence, followed.previous_confidence) == (4, 6)


@pytest.mark.parametrize(
    ("cadence", "due"),
    [("weekly", dt.date(2026, 5, 27)), ("biweekly", dt.date(2026, 6, 3)), ("monthly", dt.date(2026, 6, 24))],
)
def test_the_next_one_is_due_on_the_organizations_weekday(world, cadence, due):
    """Due on Wednesdays; made on Tuesday 19 May, which answers for that week, or for all of May."""
    world.org.tribe_cadence = cadence
    world.org.save()
    world.alice.org = world.org
    record(world)
    assert KeyResult.objects.get(pk=world.key_result.pk).next_due_on == due


def test_a_strategic_key_result_follows_the_cadence_of_the_strategy(world):
    record(world, by="carol", key_result=world.strategic_kr, value=Decimal("60"))
    assert KeyResult.objects.get(pk=world.strategic_kr.pk).next_due_on == dt.date(2026, 6, 24)


def test_what_changed_is_in_the_audit_trail_and_pages_are_told(world):
    version = Organization.objects.get(pk=world.org.pk).version
    record(world)
    event = AuditEvent.objects.get(verb="checked_in")
    assert (event.actor, event.via, event.object_id) == (world.alice, "page", world.key_result.pk)
    assert event.before == {"current": "86", "confidence": 6, "checked_on": "2026-05-12"}
    assert event.after == {"current": "87", "confidence": 7, "checked_on": "2026-05-19"}
    assert Organization.objects.get(pk=world.org.pk).version > version


def test_figures_in_the_audit_trail_are_written_out(world):
    record(world, value=Decimal("4000000"))
    assert AuditEvent.objects.get(verb="checked_in").after["current"] == "4000000"


def test_a_double_submit_records_one(world):
    once = uuid.uuid4()
    first = record(world, client_id=once)
    again = record(world, client_id=once, value=Decimal("12"))
    assert (again, again.is_repeat, again.value) == (first, True, Decimal("87"))
    assert CheckIn.objects.filter(key_result=world.key_result).count() == 2
    assert AuditEvent.objects.filter(verb="checked_in").count() == 1


def test_a_repeated_submit_is_answered_even_after_the_quarter_closed(world):
    once = uuid.uuid4()
    first = record(world, client_id=once)
    close(world)
    assert record(world, client_id=once) == first


def test_a_form_serves_one_key_result(world):
    once = uuid.uuid4()
    record(world, client_id=once)
    refused("client_id", record, world, by="carol", key_result=world.strategic_kr, client_id=once)
    assert CheckIn.objects.filter(key_result=world.strategic_kr).count() == 1


def test_two_check_ins_of_a_day_are_two(world):
    record(world)
    latest = record(world, value=Decimal("88"))
    followed = KeyResult.objects.get(pk=world.key_result.pk)
    assert (followed.current, CheckIn.objects.filter(on=TODAY, key_result=followed).first()) == (Decimal("88"), latest)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": None}, "value"),
        ({"value": Decimal("1e14")}, "value"),
        ({"value": Decimal("-1e14")}, "value"),
        ({"value": Decimal("NaN")}, "value"),
        ({"value": Decimal("Infinity")}, "value"),
        ({"confidence": 0}, "confidence"),
        ({"confidence": 11}, "confidence"),
        ({"on": TODAY + dt.timedelta(days=1)}, "on"),
        ({"on": dt.date(2026, 3, 31)}, "on"),
        ({"on": TODAY - dt.timedelta(days=8)}, "on"),
        ({"done_steps": [1]}, "done_steps"),
    ],
    ids=str,
)
def test_figures_that_make_no_sense_are_refused_and_change_nothing(world, given, field):
    refused(field, record, world, **given)
    assert CheckIn.objects.filter(key_result=world.key_result).count() == 1
    assert KeyResult.objects.get(pk=world.key_result.pk).current == Decimal("86")
    assert not AuditEvent.objects.exists()


def test_a_duration_is_never_less_than_none(world):
    KeyResult.objects.update(unit="days")
    refused("value", record, world, value=Decimal(-1))
    assert record(world, value=Decimal(0)).value == 0
    KeyResult.objects.update(unit="points")
    assert record(world, value=Decimal(-1)).value == -1


def test_today_is_the_organizations_day_not_the_servers(world):
    with time_machine.travel(dt.datetime(2026, 5, 19, 22, 30, tzinfo=dt.UTC), tick=False):  # 0:30 on the 20th in Paris
        assert record(world).on == dt.date(2026, 5, 20)


def test_a_measurement_of_an_earlier_day_is_recorded_on_it(world):
    assert record(world, on=TODAY - dt.timedelta(days=3)).on == dt.date(2026, 5, 16)


# ── What is not running ──────────────────────────────────────────────────────


def close(world):
    world.quarter.state = PeriodState.CLOSED
    world.quarter.save()


def test_a_closed_quarter_takes_no_check_ins(world):
    close(world)
    assert "Q2 2026" in refused(None, record, world)


@pytest.mark.parametrize("stage", ["draft", "proposed", "kept", "deferred", "dropped", "scored"])
def test_only_a_published_key_result_takes_check_ins(world, stage):
    KeyResult.objects.filter(pk=world.key_result.pk).update(stage=stage)
    refused(None, record, world)


@pytest.mark.parametrize("model", [KeyResult, Objective])
def test_what_was_archived_takes_no_check_ins(world, model):
    pk = world.key_result.pk if model is KeyResult else world.objective.pk
    model.objects.filter(pk=pk).update(archived_at=NOON)
    refused(None, record, world)


# ── Milestones ───────────────────────────────────────────────────────────────


@pytest.fixture
def milestone(world):
    return factories.key_result(
        world.objective, title="Lockers in 40 shops", direction="done", unit="done", owner=world.alice
    )


@pytest.fixture
def steps(milestone):
    weights = {"Contract": 1, "Pilot": 1, "Roll-out": 2}
    return [
        Step.objects.create(key_result=milestone, title=title, weight=weight, position=place)
        for place, (title, weight) in enumerate(weights.items())
    ]


@pytest.mark.parametrize("value", ["0", "0.5", "1"])
def test_a_milestone_without_steps_takes_a_share(world, milestone, value):
    assert record(world, key_result=milestone, value=Decimal(value)).value == Decimal(value)


@pytest.mark.parametrize("value", ["-0.1", "1.01", "NaN", "44"])
def test_and_nothing_else(world, milestone, value):
    refused("value", record, world, key_result=milestone, value=Decimal(value))


def test_steps_weigh_what_they_weigh(world, milestone, steps):
    contract, pilot, _rollout = steps
    made = record(world, key_result=milestone, value=None, done_steps=[contract.pk, pilot.pk])
    assert made.value == Decimal("0.5")
    assert [step.done_on for step in Step.objects.filter(key_result=milestone)] == [TODAY, TODAY, None]


def test_a_step_can_be_taken_back_and_keeps_its_first_day_otherwise(world, milestone, steps):
    contract, pilot, rollout = steps
    record(world, key_result=milestone, done_steps=[contract.pk, pilot.pk], on=TODAY - dt.timedelta(days=6))
    made = record(world, key_result=milestone, done_steps=[contract.pk, rollout.pk])
    assert made.value == Decimal("0.75")
    days = [step.done_on for step in Step.objects.filter(key_result=milestone)]
    assert days == [TODAY - dt.timedelta(days=6), None, TODAY]
    event = AuditEvent.objects.filter(verb="checked_in").first()
    assert event.before["done_steps"] == ["Contract", "Pilot"]
    assert event.after["done_steps"] == ["Contract", "Roll-out"]


def test_leaving_the_steps_out_does_not_take_them_back(world, milestone, steps):
    record(world, key_result=milestone, done_steps=[steps[0].pk])
    refused("done_steps", record, world, key_result=milestone, value=Decimal("0.5"))
    assert Step.objects.filter(key_result=milestone).exclude(done_on=None).count() == 1


def test_a_step_of_another_key_result_is_refused(world, milestone, steps):
    other = factories.key_result(world.objective, direction="done", unit="done")
    foreign = Step.objects.create(key_result=other, title="Elsewhere")
    refused("done_steps", record, world, key_result=milestone, done_steps=[foreign.pk])


# ── Correcting ───────────────────────────────────────────────────────────────


def correct(world, check_in, by="alice", **given):
    given = {"value": Decimal("84"), "confidence": 3, **given}
    return correct_check_in(check_in, by=Actor(getattr(world, by)), **given)


def test_the_author_corrects_until_the_next_check_in(world):
    first = record(world, comment="Typed too fast")
    corrected = correct(world, first, comment="Read again", mood="blocked")
    assert (corrected.value, corrected.confidence, corrected.comment) == (Decimal("84"), 3, "Read again")
    assert corrected.corrected_at == NOON
    followed = KeyResult.objects.get(pk=world.key_result.pk)
    assert (followed.current, followed.confidence, followed.previous_confidence) == (Decimal("84"), 3, 6)

    record(world)
    refused(None, correct, world, first)
    assert CheckIn.objects.get(pk=first.pk).value == Decimal("84")


def test_a_correction_keeps_the_values_from_before(world):
    correct(world, record(world, comment="Typed too fast", mood="blocked"))
    event = AuditEvent.objects.get(verb="check_in_corrected")
    assert event.before == {
        "on": "2026-05-19", "value": "87", "confidence": 7, "comment": "Typed too fast", "mood": "blocked"
    }  # fmt: skip
    assert event.after == {"on": "2026-05-19", "value": "84", "confidence": 3, "comment": "", "mood": ""}


def test_a_correction_that_changes_nothing_leaves_no_trace(world):
    made = record(world)
    same = correct(world, made, value=Decimal("87.0"), confidence=7)
    assert same.corrected_at is None
    assert not AuditEvent.objects.filter(verb="check_in_corrected").exists()


def test_a_correction_keeps_the_day_and_what_is_due(world):
    made = record(world, on=TODAY - dt.timedelta(days=4))
    assert correct(world, made).on == dt.date(2026, 5, 15)
    assert KeyResult.objects.get(pk=world.key_result.pk).next_due_on == dt.date(2026, 5, 20)


def test_steps_are_corrected_too(world, milestone, steps):
    made = record(world, key_result=milestone, done_steps=[steps[2].pk])
    assert correct(world, made, value=None, done_steps=[steps[0].pk]).value == Decimal("0.25")


@pytest.mark.parametrize(
    ("given", "field"), [({"value": None}, "value"), ({"confidence": 12}, "confidence")], ids=["value", "confidence"]
)
def test_a_correction_follows_the_same_rules(world, given, field):
    made = record(world)
    refused(field, correct, world, made, **given)
    assert CheckIn.objects.get(pk=made.pk).confidence == 7


def test_nothing_is_corrected_once_the_quarter_has_closed(world):
    made = record(world)
    close(world)
    assert "Q2 2026" in refused(None, correct, world, made)


# ── Taking back ──────────────────────────────────────────────────────────────

MAINTAINED = ("current", "confidence", "previous_confidence", "checked_on", "next_due_on")


def take_back(world, *check_ins, by="alice"):
    take_back_check_ins(check_ins, by=Actor(getattr(world, by)))


def maintained(key_result):
    return KeyResult.objects.values(*MAINTAINED).get(pk=key_result.pk)


def test_a_check_in_taken_back_leaves_everything_as_the_one_before_left_it(world):
    first = record(world, value=Decimal("87"), confidence=4)
    as_first_left = maintained(world.key_result)
    record_again = record(world, value=Decimal("90"), confidence=8, comment="The wrong month")
    take_back(world, record_again)
    assert maintained(world.key_result) == as_first_left
    assert not CheckIn.objects.filter(pk=record_again.pk).exists()
    event = AuditEvent.objects.get(verb="check_in_taken_back")
    assert (event.before["value"], event.before["comment"], event.after["value"]) == ("90", "The wrong month", "87")

    take_back(world, first)  # and the one before it, which is the latest again
    assert maintained(world.key_result)["current"] == Decimal("86")
    take_back(world, record_again)  # pressed twice: done already
    assert AuditEvent.objects.filter(verb="check_in_taken_back").count() == 2


def test_the_first_of_all_taken_back_is_asked_for_again(world):
    fresh = factories.key_result(world.objective, owner=world.alice, current=None)
    made = record(world, key_result=fresh)
    take_back(world, made)
    assert maintained(fresh) == {
        "current": None, "confidence": None, "previous_confidence": None, "checked_on": None,
        "next_due_on": dt.date(2026, 5, 20),
    }  # fmt: skip


def test_steps_are_reopened_too_one_check_in_after_the_other(world, milestone, steps):
    def done():
        return {step.pk for step in Step.objects.filter(key_result=milestone) if step.done_on}

    one, two = (record(world, key_result=milestone, value=None, done_steps=ids) for ids in (
        [steps[0].pk], [steps[0].pk, steps[2].pk]
    ))  # fmt: skip
    three = record(world, key_result=milestone, value=None, done_steps=[steps[2].pk])
    for made, left in ((three, {steps[0].pk, steps[2].pk}), (two, {steps[0].pk}), (one, set())):
        take_back(world, made)
        assert done() == left


def test_only_the_author_takes_back_only_the_latest_and_only_while_the_quarter_runs(world):
    first = record(world)
    latest = record(world, value=Decimal("88"))
    before = maintained(world.key_result)
    refused(None, take_back, world, first)
    with pytest.raises(PermissionDenied):
        take_back(world, latest, by="dan")
    close(world)
    assert "Q2 2026" in refused(None, take_back, world, latest)
    assert (maintained(world.key_result), CheckIn.objects.filter(on=TODAY).count()) == (before, 2)


def test_several_are_taken_back_together_or_not_at_all(world):
    other = factories.key_result(world.objective, owner=world.alice)
    first, second = record(world), record(world, key_result=other)
    record(world, key_result=other, value=Decimal("89"))
    with pytest.raises(RuleBroken):
        with transaction.atomic():
            take_back(world, first, second)
    assert CheckIn.objects.filter(pk__in=[first.pk, second.pk]).count() == 2


# ── Who may ──────────────────────────────────────────────────────────────────
# Alice owns the tribe's key result and leads the tribe; Carol, chief of staff, owns the strategic one.

TRIBE = {"alice": True, "bob": False, "carol": False, "dan": True, "sam": False, "coach": False, "cpo": False}
STRATEGIC = {"alice": False, "bob": False, "carol": True, "dan": True, "sam": False, "codir": False, "olga": False}


@pytest.mark.parametrize(("who", "may"), TRIBE.items())
def test_who_may_check_in_on_a_tribes_key_result(world, who, may):
    if may:
        assert record(world, by=who).author == getattr(world, who)
    else:
        with pytest.raises(PermissionDenied):
            record(world, by=who)
        assert not CheckIn.objects.filter(on=TODAY, key_result=world.key_result).exists()


@pytest.mark.parametrize(("who", "may"), STRATEGIC.items())
def test_who_may_check_in_on_a_strategic_key_result(world, who, may):
    if may:
        assert record(world, by=who, key_result=world.strategic_kr).author == getattr(world, who)
    else:
        with pytest.raises(PermissionDenied):
            record(world, by=who, key_result=world.strategic_kr)


def test_the_tribes_lead_may_where_somebody_else_owns_and_its_members_may_not(world):
    theirs = factories.key_result(world.objective, owner=factories.member(world.org, "Eve Else"))
    assert record(world, key_result=theirs).author == world.alice
    with pytest.raises(PermissionDenied):
        record(world, by="bob", key_result=theirs)


def test_an_owner_may_whatever_else_they_are(world):
    watcher = factories.member(world.org, "Ines Inside", Role.OBSERVER)
    theirs = factories.key_result(world.objective, owner=watcher)
    assert record_check_in(theirs, by=Actor(watcher), value=Decimal(1), confidence=5).author == watcher


@pytest.mark.parametrize("who", ["bob", "carol", "dan", "sam", "olga"])
def test_only_its_author_corrects_a_check_in(world, who):
    made = record(world)
    with pytest.raises(PermissionDenied):
        correct(world, made, by=who)
    assert correct(world, made).value == Decimal("84")


def test_another_organizations_key_result_cannot_be_reached(world):
    theirs = factories.world("theirs")
    with pytest.raises(KeyResult.DoesNotExist):
        record(world, by="dan", key_result=theirs.key_result)


# ── At the same time ─────────────────────────────────────────────────────────


def at_once(world, *forms):
    """Send the forms from as many threads, released together; what each got, or the exception it met."""
    barrier, answers = threading.Barrier(len(forms)), [None] * len(forms)

    def send(place, form):
        try:
            with tenancy.tenant(world.org.pk):
                by = Actor(Membership.objects.select_related("org", "user").get(pk=world.alice.pk))
                barrier.wait(timeout=10)
                answers[place] = record_check_in(form.pop("key_result", world.key_result), by=by, **form)
        except Exception as error:  # handed to the test, which asserts on it
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=pair) for pair in enumerate(forms)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


@pytest.fixture
def committed_world(transactional_db):
    made = factories.world()
    with tenancy.tenant(made.org.pk):
        today = dt.date.today()
        made.quarter.starts_on, made.quarter.ends_on = today - dt.timedelta(days=40), today + dt.timedelta(days=50)
        made.quarter.save()
        KeyResult.objects.filter(pk=made.key_result.pk).update(checked_on=today - dt.timedelta(days=7))
        yield made


@pytest.mark.postgres
def test_the_same_form_sent_by_two_threads_records_one(committed_world):
    form = {"value": Decimal("87"), "confidence": 7, "client_id": uuid.uuid4()}
    first, second = at_once(committed_world, dict(form), dict(form))
    assert first == second
    assert sorted([first.is_repeat, second.is_repeat]) == [False, True]
    assert CheckIn.objects.filter(client_id=form["client_id"]).count() == 1
    assert AuditEvent.objects.filter(verb="checked_in").count() == 1


@pytest.mark.postgres
def test_two_forms_sent_together_are_recorded_one_after_the_other(committed_world):
    one = {"value": Decimal("87"), "confidence": 7}
    two = {"value": Decimal("88"), "confidence": 8}
    assert all(isinstance(answer, CheckIn) for answer in at_once(committed_world, one, two))
    later, earlier = CheckIn.objects.filter(key_result=committed_world.key_result)[:2]
    followed = KeyResult.objects.get(pk=committed_world.key_result.pk)
    assert (followed.current, followed.confidence) == (later.value, later.confidence)
    assert followed.previous_confidence == earlier.confidence


@pytest.mark.postgres
def test_one_form_used_for_two_key_results_at_once_is_refused_for_one(committed_world):
    form = {"value": Decimal("87"), "confidence": 7, "client_id": uuid.uuid4()}
    other = factories.key_result(committed_world.objective, owner=committed_world.alice)
    answers = at_once(committed_world, dict(form), {**form, "key_result": other})
    assert sorted(type(answer).__name__ for answer in answers) == ["CheckIn", "RuleBroken"]
