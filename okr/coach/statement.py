"""What goes into the coach and what comes out of it."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from okr.scoring import Direction


class Level(StrEnum):
    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"


class Rule(StrEnum):
    """The stable ids of the rules (docs/coach.md)."""

    OBJ_HAS_FIGURE = "OBJ_HAS_FIGURE"
    OBJ_OUTPUT_VERB = "OBJ_OUTPUT_VERB"
    OBJ_BARE_METRIC = "OBJ_BARE_METRIC"
    OBJ_LENGTH = "OBJ_LENGTH"
    OBJ_TWO_IDEAS = "OBJ_TWO_IDEAS"
    OBJ_MAINTAIN = "OBJ_MAINTAIN"
    OBJ_NO_AUDIENCE = "OBJ_NO_AUDIENCE"
    KR_OUTPUT = "KR_OUTPUT"
    KR_ACTIVITY_VERB = "KR_ACTIVITY_VERB"
    KR_ACTIVITY_NOUN = "KR_ACTIVITY_NOUN"
    KR_RELATIVE_TARGET = "KR_RELATIVE_TARGET"
    KR_VAGUE = "KR_VAGUE"
    KR_NO_FIGURE = "KR_NO_FIGURE"
    KR_NO_SOURCE = "KR_NO_SOURCE"
    STRUCT_PERIOD = "STRUCT_PERIOD"
    STRUCT_OWNER = "STRUCT_OWNER"
    STRUCT_METRIC = "STRUCT_METRIC"
    STRUCT_UNIT = "STRUCT_UNIT"
    STRUCT_DIRECTION = "STRUCT_DIRECTION"
    STRUCT_START = "STRUCT_START"
    STRUCT_TARGET = "STRUCT_TARGET"
    STRUCT_START_EQUALS_TARGET = "STRUCT_START_EQUALS_TARGET"
    STRUCT_DIRECTION_DISAGREES = "STRUCT_DIRECTION_DISAGREES"
    STRUCT_BAND = "STRUCT_BAND"
    STRUCT_BAND_INVERTED = "STRUCT_BAND_INVERTED"
    STRUCT_KEY_RESULTS = "STRUCT_KEY_RESULTS"
    SET_ONE_KEY_RESULT = "SET_ONE_KEY_RESULT"
    SET_TOO_MANY_OBJECTIVES = "SET_TOO_MANY_OBJECTIVES"
    SET_SANDBAGGING = "SET_SANDBAGGING"
    SET_WISHFUL = "SET_WISHFUL"
    SET_SAME_METRIC = "SET_SAME_METRIC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the form knows beside the sentence. None or "" is a field left empty, except `source`: None is not asked."""

    metric: str = ""
    unit: str = ""  # one of okr.numbers.Unit, or its sign
    direction: Direction | None = None
    start: Decimal | None = None
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    baseline_due_on: dt.date | None = None  # the start is not known yet: it is measured first, by this day
    source: str | None = None
    owner: bool = False
    has_period: bool = False

    @property
    def tells_figures(self) -> bool:
        """Whether a start and a target, or a band, stand beside the sentence."""
        if self.direction is Direction.WITHIN:
            return self.low is not None and self.high is not None
        return self.target is not None and (self.start is not None or self.baseline_due_on is not None)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence to judge: alone, or with the facts that the form holds beside it."""

    level: Level
    text: str
    language: str | None = None  # "fr", "en" or a code that begins so; detected from the text otherwise
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of advice.

    `message` is a sentence in the reader's language. `suggestion` and `rewording` are in the text's own: a pattern to
    follow, and a whole text that may replace it, with "…" where only its author knows what belongs there.
    """

    rule: Rule
    message: str
    suggestion: str = ""
    rewording: str = ""

    @property
    def blocks(self) -> bool:
        """A gap that forbids publication; everything else is advice."""
        return self.rule.startswith("STRUCT_")
