"""Committees' meetings: the series and its dates, the agenda, what is written, minutes, who may."""

import datetime as dt
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from okr.landmarks import landmarks_of
from okr.models import Quarter
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.actions.departments import merge_department
from orgs.models import Absence, Committee, CommitteeSeat, Department, OutboxMail
from orgs.working_days import WorkingDays
from planning.models import Planning
from reviews.meeting_slots import Pattern
from reviews.models import Meeting, MeetingAction, MeetingDecision, MeetingPoint, MeetingPresence, MeetingSeries
from reviews.tasks import keep_meetings
from tests import factories

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC)  # a Monday; Ascension Day is Thursday 14 May
SERIES = {
    "title": "OKR review",
    "every_weeks": "2",
    "weekday": "3",
    "begins": "09:00",
    "minutes": "60",
    "place": "Room 4",
    "starts_on": "2026-04-30",
    "ends_on": "",
    "on_holiday": "move",
}


class Made:
    def __init__(self):
        self.world = factories.world()
        self.org = self.world.org
        with self.inside():
            CommitteeSeat.objects.create(committee=self.world.committee, membership=self.world.codir)

    def inside(self):
        return tenancy.tenant(self.org.pk)

    def url(self, name, *parts):
        return reverse(name, args=[self.org.slug, *parts])

    def client(self, who):
        return factories.signed_in(self.world.people[who])

    def post(self, who, name, *parts, **fields):
        return self.client(who).post(self.url(name, *parts), fields)

    def plan(self, who="carol", **fields):
        people = {"committee": self.world.committee.pk, "lead": self.world.carol.pk}
        return self.post(who, "meeting_series_new", **{**SERIES, **people, **fields})

    def rows(self):
        with self.inside():
            return list(Meeting.objects.filter(archived_at=None).order_by("starts_at"))

    def mails(self, kind="meeting"):
        with self.inside():
            return list(OutboxMail.objects.filter(kind=kind).order_by("pk"))

    def calendar(self, mail):
        return mail.files[0]["text"].replace("\r\n ", "")

    def undo(self, who):
        with self.inside():
            from orgs.models import AuditEvent

            change = AuditEvent.objects.exclude(change=None).latest("pk").change
        return self.client(who).post(self.url("undo", change))


@pytest.fixture
def made():
    with time_machine.travel(NOW, tick=False):
        yield Made()


@pytest.fixture
def held(made):
    """Today's meeting has begun."""
    made.plan()
    row = made.rows()[0]
    with made.inside():
        Meeting.objects.filter(pk=row.pk).update(starts_at=NOW + dt.timedelta(hours=1))
    assert made.post("carol", "meeting_begin", row.pk).status_code == 302
    made.meeting = row
    return made


def test_days_of_a_series():
    pattern = Pattern(dt.date(2026, 4, 30), None, 3, 2, True, WorkingDays("FR"))
    days = [slot.day for slot in pattern.slots(dt.date(2026, 5, 4), 3)]
    assert days == [dt.date(2026, 5, 15), dt.date(2026, 5, 28), dt.date(2026, 6, 11)]
    left = Pattern(dt.date(2026, 4, 30), dt.date(2026, 6, 1), 3, 2, False, WorkingDays("FR"))
    assert [slot.day for slot in left.slots(dt.date(2026, 5, 4), 9)] == [dt.date(2026, 5, 28)]


def test_a_series_makes_six_meetings_and_invites_the_committee_once(made):
    assert made.plan().status_code == 302
    rows = made.rows()
    assert len(rows) == 6
    assert rows[0].starts_at == dt.datetime(2026, 5, 15, 7, tzinfo=dt.UTC)
    mails = made.mails()
    assert {mail.recipient for mail in mails} == {
        made.world.people[who].user.email for who in ("sam", "codir", "carol")
    }
    assert made.calendar(mails[0]).count("BEGIN:VEVENT") == 6
    keep_meetings()
    assert len(made.mails()) == 3
    assert len(made.rows()) == 6


def test_later_ones_follow_by_themselves(made):
    made.plan()
    with time_machine.travel(NOW + dt.timedelta(days=30), tick=False):
        keep_meetings()
        with made.inside():
            assert Meeting.objects.filter(starts_at__gt=NOW + dt.timedelta(days=30)).count() == 6


def test_a_changed_series_lays_its_meetings_anew_and_undo_lays_them_back(made):
    made.plan()
    before = made.rows()
    with made.inside():
        series = MeetingSeries.objects.get()
    fields = {**SERIES, "committee": made.world.committee.pk, "lead": made.world.carol.pk, "begins": "10:30"}
    answer = made.post("carol", "meeting_series", series.pk, **fields, revision="1")
    assert answer.status_code == 302
    assert [row.pk for row in made.rows()] == [row.pk for row in before]
    assert made.rows()[0].starts_at.minute == 30
    assert "SEQUENCE:2" in made.calendar(made.mails()[-1])
    assert made.undo("carol").status_code in (200, 302)
    assert [row.starts_at for row in made.rows()] == [row.starts_at for row in before]


def test_one_is_moved_and_called_off_with_a_reason(made):
    made.plan()
    row = made.rows()[0]
    fields = {"day": "2026-05-18", "begins": "14:00", "minutes": "45", "place": "Room 5", "reason": "Strike"}
    assert made.post("carol", "meeting_move", row.pk, **fields).status_code == 302
    mail = made.mails()[-1]
    assert mail.files[0]["type"] == "text/calendar; method=REQUEST"
    assert "SEQUENCE:2" in made.calendar(mail)
    assert "Strike" in mail.text
    assert made.post("carol", "meeting_off", row.pk, reason="").status_code == 422
    assert made.post("carol", "meeting_off", row.pk, reason="Nobody is there").status_code == 302
    mail = made.mails()[-1]
    assert "METHOD:CANCEL" in made.calendar(mail)
    assert "SEQUENCE:3" in made.calendar(mail)
    past = {**fields, "day": "2026-05-01"}
    answer = made.post("carol", "meeting_move", row.pk, **past)
    assert answer.status_code == 422
    assert "Choose a moment to come." in answer.content.decode()


def test_the_end_of_a_series_calls_off_what_was_to_come(made):
    made.plan()
    with made.inside():
        series = MeetingSeries.objects.get()
    assert made.post("carol", "meeting_series_end", series.pk).status_code == 302
    assert "STATUS:CANCELLED" in made.calendar(made.mails()[-1])


def test_the_agenda_is_a_preview_and_stays_as_the_meeting_began(held):
    page = held.client("sam").get(held.url("meeting", held.meeting.pk))
    assert "when it began" in page.content.decode()
    frozen = held.rows()[0].frozen
    assert set(frozen["rows"]) == {"actions", "moved", "watch", "decisions", "ahead"}
    with held.inside():
        Quarter.objects.update(state="closed")
    assert held.rows()[0].frozen == frozen
    later = held.client("sam").get(held.url("meeting", held.rows()[1].pk)).content.decode()
    assert "Preview" in later


def test_what_was_frozen_is_read_in_the_readers_language(held):
    frozen = held.rows()[0].frozen
    said = {held.org.language: frozen["headline"]} | {key: one["headline"] for key, one in frozen["others"].items()}
    assert set(said) == {"en", "fr"}
    assert said["en"] != said["fr"]
    for language in said:
        type(held.world.sam.user).objects.filter(pk=held.world.sam.user.pk).update(language=language)
        for name in ("meeting", "meeting_minutes"):
            page = unescape(held.client("sam").get(held.url(name, held.meeting.pk)).content.decode())
            assert [one for one, headline in said.items() if headline in page] == [language]
    # What was frozen before there were others is as it was then.
    with held.inside():
        Meeting.objects.filter(pk=held.meeting.pk).update(frozen={**frozen, "others": {}})
    page = unescape(held.client("sam").get(held.url("meeting", held.meeting.pk)).content.decode())
    assert frozen["headline"] in page


def test_minutes_that_were_mailed_stay_mailed_and_the_page_says_so(held):
    pk = held.meeting.pk
    said = "Its minutes were mailed at 08:00, and stay with whoever has them."
    assert held.post("carol", "meeting_end", pk).status_code == 302
    before = len(held.mails("meeting_minutes"))
    assert said not in held.client("carol").get(held.url("meeting", pk)).content.decode()
    assert held.undo("carol").status_code in (200, 302)
    assert said in held.client("carol").get(held.url("meeting", pk)).content.decode()
    with time_machine.travel(NOW + dt.timedelta(minutes=5), tick=False):
        assert held.post("carol", "meeting_end", pk).status_code == 302
    assert len(held.mails("meeting_minutes")) == 2 * before


def test_presence_is_marked_on_the_day_that_it_is_there(made):
    """A morning in Tokyo is the evening before in UTC."""
    with made.inside():
        type(made.org).objects.filter(pk=made.org.pk).update(time_zone="Asia/Tokyo", holiday_country="")
    made.plan(begins="08:00")
    [thursday, *_later] = made.rows()
    assert thursday.starts_at == dt.datetime(2026, 5, 13, 23, tzinfo=dt.UTC)
    for hour, status in ((14, 422), (16, 302)):
        with time_machine.travel(dt.datetime(2026, 5, 13, hour, tzinfo=dt.UTC), tick=False):
            assert made.post("sam", "meeting_presence", thursday.pk).status_code == status


def test_presence_decisions_actions_and_minutes(held):
    pk = held.meeting.pk
    assert held.post("sam", "meeting_presence", pk).status_code == 302
    assert held.post("carol", "meeting_presence", pk, member=held.world.codir.pk).status_code == 302
    assert held.post("cpo", "meeting_presence", pk, member=held.world.sam.pk).status_code == 403
    assert held.post("carol", "meeting_points", pk, title="Budget", minutes="5", asks="on").status_code == 302
    with held.inside():
        point = MeetingPoint.objects.get(title="Budget")
    assert held.post("carol", "meeting_point_place", point.pk, step="up").status_code == 302
    assert held.post("carol", "meeting_decisions", pk, text="Go", point=point.pk, about="1.1").status_code == 302
    assert held.post("carol", "meeting_decisions", pk, text="Go", about="9.9").status_code == 422
    fields = {"text": "Write to the carrier", "owner": held.world.bob.pk, "due_on": "2026-05-05"}
    assert held.post("carol", "meeting_actions", pk, **fields).status_code == 302
    assert held.post("carol", "meeting_actions", pk, **{**fields, "due_on": "soon"}).status_code == 422
    with held.inside():
        assert MeetingDecision.objects.get().key_result == held.world.strategic_kr
        assert {one.is_sponsor for one in MeetingPresence.objects.all()} == {True, False}
        action = MeetingAction.objects.get()
    assert held.post("carol", "meeting_end", pk).status_code == 302
    assert len(held.mails("meeting_minutes")) == 3
    assert "Write to the carrier" in held.mails("meeting_minutes")[0].text
    assert "- Go (1.1)" in held.mails("meeting_minutes")[0].text
    assert held.post("carol", "meeting_points", pk, title="Late", minutes="5").status_code == 422
    text = held.client("sam").get(held.url("meeting_minutes", pk)).content.decode()
    assert "Write to the carrier" in text
    page = held.client("carol").get(held.url("meeting", pk)).content.decode()
    assert "The minutes went to the committee." in page
    assert "1 of 1" in held.client("sam").get(held.url("meetings")).content.decode()
    with held.inside():
        [landmark] = landmarks_of(held.org, NOW.date(), held.world.sam.pk)
        [of_others] = landmarks_of(held.org, NOW.date(), held.world.bob.pk)
    assert landmark.key == of_others.key == f"meeting-{pk}"
    assert (landmark.own, of_others.own) == (True, False)
    with time_machine.travel(NOW + dt.timedelta(days=4), tick=False):
        home = held.client("bob").get(held.url("home")).content.decode()
        assert "Write to the carrier" in home
        assert "Overdue since" in home
        following = held.client("sam").get(held.url("meeting", held.rows()[1].pk)).content.decode()
        assert "Write to the carrier" in following
        assert held.client("bob").get(held.url("meeting_action", action.pk)).status_code == 200
        assert held.client("alice").get(held.url("meeting_action", action.pk)).status_code == 403
        assert held.post("bob", "meeting_action_settle", action.pk).status_code == 302
        assert "Write to the carrier" not in held.client("bob").get(held.url("home")).content.decode()
        assert held.undo("bob").status_code in (200, 302)
    with held.inside():
        assert MeetingAction.objects.get().done_on is None


def test_two_who_write_the_same_notes_are_told(held):
    with held.inside():
        point = MeetingPoint.objects.filter(meeting=held.meeting, kind="watch").get()
    said = {"minutes": "20", "revision": "1"}
    assert held.post("carol", "meeting_point", point.pk, **said, notes="Mine").status_code == 302
    assert held.post("codir", "meeting_point", point.pk, **said, notes="Other").status_code == 409


@pytest.mark.parametrize(("who", "reads", "leads"), [
    ("alice", False, False), ("olga", False, False), ("cpo", True, False), ("sam", True, True), ("codir", True, True),
    ("coach", True, True), ("carol", True, True), ("dan", True, True),
])  # fmt: skip
def test_who_may(made, who, reads, leads):
    made.plan()
    pk = made.rows()[0].pk
    assert made.client(who).get(made.url("meeting", pk)).status_code == (200 if reads else 403)
    assert made.client(who).get(made.url("meetings")).status_code == (200 if reads else 403)
    assert made.client(who).get(made.url("meeting_move", pk)).status_code == (200 if leads else 403)
    assert made.post(who, "meeting_points", pk, title="A point", minutes="5").status_code == (302 if leads else 403)


def test_strangers_find_nothing(made):
    made.plan()
    other = factories.world("elsewhere")
    assert factories.signed_in(other.carol).get(made.url("meeting", made.rows()[0].pk)).status_code == 404
    found = reverse("meeting", args=["elsewhere", made.rows()[0].pk])
    assert factories.signed_in(other.carol).get(found).status_code == 404


def test_meetings_pass_to_the_department_that_theirs_is_merged_into(made):
    made.plan()
    with made.inside():
        into = Department.objects.create(name="Marketing", position=2)
        merge_department(made.world.department, into, by=Actor(made.world.dan))
        assert MeetingSeries.objects.get().committee.department == into
        assert Meeting.objects.filter(archived_at=None).count() == 6


def decided(held, **fields):
    assert held.post("carol", "meeting_decisions", held.meeting.pk, text="Go", **fields).status_code == 302
    with held.inside():
        return MeetingDecision.objects.select_related("objective", "key_result").latest("pk")


@pytest.mark.parametrize(("said", "named"), [
    ("1", "strategic"), ("1.1", "strategic_kr"), ("tst A", "objective"), ("TST A1", "key_result"), ("tst-a1", "key_result"),
])  # fmt: skip
def test_a_decision_is_about_what_runs(held, said, named):
    made = decided(held, about=said.replace("tst", held.world.tribe.code.lower()).replace("TST", held.world.tribe.code))
    assert (made.key_result or made.objective) == getattr(held.world, named)


@pytest.mark.parametrize("said", ["A1", "9", "1.9", "XX A1", "9.9.9", "<b>"])
def test_a_decision_is_about_nothing_else(held, said):
    answer = held.post("carol", "meeting_decisions", held.meeting.pk, text="Go", about=said)
    assert answer.status_code == 422
    assert 'id="decision-about_error"' in answer.content.decode()


def test_nor_about_a_tribe_s_quarter_that_is_over(held):
    with held.inside():
        Quarter.objects.update(state="closed")
    fields = {"text": "Go", "about": f"{held.world.tribe.code} A1"}
    assert held.post("carol", "meeting_decisions", held.meeting.pk, **fields).status_code == 422


def test_a_decision_is_changed_and_undone(held):
    made = decided(held, about="1.1")
    form = held.client("carol").get(held.url("meeting_decision", made.pk)).content.decode()
    assert 'value="1.1"' in form
    assert held.client("cpo").get(held.url("meeting_decision", made.pk)).status_code == 403
    said = {"text": "Go on", "about": f"{held.world.tribe.code} A1", "revision": "1"}
    assert held.post("carol", "meeting_decision", made.pk, **said).status_code == 302
    with held.inside():
        row = MeetingDecision.objects.get(pk=made.pk)
        assert (row.text, row.key_result) == ("Go on", held.world.key_result)
    assert held.undo("carol").status_code in (200, 302)
    with held.inside():
        assert MeetingDecision.objects.get(pk=made.pk).key_result == held.world.strategic_kr
    held.post("carol", "meeting_end", held.meeting.pk)
    answer = held.post("carol", "meeting_decision", made.pk, **{**said, "revision": "3"})
    assert answer.status_code == 422
    assert "its minutes stay as they are" in answer.content.decode()


def test_two_who_change_a_decision_choose_between_both(held):
    made = decided(held, about="1.1")
    said = {"text": "Go", "revision": "1"}
    mine = f"{held.world.tribe.code} A1"
    assert held.post("carol", "meeting_decision", made.pk, **said, about=mine).status_code == 302
    answer = held.post("codir", "meeting_decision", made.pk, **said, about="")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert f"{mine} {held.world.key_result}" in text
    assert 'name="keep-key_result"' in text
    chosen = {"decided_at": "2", "keep-key_result": "mine"}
    assert held.post("codir", "meeting_decision", made.pk, **said, about="", **chosen).status_code == 302
    with held.inside():
        assert MeetingDecision.objects.get(pk=made.pk).key_result is None


def test_a_refusal_takes_the_place_of_the_form_within_the_meeting(held):
    made = decided(held)
    answer = held.client("carol").post(
        held.url("meeting_decision", made.pk), {"text": "", "revision": "1"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert answer["HX-Retarget"] == answer["HX-Reselect"] == f"#change-d{made.pk}"


def test_who_is_away_is_not_invited_and_hears_once_they_are_there_after_all(made):
    with made.inside():
        first = dt.date(2026, 5, 15)
        away = Absence.objects.create(
            member=made.world.codir, starts_on=first, ends_on=first, substitute=made.world.carol
        )
    made.plan()
    [mail] = [one for one in made.mails() if one.recipient == made.world.codir.user.email]
    assert made.calendar(mail).count("BEGIN:VEVENT") == 5
    [other] = [one for one in made.mails() if one.recipient == made.world.sam.user.email]
    assert made.calendar(other).count("BEGIN:VEVENT") == 6
    page = made.client("sam").get(made.url("meeting", made.rows()[0].pk)).content.decode()
    assert f"away, {made.world.carol.name} stands in" in page
    with made.inside():
        away.delete()
    keep_meetings()
    [_first, mail] = [one for one in made.mails() if one.recipient == made.world.codir.user.email]
    assert mail.files[0]["type"] == "text/calendar; method=REQUEST"
    keep_meetings()
    assert len([one for one in made.mails() if one.recipient == made.world.codir.user.email]) == 2
    with made.inside():  # told already: no word of a cancellation because of a holiday
        Absence.objects.create(member=made.world.codir, starts_on=first, ends_on=first)
    keep_meetings()
    assert len([one for one in made.mails() if one.recipient == made.world.codir.user.email]) == 2


def test_a_committee_with_meetings_stays_and_says_why(made):
    made.plan()
    department = made.world.department
    url = made.url("settings_department", department.pk)
    answer = made.client("dan").post(url, {"name": department.name, "position": "1", "committee": ""})
    assert answer.status_code == 422
    assert "Workshops or meetings were planned with this committee" in answer.content.decode()


def test_plannings_ahead_stand_on_the_agenda(made):
    made.plan()
    with made.inside():
        after = factories.quarter(made.world.year, 3, state="draft")
        Planning.objects.create(
            quarter=after, meets_at=NOW + dt.timedelta(days=20), refined_by=(NOW + dt.timedelta(days=30)).date()
        )
    page = made.client("sam").get(made.url("meeting", made.rows()[0].pk)).content.decode()
    assert "Planning of Q3 2026 by the CoDir" in page
    assert "The refinement of Q3 2026 ends" in page
    with made.inside():
        Planning.objects.update(state="published")
    assert "Planning of Q3 2026" not in made.client("sam").get(made.url("meeting", made.rows()[0].pk)).content.decode()


def test_without_a_committee_the_page_says_where_one_is_named(made):
    with made.inside():
        Committee.objects.all().delete()
    page = made.client("dan").get(made.url("meetings"))
    assert page.status_code == 200
    assert "No committee yet" in page.content.decode()
    assert made.url("settings_structure") in page.content.decode()
    assert made.url("settings_structure") not in made.client("cpo").get(made.url("meetings")).content.decode()
    assert made.client("alice").get(made.url("meetings")).status_code == 403


def test_an_action_of_before_is_done_from_the_agenda(held):
    fields = {"text": "Write to the carrier", "owner": held.world.bob.pk, "due_on": "2026-05-05"}
    held.post("carol", "meeting_actions", held.meeting.pk, **fields)
    held.post("carol", "meeting_end", held.meeting.pk)
    following = held.rows()[1]
    with held.inside():
        Meeting.objects.filter(pk=following.pk).update(starts_at=NOW + dt.timedelta(hours=3))
        action = MeetingAction.objects.get()
    held.post("carol", "meeting_begin", following.pk)
    settle, at = held.url("meeting_action_settle", action.pk), held.url("meeting", following.pk)
    assert settle in held.client("carol").get(at).content.decode()
    assert settle not in held.client("cpo").get(at).content.decode()
    assert held.client("carol").post(settle, {"done": "yes", "next": at}).headers["Location"] == at
    page = held.client("carol").get(at).content.decode()
    assert settle not in page
    assert '<span class="pill done">Done</span>' in page
