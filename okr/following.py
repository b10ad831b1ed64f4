"""Who follows what: people's own word on a thing (okr.models.Follow), else what is theirs.

The nearest word counts: on the key result, then on its objective, then on its tribe. Where somebody has said nothing of
a thing, its owner (of a tribe its lead and its seats) follows it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from okr.models import Follow, KeyResult, Objective
from orgs.models import Membership, Seat, Tribe

Followed = Tribe | Objective | KeyResult


class Why(StrEnum):
    """Why somebody hears of a thing, or does not."""

    NOT = "not"
    CHOSEN = "chosen"
    OWNER = "owner"
    LEAD = "lead"
    SEAT = "seat"
    OBJECTIVE = "objective"  # because of its objective
    TRIBE = "tribe"  # because of its tribe
    MUTED = "muted"

    @property
    def hears(self) -> bool:
        return self not in (Why.NOT, Why.MUTED)


def topic_of(thing: Followed) -> str:
    """Its field in a Follow, and how its routes begin."""
    return {Tribe: "tribe", Objective: "objective", KeyResult: "key_result"}[type(thing)]


def chain_of(thing: Followed) -> list[Followed]:
    """The thing and what it stands under, the nearest first. Needs `objective` and `tribe` loaded."""
    if isinstance(thing, KeyResult):
        return [thing, *chain_of(thing.objective)]
    if isinstance(thing, Objective):
        return [thing, thing.tribe] if thing.tribe else [thing]
    return [thing]


# ── One person ───────────────────────────────────────────────────────────────


def with_follow(rows: QuerySet, member: Membership, **at: str) -> QuerySet:
    """Annotates what `why_of` asks, without a query of its own. `at`: by topic, where the row has its id."""
    words = {
        f"muted_{topic}": Subquery(
            Follow.objects.filter(membership=member, **{topic: OuterRef(name)}).values("muted")[:1]
        )
        for topic, name in at.items()
    }
    sits = Seat.objects.filter(membership=member, tribe=OuterRef(at["tribe"]))
    return rows.annotate(**words, sits=Exists(sits))


def loaded_why(thing: Followed, member: Membership) -> Why:
    """Two queries: for an action, which has the thing alone."""
    chain = chain_of(thing)
    about = Q()
    for one in chain:
        about |= Q(**{topic_of(one): one})
    words = {_key_of(row): row.muted for row in Follow.objects.filter(about, membership=member)}
    tribe = chain[-1] if isinstance(chain[-1], Tribe) else None
    sits = tribe is not None and Seat.objects.filter(membership=member, tribe=tribe).exists()
    return _why(chain, member, [words.get((topic_of(one), one.pk)) for one in chain], sits)


def why_of(thing: Followed, member: Membership, row: Any) -> Why:
    """No query: `row` is what `with_follow` has annotated."""
    chain = chain_of(thing)
    return _why(chain, member, [getattr(row, f"muted_{topic_of(one)}") for one in chain], row.sits)


def _why(chain: list[Followed], member: Membership, words: list[bool | None], sits: bool) -> Why:
    for one, muted in zip(chain, words, strict=True):
        if muted is not None:
            found = Why.MUTED if muted else Why.CHOSEN
        elif isinstance(one, Tribe) and (one.lead_id == member.pk or sits):
            found = Why.LEAD if one.lead_id == member.pk else Why.SEAT
        elif not isinstance(one, Tribe) and one.owner_id == member.pk:
            found = Why.OWNER
        else:
            continue
        if one is chain[0]:
            return found
        if found is Why.MUTED:
            return Why.NOT  # of this one nothing was said
        return Why.TRIBE if isinstance(one, Tribe) else Why.OBJECTIVE
    return Why.NOT


# ── Everybody ────────────────────────────────────────────────────────────────


class Followers:
    """Who hears of any of the things: two queries, however many there are. Needs what `chain_of` needs."""

    def __init__(self, things: Iterable[Followed]) -> None:
        ids: defaultdict[str, set[int]] = defaultdict(set)
        for thing in things:
            for one in chain_of(thing):
                ids[topic_of(one)].add(one.pk)
        about = Q()
        for topic, pks in ids.items():
            about |= Q(**{f"{topic}__in": pks})
        self._words: defaultdict[tuple[str, int], dict[int, bool]] = defaultdict(dict)
        for row in Follow.objects.filter(about).order_by("pk") if ids else []:
            self._words[_key_of(row)][row.membership_id] = row.muted
        self._seats: Mapping[int, list[int]] = defaultdict(list)
        for tribe, member in Seat.objects.filter(tribe__in=ids["tribe"]).values_list("tribe_id", "membership_id"):
            self._seats[tribe].append(member)

    def of(self, thing: Followed) -> set[int]:
        """Memberships (ids) that hear of it, whether they are still here or not."""
        heard: dict[int, bool] = {}
        for one in chain_of(thing):
            for member, muted in self._words[topic_of(one), one.pk].items():
                heard.setdefault(member, not muted)
            for member in self._theirs(one):
                heard.setdefault(member, True)
        return {member for member, hears in heard.items() if hears}

    def _theirs(self, thing: Followed) -> list[int]:
        if isinstance(thing, Tribe):
            return [*([thing.lead_id] if thing.lead_id else []), *self._seats[thing.pk]]
        return [thing.owner_id] if thing.owner_id else []


def _key_of(row: Follow) -> tuple[str, int]:
    for topic in ("key_result", "objective", "tribe"):
        pk = getattr(row, f"{topic}_id")
        if pk is not None:
            return topic, pk
    raise AssertionError("follow_one_thing")
