"""Results of a search as they are shown: each with its code, its tribe, and how it stands today."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from okr.models import Initiative, KeyResult, PeriodState
from okr.pages.figures import Figures, day
from okr.pages.people import Person
from okr.pages.search_actions import Offer
from okr.querysets import PROPOSED, RUNNING
from okr.readings import Clock, Reading, read, summarize
from okr.rows import shares_of
from okr.search.entries import NOTE, Entry, Kind
from okr.search.index import Index
from okr.search.text import marked
from okr.shell import OrgState
from orgs.models import Membership
from orgs.permissions import Permission, can

AROUND_FOUND = 60  # letters of a comment before what was found in it
SNIPPET = 160
CHECK_INS = 1  # offered at once


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    url: str
    title: SafeString  # with <mark> where it was found
    tag: str = ""  # "1.4", or the tribe's code
    icon: str = ""  # instead of the tag
    person: Person | None = None  # instead of the tag
    meta: str = ""  # "B2 · Q1 2026"
    stage: str = ""  # "Proposed"
    small: str = ""  # a second line
    small_content: str = ""  # of it, what people wrote
    status: str = ""
    figure: str = ""  # "59.2%"
    voice: bool = False


class Dresser:
    """Reads how the results to be shown stand: one query for all of them."""

    def __init__(self, index: Index, state: OrgState, member: Membership, clock: Clock) -> None:
        self.index, self.state, self.member, self.clock = index, state, member, clock
        self.slug = clock.org.slug
        self.key_results: dict[int, KeyResult] = {}
        self.readings: dict[int, Reading] = {}
        self.of_objective: dict[int, list[Reading]] = {}

    def dress(self, places: Iterable[int], marks: dict[str, int]) -> dict[int, Hit]:
        """By place in the index, in the order given."""
        entries = {place: self.index.entry(place) for place in places}
        self._load(list(entries.values()))
        return {place: self._hit(entry, marks) for place, entry in entries.items()}

    def check_ins(self) -> list[Offer]:
        """To check in on the first of the key results shown that asks for it and lets this person."""
        offers = []
        for key_result in self.key_results.values():
            if key_result.takes_check_ins and can(self.member, Permission.CHECK_IN, key_result):
                title = format_html('<span lang="{}">{}</span>', self.clock.org.language, key_result.title)
                url = reverse("check_in_key_result", args=[self.slug, key_result.pk])
                offers.append(Offer(format_html(_("Check in on {}"), title), "gauge", url))
        return offers[:CHECK_INS]

    def _load(self, entries: list[Entry]) -> None:
        wanted = [entry.pk for entry in entries if entry.kind == Kind.KEY_RESULT]
        objectives = [entry.pk for entry in entries if entry.kind == Kind.OBJECTIVE]
        if not wanted and not objectives:
            return
        rows = KeyResult.objects.live().filter(Q(pk__in=wanted) | Q(objective_id__in=objectives))
        related = ("objective__year", "objective__quarter__year", "objective__tribe")
        loaded = {row.pk: row for row in rows.select_related(*related).order_by("position", "pk")}
        for row in loaded.values():
            row.loaded_step_targets = self.index.targets_of(row.pk)
            reading = read(row, self.clock)
            self.readings[row.pk] = reading
            stages = PROPOSED if row.objective.span.state == PeriodState.DRAFT else RUNNING
            if row.stage in stages:
                self.of_objective.setdefault(row.objective_id, []).append(reading)
        self.key_results = {pk: loaded[pk] for pk in wanted if pk in loaded}

    def _hit(self, entry: Entry, marks: dict[str, int]) -> Hit:
        dress = {
            Kind.KEY_RESULT: self._key_result,
            Kind.OBJECTIVE: self._objective,
            Kind.INITIATIVE: self._initiative,
            Kind.TRIBE: self._tribe,
            Kind.PERSON: self._person,
            Kind.WORDS: self._words,
        }[Kind(entry.kind)]
        return dress(entry, marks)

    def _key_result(self, entry: Entry, marks: dict[str, int]) -> Hit:
        reading = self.readings.get(entry.pk)
        running = reading is not None and not entry.state
        current = reading.key_result.current if reading and running else None
        return Hit(
            entry.kind,
            self.url_of(entry),
            _title(entry.title, marks),
            tag=entry.tribe or entry.code,
            meta=self._meta(entry),
            stage=str(KeyResult.Stage(entry.state).label) if entry.state else "",
            status=reading.status if reading and running else "",
            figure=Figures.of(reading.key_result, self.clock).value(current) if reading and current is not None else "",
        )

    def _objective(self, entry: Entry, marks: dict[str, int]) -> Hit:
        draft = entry.state == PeriodState.DRAFT
        summary = summarize(self.of_objective.get(entry.pk, []), self.clock)
        return Hit(
            entry.kind,
            self.url_of(entry),
            _title(entry.title, marks),
            tag=entry.tribe or entry.code,
            meta=self._meta(entry),
            stage=str(PeriodState.DRAFT.label) if draft else "",
            status="" if draft else summary.status,
            figure="" if draft else shares_of(summary)[0],
            voice=True,
        )

    def _initiative(self, entry: Entry, marks: dict[str, int]) -> Hit:
        return Hit(
            entry.kind,
            self.url_of(entry),
            _title(entry.title, marks),
            tag=entry.tribe,
            meta=self._meta(entry),
            stage=str(Initiative.State(entry.state).label),
        )

    def _tribe(self, entry: Entry, marks: dict[str, int]) -> Hit:
        status = next((tribe.status for tribe in self.state.tribes if tribe.pk == entry.pk), "")
        return Hit(entry.kind, self.url_of(entry), _title(entry.title, marks), tag=entry.code, status=status)

    def _person(self, entry: Entry, marks: dict[str, int]) -> Hit:
        return Hit(
            entry.kind,
            self.url_of(entry),
            _title(entry.title, marks),
            person=Person(entry.title, entry.state),
            meta=entry.tribe.replace(" ", " · "),
            small_content=entry.place,
        )

    def _words(self, entry: Entry, marks: dict[str, int]) -> Hit:
        about = self.index.entry(entry.about)
        where = " ".join(filter(None, (about.tribe, about.code)))
        told = day(dt.date.fromordinal(entry.on), self.clock.today)
        return Hit(
            entry.kind,
            self.url_of(about),
            _title(_snippet(entry.title, marks), marks),
            icon="gauge" if entry.state == NOTE else "message-square",
            small=" · ".join(filter(None, (where, told))),
            small_content=entry.place,
        )

    def url_of(self, entry: Entry) -> str:
        if entry.kind == Kind.PERSON:
            return f"{reverse('search', args=[self.slug])}?person={entry.pk}"
        return reverse(entry.kind, args=[self.slug, entry.code if entry.kind == Kind.TRIBE else entry.pk])

    def _meta(self, entry: Entry) -> str:
        """Its code where the tribe's stands before the title, and its period where that is not the current one."""
        period = ""
        now = self.state.quarter
        if entry.quarter and (now is None or (entry.year, entry.quarter) != (now.year.number, now.number)):
            period = _("Q%(number)s %(year)s") % {"number": entry.quarter, "year": entry.year}
        elif not entry.quarter and entry.year != (now.year.number if now else self.clock.today.year):
            period = str(entry.year)
        return " · ".join(filter(None, (entry.code if entry.tribe else "", period)))


def _title(text: str, marks: dict[str, int]) -> SafeString:
    return format_html_join("", "{}", ((_piece(*piece),) for piece in marked(text, marks)))


def _piece(text: str, found: bool) -> str:
    return format_html("<mark>{}</mark>", text) if found else text


def _snippet(text: str, marks: dict[str, int]) -> str:
    """The part of a long text around what was found, cut between words."""
    if len(text) <= SNIPPET:
        return text
    pieces = marked(text, marks)
    before = len(pieces[0][0]) if len(pieces) > 1 and not pieces[0][1] else 0
    start = text.find(" ", before - AROUND_FOUND) + 1 if before > AROUND_FOUND else 0
    cut = text[start : start + SNIPPET]
    if start + SNIPPET < len(text):
        cut = cut.rpartition(" ")[0] or cut
        cut += " …"
    return ("… " if start else "") + cut
