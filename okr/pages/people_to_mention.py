"""Who may be meant by the beginning of a name: the people that a comment can mention."""

import re
from dataclasses import dataclass

from django.core.cache import cache

from okr.conversations import Thing, topic_of
from okr.mentions import folded_places
from okr.models import Comment, KeyResult
from orgs.models import Membership, Seat

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


def people_to_mention(beginning: str, member: Membership, thing: Thing | None = None) -> list[Match]:
    """Active members but the reader: first the people of the thing that is discussed, then all others. Of both first those
    whose name begins so, then those with words that do, then those whose job title has them. Accents, capitals and
    punctuation do not matter."""
    typed = folded_places(beginning[:LONGEST])[0]
    words = re.findall(r"\w+", typed)
    if typed.strip() and not words:
        return []
    wanted = re.compile(r"(?<!\w)" + r"\W+".join(words))
    near = _people_of(thing) if thing else frozenset()
    ranked = []
    for person in _everybody(member):
        if person.pk == member.pk:
            continue
        name, places = folded_places(person.name)
        found = wanted.search(name)
        if found is None and wanted.search(folded_places(person.title)[0]) is None:
            continue
        first, end = found.span() if found else (0, 0)
        rank = (person.pk not in near, found is None, first > 0, name)
        start, stop = places[first], places[end]
        ranked.append((rank, Match(person, person.name[:start], person.name[start:stop], person.name[stop:])))
    return [match for _rank, match in sorted(ranked, key=lambda pair: pair[0])[:SHOWN]]


def _people_of(thing: Thing) -> frozenset[int | None]:
    """Who owns it, leads or sits in its tribe, or has spoken in its conversations. Two queries."""
    objective = thing.objective if isinstance(thing, KeyResult) else thing
    tribe = objective.tribe
    people = {thing.owner_id, objective.owner_id, tribe.lead_id if tribe else None}
    people.update(Seat.objects.filter(tribe=tribe).values_list("membership_id", flat=True) if tribe else ())
    spoken = Comment.objects.filter(**{topic_of(thing).name: thing}, deleted_at=None)
    return frozenset(people.union(spoken.values_list("author_id", flat=True)))


def _everybody(member: Membership) -> list[Person]:
    """Kept under the organization's version: asked for with each letter."""
    key = f"people:{member.org_id}:{member.org.version}"
    people: list[Person] | None = cache.get(key)
    if people is None:
        rows = Membership.objects.active().with_people()
        people = [Person(row.pk, row.name, row.call_sign, row.function, row.title) for row in rows]
        cache.set(key, people, KEPT_FOR)
    return people
