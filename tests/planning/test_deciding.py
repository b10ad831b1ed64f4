"""What the meeting decides: who may, what it asks for, what it refuses, and taking it back."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from okr.models import KeyResult
from orgs.models import AuditEvent, Role
from orgs.rules import RuleBroken
from planning.actions import deciding, leading
from planning.actions.wishes import NeedsSure, Outrun, Wish
from planning.models import Ballot, Decision, KeptApart, Planning
from planning.pages.board import Board
from tests import factories
from tests.planning import quarters

REASON = "Not this quarter"


@pytest.fixture
def made(db):
    return quarters.planned(quarters.OPEN)


@pytest.fixture
def votes(db):
    """Where the majority decides: Sam (chair), Cody and Theo are there."""
    made = quarters.planned(quarters.OPEN, mode=Planning.Mode.MAJORITY)
    with made.inside():
        for who in ("sam", "codir", "theo"):
            leading.come(made.planning, by=made.actor(who))
    return made


def decide(made, outcome, *codes, by="sam", reason=REASON, into="", act=None, seen=None, sure=False):
    wish = Wish([made.pk(code) for code in codes], outcome, reason, made.pk(into) if into else None)
    with made.inside():
        return deciding.decide(
            made.planning,
            wish,
            by=made.actor(by),
            act=act or uuid.uuid4(),
            seen=None if seen is None else {made.pk(code): number for code, number in seen.items()},
            sure=sure,
        )


def undo(made, act, by="sam"):
    with made.inside():
        deciding.undo(made.planning, act, by=made.actor(by))


def redo(made, act, by="sam"):
    with made.inside():
        deciding.redo(made.planning, act, by=made.actor(by))


def standing(made, code):
    with made.inside():
        rows = Decision.objects.filter(key_result=made.pk(code), stands=True)
        return rows.select_related("replaces").first()


def counts(made):
    with made.inside():
        return {one: number for one, number in Board(made.again(), made.org).standing.counts.items() if number}


# ── Deciding ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("outcome", "stage", "verb"),
    [
        ("keep", "kept", "kept"),
        ("defer", "deferred", "deferred"),
        ("merge", "merged", "merged_into"),
        ("drop", "dropped", "dropped"),
    ],
)
def test_a_decision_has_its_author_its_time_and_its_reason(made, outcome, stage, verb):
    taken = decide(made, outcome, "DRV A1", reason="  Said\n twice ", into="LAD A1" if outcome == "merge" else "")
    assert taken.decided == [made.pk("DRV A1")]
    assert made.stage("DRV A1") == stage
    row = standing(made, "DRV A1")
    assert (row.by_name, row.reason, row.outcome, row.replaces) == ("Sam Sponsor", "Said twice", outcome, None)
    assert row.at
    with made.inside():
        told = AuditEvent.objects.get(verb=verb, object_id=made.pk("DRV A1"))
        assert (told.actor_name, told.reason, told.after["stage"]) == ("Sam Sponsor", "Said twice", stage)
        into = KeyResult.objects.get(pk=made.pk("DRV A1")).merged_into_id
    assert into == (made.pk("LAD A1") if outcome == "merge" else None)


def test_many_are_decided_in_one_act(made):
    decide(made, "drop", "DRV A1", "DRV A2", "LAD B3")
    assert counts(made) == {"drop": 3, "open": 15}


def test_what_was_decided_is_decided_otherwise_and_the_first_stays_on_record(made):
    decide(made, "keep", "DRV A1")
    first = standing(made, "DRV A1")
    decide(made, "defer", "DRV A1")
    assert standing(made, "DRV A1").replaces == first
    with made.inside():
        assert list(Decision.objects.values_list("outcome", "stands")) == [("keep", False), ("defer", True)]


def test_what_stands_so_already_is_not_decided_again(made):
    decide(made, "keep", "DRV A1", reason="")
    assert decide(made, "keep", "DRV A1", reason="").decided == []
    assert decide(made, "open", "DRV A2", reason="").decided == []
    with made.inside():
        assert Decision.objects.count() == 1


def test_a_new_reason_is_a_decision_of_its_own(made):
    decide(made, "drop", "DRV A1", reason="An output")
    decide(made, "drop", "DRV A1", reason="No source")
    assert standing(made, "DRV A1").reason == "No source"
    assert standing(made, "DRV A1").replaces.reason == "An output"


def test_what_was_decided_can_be_open_again(made):
    decide(made, "drop", "DRV A1")
    decide(made, "open", "DRV A1", reason="")
    assert made.stage("DRV A1") == "proposed"
    assert counts(made) == {"open": 18}


def test_sent_twice_it_is_taken_once(made):
    act = uuid.uuid4()
    first = decide(made, "drop", "DRV A1", "DRV A2", act=act)
    again = decide(made, "drop", "DRV A1", "DRV A2", act=act)
    assert first == again
    with made.inside():
        assert Decision.objects.count() == 2
        assert AuditEvent.objects.filter(verb="dropped").count() == 2


# ── Who ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["codir", "coach", "dan", "cpo", "olga", "alice"])
def test_the_chair_alone_decides_for_all(made, who):
    with pytest.raises(PermissionDenied, match="the chair decides"):
        decide(made, "keep", "DRV A1", by=who)
    assert decide(made, "keep", "DRV A1").decided


@pytest.mark.parametrize("who", ["coach", "dan", "alice", "olga"])
def test_where_the_majority_decides_only_those_with_a_vote(votes, who):
    with pytest.raises(PermissionDenied, match="with a vote"):
        decide(votes, "keep", "DRV A1", by=who)


@pytest.mark.parametrize("who", ["codir", "olga"])
def test_who_watches_takes_nothing_back(made, who):
    act = made.decide("drop", "DRV A1")
    for command in (undo, redo):
        with pytest.raises(PermissionDenied):
            command(made, act, by=who)
    assert made.stage("DRV A1") == "dropped"


@pytest.mark.parametrize("state", [quarters.PREPARING, quarters.REFINING, quarters.PUBLISHED])
def test_outside_of_the_meeting_nothing_is_decided(db, state):
    made = quarters.planned(state)
    before = made.stage("DRV A2")
    with pytest.raises(RuleBroken, match="not begun" if state == quarters.PREPARING else "closed"):
        decide(made, "keep", "DRV A2")
    assert made.stage("DRV A2") == before


# ── What is refused ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("outcome", ["defer", "merge", "drop"])
@pytest.mark.parametrize("reason", ["", "  \n "])
def test_all_but_keeping_say_why(made, outcome, reason):
    with pytest.raises(RuleBroken) as refused:
        decide(made, outcome, "DRV A1", reason=reason, into="LAD A1")
    assert refused.value.field == "reason"
    assert made.stage("DRV A1") == "proposed"


def test_a_reason_fits_its_line(made):
    decide(made, "drop", "DRV A1", reason="x" * 400)
    with pytest.raises(RuleBroken) as refused:
        decide(made, "drop", "DRV A2", reason="x" * 401)
    assert refused.value.field == "reason"


def test_a_merge_names_what_stays(made):
    with pytest.raises(RuleBroken) as refused:
        decide(made, "merge", "DRV A1")
    assert refused.value.field == "into"


def test_nothing_is_merged_into_itself(made):
    with pytest.raises(RuleBroken) as refused:
        decide(made, "merge", "DRV A1", "DRV A2", into="DRV A1")
    assert refused.value.field == "into"
    assert counts(made) == {"open": 18}


@pytest.mark.parametrize("outcome", ["drop", "defer", "merge"])
def test_nothing_is_merged_into_what_does_not_stay(made, outcome):
    decide(made, outcome, "LAD A1", into="FID A1" if outcome == "merge" else "")
    with pytest.raises(RuleBroken, match="does not stay itself") as refused:
        decide(made, "merge", "DRV A1", into="LAD A1")
    assert refused.value.field == "into"


@pytest.mark.parametrize("outcome", ["drop", "defer", "merge"])
def test_what_something_was_merged_into_stays(made, outcome):
    decide(made, "merge", "DRV A1", into="LAD A1")
    with pytest.raises(RuleBroken, match="DRV 01 was merged into LAD 01"):
        decide(made, outcome, "LAD A1", into="FID A1" if outcome == "merge" else "")
    decide(made, "keep", "LAD A1")
    decide(made, "drop", "LAD A1", "DRV A1")  # both together leave nothing behind
    assert counts(made) == {"drop": 2, "open": 16}


def test_what_is_not_before_the_codir_is_not_decided(made):
    """A draft, one of another quarter, one that was archived, one of another organization."""
    others = quarters.planned(quarters.OPEN, slug="theirs")
    with made.inside():
        draft = factories.key_result(made.objectives["DRV A"], stage="draft")
        KeyResult.objects.filter(pk=made.pk("DRV A3")).update(archived_at=quarters.NOW)
    for pk in (
        draft.pk,
        made.world.key_result.pk,
        made.world.strategic_kr.pk,
        made.pk("DRV A3"),
        others.pk("DRV A1"),
        0,
    ):
        for wish in (Wish([pk], "keep"), Wish([made.pk("DRV A1")], "merge", REASON, pk)):
            with made.inside(), pytest.raises(RuleBroken, match="no longer on the board"):
                deciding.decide(made.planning, wish, by=made.actor("sam"), act=uuid.uuid4())


def test_something_is_chosen_and_not_more_than_a_board_holds(made):
    for ids in ([], list(range(1, 402))):
        with made.inside(), pytest.raises(RuleBroken):
            deciding.decide(made.planning, Wish(ids, "keep"), by=made.actor("sam"), act=uuid.uuid4())


# ── Decided meanwhile ────────────────────────────────────────────────────────


def test_who_decides_on_what_has_changed_since_is_told_by_whom_and_why(made):
    decide(made, "drop", "DRV A1", reason="An output")
    with pytest.raises(Outrun) as told:
        decide(made, "keep", "DRV A1", "DRV A2", seen={"DRV A1": 0, "DRV A2": 0})
    assert told.value.message == "Sam Sponsor has dropped DRV 01 meanwhile: “An output”"
    assert (made.stage("DRV A1"), made.stage("DRV A2")) == ("dropped", "proposed")
    decide(made, "keep", "DRV A1", seen={"DRV A1": told.value.standing.pk})
    assert made.stage("DRV A1") == "kept"


def test_who_wants_the_same_is_not_told_anything(made):
    decide(made, "drop", "DRV A1")
    assert decide(made, "drop", "DRV A1", seen={"DRV A1": 0}).decided == []


# ── The last one of a strategic key result ───────────────────────────────────


def test_the_alarm_comes_before_the_last_one_leaves(made):
    with pytest.raises(NeedsSure) as asked:
        decide(made, "drop", "FID B1", "FID B2", "FID B3")
    orphan = made.strategic["2.1"]
    assert asked.value.effect.orphans == [orphan.pk]
    assert orphan.title in asked.value.message
    assert counts(made) == {"open": 18}
    decide(made, "drop", "FID B1", "FID B2")
    with pytest.raises(NeedsSure):
        decide(made, "merge", "FID B3", into="FID A1")
    decide(made, "drop", "FID B3", sure=True)
    assert counts(made) == {"drop": 3, "open": 15}
    with made.inside():
        assert Board(made.again(), made.org).standing.orphans == [orphan.pk]


def test_no_alarm_for_a_strategic_key_result_that_is_gone(made):
    """What the board does not show as covered is not asked about."""
    with made.inside():
        KeyResult.objects.filter(pk=made.strategic["2.1"].pk).update(archived_at=quarters.NOW)
    decide(made, "drop", "FID B1", "FID B2", "FID B3")
    assert counts(made) == {"drop": 3, "open": 15}


def test_a_preview_writes_nothing_and_says_what_deciding_would_do(made):
    wish = Wish([made.pk(f"FID B{n}") for n in (1, 2, 3)], "drop")
    with made.inside():
        _rows, effect = deciding.preview(made.planning, wish)
        assert effect.orphans == [made.strategic["2.1"].pk]
        assert Decision.objects.count() == 0
    decide(made, "drop", "FID B1", "FID B2", "FID B3", sure=True)
    with made.inside():
        board = Board(made.again(), made.org).standing
    assert (board.counts, board.orphans) == (effect.after.counts, effect.after.orphans)
    assert {tribe: share.kept for tribe, share in board.shares.items()} == {
        tribe: share.kept for tribe, share in effect.after.shares.items()
    }


def test_keeping_more_than_a_tribe_may_is_seen_before(made):
    ids = [made.pk(f"DRV {code}") for code in ("A1", "A2", "A3", "B1")]
    with made.inside():
        _rows, effect = deciding.preview(made.planning, Wish(ids, "keep"))
        assert effect.over_cap == [made.tribes["DRV"].pk]
        assert not effect.orphans


# ── Taking back ──────────────────────────────────────────────────────────────


def test_what_was_undone_is_as_it_was_and_can_be_done_again(made):
    decide(made, "keep", "DRV A1")
    act = made.decide("drop", "DRV A1", "DRV A2")
    dropped = counts(made)
    undo(made, act)
    assert counts(made) == {"keep": 1, "open": 17}
    assert (standing(made, "DRV A1").outcome, standing(made, "DRV A2")) == ("keep", None)
    undo(made, act)  # sent twice
    assert counts(made) == {"keep": 1, "open": 17}
    redo(made, act)
    redo(made, act)
    assert counts(made) == dropped


def test_a_merge_that_is_undone_lets_its_other_go(made):
    act = made.decide("merge", "DRV A1", into="LAD A1")
    undo(made, act)
    with made.inside():
        assert KeyResult.objects.get(pk=made.pk("DRV A1")).merged_into_id is None
    decide(made, "drop", "LAD A1")
    with pytest.raises(RuleBroken, match="was merged into LAD 01"):
        redo(made, act)
    assert made.stage("DRV A1") == "proposed"


def test_what_was_decided_otherwise_since_stays(made):
    act = made.decide("keep", "DRV A1", "DRV A2")
    decide(made, "drop", "DRV A1")
    with pytest.raises(RuleBroken, match="decided otherwise since"):
        undo(made, act)
    assert (made.stage("DRV A1"), made.stage("DRV A2")) == ("dropped", "kept")


def test_what_was_decided_after_undoing_is_not_overruled_by_doing_it_again(made):
    act = made.decide("keep", "DRV A1")
    undo(made, act)
    decide(made, "drop", "DRV A1")
    with pytest.raises(RuleBroken, match="decided otherwise since"):
        redo(made, act)
    assert made.stage("DRV A1") == "dropped"


def test_undoing_would_not_leave_a_merge_without_its_other(made):
    act = made.decide("keep", "LAD A1")
    decide(made, "drop", "FID A1")
    back = made.decide("open", "FID A1")
    decide(made, "merge", "DRV A1", into="FID A1")
    with pytest.raises(RuleBroken, match="DRV 01 was merged into FID 01"):
        undo(made, back)
    undo(made, act)
    assert (made.stage("FID A1"), made.stage("LAD A1")) == ("proposed", "proposed")


def test_an_act_that_never_was_and_one_of_another_planning_cannot_be_undone(made):
    others = quarters.planned(quarters.OPEN, slug="theirs")
    theirs = others.decide("keep", "DRV A1")
    for act in (uuid.uuid4(), theirs):
        for command in (undo, redo):
            with pytest.raises(RuleBroken, match="no longer"):
                command(made, act)
    assert others.stage("DRV A1") == "kept"


def test_taking_back_asks_before_it_leaves_nothing(made):
    """What was dropped, and open again, would be dropped again by an undo; what is done again is asked about too."""
    decide(made, "keep", "FID B2", "FID B3", reason="")
    decide(made, "drop", "FID B1")
    opened = decide(made, "open", "FID B1", reason="").act
    dropped = decide(made, "drop", "FID B2", "FID B3").act
    for _twice in range(2):
        with pytest.raises(NeedsSure, match="Households buying fresh"):
            undo(made, opened)
        assert made.stage("FID B1") == "proposed"
    undo(made, dropped)
    undo(made, opened)
    with pytest.raises(NeedsSure, match="Households buying fresh"):
        redo(made, dropped)
    assert made.stage("FID B2") == "kept"
    with made.inside():
        deciding.redo(made.planning, dropped, by=made.actor("sam"), sure=True)
    assert made.stage("FID B2") == "dropped"


def test_the_board_sends_that_somebody_is_sure(made):
    for code in ("FID B1", "FID B2"):
        decide(made, "drop", code)
    act = decide(made, "drop", "FID B3", sure=True).act
    undo(made, act)
    sent = {"act": act}
    client, url = made.client("sam"), made.url("planning_redo")
    assert client.post(url, sent, headers={"HX-Request": "true"}).status_code == 409
    assert client.post(url, sent | {"sure": "on"}, headers={"HX-Request": "true"}).status_code == 200
    assert made.stage("FID B3") == "dropped"


def test_once_the_meeting_is_closed_nothing_is_taken_back(made):
    act = made.decide("keep", "DRV A1")
    made.go(quarters.REFINING)
    with pytest.raises(RuleBroken, match="closed"):
        undo(made, act)


# ── By majority ──────────────────────────────────────────────────────────────


def test_more_than_half_of_those_present_decide(votes):
    assert decide(votes, "drop", "DRV A1", by="theo", reason="An output").decided == []
    assert votes.stage("DRV A1") == "proposed"
    assert decide(votes, "drop", "DRV A1", by="codir", reason="No source").decided == [votes.pk("DRV A1")]
    row = standing(votes, "DRV A1")
    assert (row.by_name, row.reason, row.in_favour, row.present) == ("Cody Dir", "An output", 2, 3)


def test_a_vote_counts_as_it_was_given_last(votes):
    decide(votes, "drop", "DRV A1", by="theo")
    decide(votes, "keep", "DRV A1", by="theo")
    decide(votes, "drop", "DRV A1", by="codir")
    assert votes.stage("DRV A1") == "proposed"
    decide(votes, "keep", "DRV A1", by="sam")
    assert votes.stage("DRV A1") == "kept"


def test_who_comes_round_to_what_stands_has_changed_their_vote(votes):
    """Theo was for dropping, and then for keeping as the others were: Cody alone does not turn it over."""
    decide(votes, "drop", "DRV A1", by="theo")
    for who in ("sam", "codir", "theo"):
        decide(votes, "keep", "DRV A1", by=who)
    decide(votes, "drop", "DRV A1", by="codir")
    assert votes.stage("DRV A1") == "kept"
    decide(votes, "drop", "DRV A1", by="sam")
    assert votes.stage("DRV A1") == "dropped"


def test_what_a_majority_decided_no_single_member_takes_back(votes):
    act = uuid.uuid4()
    decide(votes, "drop", "DRV A1", by="theo")
    decide(votes, "drop", "DRV A1", by="codir", act=act)
    with pytest.raises(RuleBroken, match="The majority decided"):
        undo(votes, act, by="theo")
    undo(votes, act, by="codir")
    assert votes.stage("DRV A1") == "proposed"
    redo(votes, act, by="codir")
    undo(votes, act, by="sam")  # the chair
    assert votes.stage("DRV A1") == "proposed"


def test_a_vote_that_was_taken_back_counts_no_more(votes):
    """Or the next vote, whatever it is for, would decide the same again."""
    act = uuid.uuid4()
    decide(votes, "drop", "DRV A1", by="theo")
    decide(votes, "drop", "DRV A1", by="codir", act=act)
    undo(votes, act, by="sam")
    decide(votes, "keep", "DRV A1", by="sam")
    assert votes.stage("DRV A1") == "proposed"
    with votes.inside():
        assert Ballot.objects.filter(key_result=votes.pk("DRV A1")).counted().count() == 2


def test_the_orphan_alarm_asks_whose_vote_would_decide(votes):
    ones = [f"FID B{n}" for n in (1, 2, 3)]
    assert decide(votes, "drop", *ones, by="theo").decided == []
    with pytest.raises(NeedsSure):
        decide(votes, "drop", *ones, by="codir")
    assert decide(votes, "drop", *ones, by="codir", sure=True).decided == [votes.pk(one) for one in ones]


# ── Probable duplicates ──────────────────────────────────────────────────────


def test_two_that_were_told_apart_are_told_apart_once(made):
    with made.inside():
        for pair in (("DRV A1", "LAD A1"), ("LAD A1", "DRV A1")):
            deciding.keep_apart(made.planning, *map(made.pk, pair), by=made.actor("sam"))
        assert KeptApart.objects.count() == 1


@pytest.mark.parametrize("who", ["codir", "olga"])
def test_who_watches_tells_nothing_apart(made, who):
    with made.inside(), pytest.raises(PermissionDenied):
        deciding.keep_apart(made.planning, made.pk("DRV A1"), made.pk("LAD A1"), by=made.actor(who))


def test_one_of_another_quarter_is_no_duplicate(made):
    with made.inside(), pytest.raises(RuleBroken):
        deciding.keep_apart(made.planning, made.pk("DRV A1"), made.world.key_result.pk, by=made.actor("sam"))


# ── What the board counts ────────────────────────────────────────────────────


def test_what_was_published_counts_as_kept_for_ever(made):
    made.go(quarters.REFINING)
    before = counts(made)
    assert before == {"keep": 6, "drop": 12}
    made.go(quarters.PUBLISHED)
    assert counts(made) == before
    with made.inside():
        factories.key_result(made.objectives["DRV A"], title="Published later", stage="published")
    assert counts(made) == before


def test_a_member_of_the_codir_without_a_vote_only_watches(made):
    with made.inside():
        made.people["new"] = factories.member(made.org, "Nora New", Role.CODIR, Role.SPONSOR)
    with pytest.raises(PermissionDenied):
        decide(made, "keep", "DRV A1", by="new")
