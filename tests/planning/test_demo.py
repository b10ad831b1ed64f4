"""The demo's plannings: one over with all that was decided, one to come with its votes, one that has hardly begun."""

from collections import Counter

from okr.models import InitiativeDependency, KeyResult
from orgs.models import AuditEvent, Organization
from planning.actions.refining import accepted, is_accepted, kept
from planning.board import DEFER, DROP, KEEP, MERGE, OPEN
from planning.models import Decision, Discussion, Opinion, Planning, Presented
from planning.pages.board import Board
from tests.demo import NOW


def the(state: str) -> Planning:
    found: Planning = Planning.objects.with_quarter().get(state=state)
    return found


def test_about_ninety_were_presented_and_about_thirty_kept(coursive: Organization) -> None:
    board = Board(the("published"), coursive)
    counts = board.standing.counts
    assert board.standing.presented == 94
    assert (counts[KEEP], counts[DEFER], counts[MERGE], counts[DROP], counts[OPEN]) == (33, 24, 12, 25, 0)
    assert board.standing.kept <= board.planning.target
    assert [share for share in board.standing.shares.values() if share.over] == []


def test_what_was_decided_is_what_the_key_results_say(coursive: Organization) -> None:
    planning = the("published")
    standing = {row.key_result_id: row for row in Decision.objects.filter(planning=planning, stands=True)}
    rows = KeyResult.objects.live().filter(objective__quarter=planning.quarter)
    assert set(standing) == {row.pk for row in rows} == set(Presented.objects.values_list("key_result_id", flat=True))
    stages = {"keep": "published", "defer": "deferred", "merge": "merged", "drop": "dropped"}
    for row in rows:
        decision = standing[row.pk]
        assert row.stage == stages[decision.outcome]
        assert row.merged_into_id == decision.into_id
        assert bool(decision.reason) == (decision.outcome != "keep")
        assert planning.opened_at < decision.at < planning.closed_at
    assert Decision.objects.exclude(undone_at=None).count() == 1
    assert Decision.objects.exclude(replaces=None).count() == 2
    assert Discussion.objects.filter(planning=planning).count() >= 8


def test_its_times_follow_each_other_before_the_quarter(coursive: Organization) -> None:
    planning = the("published")
    times = [planning.preread_until, planning.meets_at, planning.opened_at, planning.closed_at, planning.published_at]
    assert times == sorted(times)
    assert planning.published_at.date() < planning.quarter.starts_on
    assert {slot.presented_at is not None for slot in planning.slots.all()} == {True}


def test_both_sides_accepted_what_was_published_as_its_baseline(coursive: Organization) -> None:
    planning = the("published")
    signed = accepted(planning)
    rows = list(kept(planning))
    assert len(rows) == 33
    for row in rows:
        assert is_accepted(row, "lead", signed)
        assert is_accepted(row, "cpo", signed)
        assert row.baseline["title"] == row.title
        assert signed[row.pk, "lead"].by == row.objective.tribe.lead
    moved = [row for row in rows if row.baseline["target"] != _target(row)]
    assert [row.title for row in moved] == ["Revenus des campagnes en libre-service, par mois"]
    assert AuditEvent.objects.get(object_id=moved[0].pk, verb="changed", object_type="keyresult").reason
    presented = {one.key_result_id: one.definition for one in Presented.objects.all()}
    reworded = [row for row in rows if presented[row.pk]["title"] != row.title]
    assert 3 <= len(reworded) <= 10


def _target(row: KeyResult) -> str | None:
    return None if row.target is None else f"{row.target.normalize():f}"


def test_what_was_deferred_is_proposed_again_or_still_offers_itself(coursive: Organization) -> None:
    deferred = KeyResult.objects.filter(stage="deferred").select_related("objective__tribe")
    waiting = [row for row in deferred if not row.carried_on.exists()]
    assert len(deferred) - len(waiting) == 18
    assert Counter(row.objective.tribe.code for row in waiting) == {"DRV": 3, "FID": 3}
    for row in deferred.exclude(pk__in=[one.pk for one in waiting]):
        again = row.carried_on.select_related("objective__quarter").get()
        assert again.objective.quarter.state == "draft"
        assert (again.title, again.objective.tribe_id) == (row.title, row.objective.tribe_id)


def test_its_trail_tells_each_step_once(coursive: Organization) -> None:
    verbs = ("proposed", "kept", "deferred", "merged_into", "dropped", "reconsidered", "published")
    events = AuditEvent.objects.filter(object_type="keyresult", verb__in=verbs)
    assert Counter(events.values_list("verb", flat=True)) == {
        "proposed": 94,
        "kept": 35,
        "deferred": 24,
        "merged_into": 12,
        "dropped": 26,
        "reconsidered": 1,
        "published": 33,
    }
    assert events.order_by().values("change").distinct().count() == events.count()


def test_the_one_to_come_has_its_hundred_proposals_and_its_votes(coursive: Organization) -> None:
    planning = the("preparing")
    board = Board(planning, coursive)
    assert board.standing.presented == board.standing.open == 104
    assert planning.meets_at > NOW
    assert planning.refined_by < planning.quarter.starts_on
    assert planning.chair is not None
    assert 8 <= len(board.voters) <= 12
    assert len(board.slots) == 9
    said = Counter(Opinion.objects.values_list("membership", flat=True).filter(planning=planning))
    assert len(said) == 7
    assert planning.chair_id not in said


def test_many_votes_agree_and_some_are_contested(coursive: Organization) -> None:
    planning = the("preparing")
    planning.state = Planning.State.OPEN  # before it, nobody sees what others think
    board = Board(planning, coursive)
    lines = board.lines.values()
    assert 25 <= sum(line.is_contested for line in lines) <= 60
    assert len(board.agreed["keep"]) >= 25
    assert len(board.agreed["drop"]) >= 12


def test_there_is_something_of_every_flag(coursive: Organization) -> None:
    board = Board(the("preparing"), coursive)
    kinds = Counter(flag.kind for line in board.lines.values() for flag in line.flags)
    assert kinds["alike"] >= 8
    assert kinds["output"] >= 8
    assert kinds["unmeasured"] >= 4
    assert any(pair.first.code[:3] != pair.second.code[:3] for pair in board.pairs)
    waiting = InitiativeDependency.objects.filter(initiative__quarter=board.planning.quarter)
    assert len(waiting) >= 8
    thin = [code for code, cover in board.standing.cover.items() if cover.open <= 2]
    assert len(thin) == 1


def test_the_second_organization_has_hardly_begun(halle_nova: Organization) -> None:
    board = Board(the("preparing"), halle_nova)
    assert board.standing.presented == 0
    assert [turn.tribe.code for turn in board.turns] == ["STL"]
    assert board.pairs == []
    assert halle_nova.version == 1 + AuditEvent.objects.count()
