"""Search: what is found by what people type, in which order, by whom; and what is not found."""

import datetime as dt
import html
import re
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from okr.models import Comment, KeyResult, StepTarget
from okr.search.lexicon import Lexicon
from okr.search.text import fold, marked, words
from orgs import tenancy
from orgs.actions.audit import Actor, record
from orgs.models import Membership, Organization, Role
from tests import factories
from tests.factories import TODAY

# ── Texts ──


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Rétention", "retention"),
        ("ŒUVRE, cœur et Ægir", "oeuvre, coeur et aegir"),
        ("re\u0301tention", "retention"),  # decomposed, as a Mac types it
        ("Straße", "strasse"),
        ("ＤＲＶ", "drv"),
        ("حملة", "حملة"),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’appel d'aide", ["l", "appel", "d", "aide"]),
        ("KR 1.3", ["kr", "1.3"]),
        ("59,2 %", ["59.2"]),
        ("DRV-A2", ["drv", "a2"]),
        ("« points manquants »", ["points", "manquants"]),
        ("1.", ["1"]),
        ("%_'\"\\", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("Ruptures annoncées", {"ruptures": 7}, "[Rupture]s annoncées"),
        ("Le cœur de l’œuvre", {"coeur": 3, "oeuvre": 6}, "Le [cœ]ur de l’[œuvre]"),
        ("re\u0301tention", {"retention": 5}, "[réten]tion"),
        ("à 59,2 %", {"59.2": 4}, "à [59,2] %"),
        ("<b>gras</b>", {"gras": 4}, "<b>[gras]</b>"),
        ("Rien", {}, "Rien"),
    ],
)
def test_marks(text, marks, expected):
    pieces = marked(text, marks)
    assert "".join(f"[{piece}]" if found else piece for piece, found in pieces) == expected


TITLES = [
    "Taux de rétention à 90 jours",
    "Délai de livraison à domicile",
    "Réclamations par commande",
    "Commandes e-commerce livrées",
    "Panier moyen",
    "Ticket moyen par visite",
    "Orders ready on arrival",
]
LEXICON = Lexicon.of([(title, 1.0)] for title in TITLES)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("reten", [0]),
        ("RÉTENTION", [0]),
        ("retention taux", [0]),
        ("le taux de la retention", [0]),  # words that tell nothing need not be there
        ("livrasion", [1]),
        ("livaison", [1]),
        ("livraisson domicile", [1]),
        ("reclmation", [2]),
        ("reclmat", [2]),  # mistyped, and not finished yet
        ("réclamation commandes", [2]),  # singular and plural
        ("ecommerce", [3]),
        ("e-commerce", [3]),
        ("commerce", [3]),
        ("moyen", [4, 5]),
        ("moyen visite", [5]),
        ("mo", [4, 5]),
        ("oders redy", [6]),
        ("panier visite", []),  # each is there, but not together: nothing is guessed
        ("xyzzy", []),
        ("lvr", []),  # too short to guess at
        ("banier", [4]),
        ("vanie", []),  # too short for another beginning
        ("91", []),  # figures mean what they say
        ("", []),
        ("?!", []),
    ],
)
def test_lexicon(question, found):
    assert sorted(LEXICON.find(question).scores) == found


def test_whole_words_come_before_beginnings_and_both_before_mistakes():
    lexicon = Lexicon.of([("commercial", 1.0)] for _ in "x")
    texts = ["Marges", "Marge", "Margesecours"]
    scores = Lexicon.of([(text, 1.0)] for text in texts).find("marge").scores
    assert sorted(scores, key=scores.__getitem__, reverse=True) == [1, 0, 2]
    assert 0 < lexicon.find("comercial").scores[0] < lexicon.find("commerc").scores[0] < 1


def test_many_words_are_bounded():
    assert LEXICON.find("moyen " * 500 + " ".join(f"mot{number}" for number in range(500))).scores == {}


# ── The page ──


@pytest.fixture
def search(client, world):
    def search(question="", who=world.bob, part=True, **more):
        client.force_login(who.user)
        headers = {"HX-Request": "true"} if part else {}
        response = client.get(reverse("search", args=[world.org.slug]), {"q": question, **more}, headers=headers)
        assert response.status_code == 200
        return response.content.decode()

    return search


def groups(page: str) -> dict[str, list[str]]:
    """Texts of the results by the name of their group."""
    found = {}
    for group in page.split('<div role="group" aria-label="')[1:]:
        name, _, rest = group.partition('"')
        options = re.findall(r'role="option".*?>(.*?)</(?:a|button)>', rest, re.DOTALL)
        found[html.unescape(name)] = [text_of(option) for option in options]
    return found


def text_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", re.sub("</?mark>", "", markup))).split())


def first(page: str) -> str:
    return next(iter(groups(page).values()))[0]


def changed(world) -> None:
    record(Actor(world.dan), "renamed", world.tribe)


def test_every_kind_is_found_with_how_it_stands(world, search):
    Membership.objects.filter(pk=world.alice.pk).update(title="Orders lead")
    Comment.objects.create(
        key_result=world.key_result, author=world.bob, text="The orders wait at the door", client_id=uuid.uuid4()
    )
    factories.check_in(world.key_result, "87", comment="Late orders halved.", author=world.alice)
    world.objective.title = "Orders leave with a smile"
    world.objective.save()
    world.initiative.title = "Orders on one screen"
    world.initiative.save()
    world.other_tribe.name = "Orders at home"
    world.other_tribe.save()
    changed(world)
    found = groups(search("orders"))
    assert found == {
        "Objectives": ["DRV Orders leave with a smile A 58% On track"],
        "Key results": [
            "DRV Orders ready when the customer arrives A1 87% On track",
            "1.1 Missing items replaced by one that the customer accepts 59.2% At risk",  # "Share of orders"
        ],
        "Initiatives": ["DRV Orders on one screen In progress"],
        "Tribes": ["LAD Orders at home No data yet"],
        "People": ["P AO Alice Owner, Product Alice Owner Orders lead DRV"],
        "Comments and notes": [
            "The orders wait at the door Bob Colleague · DRV A1 · 19 May",
            "Late orders halved. Alice Owner · DRV A1 · 19 May",
        ],
    }


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("1.1", "Missing items"),
        ("A1", "Orders ready"),
        ("drv a1", "Orders ready"),
        ("DRV-A1", "Orders ready"),
        ("A1 drive", "Orders ready"),
        ("drive orders", "Orders ready"),
        ("orders alice", "Orders ready"),
        ("arrives customer", "Orders ready"),
        ("ORDRES READY", "Orders ready"),
        ("mising itmes", "Missing items"),
        ("Q2 orders", "Orders ready"),
        ("t2 orders", "Orders ready"),
        ("kr 1.1", "Missing items"),
        ("share of orders", "Orders ready"),  # its metric
        ("slot", "One-screen slot choice"),
        ("DRV", "Drive"),
        ("driv", "Drive"),
        ("home delivry", "Home delivery"),
        ("alice", "Alice Owner"),
        ("owner alice", "Alice Owner"),
        ("d", "Drive"),
        ("everyday", "Everyday shopping"),
    ],
)
def test_what_people_type_finds_what_they_mean(search, question, title):
    assert title in first(search(question))


def test_french_titles_without_accents_and_accents_in_english(world, search):
    for title in ("Taux de rétention", "L’œuvre d’une équipe", "Coût par commande préparée"):
        factories.key_result(world.objective, title=title)
    changed(world)
    assert "Taux de rétention" in first(search("reten"))
    assert "L’œuvre" in first(search("oeuvre equipe"))
    assert "L’œuvre" in first(search("l'equipe"))
    assert "Coût" in first(search("COUT PREPAREE"))
    assert "Orders ready" in first(search("órders"))


def test_what_was_found_is_marked_and_titles_are_escaped(world, search):
    factories.key_result(world.objective, title="<script>alert(1)</script> Préparées à l’heure")
    changed(world)
    page = search("prepare")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>Prépar" in page
    assert "<script>" not in page
    assert "&lt;b&gt;" in search("<b>no such thing</b>")


def test_the_current_quarter_comes_first_and_another_is_named(world, search):
    past = factories.quarter(world.year, 1, state="closed")
    coming = factories.quarter(world.year, 3, state="draft")
    then = factories.tribe_objective(past, world.tribe)
    factories.key_result(then, title="Orders ready when the customer arrives", stage="scored")
    later = factories.tribe_objective(coming, world.tribe)
    factories.key_result(later, title="Orders ready when the customer arrives", stage="proposed")
    changed(world)
    assert groups(search("orders ready"))["Key results"] == [
        "DRV Orders ready when the customer arrives A1 86% On track",
        "DRV Orders ready when the customer arrives A1 · Q3 2026 Proposed",
        "DRV Orders ready when the customer arrives A1 · Q1 2026 No data yet",
    ]


def test_my_tribe_comes_first(world, search):
    theirs = factories.tribe_objective(world.quarter, world.other_tribe)
    factories.key_result(theirs, title="Parcels handed over")
    factories.key_result(world.objective, title="Parcels handed over")
    changed(world)
    assert [row[:3] for row in groups(search("parcels"))["Key results"]] == ["DRV", "LAD"]
    type(world.tribe).objects.filter(pk=world.tribe.pk).update(lead=None)
    world.tribe.seats.all().delete()
    type(world.tribe).objects.filter(pk=world.other_tribe.pk).update(lead=world.bob)
    changed(world)
    assert [row[:3] for row in groups(search("parcels"))["Key results"]] == ["LAD", "DRV"]


def test_what_is_not_chosen_yet_or_any_more_says_so(world, search):
    for stage in ("draft", "kept", "dropped"):
        factories.key_result(world.objective, title="Queue at the door", stage=stage, owner=world.alice)
    changed(world)
    rows = groups(search("queue", who=world.alice))
    assert sorted(row.split()[-1] for row in rows["Key results"]) == ["Draft", "Dropped", "Kept"]
    assert rows["Key results"][-1].endswith("Dropped")
    assert "Do" not in rows  # none of them takes check-ins


@pytest.mark.parametrize("gone", ["key result", "objective", "initiative", "tribe"])
def test_what_is_archived_is_not_found(world, search, gone):
    things = {
        "key result": (world.key_result, "arrives", "Orders ready"),
        "objective": (world.objective, "arrives", "Orders ready"),
        "initiative": (world.initiative, "slot", "One-screen"),
        "tribe": (world.tribe, "drive", "Drive"),
    }
    thing, question, title = things[gone]
    factories.check_in(world.key_result, "87", comment="The slot arrives on the drive.")
    changed(world)
    assert title in text_of(search(question))
    type(thing).objects.filter(pk=thing.pk).update(archived_at=timezone.now())
    changed(world)
    page = text_of(search(question))
    assert title not in page
    assert ("The slot" in page) is (gone == "initiative")  # words go with what they are about


def test_people_who_left_and_what_was_deleted_are_not_found(world, search):
    comment = Comment.objects.create(
        objective=world.objective, author=world.alice, text="Zanzibar", client_id=uuid.uuid4()
    )
    changed(world)
    assert "Zanzibar" in search("zanzibar")
    assert "Alice" in first(search("alice owner"))
    Comment.objects.filter(pk=comment.pk).update(deleted_at=timezone.now())
    Membership.objects.filter(pk=world.alice.pk).update(ended_at=timezone.now())
    changed(world)
    assert "Nothing found" in search("zanzibar")
    assert "People" not in groups(search("alice owner"))


def test_amounts_of_the_rationale_find_nothing(world, search):
    for secret in ("6400000", "6.4", "12 January", "CoDir of 12 January"):
        for who in (world.bob, world.sam):
            assert "Key results" not in groups(search(secret, who=who))


def test_another_organizations_things_are_not_found(world, search):
    other = factories.world("other")
    with tenancy.tenant(other.org.pk):
        factories.key_result(other.objective, title="Zanzibar shipments")
        changed(other)
        cache.clear()
    assert "Nothing found" in search("zanzibar")


def test_a_change_shows_at_once(world, search):
    assert "Nothing found" in search("queue")
    factories.key_result(world.objective, title="Queue at the door")
    assert "Nothing found" in search("queue")  # kept until an action says that something changed
    changed(world)
    assert "Queue at the door" in first(search("queue"))


def test_step_targets_are_minded(world, search):
    """Nothing is expected before summer, so 80.1 of 80 to 92 is on track."""
    seasonal = factories.key_result(world.objective, title="Seasonal", owner=world.alice)
    factories.check_in(seasonal, "80.1")
    changed(world)
    assert groups(search("seasonal"))["Key results"][0].endswith("Off track")
    StepTarget.objects.create(key_result=seasonal, on=TODAY + dt.timedelta(days=40), value=Decimal("80.1"))
    changed(world)
    assert groups(search("seasonal"))["Key results"][0].endswith("On track")


# ── Kinds, people, pages ──


def test_signs_ask_for_one_kind(search):
    assert set(groups(search("@a"))) == {"People"}
    assert set(groups(search("#dri"))) == {"Tribes"}
    assert len(groups(search("@"))["People"]) == 9
    assert [row[:3] for row in groups(search("#"))["Tribes"]] == ["DRV", "LAD"]
    assert "Nothing found for “@zzz”" in search("@zzz")


def test_many_results_are_bounded_and_all_are_a_page_away(world, search, client):
    for number in range(40):
        factories.key_result(world.objective, title=f"Parcel {number}")
    changed(world)
    rows = groups(search("parcel"))["Key results"]
    assert len(rows) == 7
    assert rows[-1] == "Show all 40"
    page = search("parcel", part=False)
    assert len(re.findall(r"<mark>Parcel</mark> \d", page)) == 6
    link = html.unescape(re.search(r'href="([^"]*kind=key_result[^"]*)"', page)[1])
    everything = client.get(link).content.decode()
    assert len(re.findall(r"<mark>Parcel</mark> \d", everything)) == 30
    rest = client.get(f"{link}&page=2").content.decode()
    assert len(re.findall(r"<mark>Parcel</mark> \d", rest)) == 10
    assert "Show all" not in everything


def test_a_person_leads_to_what_they_own(world, search, client):
    page = search("@alice")
    link = html.unescape(re.search(r'href="([^"]*person=\d+)"', page)[1])
    owned = client.get(link).content.decode().split("<main")[1].split("</main>")[0]
    assert "Alice Owner" in text_of(owned)
    assert "Orders ready" in text_of(owned)
    assert "Customers leave" in text_of(owned)
    assert f'href="{reverse("tribe", args=[world.org.slug, "DRV"])}"' in owned  # where she sits
    assert "Home delivery" not in owned
    assert "Missing items" not in text_of(owned)
    assert "owns no" in client.get(f"{link.split('=')[0]}={world.olga.pk}").content.decode()


def test_a_person_who_is_not_here_is_not_found(world, client):
    other = factories.world("other")
    client.force_login(world.bob.user)
    at = reverse("search", args=[world.org.slug])
    assert client.get(at, {"person": other.people["bob"].pk}).status_code == 404
    assert client.get(at, {"person": "9" * 18}).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["kind=nothing&q=orders", "person=x&q=orders", "page=x&kind=key_result&q=orders", "q=orders%00", "q=%20orders%20"],
)
def test_malformed_parameters_are_left_aside(world, client, query):
    client.force_login(world.bob.user)
    response = client.get(f"{reverse('search', args=[world.org.slug])}?{query}")
    assert response.status_code == 200
    assert "Orders</mark> ready" in response.content.decode()


@pytest.mark.parametrize("question", ["x" * 10_000, "🙂", "حملة", "%", "\\", "a " * 4000, "\u202eabc", "'; --"])
def test_anything_may_be_typed(search, question):
    assert "Traceback" not in search(question)


# ── Before a question, and without an answer ──


def test_before_a_question_my_own_come_first(world, search):
    other = factories.tribe_objective(world.quarter, world.other_tribe)
    theirs = factories.key_result(other, title="Parcels handed over", owner=world.carol)
    factories.check_in(theirs, "85")
    changed(world)
    mine = groups(search())["Suggestions"]
    assert "Orders ready" in mine[0]
    assert "Missing items" in mine[1]  # the strategy's, before another tribe's
    assert "Missing items" in groups(search(who=world.carol))["Suggestions"][0]
    assert groups(search())["Do"] == [
        "Record my check-ins",
        "My week",
        "Open the strategy",
        "Go to my Tribe",
        "See all Tribes",
    ]


def test_nothing_found_repeats_the_question_and_offers_what_to_do(search):
    page = search("zzqx <b>")
    assert "Nothing found for “zzqx &lt;b&gt;”" in page
    assert groups(page) == {
        "Do": ["Record my check-ins", "My week", "Open the strategy", "Go to my Tribe", "See all Tribes"]
    }
    assert "Nothing found for" in search("zzqx", part=False)


@pytest.mark.django_db
def test_an_organization_with_nothing_in_it_yet(client):
    org = factories.organization("empty")
    member = factories.member(org, "Eve First", Role.ADMINISTRATOR)
    client.force_login(member.user)
    at = reverse("search", args=[org.slug])
    page = client.get(at).content.decode()
    assert "Open the strategy" in page
    assert "Go to my Tribe" not in page  # there is none
    assert "See what moved" not in client.get(at, {"q": "moved"}).content.decode()  # nor a year
    assert "Eve First" in client.get(at, {"q": "eve"}).content.decode()


def test_how_many_is_said(search):
    assert 'data-said="1 result"' in search("everyday")
    assert re.search(r'data-said="\d+ results"', search("e"))
    assert 'data-said="Nothing found for “zzqx”"' in search("zzqx")


# ── Actions ──


@pytest.mark.parametrize(
    ("question", "label", "url_name"),
    [
        ("check in", "Record my check-ins", "check_in"),
        ("point d'avancement", "Record my check-ins", "check_in"),
        ("coverage", "Check the coverage", "coverage"),
        ("moved", "See what moved", "moved"),
        ("tribu", "Go to my Tribe", "tribe"),
        ("password", "Change my password", "account_change_password"),
    ],
)
def test_actions_are_found_by_name_in_both_languages(world, search, question, label, url_name):
    page = search(question)
    assert label in groups(page)["Do"]
    args = {
        "coverage": [world.org.slug, 2026],
        "moved": [world.org.slug, 2026],
        "tribe": [world.org.slug, "DRV"],
        "check_in": [world.org.slug],
        "account_change_password": [],
    }[url_name]
    assert f'href="{reverse(url_name, args=args)}"' in page


@pytest.mark.parametrize(
    ("question", "form", "sends"),
    [
        ("dark theme", "palette-theme", 'name="theme" value="dark"'),
        ("français", "palette-language", 'name="language" value="fr"'),
        ("sign out", "palette-out", 'name="" value=""'),
    ],
)
def test_settings_are_buttons_of_the_palettes_forms(search, question, form, sends):
    page = search(question, part=False)
    assert f'<form id="{form}" method="post"' in page
    assert re.search(rf'<button class="hit" type="submit" form="{form}" {sends}', page)


def test_pages_of_the_settings_are_for_those_who_may(world, search):
    assert "API keys" in groups(search("api", who=world.dan))["Do"]
    assert "Do" not in groups(search("api", who=world.bob)) or "API keys" not in groups(search("api"))["Do"]


def test_checking_in_is_offered_to_those_who_may(world, search):
    offer = "Check in on Orders ready when the customer arrives"
    assert offer in groups(search("orders", who=world.alice))["Do"]
    assert offer not in groups(search("orders", who=world.bob)).get("Do", [])
    KeyResult.objects.filter(pk=world.key_result.pk).update(owner=world.bob)
    changed(world)
    assert offer in groups(search("orders", who=world.bob))["Do"]


# ── Cost ──


def test_words_are_the_latest_thousand(world, search, monkeypatch):
    monkeypatch.setattr("okr.search.gather.LATEST_WORDS", 3)
    for number in range(5):
        with time_machine.travel(dt.datetime(2026, 5, 1 + number, tzinfo=dt.UTC)):
            factories.check_in(world.key_result, "87", comment=f"Zanzibar {number}")
    changed(world)
    rows = groups(search("zanzibar"))["Comments and notes"]
    assert [row.split()[1] for row in rows] == ["4", "3", "2"]


def test_fewer_than_twelve_queries_however_much_is_found(world, client):
    for number in range(30):
        objective = factories.tribe_objective(
            world.quarter, world.tribe, title=f"Parcels {number}", position=number + 2
        )
        row = factories.key_result(objective, title=f"Parcel {number}", owner=world.alice)
        StepTarget.objects.create(key_result=row, on=TODAY, value=Decimal("85"))
        factories.check_in(row, "85", comment="Parcels move")
        factories.initiative(world.quarter, world.tribe, row, title=f"Parcel {number}")
        factories.member(world.org, f"Parcel {number}")
    client.force_login(world.bob.user)
    at = reverse("search", args=[world.org.slug])
    for query, headers in (
        ({"q": "parcel"}, {}),
        ({"q": "parcel"}, {"HX-Request": "true"}),
        ({}, {}),
        ({"q": "@"}, {}),
    ):
        client.get(at, query)
        Organization.objects.filter(pk=world.org.pk).update(version=99)
        cache.clear()
        for most in (11, 3):  # nothing kept; then the index is
            with CaptureQueriesContext(connection) as queries:
                client.get(at, query, headers=headers)
            asked = [query for query in queries if "SAVEPOINT" not in query["sql"]]
            assert len(asked) <= most
