"""Settings ▸ Audit: found by person, kind, act, days and words; read as before → after; exported safely."""

import csv
import datetime as dt
import io
import re

import pytest
import time_machine

from okr.pages.audit import PER_PAGE, Filters
from okr.pages.audit_words import KINDS, OTHER_FIELDS, UNSAID, VERBS
from orgs import tenancy
from orgs.actions import editable
from orgs.actions.audit import Actor, record
from orgs.actions.settings import change_settings
from orgs.csv_file import FORMULA
from orgs.models import AuditEvent, Organization, Role, User
from orgs.permissions import TABLE, Permission, Rule
from scripts.environment import ROOT
from tests import factories
from tests.factories import BACKEND, TODAY

pytestmark = pytest.mark.django_db
URL = "/o/coursive/settings/audit/"


def happened(world, by, verb, thing, day="2026-05-18 09:30", **changes):
    """As an action records it, on that moment (UTC)."""
    with time_machine.travel(day, tick=False), tenancy.tenant(world.org.pk):
        record(Actor(by), verb, thing, **changes)


@pytest.fixture
def trail(world):
    happened(world, world.alice, "changed", world.key_result, "2026-05-04 09:30",
             before={"title": "Orders", "target": "90", "owner": world.alice.pk},
             after={"title": "Orders ready", "target": "92", "owner": world.bob.pk})  # fmt: skip
    happened(
        world, world.bob, "archived", world.initiative, "2026-05-11 22:30", after={"archived_at": "2026-05-11T22:30"}
    )
    happened(world, world.carol, "rationale_saved", world.strategic_kr, before={"note": "Old"}, after={"note": "6.4 M"})
    happened(world, world.dan, "opened", world.quarter, before={"state": "draft"}, after={"state": "open"})
    happened(world, world.dan, "shifted", world.objective, before={"position": 1}, after={"position": 2})


def lines(client, **query):
    return client.get(URL, query).context["page"].lines


def test_events_are_read_as_before_and_after(admin, world, trail):
    page = admin.get(URL).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<tbody")[2]).split())
    assert "4 May 2026 11:30" in text  # Paris
    assert "key result Orders → Orders ready" in text
    assert "target 90 → 92" in text
    assert "owner Alice Owner → Bob Colleague" in text
    assert "state Draft → Open" in text
    assert f'href="/o/coursive/key-results/{world.key_result.pk}/"' in page
    assert [line.verb for line in lines(admin)] == ["opened", "changed the business rationale", "archived", "changed"]


@pytest.mark.parametrize(
    ("query", "verbs"),
    [
        ({"person": "bob"}, ["archived"]),
        ({"kind": "keyresult"}, ["changed the business rationale", "changed"]),
        ({"group": "ended"}, ["archived"]),
        ({"group": "changed", "kind": "initiative"}, []),
        ({"since": "2026-05-12"}, ["opened", "changed the business rationale", "archived"]),  # 00:30 in Paris
        ({"until": "2026-05-11"}, ["changed"]),
        ({"since": "2026-05-04", "until": "2026-05-04"}, ["changed"]),
        ({"q": "CAROL"}, ["changed the business rationale"]),
        ({"q": "slot choice"}, ["archived"]),
        ({"q": "no such words"}, []),
        ({"q": "%"}, []),
    ],
)
def test_events_are_found(admin, world, trail, query, verbs):
    if "person" in query:
        query = {"person": world.people[query["person"]].pk}
    assert [line.verb for line in lines(admin, **query)] == verbs


@pytest.mark.parametrize(
    "query",
    [
        {"person": "9" * 40, "kind": "user", "group": "nonsense", "since": "yesterday", "until": "2026-02-30"},
        {"before": "x", "person": "-1"},
        {"before": "999999999"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"q": "\x00"},
    ],
)
def test_what_makes_no_sense_is_left_out(admin, trail, query):
    assert admin.get(URL, query).status_code == 200
    assert admin.get(f"{URL}export/", query).status_code == 200
    if "kind" in query:
        assert len(lines(admin, **query)) == 4


def test_teams_are_called_as_the_organization_does(admin, world, trail):
    Organization.objects.filter(pk=world.org.pk).update(tribe_label="Squad")
    assert ("tribe", "Squad") in admin.get(URL).context["page"].kinds


def test_days_the_wrong_way_round_are_said_beside_their_field(admin, trail):
    wrong = "This day comes before “From”."
    assert wrong in admin.get(URL, {"since": "2026-05-05", "until": "2026-05-04"}).content.decode()
    assert wrong not in admin.get(URL, {"since": "2026-05-04", "until": "2026-05-04"}).content.decode()


def test_pages_neither_repeat_nor_lose(admin, world):
    with time_machine.travel("2026-05-18 09:30", tick=False), tenancy.tenant(world.org.pk):
        for number in range(PER_PAGE + 7):  # all at one moment
            record(Actor(world.alice), "changed", world.key_result, after={"note": str(number)})
    first = admin.get(URL).context["page"]
    assert (len(first.lines), first.newest_url) == (PER_PAGE, "")
    second = admin.get(URL + first.older_url).context["page"]
    assert (len(second.lines), second.older_url) == (7, "")
    seen = [line.changes[0].after for line in [*first.lines, *second.lines]]
    assert seen == [str(number) for number in reversed(range(PER_PAGE + 7))]
    # What happens meanwhile does not push anything to the next page.
    happened(world, world.bob, "archived", world.initiative, "2026-05-19 09:30")
    assert len(admin.get(URL + first.older_url).context["page"].lines) == 7


def test_the_page_costs_the_same_with_1_and_50_events(admin, world, django_assert_num_queries):
    def change(number):
        with tenancy.tenant(world.org.pk):
            owners = {"before": {"owner": world.alice.pk}, "after": {"owner": world.bob.pk}}
            record(Actor(world.alice), "changed", world.key_result, **owners)

    change(0)
    admin.get(URL)
    with django_assert_num_queries(5):
        admin.get(URL)
    for number in range(60):
        change(number)
    admin.get(URL)
    with django_assert_num_queries(5):
        admin.get(URL)


def test_the_export_is_the_same_and_runs_no_formula(admin, world, trail):
    evil = '=HYPERLINK("https://evil.example";"Click")'
    happened(world, world.dan, "changed", world.tribe, before={"name": "-1+1"}, after={"name": evil})
    with tenancy.tenant(world.org.pk):
        type(world.tribe).objects.filter(pk=world.tribe.pk).update(name="@SUM(A1)")
        world.tribe.refresh_from_db()
    happened(world, world.dan, "changed", world.tribe, after={"mission": "+1"}, reason="=1+1")
    answer = admin.get(f"{URL}export/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="audit-coursive-[\d-]+\.csv"', answer["Content-Disposition"])
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert len(rows) == 7
    assert all(len(row) == 8 for row in rows)
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    assert "'@SUM(A1)" in rows[1]
    assert "'=1+1" in rows[1]
    narrowed = list(csv.reader(io.StringIO(admin.get(f"{URL}export/", {"group": "ended"}).content.decode())))
    assert len(narrowed) == 2


def test_the_export_is_written_as_its_reader_writes(admin, world, trail):
    assert "state: Draft → Open" in admin.get(f"{URL}export/").content.decode()
    User.objects.filter(pk=world.dan.user.pk).update(language="fr")
    assert "\u00a0: Brouillon → Ouvert" in admin.get(f"{URL}export/").content.decode()


def test_the_rationale_is_for_those_who_may_see_it(world, client, trail, monkeypatch):
    monkeypatch.setitem(TABLE, Permission.VIEW_AUDIT, Rule(frozenset({Role.MEMBER, Role.COACH})))
    client.force_login(world.coach.user, backend=BACKEND)
    assert "6.4 M" in client.get(URL).content.decode()
    client.force_login(world.bob.user, backend=BACKEND)
    for path in (URL, f"{URL}export/"):
        page = client.get(path).content.decode()
        assert "Orders ready" in page
        assert "6.4 M" not in page
        assert "rationale" not in page.partition("<tbody")[2]


def test_the_audit_is_for_administrators(world, client):
    for person in (world.alice, world.carol, world.sam, world.coach):
        client.force_login(person.user, backend=BACKEND)
        assert client.get(URL).status_code == 403
        assert client.get(f"{URL}export/").status_code == 403


def test_the_neighbours_events_stay_theirs(admin, world):
    other = factories.world("other")
    happened(other, other.dan, "changed", other.tribe, after={"name": "Secret tribe"})
    assert lines(admin) == []
    with tenancy.tenant(other.org.pk):
        theirs = AuditEvent.objects.get().pk
    assert "Nothing yet" in admin.get(URL, {"before": theirs}).content.decode()
    assert "Secret tribe" not in admin.get(URL, {"person": other.dan.pk}).content.decode()


def test_a_setting_shows_with_the_names_of_its_values(admin, world):
    with tenancy.tenant(world.org.pk):
        change_settings(world.org, {"tribe_cadence": "monthly", "due_weekday": 4}, by=Actor(world.dan))
    page = admin.get(URL).content.decode()
    assert "Every week" in page
    assert "Every month" in page
    assert 'href="/o/coursive/settings/organization/"' in page.partition("<tbody")[2]


def test_every_verb_and_every_kind_has_its_words():
    """What an action records must be readable here."""
    verbs, kinds = set(), set()
    for path in (path for app in ("orgs", "okr", "workshops") for path in (ROOT / app / "actions").glob("*.py")):
        text = path.read_text()
        verbs |= set(re.findall(r'\brecord\(\s*[\w.]+,\s*"(\w+)"', text))
        verbs |= set(re.findall(r'\bverb(?:: str)? ?= ?"(\w+)"', text))
        kinds |= {name.lower() for name in re.findall(r"\bmodel=(\w+),", text)}
    assert verbs - set(VERBS) == set()
    assert kinds - set(KINDS) == set()


def test_filters_keep_their_address():
    asked = Filters(person=3, kind="tribe", group="ended", since=dt.date(TODAY.year, 1, 2), text="a b&c")
    assert asked.query(before=9) == "?q=a+b%26c&person=3&kind=tribe&group=ended&since=2026-01-02&before=9"
    assert Filters().query() == ""
    assert not Filters().active


def test_every_field_that_is_recorded_has_its_words():
    """Django makes a name up for a column without one, which nobody translates."""
    for kind in editable.KINDS.values():
        for name in {*kind.fields, *kind.lists} - UNSAID:
            column = next((field for field in kind.model._meta.fields if field.name == name), None)
            named = column is not None and column._verbose_name is not None
            assert name in OTHER_FIELDS or named or name == "tribe", f"{kind.model.__name__}.{name}"


def test_people_keys_and_committees_read_as_words(admin, world):
    committee = [{"name": "CoDir", "members": [{"membership": world.sam.pk, "is_sponsor": True}]}]
    happened(world, world.dan, "changed", world.department, before={"committee": []}, after={"committee": committee})
    happened(world, world.dan, "profile_changed", world.dan, before={"name": "Dan"}, after={"name": "Daniel"})
    happened(world, world.dan, "api_key_created", world.department, after={"scopes": ["read", "check_in"]})
    quarters = [{"number": 1, "starts_on": "2026-01-01", "ends_on": "2026-02-31"}]
    happened(world, world.dan, "days_changed", world.year, before={"quarters": []}, after={"quarters": quarters})
    page = admin.get(URL).content.decode()
    assert "1 · 1 Jan 2026 · 2026-02-31" in page  # the latter no day that there is
    assert "CoDir · Sam Sponsor · sponsor" in page
    assert "Read; Write check-ins" in page
    assert "membership&#x27;" not in page
