"""What the reader of the strategy asks to see, as it stands in the address, and how it narrows the key results."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from okr.scoring import Status
from orgs.templatetags.ui import STATUSES

STATUS_ORDER = (
    Status.ON_TRACK,
    Status.AT_RISK,
    Status.OFF_TRACK,
    Status.ACHIEVED,
    Status.NO_UPDATE,
    Status.PENDING,
)
LONGEST_TEXT = 100
MOST_OPEN = 40
LONGEST_ID = 18


def folded(text: str) -> str:
    """Without case and accents, so that "Ruptures remplacées" is found by "remplacees"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return plain.replace("œ", "oe").replace("æ", "ae").replace("’", "'")


def _ids(values: Iterable[str]) -> tuple[int, ...]:
    """Those that are ids, once each, in order."""
    return tuple(
        dict.fromkeys(
            int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= LONGEST_ID
        )
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """Each narrows what the others leave; an empty one lets everything through. `open` holds the branches shown."""

    department: int | None = None
    statuses: tuple[str, ...] = ()
    tribe: str = ""
    owner: int | None = None
    text: str = ""
    open: tuple[int, ...] = ()

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        """From an address; what cannot be understood is left out. `show` and `hide` change what `open` says."""
        asked = set(query.getlist("status"))
        hidden = _ids(query.getlist("hide"))
        return cls(
            department=next(iter(_ids(query.getlist("department"))), None),
            statuses=tuple(status.value for status in STATUS_ORDER if status.value in asked),
            tribe=query.get("tribe", "").strip().upper()[:LONGEST_TEXT],
            owner=next(iter(_ids(query.getlist("owner"))), None),
            text=" ".join(query.get("q", "").replace("\0", "").split())[:LONGEST_TEXT],
            open=tuple(pk for pk in _ids([*query.getlist("open"), *query.getlist("show")]) if pk not in hidden)[
                -MOST_OPEN:
            ],
        )

    @property
    def active(self) -> bool:
        return bool(self.department or self.statuses or self.tribe or self.owner or self.text)

    def within(self, departments: Collection[int], tribes: Collection[str], owners: Collection[int]) -> "Filters":
        """Without what names nothing here: a department, tribe or owner that the year does not know."""
        return replace(
            self,
            department=self.department if self.department in departments else None,
            tribe=self.tribe if self.tribe in tribes else "",
            owner=self.owner if self.owner in owners else None,
        )

    def query(self) -> str:
        """As an address says it, always in the same order: "?status=at_risk&open=12", "" for nothing."""
        pairs: list[tuple[str, object]] = []
        if self.department:
            pairs.append(("department", self.department))
        pairs += [("status", status) for status in self.statuses]
        pairs += [
            (name, value) for name, value in (("tribe", self.tribe), ("owner", self.owner), ("q", self.text)) if value
        ]
        pairs += [("open", pk) for pk in self.open]
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a key result the filters look at."""

    department: int | None
    status: str
    tribes: frozenset[str]
    owner: int | None
    words: str  # folded

    def refused_by(self, filters: Filters) -> frozenset[str]:
        """Names of the filters that do not let it through."""
        refused = set()
        if filters.department and self.department != filters.department:
            refused.add("department")
        if filters.statuses and self.status not in filters.statuses:
            refused.add("status")
        if filters.tribe and filters.tribe not in self.tribes:
            refused.add("tribe")
        if filters.owner and self.owner != filters.owner:
            refused.add("owner")
        if filters.text and not all(word in self.words for word in folded(filters.text).split()):
            refused.add("text")
        return frozenset(refused)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many key results each choice would show, the other filters staying as they are."""

    departments: Mapping[int | None, int]  # None: all of them
    statuses: Mapping[str, int]
    tribes: Mapping[str, int]
    owners: Mapping[int, int]


def tally(traits: Iterable[Traits], filters: Filters) -> Tally:
    departments: dict[int | None, int] = {}
    statuses: dict[str, int] = {}
    tribes: dict[str, int] = {}
    owners: dict[int, int] = {}
    for row in traits:
        refused = row.refused_by(filters)
        if refused <= {"department"}:
            for key in {None, row.department}:
                departments[key] = departments.get(key, 0) + 1
        if refused <= {"status"}:
            statuses[row.status] = statuses.get(row.status, 0) + 1
        if refused <= {"tribe"}:
            for code in row.tribes:
                tribes[code] = tribes.get(code, 0) + 1
        if refused <= {"owner"} and row.owner:
            owners[row.owner] = owners.get(row.owner, 0) + 1
    return Tally(departments, statuses, tribes, owners)


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer, with how many key results each would show."""

    total: str
    departments: list[Option]  # empty where there is only one
    statuses: list[Option]
    tribes: list[Option]
    owners: list[Option]

    def in_words(self, filters: Filters) -> str:
        """What is asked for: "CoDir Marketing · At risk · “basket”"."""
        offered = (*self.departments, *self.statuses, *self.tribes, *self.owners)
        words = [option.label for option in offered if option.chosen]
        if filters.text:
            words.append(_("“%(text)s”") % {"text": filters.text})
        return " · ".join(words)


def choices_of(
    traits: Collection[Traits],
    filters: Filters,
    *,
    departments: Mapping[int, str],
    tribes: Mapping[str, str],
    owners: Mapping[int, str],
) -> Choices:
    """The names are given in the order to offer them, by what the filters hold; statuses are those that occur."""
    counted = tally(traits, filters)
    present = {row.status for row in traits} | set(filters.statuses)
    words = {status: _(STATUSES[status][1]) for status in STATUS_ORDER if status in present}
    return Choices(
        total=str(counted.departments.get(None, 0)),
        departments=_options(departments, counted.departments, {filters.department}) if len(departments) > 1 else [],
        statuses=_options(words, counted.statuses, set(filters.statuses)),
        tribes=_options(tribes, counted.tribes, {filters.tribe}),
        owners=_options(owners, counted.owners, {filters.owner}),
    )


def _options(names: Mapping[Any, str], counts: Mapping[Any, int], chosen: Collection[Any]) -> list[Option]:
    return [Option(str(key), name, str(counts.get(key, 0)), key in chosen) for key, name in names.items()]
