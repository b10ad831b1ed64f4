"""Settings ▸ Organization: what changes, what is refused, two at once, logo and colour."""

import datetime as dt
import html
import io
import itertools
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from okr.models import KeyResult
from orgs import colours, logos, tenancy
from orgs.actions.audit import Actor
from orgs.actions.settings import change_settings
from orgs.models import AuditEvent, Organization, User
from orgs.rules import RuleBroken
from scripts.environment import ROOT
from tests import factories
from tests.factories import BACKEND, TODAY

pytestmark = pytest.mark.django_db
URL = "/o/coursive/settings/organization/"


@pytest.fixture(autouse=True)
def on_the_day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(f"{TODAY} 10:00", tick=True):
        yield


def form_of(client):
    """What the page's form sends when nothing is changed."""
    answer = client.get(URL)
    form = answer.context["settings_form"]
    sent = {name: form[name].value() for name in form.fields}
    return {**sent, "revision": re.search(r'name="revision" value="(\d+)"', answer.content.decode()).group(1)}


def test_settings_are_saved_recorded_and_undone(admin, world):
    sent = {**form_of(admin), "name": "Coursive SA", "tribe_label_plural": "North Stars", "on_track_pace": "95 %"}
    assert admin.post(URL, sent)["Location"] == URL
    page = admin.get(URL).content.decode()
    assert "Settings saved" in page
    assert "North Stars" in page.partition("</nav>")[0]
    org = Organization.objects.get(slug="coursive")
    assert (org.name, org.on_track_pace) == ("Coursive SA", Decimal("0.95"))
    with tenancy.tenant(world.org.pk):
        event = AuditEvent.objects.get(object_type="organization")
    assert event.before == {"name": "Coursive", "tribe_label_plural": "Tribes", "on_track_pace": "0.9"}
    assert f"/o/coursive/undo/{event.change}/" in page
    admin.post(f"/o/coursive/undo/{event.change}/")
    org.refresh_from_db()
    assert (org.name, org.on_track_pace, org.revision) == ("Coursive", Decimal("0.90"), 3)


def test_a_threshold_shows_at_once_on_kept_pages(admin, world):
    """Carol's key result: 29 % of the way, 38 % expected: pace 76 %."""
    path = f"/o/coursive/key-results/{world.strategic_kr.pk}/"
    first = admin.get(path)
    assert 'class="pill risk' in first.content.decode().partition("<main")[2]
    admin.post(URL, {**form_of(admin), "at_risk_pace": "80"})
    admin.get(URL)  # its toast is read
    again = admin.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert 'class="pill off' in again.content.decode().partition("<main")[2]


def test_nothing_changed_is_said_and_not_recorded(admin, world):
    assert "Nothing to save" in admin.post(URL, form_of(admin), follow=True).content.decode()
    with tenancy.tenant(world.org.pk):
        assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "required"),
        ("name", "N" * 81, "80"),
        ("tribe_label", "", "required"),
        ("language", "xx", "valid choice"),
        ("time_zone", "Mars/Olympus", "valid choice"),
        ("currency", "₿", "valid choice"),
        ("year_starts_month", "13", "valid choice"),
        ("on_track_pace", "", "required"),
        ("on_track_pace", "101", "At most 100%"),
        ("on_track_pace", "12,5", "whole percentage"),
        ("on_track_pace", "-5", "whole percentage"),
        ("on_track_pace", "٩٠", "whole percentage"),
        ("on_track_pace", "60", "begins below"),
        ("at_risk_pace", "90", "begins below"),
        ("at_risk_pace", "0", "begins below"),
        ("grace_share", "100", "Less than 100%"),
        ("stale_days", "61", "60"),
        ("stale_days", "a week", "whole number"),
        ("low_confidence", "0", "1"),
        ("low_confidence", "10", "9"),
        ("confidence_fall", "99999999999999999999", "9"),
        ("tribe_cadence", "daily", "valid choice"),
        ("due_weekday", "6", "valid choice"),
        ("due_hour", "24", "valid choice"),
        ("due_hour", "", "required"),
        ("holiday_country", "XX", "valid choice"),
        ("holiday_region", "BER", "Choose a region of this country"),
        ("objectives_limit", "0", "1"),
        ("objectives_limit", "11", "10"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(admin, field, typed, message):
    before = Organization.objects.values().get(slug="coursive")
    answer = admin.post(URL, {**form_of(admin), field: typed, "tagline": "Kept while typing"})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert message in errors[field][0]
    assert 'value="Kept while typing"' in answer.content.decode()
    assert Organization.objects.values().get(slug="coursive") == before


def test_a_percentage_is_refused_in_the_words_of_its_reader(admin, world):
    User.objects.filter(pk=world.dan.user.pk).update(language="fr")
    answer = admin.post(URL, {**form_of(admin), "on_track_pace": "12,5\u00a0%", "at_risk_pace": "120 %"})
    errors = answer.context["form"].errors
    assert errors["on_track_pace"] == ["Saisissez un pourcentage entier, comme 90."]
    assert errors["at_risk_pace"] == ["100\u00a0% au plus."]
    assert 'value="12,5\u00a0%"' in answer.content.decode()


def decided_at(page: str) -> str:
    return re.search(r'name="decided_at" value="(\d+)"', page).group(1)


def test_a_third_change_is_asked_for_again(admin):
    mine, theirs = form_of(admin), form_of(admin)
    admin.post(URL, {**theirs, "name": "Their name"})
    page = admin.post(URL, {**mine, "name": "My name"}).content.decode()
    admin.post(URL, {**form_of(admin), "name": "Their second name"})
    typed = {**mine, "name": "My name", "decided_at": decided_at(page), "keep-name": "mine"}
    answer = admin.post(URL, typed)
    assert answer.status_code == 409
    assert "Their second name" in answer.content.decode()
    assert admin.post(URL, {**typed, "decided_at": decided_at(answer.content.decode())}).status_code == 302
    assert Organization.objects.get(slug="coursive").name == "My name"


def test_two_administrators_see_each_other_field_by_field(admin, world):
    mine, theirs = form_of(admin), form_of(admin)
    admin.post(URL, {**theirs, "name": "Their name", "tagline": "Their tagline"})
    # Other fields merge silently, what was left as it was does not go back.
    assert admin.post(URL, {**mine, "stale_days": "9"}).status_code == 302
    org = Organization.objects.get(slug="coursive")
    assert (org.name, org.tagline, org.stale_days) == ("Their name", "Their tagline", 9)
    answer = admin.post(URL, {**mine, "name": "My name", "tagline": "My tagline"})
    assert answer.status_code == 409
    page = answer.content.decode()
    for text in ("Their name", "Their tagline", 'value="My name"', 'value="My tagline"'):
        assert text in page
    assert "checked" not in page[page.index('name="keep-name"') :].split("</fieldset>")[0]  # nobody has chosen
    typed = {**mine, "name": "My name", "tagline": "My tagline", "decided_at": decided_at(page)}
    assert admin.post(URL, {**typed, "keep-name": "mine"}).status_code == 409  # the tagline is not decided yet
    # The form is still as old as it was: the days that somebody else changed do not go back with the second save.
    assert admin.post(URL, {**typed, "keep-name": "mine", "keep-tagline": "theirs"}).status_code == 302
    org.refresh_from_db()
    assert (org.name, org.tagline, org.stale_days) == ("My name", "Their tagline", 9)


def panel(page: str) -> dict[str, str]:
    """What a form sends of its conflict panel: the versions it shows, and what is chosen."""
    fields = dict(re.findall(r'<input type="hidden" name="(decided_at|clash-\w+)" value="([^"]*)"', page))
    fields |= re.findall(r'<input type="radio" name="(keep-\w+)" value="(\w+)" required checked', page)
    return {name: html.unescape(value) for name, value in fields.items()}


@pytest.mark.parametrize(("keeps", "name"), [("mine", "My name"), ("theirs", "Their name")])
def test_a_choice_stays_through_the_next_refusal(admin, keeps, name):
    """Refused for a field that cannot be, then for another clash: the name is not asked for again."""
    mine = {**form_of(admin), "name": "My name", "tagline": "My tagline"}
    admin.post(URL, {**form_of(admin), "name": "Their name"})
    chosen = {**panel(admin.post(URL, mine).content.decode()), "keep-name": keeps}
    refused = admin.post(URL, {**mine, **chosen, "stale_days": "61"})
    assert refused.status_code == 422
    kept = panel(refused.content.decode())
    assert kept["keep-name"] == keeps
    admin.post(URL, {**form_of(admin), "tagline": "Their tagline"})
    clash = admin.post(URL, {**mine, **kept})
    assert clash.status_code == 409
    kept = panel(clash.content.decode())
    assert "keep-tagline" not in kept
    assert admin.post(URL, {**mine, **kept, "keep-tagline": "mine"}).status_code == 302
    org = Organization.objects.get(slug="coursive")
    assert (org.name, org.tagline) == (name, "My tagline")


def test_a_choice_kept_meanwhile_is_no_answer_to_a_third_version(admin):
    mine = {**form_of(admin), "name": "My name"}
    admin.post(URL, {**form_of(admin), "name": "Their name"})
    chosen = {**panel(admin.post(URL, mine).content.decode()), "keep-name": "mine"}
    kept = panel(admin.post(URL, {**mine, **chosen, "stale_days": "61"}).content.decode())
    admin.post(URL, {**form_of(admin), "name": "Their second name"})
    answer = admin.post(URL, {**mine, **kept})
    assert answer.status_code == 409
    assert "Their second name" in answer.content.decode()
    assert "keep-name" not in panel(answer.content.decode())


@pytest.mark.parametrize(
    "packed", ["", "{}", "[1]", '["a","b","c","d","never",1]', "[" * 9999, '["a","b","c","d","2026-01-01",1]']
)
def test_a_panel_that_nobody_was_shown_is_ignored(admin, packed):
    sent = {"decided_at": "0", "keep-name": "mine", "clash-name": packed, "name": ""}
    answer = admin.post(URL, {**form_of(admin), **sent})
    assert answer.status_code == 422
    assert "clash-name" not in answer.content.decode()


# ── The rhythm of check-ins ──────────────────────────────────────────────────


def due_days(world):
    with tenancy.tenant(world.org.pk):
        rows = KeyResult.objects.in_bulk([world.key_result.pk, world.strategic_kr.pk])
        return [rows[pk].next_due_on for pk in (world.key_result.pk, world.strategic_kr.pk)]


def test_due_days_follow_the_rhythm_and_its_undo(admin, world):
    """The tribe's was checked in on Tuesday of last week, the strategic one yesterday."""
    admin.post(URL, {**form_of(admin), "due_weekday": "4"})
    assert due_days(world) == [dt.date(2026, 5, 22), dt.date(2026, 6, 26)]  # Friday; the last Friday of next month
    admin.post(URL, {**form_of(admin), "tribe_cadence": "biweekly"})
    assert due_days(world) == [dt.date(2026, 5, 29), dt.date(2026, 6, 26)]
    admin.post(URL, {**form_of(admin), "tribe_cadence": "monthly", "strategic_cadence": "weekly"})
    assert due_days(world) == [dt.date(2026, 6, 26), dt.date(2026, 5, 29)]
    with tenancy.tenant(world.org.pk):
        change = AuditEvent.objects.filter(object_type="organization").first().change
    admin.post(f"/o/coursive/undo/{change}/")
    assert due_days(world) == [dt.date(2026, 5, 29), dt.date(2026, 6, 26)]


def test_what_was_never_checked_in_stays_due_in_its_week(admin, world):
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(checked_on=None, next_due_on=dt.date(2026, 5, 27))
        draft = factories.key_result(world.objective, stage="draft", next_due_on=None)
    admin.post(URL, {**form_of(admin), "due_weekday": "0"})
    assert due_days(world)[0] == dt.date(2026, 5, 26)  # Whit Monday is a public holiday
    with tenancy.tenant(world.org.pk):
        assert KeyResult.objects.get(pk=draft.pk).next_due_on is None


def test_due_days_follow_public_holidays(admin, world):
    """Both are due on Wednesdays; with Thursdays, on 14 May 2026 Ascension."""
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(checked_on=dt.date(2026, 5, 7))
    admin.post(URL, {**form_of(admin), "due_weekday": "3"})
    assert due_days(world)[0] == dt.date(2026, 5, 15)
    admin.post(URL, {**form_of(admin), "holiday_country": ""})
    assert due_days(world)[0] == dt.date(2026, 5, 14)
    with tenancy.tenant(world.org.pk):
        change = AuditEvent.objects.filter(object_type="organization").first().change
    admin.post(f"/o/coursive/undo/{change}/")
    assert due_days(world)[0] == dt.date(2026, 5, 15)


def test_due_days_follow_a_region(admin, world):
    """Good Friday is a public holiday in Moselle, before a weekend and Easter Monday."""
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.key_result.pk).update(checked_on=dt.date(2026, 3, 27))
    admin.post(URL, {**form_of(admin), "due_weekday": "4"})
    assert due_days(world)[0] == dt.date(2026, 4, 3)
    admin.post(URL, {**form_of(admin), "holiday_region": "57"})
    assert due_days(world)[0] == dt.date(2026, 4, 7)


def test_what_moved_out_of_its_week_goes_back_to_it(admin, world):
    """Never checked in, due in the week of Friday 1 May, so on Monday 4 May."""
    with tenancy.tenant(world.org.pk):
        Organization.objects.filter(pk=world.org.pk).update(due_weekday=4)
        KeyResult.objects.filter(pk=world.key_result.pk).update(checked_on=None, next_due_on=dt.date(2026, 5, 4))
    admin.post(URL, {**form_of(admin), "due_weekday": "2"})
    assert due_days(world)[0] == dt.date(2026, 4, 29)
    admin.post(URL, {**form_of(admin), "due_weekday": "4"})
    assert due_days(world)[0] == dt.date(2026, 5, 4)


def test_regions_follow_the_country(admin):
    """Without JavaScript: the wrong region is said beside its field, which now offers those of the country."""
    admin.post(URL, {**form_of(admin), "holiday_region": "57"})
    answer = admin.post(URL, {**form_of(admin), "holiday_country": "DE"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"holiday_region": ["Choose a region of this country, or none."]}
    page = answer.content.decode()
    assert '<option value="BE">Berlin</option>' in page
    assert 'value="57"' not in page
    assert admin.post(URL, {**form_of(admin), "holiday_country": "DE", "holiday_region": "BE"}).status_code == 302
    org = Organization.objects.get(slug="coursive")
    assert (org.holiday_country, org.holiday_region) == ("DE", "BE")
    # While one chooses, the page offers the regions of another country, and saves nothing.
    page = admin.get(URL, {"holiday_country": "ES"}).content.decode()
    assert "Andalucía" in page
    assert ">Bayern<" not in page
    assert ">Bayern<" in admin.get(URL, {"holiday_country": "Atlantis"}).content.decode()


def test_the_page_says_when_the_next_check_ins_are_due(admin, world):
    """Today is Tuesday 19 May 2026, noon in Paris."""

    def said():
        page = admin.get(URL).content.decode()
        return re.findall(r"<li>(.*?)</li>", page.partition('id="next-check-ins"')[2].partition("</ul>")[0])

    moved = "The next that moves: Thu 12 Nov, 09:00, moved from Wed 11 Nov (Armistice Day)."
    assert said() == ["Next, of the teams: Wed 20 May, 09:00.", "Next, of the strategy: Wed 27 May, 09:00.", moved]
    admin.post(URL, {**form_of(admin), "due_weekday": "0", "due_hour": "17"})
    assert said()[0] == "Next: Tue 26 May, 17:00, moved from Mon 25 May (Pentecost Monday)."
    admin.post(URL, {**form_of(admin), "holiday_country": ""})
    assert said() == ["Next: Mon 25 May, 17:00."]
    admin.post(URL, {**form_of(admin), "due_weekday": "1", "due_hour": "13"})
    assert said()[0] == "Next, of the teams: Tue 19 May, 13:00."
    admin.post(URL, {**form_of(admin), "due_hour": "12"})  # has struck
    assert said() == ["Next: Tue 26 May, 12:00."]


def test_other_settings_leave_due_days_alone(admin, world):
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.update(next_due_on=dt.date(2026, 5, 1))
    admin.post(URL, {**form_of(admin), "name": "Coursive SA"})
    assert due_days(world) == [dt.date(2026, 5, 1)] * 2


def test_the_neighbours_due_days_stay(admin, world):
    other = factories.world("other")
    before = due_days(other)
    admin.post(URL, {**form_of(admin), "due_weekday": "4"})
    assert due_days(other) == before


# ── Who ──────────────────────────────────────────────────────────────────────


def test_the_action_is_for_administrators_of_this_organization(world):
    other = factories.world("other")
    with tenancy.tenant(world.org.pk):
        with pytest.raises(PermissionDenied):
            change_settings(world.org, {"name": "Mine"}, by=Actor(world.carol))
        with pytest.raises(PermissionDenied):
            change_settings(other.org, {"name": "Mine"}, by=Actor(world.dan))
        with pytest.raises(RuleBroken):
            change_settings(world.org, {"on_track_pace": Decimal("1.2")}, by=Actor(world.dan))


def test_pages_are_for_administrators(world, client):
    client.force_login(world.coach.user, backend=BACKEND)
    assert client.get(URL).status_code == 403
    for path in ("", "logo/", "colour/"):
        assert client.post(f"{URL}{path}").status_code == 403


# ── Logo ─────────────────────────────────────────────────────────────────────


def picture(kind="PNG", size=(600, 300), colour=(200, 30, 30), name="logo.png"):
    encoded = io.BytesIO()
    Image.new("RGB", size, colour).save(encoded, kind)
    return SimpleUploadedFile(name, encoded.getvalue(), content_type="application/x-whatever")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_encoded_anew_and_shown_to_members_only(admin, world, client, kind):
    answer = admin.post(f"{URL}logo/", {"logo": picture(kind, name="../../evil.html")}, follow=True)
    page = answer.content.decode()
    assert "Logo saved" in page
    shown = re.search(r'<img src="(/o/coursive/logo.png\?v=\d+)"', page).group(1)
    sent = admin.get(shown.replace("&amp;", "&"))
    assert sent["Content-Type"] == "image/png"
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert "private" in sent["Cache-Control"]
    with Image.open(io.BytesIO(b"".join(sent.streaming_content))) as stored:
        assert (stored.format, stored.size) == ("PNG", (256, 128))
    assert "evil" not in Organization.objects.get(slug="coursive").logo.name
    stranger = factories.world("other")
    client.force_login(stranger.dan.user, backend=BACKEND)
    assert client.get("/o/coursive/logo.png").status_code == 404
    client.logout()
    assert client.get("/o/coursive/logo.png").status_code == 302


def test_a_logo_is_removed_and_comes_back_by_undo(admin, world):
    admin.post(f"{URL}logo/", {"logo": picture()})
    admin.post(f"{URL}logo/", {"remove": "1"})
    assert admin.get("/o/coursive/logo.png").status_code == 404
    with tenancy.tenant(world.org.pk):
        change = AuditEvent.objects.filter(object_type="organization").first().change
    admin.post(f"/o/coursive/undo/{change}/")
    assert admin.get("/o/coursive/logo.png").status_code == 200
    admin.post(f"{URL}logo/", {"remove": "1"})
    assert admin.post(f"{URL}logo/", {"remove": "1"}).status_code == 302  # again


def hostile_files():
    whole = picture().read()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    gif = io.BytesIO()
    Image.new("P", (9, 9)).save(gif, "GIF")
    return {
        "html": b"<html><script>alert(1)</script>",
        "svg": svg,
        "gif": gif.getvalue(),
        "cut": whole[:60],
        "empty chunk": b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
        "text": "é".encode() * 50,
    }


@pytest.mark.parametrize("name", hostile_files())
def test_what_is_no_picture_is_refused_whatever_it_calls_itself(admin, name):
    upload = SimpleUploadedFile("logo.png", hostile_files()[name], content_type="image/png")
    answer = admin.post(f"{URL}logo/", {"logo": upload})
    assert answer.status_code == 422
    assert "no PNG, JPEG or WebP picture" in answer.content.decode()
    assert not Organization.objects.get(slug="coursive").logo
    assert not default_storage.exists("logos")


def test_a_picture_whose_logo_is_refused_is_not_kept(admin, world):
    admin.post(f"{URL}logo/", {"logo": picture()})
    stored = default_storage.listdir("logos")[1]
    Organization.objects.filter(pk=world.org.pk).update(name=" ")
    answer = admin.post(f"{URL}logo/", {"logo": picture(colour=(0, 0, 0))})
    assert answer.status_code == 422
    assert "An organization has a name." in answer.content.decode()
    assert default_storage.listdir("logos")[1] == stored
    assert "An organization has a name." in admin.post(f"{URL}logo/", {"remove": "1"}, follow=True).content.decode()
    assert [Organization.objects.get(pk=world.org.pk).logo.name] == [f"logos/{name}" for name in stored]


def test_pictures_have_limits(admin):
    large = SimpleUploadedFile("logo.png", picture().read() + b"\x00" * logos.LARGEST_FILE)
    assert "At most 800 kB" in admin.post(f"{URL}logo/", {"logo": large}).content.decode()
    wide = admin.post(f"{URL}logo/", {"logo": picture(size=(logos.LARGEST_SIDE + 1, 1))})
    assert "At most 4000 pixels" in wide.content.decode()
    assert "Choose a picture" in admin.post(f"{URL}logo/", {}).content.decode()


# ── Colour ───────────────────────────────────────────────────────────────────


def test_a_colour_that_is_refused_says_why(admin, world):
    Organization.objects.filter(pk=world.org.pk).update(name=" ")
    answer = admin.post(f"{URL}colour/", {"colour": "#e2001a"}, follow=True)
    assert "An organization has a name." in answer.content.decode()
    assert Organization.objects.get(pk=world.org.pk).colour == ""


def test_a_colour_is_a_style_sheet_of_tokens(admin, world):
    assert "brand.css" not in admin.get(URL).content.decode()
    assert admin.get("/o/coursive/brand.css").content == b""
    page = admin.post(f"{URL}colour/", {"colour": "#E2001A"}, follow=True).content.decode()
    assert "Colour saved" in page
    assert "is made a little darker by day" in page
    href = re.search(r'href="(/o/coursive/brand.css\?v=\d+)"', page).group(1)
    sheet = admin.get(href)
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert re.fullmatch(
        r"@layer tokens\{:root\{(--[a-z0-9-]+:light-dark\(#[0-9a-f]{6},#[0-9a-f]{6}\);){5}\}\}\n",
        sheet.content.decode(),
    )
    page = admin.post(f"{URL}colour/", {"remove": "1"}, follow=True).content.decode()
    assert "Colour removed" in page
    assert "brand.css" not in page


@pytest.mark.parametrize("typed", ["", "red", "#12345", "#12345g", "#123456;}body{display:none", "url(//evil.example)"])
def test_a_colour_that_is_none_is_refused(admin, typed):
    answer = admin.post(f"{URL}colour/", {"colour": typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors["colour"]
    assert Organization.objects.get(slug="coursive").colour == ""


def grounds(theme):
    """The neutral grounds of tokens.css, as a browser shows them by day (0) or by night (1)."""
    text = (ROOT / "static/css/tokens.css").read_text()
    found = re.findall(r"--(?:paper|surface|raised|sunken): light-dark\(oklch\((.+?)\), oklch\((.+?)\)\)", text)
    assert len(found) == 4
    return [colours.from_oklch(tuple(float(part) for part in pair[theme].split())) for pair in found]


@given(st.integers(0, 0xFFFFFF))
def test_whatever_is_chosen_can_be_read_on_every_ground(number):
    for theme, accent in enumerate(colours.accents(f"#{number:06x}")):
        for ground in [*grounds(theme), accent.accent_soft]:
            assert colours.contrast(accent.accent, ground) >= 4.5, (theme, ground)
        for ground in (accent.accent, accent.accent_2):
            assert colours.contrast(accent.on_accent, ground) >= 4.5, (theme, ground)


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert colours.accents("#1a4fd6")[0].accent == "#1a4fd6"
    assert not colours.is_adjusted("#1A4FD6")
    assert colours.is_adjusted("#ffff00")


def test_colours_come_back_from_oklch():
    for red, green, blue in itertools.product((0, 51, 128, 200, 255), repeat=3):
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        assert colours.from_oklch(colours.to_oklch(colour)) == colour
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
