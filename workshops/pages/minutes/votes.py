"""How each vote came out."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from orgs.models import Function
from workshops.models import Ballot, Decision, Vote
from workshops.pages.items import Item, Standing, standings
from workshops.pages.minutes.decisions import Decided, Decisions


@dataclass(frozen=True)
class Row:
    """An item in a vote."""

    standing: Standing
    decided: Decided | None

    @property
    def text(self) -> str:
        return self.standing.item.text

    @property
    def rank(self) -> str:
        """ "2", or "2 =" where it shares its rank."""
        return f"{self.standing.rank} =" if self.standing.is_tied else str(self.standing.rank)

    @property
    def dots(self) -> int:
        return self.standing.result.raw

    @property
    def breadth(self) -> int:
        return self.standing.result.breadth

    @property
    def raw_share(self) -> str:
        return percent(self.standing.result.raw_share)

    @property
    def balanced(self) -> str:
        return percent(self.standing.result.balanced)

    @property
    def is_contested(self) -> bool:
        return self.standing.is_contested and self.standing.result.raw > 0

    @property
    def says(self) -> str:
        """What was decided of it, and whether it was contested."""
        return ", ".join(
            word
            for word in (self.decided.label if self.decided else "", _("Contested") if self.is_contested else "")
            if word
        )


@dataclass(frozen=True)
class Round:
    """A closed vote. `voters` counts by the function's name, "" for people without one."""

    vote: Vote
    title: str
    rules: str
    voters: dict[str, int]
    dots: int
    rows: list[Row]  # all of them, best first

    @property
    def wanted(self) -> list[Row]:
        """Those that somebody gave a dot."""
        return [row for row in self.rows if row.dots]

    @property
    def unwanted(self) -> list[Row]:
        return [row for row in self.rows if not row.dots]

    @property
    def is_balanced(self) -> bool:
        """Whether functions had a voice: committees without them hide all of it."""
        return any(self.voters)

    @property
    def functions(self) -> int:
        return sum(1 for function in self.voters if function)

    @property
    def contested(self) -> list[Row]:
        return [row for row in self.rows if row.is_contested]

    @property
    def who(self) -> str:
        """ "Product 2, Tech 1", of those who voted."""
        functions = [*Function.choices, ("", _("without a function"))]
        return ", ".join(f"{label} {self.voters[value]}" for value, label in functions if value in self.voters)

    @property
    def silent(self) -> str:
        """Functions that cast no ballot."""
        return ", ".join(str(label) for value, label in Function.choices if value not in self.voters)

    @property
    def remarks(self) -> list[str]:
        """What the figures alone do not say."""
        if not self.is_balanced:
            return []
        said = [_("Who voted: %(who)s.") % {"who": self.who}]
        if self.silent:
            said.append(_("No ballot from: %(who)s. What did not vote is left out.") % {"who": self.silent})
        for row in self.contested:
            result = row.standing.result
            words = {"item": row.text, "raw": result.raw_rank, "rank": result.balanced_rank}
            if result.raw_rank != result.balanced_rank:
                said.append(
                    _("“%(item)s” goes from rank %(raw)s to rank %(rank)s with the functions balanced.") % words
                )
            else:
                words |= {"share": row.raw_share, "balanced": row.balanced}
                said.append(_("“%(item)s” goes from %(share)s to %(balanced)s with the functions balanced.") % words)
        return said


class Votes(Decisions):
    @cached_property
    def votes(self) -> list[Round]:
        """All that were closed, in their order."""
        votes = list(
            Vote.objects.filter(phase__workshop=self.workshop, closed_at__isnull=False)
            .select_related("phase")
            .order_by("phase__position", "number")
        )
        cast: dict[int, dict[str, int]] = defaultdict(dict)
        dots: Counter[int] = Counter()
        rows = Ballot.objects.filter(vote__in=votes).values_list("vote", "participant", "participant__function", "dots")
        voters: dict[int, dict[int, str]] = defaultdict(dict)
        for vote, participant, function, number in rows:
            voters[vote][participant] = function
            dots[vote] += number
        for pk, people in voters.items():
            cast[pk] = dict(Counter(people.values()))
        several = Counter(vote.phase_id for vote in votes)
        return [self._round(vote, cast[vote.pk], dots[vote.pk], several[vote.phase_id] > 1) for vote in votes]

    def voted_on(self, vote: Vote) -> list[Item]:
        return self.items(vote.phase.round, vote.votes_on)

    def _round(self, vote: Vote, voters: dict[str, int], dots: int, several: bool) -> Round:
        ranked = standings(vote, self.voted_on(vote))
        title = vote.phase.label
        if several:
            title = _("%(phase)s, round %(n)s") % {"phase": title, "n": vote.number}
        return Round(
            vote, title, rules_of(vote), voters, dots, [Row(one, self.decided_of(one.item.key)) for one in ranked]
        )

    @cached_property
    def outcomes(self) -> list[tuple[str, list[Decided]]]:
        """What was retained, parked, rejected; each in the order of the last vote."""
        order = [row.standing.item.key for vote in reversed(self.votes) for row in vote.rows]
        ranks = {key: rank for rank, key in reversed(list(enumerate(order)))}
        ranked = sorted(self.decisions, key=lambda one: ranks.get(one.key, len(order)))
        groups = [
            (str(label), [one for one in ranked if one.outcome == value]) for value, label in Decision.Outcome.choices
        ]
        return [group for group in groups if group[1]]

    @property
    def dots_count(self) -> int:
        return sum(vote.dots for vote in self.votes)


def rules_of(vote: Vote) -> str:
    """By what a vote counted, as it was frozen when it opened."""
    words = {"dots": vote.dots, "most": vote.dots_an_item, "exponent": f"{vote.exponent.normalize():f}"}
    said = _("%(dots)s dots a person, at most %(most)s on one.") % words
    if vote.exponent == Decimal(0):
        weight = _("Each function has one equal voice, shared among its voters (α = 0, fixed as the vote opened).")
    elif vote.exponent == Decimal(1):
        weight = _("Each person has one voice (α = 1, fixed as the vote opened).")
    else:
        weight = _("Larger functions weigh somewhat more (α = %(exponent)s, fixed as the vote opened).") % words
    return f"{said} {weight}"


def percent(value: float) -> str:
    """Of shares from 0 to 100."""
    return numbers.format_value(Decimal(str(value)), numbers.Unit.PERCENT, language(), decimals=0)
