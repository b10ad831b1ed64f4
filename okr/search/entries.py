"""What the index holds of a thing that can be found."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from okr.search.lexicon import Field

COMMENT, NOTE = "comment", "note"  # what words are: the state of such an entry


class Kind(StrEnum):
    """In the order of the page where nothing else decides."""

    KEY_RESULT = "key_result"
    OBJECTIVE = "objective"
    INITIATIVE = "initiative"
    TRIBE = "tribe"
    PERSON = "person"
    WORDS = "words"


class Target(NamedTuple):
    """A step target, as KeyResult.known_step_targets gives it."""

    on: dt.date
    value: Decimal


class Entry(NamedTuple):
    kind: str
    pk: int
    title: str
    code: str = ""  # "1.4", "B2", "DRV"
    tribe: str = ""  # code
    place: str = ""  # the tribe's or department's name; a person's job; who wrote the words
    year: int = 0
    quarter: int = 0
    state: str = ""  # to be told: a key result's stage, an initiative's state, "draft" of an objective
    owner: int = 0
    on: int = 0  # day of its last check-in, or when the words were written
    rank: float = 1.0  # by which its score is multiplied
    about: int = 0  # of words: the place, in the index, of what they are about


class Entries(NamedTuple):
    """The fields of an Entry, each as a list."""

    kind: list[str]
    pk: list[int]
    title: list[str]
    code: list[str]
    tribe: list[str]
    place: list[str]
    year: list[int]
    quarter: list[int]
    state: list[str]
    owner: list[int]
    on: list[int]
    rank: list[float]
    about: list[int]


Row = tuple[Entry, list[Field]]  # and by which texts it is found
Targets = list[tuple[int, dt.date, Decimal]]  # key result, day, value
