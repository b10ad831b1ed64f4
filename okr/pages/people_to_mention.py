"""Who may be meant by the beginning of a name: the people that a comment can mention."""

from dataclasses import dataclass

from django.core.cache import cache

from okr.mentions import folded_places
from orgs.models import Membership

SHOWN = 8
LONGEST = 60  # letters of a beginning that are looked at
KEPT_FOR = 600


@dataclass(frozen=True, slots=True)
class Person:
    """`name` and `call_sign` as the tag `who` shows them."""

    pk: int
    name: str
    call_sign: str
    function: str
    title: str


@dataclass(frozen=True, slots=True)
class Match:
    person: Person
    before: str  # the name in three pieces: what was typed is the middle one
    typed: str
    after: str

    @property
    def title(self) -> str:
        """The job title, where the name does not begin with it."""
        return "" if self.person.name.startswith(self.person.title) else self.person.title


def people_to_mention(beginning: str, member: Membership) -> list[Match]:
    """Active members but the reader: first those whose name begins so, then those with a word that does, then those whose
    job title has one. Accents and capitals do not matter."""
    wanted = folded_places(beginning[:LONGEST])[0].strip()
    ranked = []
    for person in _everybody(member):
        if person.pk == member.pk:
            continue
        name, places = folded_places(person.name)
        at = _word(wanted, name)
        if at < 0 and _word(wanted, folded_places(person.title)[0]) < 0:
            continue
        rank = (at < 0, at > 0, name)
        end = at + len(wanted)
        start = places[max(at, 0)]
        stop = places[end] if at >= 0 else start
        ranked.append((rank, Match(person, person.name[:start], person.name[start:stop], person.name[stop:])))
    return [match for _rank, match in sorted(ranked, key=lambda pair: pair[0])[:SHOWN]]


def _word(wanted: str, text: str) -> int:
    """Where a word of the text begins like this, -1 where none does."""
    at = text.find(wanted)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(wanted, at + 1)
    return at


def _everybody(member: Membership) -> list[Person]:
    """Kept under the organization's version: asked for with each letter."""
    key = f"people:{member.org_id}:{member.org.version}"
    people: list[Person] | None = cache.get(key)
    if people is None:
        rows = Membership.objects.active().with_people()
        people = [Person(row.pk, row.name, row.call_sign, row.function, row.title) for row in rows]
        cache.set(key, people, KEPT_FOR)
    return people
