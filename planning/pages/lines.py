"""A proposal as one row of the board, with what the CoDir should see of it before they decide."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from django.urls import reverse
from django.utils.translation import gettext as _

from okr.coach import Level, Rule, Statement, judge
from okr.coach_words import OwnWords, own_words, words_with
from okr.models import KeyResult
from planning.actions.rows import OUTCOME_OF
from planning.board import KEEP, OPEN
from planning.codes import promise_of
from planning.models import Decision, Opinion
from planning.pages.loaded import Loaded
from planning.rulings import outcome_in_words

# What the coach calls an output: work, not what it brings.
OUTPUT_RULES = frozenset({Rule.KR_OUTPUT, Rule.KR_ACTIVITY_VERB, Rule.KR_ACTIVITY_NOUN})


@dataclass(frozen=True, slots=True)
class Flag:
    """What the CoDir should see of a proposal before they decide. `kind`: alike, output, unmeasured, waits, late."""

    kind: str
    icon: str
    text: str


@dataclass(slots=True)
class Line:
    """A proposal as one row of the board: all its texts are ready."""

    key_result: KeyResult
    number: str  # “04”
    code: str  # “FID 04”
    url: str
    span: str  # “17.6 → 16.2%”
    serves: list[str]  # codes of strategic key results
    outcome: str
    decision: Decision | None
    into: str  # code of what it was merged into
    absorbs: list[str]
    opinions: dict[str, int]  # by Opinion.Choice
    ballots: dict[str, list[str]]  # by outcome, who
    note: str
    note_revision: int
    note_by: str
    flags: list[Flag] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.key_result.pk

    @property
    def seen(self) -> int:
        """The decision that somebody who looks at this row has read; 0 without one."""
        return self.decision.pk if self.decision else 0

    @property
    def is_contested(self) -> bool:
        """Whether members would do different things, or want to discuss it."""
        said = [choice for choice, number in self.opinions.items() if number]
        return len(said) > 1 or Opinion.Choice.DISCUSS in said

    @property
    def agreed(self) -> str:
        """What all who said something would do: keep or drop; "" where they differ, or fewer than two said anything."""
        said = [choice for choice, number in self.opinions.items() if number]
        alone = len(said) == 1 and sum(self.opinions.values()) > 1
        return said[0] if alone and said[0] in (Opinion.Choice.KEEP, Opinion.Choice.DROP) else ""

    @property
    def outcome_label(self) -> str:
        """As a state: “Kept”."""
        return outcome_in_words(self.outcome)

    @property
    def opinion_tally(self) -> list[str]:
        """One square a member who voted ahead: keep, then discuss, then drop."""
        return [one for one in ("keep", "discuss", "drop") for _n in range(self.opinions.get(one, 0))]

    @property
    def opinions_said(self) -> str:
        """ "3 keep, 1 drop"."""
        labels = {"keep": _("%(n)s keep"), "discuss": _("%(n)s discuss"), "drop": _("%(n)s drop")}
        return ", ".join(said % {"n": number} for one, said in labels.items() if (number := self.opinions.get(one)))

    @property
    def votes(self) -> list[tuple[str, str]]:
        """Where the majority decides: each outcome with the names of who is for it."""
        return [(str(Decision.Outcome(one).label), ", ".join(names)) for one, names in self.ballots.items()]

    @property
    def marks(self) -> str:
        """What the filters of the page look for."""
        return " ".join(
            dict.fromkeys([*(flag.kind for flag in self.flags), *(["contested"] if self.is_contested else [])])
        )


def lines_of(loaded: Loaded) -> dict[int, Line]:
    """Every proposal's line, in the order of the board."""
    standing_ = {row.key_result_id: row for row in loaded.decisions if row.stands}
    absorbed: defaultdict[int, list[int]] = defaultdict(list)
    for row in loaded.key_results:
        if row.merged_into_id and OUTCOME_OF[KeyResult.Stage(row.stage)] == "merge":
            absorbed[row.merged_into_id].append(row.pk)
    strategic = {row.pk: row.code for row in loaded.strategic}
    codes = {row.pk: loaded.code_of(row) for row in loaded.key_results}
    address = reverse("key_result", args=[loaded.org.slug, 0])
    lines = {}
    for row in loaded.key_results:
        note = loaded.discussions.get(row.pk)
        lines[row.pk] = Line(
            key_result=row,
            number=f"{loaded.numbers[row.pk]:02}",
            code=codes[row.pk],
            url=address.replace("/0/", f"/{row.pk}/"),
            span=promise_of(row, loaded.clock),
            serves=[strategic[pk] for pk in loaded.moves.get(row.objective_id, [])],
            outcome=OUTCOME_OF[KeyResult.Stage(row.stage)],
            decision=standing_.get(row.pk),
            into=codes.get(row.merged_into_id or 0, ""),
            absorbs=[codes[pk] for pk in absorbed[row.pk]],
            opinions=dict(loaded.opinions.get(row.pk, {})),
            ballots=loaded.ballots.get(row.pk, {}),
            note=note.text if note else "",
            note_revision=note.revision if note else 0,
            note_by=note.by.name if note and note.by else "",
        )
    _flag(loaded, lines)
    return lines


# ── Flags ──


def _flag(loaded: Loaded, lines: dict[int, Line]) -> None:
    alive = {pk for pk, line in lines.items() if line.outcome in (KEEP, OPEN)}
    for pair in loaded.alike:
        if pair.first not in alive or pair.second not in alive:
            continue
        for mine, other in ((pair.first, pair.second), (pair.second, pair.first)):
            if not any(flag.kind == "alike" for flag in lines[mine].flags):
                text = _("Measures the same thing as %(code)s") % {"code": lines[other].code}
                lines[mine].flags.append(Flag("alike", "copy", text))
    words = own_words()
    dropped = _dropped_by_tribe(lines)
    for pk, line in lines.items():
        if _names_output(line.key_result.title, words):
            line.flags.append(Flag("output", "lightbulb", _("Names an output")))
        if lacks := _unmeasured(line.key_result):
            line.flags.append(Flag("unmeasured", "gauge", lacks))
        for awaited in loaded.awaits.get(pk, ()):
            if awaited in dropped:
                said = _("Waits for %(tribe)s, which lost %(codes)s") % dropped[awaited]
                line.flags.append(Flag("waits", "link", said))
        found = loaded.presented.get(pk)
        if found is not None and found.is_late:
            line.flags.append(Flag("late", "clock", _("Proposed late")))


def _dropped_by_tribe(lines: dict[int, Line]) -> dict[int, dict[str, str]]:
    found: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines.values():
        if line.outcome == "drop" and line.key_result.objective.tribe_id:
            found[line.key_result.objective.tribe_id].append(line)
    return {
        tribe: {"tribe": them[0].code.split()[0], "codes": ", ".join(line.code for line in them)}
        for tribe, them in found.items()
    }


@lru_cache(maxsize=4096)
def _names_output(text: str, own: OwnWords) -> bool:
    """Kept, because a board is drawn at every decision and its texts change rarely."""
    findings = judge(Statement(level=Level.KEY_RESULT, text=text), words_with(own))
    return any(finding.rule in OUTPUT_RULES for finding in findings)


def _unmeasured(row: KeyResult) -> str:
    """Why it cannot be measured yet; "" where it can."""
    moves = row.direction in (KeyResult.Direction.UP, KeyResult.Direction.DOWN)
    no_start = moves and row.start is None
    no_source = not row.source.strip() and row.direction != KeyResult.Direction.DONE
    if no_start and no_source:
        return _("No start, no source")
    if no_start:
        return _("No start yet")
    return _("No source") if no_source else ""
