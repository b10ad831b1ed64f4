"""Settings ▸ Wording: the organization's own words of the coach."""

import pytest

from okr.actions.coach_words import WORDS_AT_MOST, normal
from okr.models import CoachWord
from orgs import tenancy
from orgs.models import AuditEvent
from tests import factories
from tests.factories import BACKEND

pytestmark = pytest.mark.django_db
URL = "/o/coursive/settings/wording/"
GOOD = {"word": "taux de casse", "kind": "outcome", "language": "fr"}


@pytest.fixture
def world():
    return factories.world("coursive")


def words(world):
    with tenancy.tenant(world.org.pk):
        return list(CoachWord.objects.values_list("language", "kind", "word"))


def test_words_are_added_and_taken_away(admin, world):
    page = admin.post(URL, GOOD, follow=True).content.decode()
    assert "“taux de casse” added" in page
    assert words(world) == [("fr", "outcome", "taux de casse")]
    with tenancy.tenant(world.org.pk):
        pk = CoachWord.objects.get().pk
    assert "taken away" in admin.post(f"{URL}{pk}/remove/", follow=True).content.decode()
    assert words(world) == []
    assert admin.post(f"{URL}{pk}/remove/").status_code == 404
    with tenancy.tenant(world.org.pk):
        assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["coach_word_removed", "coach_word_added"]


def test_every_list_says_what_it_does(admin):
    page = admin.get(URL).content.decode()
    for sentence in ("initiative in disguise", "leaves it alone", "asks for its effect", "measures nothing"):
        assert sentence in page
    assert page.count("No word of your own here yet.") == 5


@pytest.mark.parametrize(
    ("field", "changed", "message"),
    [
        ("word", {"word": ""}, "required"),
        ("word", {"word": "w" * 61}, "60"),
        ("word", {"word": "12 %"}, "A word has letters"),
        ("word", {"word": "Taux  de CASSE"}, "is in the list “Our own outcome word” already"),
        ("word", {"word": "taux de casse", "kind": "vague"}, "already"),
        ("kind", {"kind": "nonsense"}, "valid choice"),
        ("language", {"language": "de"}, "valid choice"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(admin, world, field, changed, message):
    admin.post(URL, GOOD)
    answer = admin.post(URL, {**GOOD, "word": "another", **changed})
    assert answer.status_code == 422
    assert message in answer.context["form"].errors[field][0]
    assert len(words(world)) == 1


def test_the_same_word_may_stand_in_both_languages(admin, world):
    admin.post(URL, {**GOOD, "word": "support"})
    assert admin.post(URL, {**GOOD, "word": "support", "language": "en"}).status_code == 302


def test_lists_are_bounded(admin, world):
    with tenancy.tenant(world.org.pk):
        CoachWord.objects.bulk_create(
            CoachWord(kind="vague", language="fr", word=f"mot {n}") for n in range(WORDS_AT_MOST)
        )
    answer = admin.post(URL, GOOD)
    assert "take one away first" in answer.content.decode()
    assert admin.post(URL, {**GOOD, "language": "en"}).status_code == 302


def test_words_are_stored_in_one_spelling():
    assert normal("  point   d'e\u0301tape ") == "point d’étape"


def test_only_administrators_and_only_here(world, client):
    other = factories.world("other")
    with tenancy.tenant(other.org.pk):
        theirs = CoachWord.objects.create(kind="vague", language="fr", word="mieux")
    client.force_login(world.coach.user, backend=BACKEND)
    assert client.get(URL).status_code == 403
    assert client.post(URL, GOOD).status_code == 403
    client.force_login(world.dan.user, backend=BACKEND)
    assert client.post(f"{URL}{theirs.pk}/remove/").status_code == 404
    assert "mieux" not in client.get(URL).content.decode()
