"""Every page in French and in English: nothing of the one language in the other, nothing that was never translated.

The organization's content is English. What stays as it is when a page is read in the other language must be content, a
word that both languages share, or one of UNTRANSLATED.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from django.apps import apps
from django.core.cache import cache as django_cache
from django.db import models
from django.test import Client

from orgs import tenancy, time_zones, working_days
from orgs.models import Organization, User
from scripts import translations
from tests import factories
from tests.factories import World
from tests.sweeps import routes
from tests.sweeps.reader import texts_of

# What pages say does not depend on the database: once is enough.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

UNTRANSLATED = {
    "Polaris": "the product's own name",
    "Quarter planning": "the name that the meeting goes by in both languages",
    "Français": "languages name themselves",
    "English": "languages name themselves",
    **dict.fromkeys(("Ctrl", "Esc", "Alt", "Shift", "Tab", "Enter", "Delete"), "names of keys"),
    "DRV;Drive": "an example of what is pasted",
    "nobody": "what was typed",
    "CHF": "a currency's own sign",
    **dict.fromkeys(("http://testserver/w/", "http://localhost:8000/w/"), "addresses that people pass on"),
    **dict.fromkeys(("localhost:8000/w/", "/screen"), "addresses as they are typed"),
    **dict.fromkeys(("PDF", "Excel"), "kinds of file"),
    **dict.fromkeys(("https://hooks.slack.com/…", "127.0.0.1/…cret"), "addresses of channels"),
}
PLACES = sorted(
    {
        *(place for _region, zones in time_zones.choices() for _name, place in zones),
        *(name for _code, name in working_days.country_choices("en")),
        *working_days.regions_of("FR").values(),
    },
    key=len,
    reverse=True,
)
WORD = re.compile(r"[^\W\d_]{3,}")
LETTERS = re.compile(r"[^\W\d_]+")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%s|\{\w+\}")
OUTSIDE = (
    "/accounts/login/", "/accounts/signup/", "/accounts/inactive/", "/accounts/password/reset/",
    "/accounts/password/reset/done/", "/accounts/password/reset/key/done/", "/accounts/password/reset/key/1-wrong/",
    "/accounts/confirm-email/", "/accounts/confirm-email/wrong/", "/offline/", "/nowhere/", "/invitations/nothing/",
)  # fmt: skip
SIGNED_IN = ("/organizations/", "/organizations/new/", "/profile/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/",
             "/accounts/reauthenticate/")  # fmt: skip
# Forms sent empty or wrong: their answers are pages too.
WRONG_FORMS = {
    "/accounts/password/change/": {"oldpassword": "no", "password1": "short", "password2": "other"},
    "/accounts/email/": {"action_add": "", "email": "no address"},
}


@cache
def pattern(text: str) -> re.Pattern[str]:
    """What a text of the catalog looks like on a page, whatever stands in its placeholders."""
    parts = [re.escape(" ".join(part.split())) for part in PLACEHOLDER.split(text.replace("%%", "%"))]
    return re.compile((r"\b" if text[:1].isalnum() else "") + ".+?".join(parts) + r"(?!\w)")


def words(text: str) -> int:
    return len(LETTERS.findall(PLACEHOLDER.sub(" ", text.replace("%%", "%"))))


@cache
def interface() -> tuple[tuple[str, str], ...]:
    """Every text of the catalog that is not the same in both languages: English, French."""
    found = []
    for message in translations.read("fr"):
        if message.id:
            english = (message.id,) if isinstance(message.id, str) else message.id
            french = (message.string,) if isinstance(message.string, str) else message.string
            found += [pair for pair in zip(english, french, strict=True) if pair[0] != pair[1]]
    return tuple(found)


@cache
def of_both_languages() -> frozenset[str]:
    """Texts of the catalog that French says as English does: "Sponsor"."""
    found = set()
    for message in translations.read("fr"):
        english = (message.id,) if isinstance(message.id, str) else message.id
        french = (message.string,) if isinstance(message.string, str) else message.string
        found |= {one for one, other in zip(english, french, strict=True) if one and one == other}
    return frozenset(found)


def foreign(texts: set[str], language: str, content: Iterable[str] = ()) -> list[str]:
    """Texts of the catalog that stand on a page in the wrong language, and that nobody wrote there."""
    pairs = [(french, english) if language == "en" else (english, french) for english, french in interface()]
    right = {own for _other, own in pairs} | of_both_languages() | set(content)
    found = list(dict.fromkeys(other for other, _own in pairs if other in texts and other not in right))
    page = "\n".join(texts)
    for other, own in pairs:
        if words(other) >= 3 and not pattern(other).search(own) and (hit := pattern(other).search(page)):
            found.append(f"{other!r} in {hit[0]!r}")
    return found


# ── The pages ────────────────────────────────────────────────────────────────


def busy(world: World) -> list[str]:
    """More than one page can show with the rows of `factories.world`; returns the addresses of it."""
    with tenancy.tenant(world.org.pk):
        factories.check_in(world.key_result, "87", comment="Two sites more.", mood="blocked", confidence=3)
        factories.initiative(world.quarter, world.other_tribe, state="planned", title="Bags that fold", position=2)
        done = factories.key_result(world.objective, title="The lane opens", unit="done", direction="done",
                                    start=None, target=None, owner=world.alice)  # fmt: skip
        band = factories.key_result(world.objective, title="Waste", direction="within", start=None, target=None,
                                    low=2, high=4, owner=world.alice)  # fmt: skip
        drafts = world.extra["planning"].quarter
        draft = factories.tribe_objective(drafts, world.tribe, title="Nobody waits in the rain.", position=2)
        proposed = factories.key_result(draft, title="Roofs over lanes", stage="draft", start=None, source="")
        past = factories.quarter(world.year, 1, "closed")
        over = factories.tribe_objective(past, world.tribe, title="The lane is easy to find.")
        factories.key_result(over, title="Lost customers", stage="scored", score="0.4", current=85,
                             miss_reason="Signs came late.", learning="Signs first.")  # fmt: skip
    org, key_result, year = f"/o/{world.org.slug}", f"/o/{world.org.slug}/key-results", world.year.number
    strategy = f"{org}/strategy/{year}/"
    return [
        *(f"{org}/tribes/DRV/{quarter}/?view={view}" for quarter in ("2026-q1", "2026-q2", "2026-q3")
          for view in ("okrs", "initiatives", "check-ins")),
        *(f"{key_result}/{pk}/" for pk in (world.strategic_kr.pk, done.pk, band.pk, proposed.pk)),
        f"{key_result}/{world.key_result.pk}/?history=all",
        f"{org}/check-in/{done.pk}/", f"{org}/check-in/{band.pk}/", f"{org}/check-in/{proposed.pk}/",
        f"{org}/check-in/?done=1", f"{org}/objectives/{world.strategic.pk}/",
        f"{strategy}?open={world.strategic_kr.pk}", f"{strategy}?q=zzz&status=at_risk", f"{org}/strategy/1999/",
        f"{strategy}moved/?level=tribe&since=30", f"{strategy}moved/?since=2026-05-19",
        f"{strategy}coverage/?quarter=2026-q3", f"{org}/tribes/LAD/",
    ]  # fmt: skip


def addresses(world: World) -> list[str]:
    with tenancy.tenant(world.org.pk):
        return [routes.address(name, world.org.slug, world) for name in routes.ORG_ROUTES]


def read(client: Client, language: str, paths: list[str], forms: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    """The texts of each page; of what answers with anything else than a page, nothing."""
    found = {}
    answers = [(path, client.get(path, follow=True)) for path in paths]
    answers += [(f"POST {path}", client.post(path, data)) for path, data in forms.items()]
    for path, answer in answers:
        if answer["Content-Type"].startswith("text/html") and b"<html" in answer.content:
            page = answer.content.decode()
            assert f'<html lang="{language}"' in page, path
            found[path] = texts_of(page)
    return found


def content_of(org: Organization) -> list[str]:
    """Whatever people wrote: every text stored in the database, the longest first."""
    found = set()
    with tenancy.tenant(org.pk):
        for model in apps.get_models():
            if model._meta.app_label in ("orgs", "okr", "reminders", "reviews", "workshops", "planning"):
                names = [row.name for row in model._meta.fields if isinstance(row, models.CharField | models.TextField)]
                rows = model._default_manager.values_list(*names) if names else []
                found |= {str(value) for row in rows for value in row if isinstance(value, str)}
    return sorted((" ".join(text.split()) for text in found if WORD.search(text)), key=len, reverse=True)


def untranslated(both: set[str], content: list[str]) -> Iterator[str]:
    """Of the texts that a page shows in both languages, those that are neither content nor shared words."""
    parts = sorted((*UNTRANSLATED, *content), key=len, reverse=True)
    shared = [pattern(text) for text in sorted(of_both_languages(), key=len, reverse=True) if WORD.search(text)]
    for text in both:
        rest = text
        for part in parts:
            rest = rest.replace(part, "")
        for word in shared:
            rest = word.sub("", rest)
        if WORD.search(rest):
            yield text


@pytest.fixture
def compare(signed_in):
    """Read pages in both languages as somebody and say what is wrong with them."""

    def compare(member, paths, forms, content):
        content = [*PLACES, *content]
        read_in = {}
        for language in ("en", "fr"):
            client = signed_in(member, headers={"Accept-Language": language})
            if member is not None:
                User.objects.filter(pk=member.user_id).update(language=language)
            django_cache.clear()
            read_in[language] = read(client, language, paths, forms)
        assert read_in["en"].keys() == read_in["fr"].keys() != set()
        found = []
        for language, pages in read_in.items():
            for path, texts in pages.items():
                found += [f"{path} in {language}: {text}" for text in foreign(texts, language, content)]
        for path, texts in read_in["fr"].items():
            found += [
                f"{path}: {text!r} is the same in both" for text in untranslated(texts & read_in["en"][path], content)
            ]
        return sorted(set(found))

    return compare


# ── What must hold ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_nothing_is_left_to_translate(language):
    assert translations.problems(language) == []


def test_the_sweep_sees_what_it_looks_for():
    page = {"Résultats clés", "Key results", "Lead", "Left: Save and go to B1", "Sponsor"}
    assert sorted(foreign(page, "fr")) == ["'Save and go to %(code)s' in 'Save and go to B1'", "Key results", "Lead"]
    assert foreign(page, "en") == ["Résultats clés"]
    assert list(untranslated({"Bob, Tech", "Save it", "12 %"}, ["Bob"])) == ["Save it"]


@pytest.mark.parametrize("person", ["alice", "carol", "dan"])
def test_each_page_keeps_to_the_readers_language(person, ours, compare):
    paths = [*addresses(ours), *busy(ours)]
    member = getattr(ours, person)
    forms = {
        f"/o/ours/check-in/{ours.key_result.pk}/": {"value": "much", "confidence": "11"},
        f"/o/ours/key-results/{ours.strategic_kr.pk}/rationale/": {"budget_share": "101", "revenue_effect": "a lot"},
        "/o/ours/settings/people/invite/": {"emails": "nobody"},
        "/o/ours/settings/structure/tribes/new/": {"code": "x"},
        f"/o/ours/settings/people/{ours.alice.pk}/end/": {},
        "/o/ours/settings/api-keys/": {},
        "/o/ours/settings/organization/": {"on_track_pace": "many"},
        "/o/ours/settings/periods/new/": {"starts_on": "never"},
        "/o/ours/settings/wording/": {},
        "/o/ours/first-steps/tribes/": {"text": "code;name\nTOOLONG;Drive"},
        "/profile/": {},
        "/organizations/new/": {},
        **WRONG_FORMS,
    }
    assert compare(member, [*paths, *SIGNED_IN], forms, content_of(ours.org)) == []


def test_an_organization_with_nothing_yet_keeps_to_the_readers_language(compare, db):
    org = factories.organization("empty", name="Halle Nova")
    member = factories.member(org, "Dan Admin", "administrator")
    paths = [
        "",
        "check-in/",
        "strategy/",
        "tribes/",
        "first-steps/departments/",
        "first-steps/tribes/",
        "first-steps/year/",
        "first-steps/objective/",
        "settings/people/",
        "settings/people/invite/",
        "settings/structure/",
        "settings/organization/",
        "settings/periods/",
        "settings/periods/new/",
        "settings/wording/",
        "settings/audit/",
        "settings/api-keys/",
    ]
    assert compare(member, [f"/o/empty/{path}" for path in paths], {}, content_of(org)) == []


def test_a_visitor_is_met_in_one_language(compare, db):
    forms = {"/accounts/login/": {"login": "who@example.org", "password": "wrong"}, "/accounts/password/reset/": {}}
    assert compare(None, [*OUTSIDE], forms, ["who@example.org"]) == []


@pytest.mark.parametrize(
    ("language", "known", "unknown", "confirm"),
    [
        ("en", "Choose a new password", "No account with this address", "Confirm your address"),
        ("fr", "Choisissez un nouveau mot de passe", "Aucun compte avec cette adresse", "Confirmez votre adresse"),
    ],
)
def test_mails_are_in_one_language(language, known, unknown, confirm, ours, signed_in, mailoutbox):
    django_cache.clear()
    ours.bob.user.emailaddress_set.update(verified=False)
    client = signed_in(None, headers={"Accept-Language": language})
    for email in (ours.alice.user.email, "nobody@example.org"):
        client.post("/accounts/password/reset/", {"email": email})
    client.post("/accounts/login/", {"login": ours.bob.user.email, "password": factories.PASSWORD})
    assert [mail.subject for mail in mailoutbox] == [f"Polaris · {subject}" for subject in (known, unknown, confirm)]
    for mail in mailoutbox:
        assert foreign({" ".join(line.split()) for line in mail.body.splitlines()}, language) == []
        assert "example.com" not in mail.body
        assert "testserver" not in re.sub(r"http://testserver/\S+", "", mail.body)
