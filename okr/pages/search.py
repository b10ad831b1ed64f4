"""Read model of search, for the palette and for the page of all results."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.pages.search_actions import Choice, Offer, offers
from okr.pages.search_hits import Dresser, Hit
from okr.readings import Clock
from okr.search.entries import Kind
from okr.search.index import Answer, Index, index_of
from okr.shell import org_state
from orgs.models import Membership, Organization

A_KIND = 6  # results of each kind where several kinds are shown
A_PAGE = 30
LONGEST = 200  # letters of a question
PREFIXES = {"@": Kind.PERSON, "#": Kind.TRIBE}
OWNED = (Kind.KEY_RESULT, Kind.OBJECTIVE, Kind.INITIATIVE)


@dataclass(frozen=True, slots=True)
class Asked:
    """`typed` as it was typed; `text` without the sign that asks for one kind."""

    typed: str
    text: str
    kind: Kind | None = None
    person: int | None = None
    page: str | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        """What is malformed is left aside."""
        typed = " ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST]
        kind = next((kind for kind in Kind if kind == query.get("kind")), None)
        text = typed
        if typed[:1] in PREFIXES:
            kind, text = PREFIXES[typed[0]], typed[1:].strip()
        person = query.get("person", "")
        return cls(
            typed,
            text,
            kind,
            int(person) if person.isascii() and person.isdigit() and len(person) < 19 else None,
            query.get("page"),
        )

    @property
    def is_open(self) -> bool:
        """Nothing is asked yet."""
        return not self.text and self.kind is None and self.person is None

    def query(self, kind: Kind | None = None) -> str:
        """The address's query for the same question about one kind, or all."""
        text = self.text if self.typed[:1] in PREFIXES else self.typed
        parts = {"q": text, "kind": kind or "", "person": self.person or ""}
        return "?" + urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    label: str
    count: int
    hits: list[Hit]
    more_url: str = ""  # to all of them, "" where all are here


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    count: int
    url: str
    current: bool


@dataclass(slots=True)
class SearchPage:
    asked: Asked
    url: str  # of the page of all results
    groups: list[Group]
    offers: list[Offer]
    total: int
    nothing: bool = False  # answers the question; `offers` are what else can be done
    tabs: list[Tab] = field(default_factory=list)
    page: Page | None = None  # of the one kind that is asked for
    person: Hit | None = None

    @property
    def said(self) -> str:
        """How much was found, in words."""
        if self.asked.is_open:
            return ""
        if self.nothing:
            return _("Nothing found for “%(question)s”") % {"question": self.asked.typed}
        number = self.total + len(self.offers)
        return ngettext("%(number)s result", "%(number)s results", number) % {"number": number}


def search_page(org: Organization, member: Membership, asked: Asked, settings: Sequence[Choice] = ()) -> SearchPage:
    """`settings`: the pages of them that this person may open. Raises Http404 for a person who is not here.

    Five queries and the rail's; one where the index is kept.
    """
    desk = Desk(org, member, settings)
    return desk.suggestions(asked) if asked.is_open else desk.answer(asked)


class Desk:
    """Where one person's question is answered."""

    def __init__(self, org: Organization, member: Membership, settings: Sequence[Choice]) -> None:
        clock = Clock.of(org)
        state = org_state(org, clock)
        self.org, self.member, self.settings = org, member, settings
        self.index = index_of(org, clock)
        self.url = reverse("search", args=[org.slug])
        self.mine = [tribe.code for tribe in state.tribes if member.pk in tribe.members]
        self.dresser = Dresser(self.index, state, member, clock)
        self.args = {
            "org": org.slug,
            "year": state.quarter.year.number if state.quarter else None,
            "code": self.mine[0] if self.mine else None,
            "tribe": org.tribe_label,
            "tribes": org.tribe_label_plural,
        }

    def suggestions(self, asked: Asked) -> SearchPage:
        places = self.index.suggested(self.member.pk, self.mine, A_KIND)
        hits = list(self.dresser.dress(places, {}).values())
        groups = [Group("suggested", _("Suggestions"), len(hits), hits)] if hits else []
        return SearchPage(asked, self.url, groups, offers("", self.member, self.args), 0)

    def answer(self, asked: Asked) -> SearchPage:
        person = self._person(asked)
        answer = _answer(self.index, asked, self.mine)
        found = _by_kind(self.index, answer)
        page = None
        shown = {kind: places[:A_KIND] for kind, places in found.items()}
        if asked.kind is not None:
            page = Paginator(found.get(asked.kind, []), A_PAGE).get_page(asked.page)
            shown = {asked.kind: list(page)}
        hits = self.dresser.dress([*person, *(place for places in shown.values() for place in places)], answer.marks)
        groups = [
            self._group(asked, kind, [hits[place] for place in places], len(found[kind]))
            for kind, places in shown.items()
            if places
        ]
        deeds: list[Offer] = []
        if asked.kind is None and not person:
            deeds = [*self.dresser.check_ins(), *offers(asked.text, self.member, self.args, self.settings)]
        nothing = not groups and not deeds
        return SearchPage(
            asked,
            self.url,
            groups,
            offers("", self.member, self.args) if nothing else deeds,
            len(answer.places if asked.kind is None else found.get(asked.kind, [])),
            nothing=nothing,
            tabs=self._tabs(asked, found),
            page=page,
            person=hits[person[0]] if person else None,
        )

    def _person(self, asked: Asked) -> list[int]:
        if asked.person is None:
            return []
        place = self.index.place_of(Kind.PERSON, asked.person)
        if place is None:
            raise Http404
        return [place]

    def _group(self, asked: Asked, kind: Kind, hits: list[Hit], count: int) -> Group:
        more = self.url + asked.query(kind) if count > len(hits) else ""
        return Group(kind, label_of(kind, self.org), count, hits, more)

    def _tabs(self, asked: Asked, found: dict[Kind, list[int]]) -> list[Tab]:
        total = sum(map(len, found.values()))
        return [
            Tab(_("All"), total, self.url + asked.query(), asked.kind is None),
            *(
                Tab(
                    label_of(kind, self.org), len(found.get(kind, ())), self.url + asked.query(kind), kind == asked.kind
                )
                for kind in Kind
                if kind in found or kind == asked.kind
            ),
        ]


def label_of(kind: Kind, org: Organization) -> str:
    return {
        Kind.KEY_RESULT: _("Key results"),
        Kind.OBJECTIVE: _("Objectives"),
        Kind.INITIATIVE: _("Initiatives"),
        Kind.TRIBE: org.tribe_label_plural,
        Kind.PERSON: _("People"),
        Kind.WORDS: _("Comments and notes"),
    }[kind]


def _answer(index: Index, asked: Asked, mine: list[str]) -> Answer:
    answer = index.find(asked.text, mine) if asked.text else index.everything()
    if asked.person is None:
        return answer
    seat = index.place_of(Kind.PERSON, asked.person)
    tribes = [] if seat is None else index.entry(seat).tribe.split()
    owner, kind, tribe = index.columns.owner, index.columns.kind, index.columns.tribe

    def belongs(place: int) -> bool:
        """Owned by the person, or a tribe that the person sits in."""
        if kind[place] == Kind.TRIBE:
            return tribe[place] in tribes
        return kind[place] in OWNED and owner[place] == asked.person

    return Answer([place for place in answer.places if belongs(place)], answer.marks)


def _by_kind(index: Index, answer: Answer) -> dict[Kind, list[int]]:
    """Places by kind. Kinds in the order of their best; words last, for they are not the thing itself."""
    found: dict[Kind, list[int]] = {}
    for place in answer.places:
        found.setdefault(Kind(index.columns.kind[place]), []).append(place)
    if Kind.WORDS in found:
        found[Kind.WORDS] = found.pop(Kind.WORDS)
    return found
